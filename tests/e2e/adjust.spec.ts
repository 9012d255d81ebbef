import axe from 'axe-core';
import { expect, test, type Page } from '@playwright/test';
import { cellOf, fence, frontMatter, openText, rowsOf, runAll } from './support.ts';

/** Stock by the hour: it falls below ten at 04:00 on the first day, and again at 06:00 on the third. */
const stock = [
  'at,depot,stock',
  ...Array.from({ length: 60 }, (_, hour) => {
    const at = new Date(Date.UTC(2024, 2, 4, hour)).toISOString();
    const low = (hour >= 4 && hour < 9) || hour >= 54;
    return `${at},north,${low ? 6 : 30}`;
  })
].join('\n');

const notebook = (adjust: string) =>
  frontMatter +
  fence('yaml param:safety_days', 'type: integer\nvalue: 8\nmin: 1\nmax: 30') +
  fence('csv data:levels', stock) +
  fence('yaml stream:feed', 'replay: { source: levels, time: at }') +
  fence(
    'yaml monitor:shop',
    [
      'stream: feed',
      'by: depot',
      'window: 1h',
      'measures: { level: last(stock) }',
      'alerts:',
      '  - { name: low_stock, when: level < 10 }'
    ].join('\n')
  ) +
  fence('sql query:plan', 'select $safety_days * 5 as reorder_point') +
  fence('yaml adjust:safer', `on: shop.low_stock\nset: safety_days\nto: old * 1.25\n${adjust}`);

const journal = (page: Page) =>
  rowsOf(page, 'select decision, before, after, "by", effect from safer order by time');
const reorder = async (page: Page) =>
  (await rowsOf(page, 'select * from plan'))[0]?.['reorder_point'];

test('an alert proposes, a person approves, the plan follows; undo and revert take it back', async ({
  page
}) => {
  await openText(page, notebook('approve: human'));
  const report = await runAll(page);
  expect(cellOf(report, 'safer').problems).toEqual([]);
  expect(await journal(page)).toEqual([
    { decision: 'proposed', before: 8, after: 10, by: null, effect: null },
    { decision: 'proposed', before: 8, after: 10, by: null, effect: null }
  ]);
  expect(await reorder(page)).toBe(40);
  const before = await page.evaluate(() => window.quartermaster!.text());
  const cell = page.locator('[data-cell="safer"]');
  await cell.scrollIntoViewIfNeeded();
  const cards = cell.getByTestId('decision');
  await expect(cards).toHaveCount(2);
  await expect(cell.getByText('2 to decide on')).toBeVisible();

  await cards.last().getByRole('button', { name: 'Approve' }).press('Enter');
  await expect.poll(() => reorder(page)).toBe(50);
  await expect
    .poll(() => journal(page))
    .toEqual([
      { decision: 'approved', before: 8, after: 10, by: 'human', effect: 'resolved after 5h' },
      { decision: 'proposed', before: 10, after: 13, by: null, effect: null }
    ]);
  expect(await page.evaluate(() => window.quartermaster!.text())).toContain('value: 10');
  await expect(cell.getByText('safety_days is 10 now')).toBeVisible();

  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => reorder(page)).toBe(40);
  expect(await page.evaluate(() => window.quartermaster!.text())).toBe(before);

  await cards.last().getByRole('button', { name: 'Approve' }).click();
  await expect.poll(() => reorder(page)).toBe(50);
  await cards
    .filter({ hasText: 'Approved' })
    .getByRole('button', { name: /^(Take back|Revert)/ })
    .click();
  await expect.poll(() => reorder(page)).toBe(40);
  await expect.poll(async () => (await journal(page))[0]?.['decision']).toBe('reverted');

  await cards.first().getByLabel('Note').fill('A sale, not a trend');
  await cards.first().getByRole('button', { name: 'Reject' }).click();
  await expect
    .poll(async () => (await journal(page)).at(-1))
    .toMatchObject({ decision: 'rejected', effect: 'A sale, not a trend' });
  expect(await reorder(page)).toBe(40);
});

test('a stated rule decides in one pass, and what depends on it is computed before the run ends', async ({
  page
}) => {
  await openText(page, notebook('approve: auto\ngate: { max_change: 20% }'));
  const report = await runAll(page);
  expect(report.ok).toBe(true);
  expect(await journal(page)).toEqual([
    { decision: 'approved', before: 8, after: 9, by: 'auto', effect: 'resolved after 5h' },
    { decision: 'approved', before: 9, after: 10, by: 'auto', effect: null }
  ]);
  expect(await reorder(page)).toBe(50);
});

test('the journal is no obstacle to anyone, in either scheme', async ({ page }) => {
  await openText(page, notebook('approve: human'));
  await runAll(page);
  const cell = page.locator('[data-cell="safer"]');
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.getByTestId('decision')).toHaveCount(2);
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(on: Element): Promise<{ violations: { id: string }[] }> };
      };
      return (await axe.run(document.querySelector('[data-cell="safer"]')!)).violations;
    });
    expect(found.map(({ id }) => id)).toEqual([]);
  }
});
