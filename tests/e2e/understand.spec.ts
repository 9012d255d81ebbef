import { expect, test, type Page } from '@playwright/test';
import {
  cellOf,
  fence,
  frontMatter,
  giveFiles,
  openText,
  reportOf,
  rowsOf,
  runAll
} from './support.ts';

/** Order lines of which every seventh stands there twice. */
const doubled = `SELECT 'o' || i AS order_id, 's' || (i % 9) AS sku, 1 + i % 5 AS quantity, 2.5 AS price
FROM range(700) AS r(i)
UNION ALL SELECT 'o' || i, 's' || (i % 9), 1 + i % 5, 2.5 FROM range(0, 700, 7) AS r(i)`;

test('a finding is mended by one click, and taken back by one undo', async ({ page }) => {
  await openText(
    page,
    frontMatter + fence('sql query:lines', doubled) + fence('yaml profile:look', 'source: lines')
  );
  await runAll(page);
  const before = await page.evaluate(() => window.quartermaster!.text());
  const card = page
    .locator('[data-cell="look"]')
    .getByRole('listitem')
    .filter({ hasText: 'twice' });
  await expect(card).toContainText('100');
  await card.getByRole('button', { name: 'Mend it' }).click();
  await expect
    .poll(async () => (await reportOf(page)).cells.map(({ kind }) => kind))
    .toEqual(['query', 'profile', 'clean']);
  await runAll(page);
  const clean = (await reportOf(page)).cells.find(({ kind }) => kind === 'clean')!;
  expect(clean).toMatchObject({ state: 'done', rows: 700 });
  const steps = await rowsOf(page, `select rows_before, rows_after from ${clean.name}_steps`);
  expect(steps).toEqual([{ rows_before: 800, rows_after: 700 }]);
  await page.locator('body').click({ position: { x: 5, y: 400 } });
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => page.evaluate(() => window.quartermaster!.text())).toBe(before);
});

const csv = (rows: readonly string[]) => ({
  name: 'orders.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(rows.join('\n'))
});

/** Resolves once so many notebooks know the shape of what their `orders` read, with which the next file is compared. */
async function measured(page: Page, notebooks: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      Object.keys(localStorage).filter((key) => /^qm-memory .* shape orders$/.test(key)).length ===
      wanted,
    notebooks
  );
}

test('what next week’s file has changed stands above its rows until it is accepted', async ({
  page
}) => {
  await openText(page, frontMatter + fence('yaml source:orders', 'file: orders.csv'));
  const first = Array.from({ length: 200 }, (_, i) => `s${i % 4},${i % 20},DE`);
  await giveFiles(page, [csv(['sku,qty,country', ...first])]);
  await runAll(page);
  const cell = page.locator('[data-cell="orders"]');
  await expect(cell.getByRole('grid')).toBeVisible();
  const notice = cell.getByRole('region', { name: 'This file differs from the last one' });
  await measured(page, 1);
  await expect(notice).toHaveCount(0);

  const second = Array.from({ length: 200 }, (_, i) => `s${i % 4},${(i % 20) * 1000},air`);
  await giveFiles(page, [csv(['sku,qty,carrier', ...second])]);
  await expect(notice).toContainText('country');
  await expect(notice).toContainText('carrier');
  await expect(notice).toContainText('qty');
  await runAll(page);
  expect(cellOf(await reportOf(page), 'orders').state).toBe('done');
  await notice.getByRole('button', { name: 'Accept as the new shape' }).click();
  await expect(notice).toHaveCount(0);

  // What the reader asks for is no drift of the file.
  await openText(
    page,
    frontMatter + fence('yaml source:orders', 'file: orders.csv\nonly: [sku, qty]')
  );
  await giveFiles(page, [csv(['sku,qty,carrier', ...second])]);
  await runAll(page);
  await expect(cell.getByRole('grid')).toBeVisible();
  await measured(page, 2);
  await expect(notice).toHaveCount(0);
});
