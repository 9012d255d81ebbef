import { expect, test, type Page } from '@playwright/test';
import { bringAxe } from './accessibility.ts';
import { fence, frontMatter, openText, runAll } from './support.ts';

const lines = `SELECT i AS id, CASE i % 3 WHEN 0 THEN 'red mug' WHEN 1 THEN 'blue jug' ELSE 'green tray' END AS goods,
  CASE WHEN i % 10 = 0 THEN NULL ELSE i % 100 END AS qty,
  TIMESTAMP '2011-01-01' + to_hours(i) AS at, {'lot': i, 'bins': [i % 7]} AS place
FROM range(1000) AS r(i)`;

async function openLines(page: Page) {
  await openText(page, frontMatter + fence('sql query:lines', lines));
  await runAll(page);
  const cell = page.locator('[data-cell="lines"]');
  const grid = cell.getByRole('grid');
  await expect(grid.getByRole('gridcell', { name: 'red mug' }).first()).toBeVisible();
  // The profile has come when a column tells what is missing.
  await expect(grid.getByText('10 % missing').or(grid.getByText('10.0 % missing'))).toBeVisible();
  return { cell, grid };
}

const head = (page: Page, name: string) =>
  page.getByRole('columnheader', { name: new RegExp(`^${name},`) });

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test('a table is sorted, filtered, pinned and searched, and its view becomes a cell', async ({
  page
}) => {
  const { cell, grid } = await openLines(page);

  await head(page, 'qty').getByTitle('Sort by qty').click();
  await head(page, 'id')
    .getByTitle('Sort by id')
    .click({ modifiers: ['Shift'] });
  await head(page, 'id')
    .getByTitle('Sort by id')
    .click({ modifiers: ['Shift'] });
  await expect(head(page, 'id')).toHaveAttribute('aria-sort', 'descending');
  await expect(grid.getByRole('row').nth(1).getByRole('gridcell').first()).toHaveText('901');

  await head(page, 'goods').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Filter…' }).click();
  const form = page.getByTestId('filter-form');
  await form.getByRole('checkbox', { name: /red mug/ }).check();
  await form.getByRole('button', { name: 'Apply' }).click();
  await expect(cell.getByTestId('shown-rows')).toHaveText('334 of 1,000 rows');

  await head(page, 'qty').hover();
  await head(page, 'qty').getByRole('button', { name: 'Menu of qty' }).click();
  await page.getByRole('menuitem', { name: 'Pin to the left' }).click();
  await expect(grid.getByRole('columnheader').first()).toContainText('qty');

  await cell.getByRole('searchbox').fill('901');
  await cell.getByRole('checkbox', { name: 'Only matching rows' }).check();
  await expect(cell.getByTestId('shown-rows')).toHaveText(/^\d of 1,000 rows$/);
  await cell.getByRole('searchbox').fill('');
  await expect(cell.getByTestId('shown-rows')).toHaveText('334 of 1,000 rows');

  await cell.getByRole('button', { name: 'Make this a cell' }).click();
  const text = await page.evaluate(() => window.quartermaster!.text());
  expect(text).toContain("WHERE goods IN ('red mug')");
  expect(text).toContain('ORDER BY qty NULLS LAST, id DESC NULLS LAST');
  expect(text).toContain('SELECT qty, id, goods, "at", place');
});

test('bars of a histogram are dragged over to filter', async ({ page }) => {
  const { cell } = await openLines(page);
  // Hovering waits until the bars stand still: they take the width that their column has once it tells what is missing.
  const bars = head(page, 'qty').locator('svg.pick');
  await bars.hover({ position: { x: 1, y: 10 } });
  await page.mouse.down();
  const { width } = (await bars.boundingBox())!;
  await bars.hover({ position: { x: width / 2 - 1, y: 10 } });
  await page.mouse.up();
  await expect(cell.getByRole('button', { name: /^Change the filter qty/ })).toBeVisible();
  await expect(cell.getByTestId('shown-rows')).toHaveText(/^450 of 1,000 rows$/);
  await cell.getByRole('button', { name: /^Remove the filter qty/ }).click();
  await expect(cell.getByTestId('shown-rows')).toHaveText('');
});

test('the keyboard goes everywhere, copies what it selects, and axe has nothing to say', async ({
  page
}) => {
  const { cell, grid } = await openLines(page);
  await grid.getByRole('gridcell', { name: 'red mug' }).first().click();
  await page.keyboard.press('Control+Home');
  await expect(grid.getByRole('gridcell', { name: '0', exact: true }).first()).toBeFocused();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Control+c');
  await expect.poll(() => clipboard(page)).toBe('0\tred mug\n1\tblue jug');
  await page.keyboard.press('Control+Shift+C');
  await expect
    .poll(() => clipboard(page))
    .toBe('| id | goods |\n| ---: | --- |\n| 0 | red mug |\n| 1 | blue jug |');

  await page.keyboard.press('Control+End');
  await expect(grid.getByRole('gridcell', { name: '{"lot":999,"bins":[5]}' })).toBeFocused();
  await expect(cell.getByRole('region', { name: 'Value place' })).toContainText('"lot": 999');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await expect(head(page, 'id')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tooltip')).toContainText('green tray');
  await page.keyboard.press('Space');
  await expect(head(page, 'goods')).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByRole('menuitem', { name: 'Hide the column' }).press('Enter');
  await expect(head(page, 'goods')).toHaveCount(0);

  await bringAxe(page);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(where: string, options: object): Promise<{ violations: { id: string }[] }>;
      };
    };
    const found = await axe.run('[data-cell="lines"]', {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
    });
    return found.violations.map((v) => JSON.stringify(v).slice(0, 600));
  });
  expect(violations).toEqual([]);
});
