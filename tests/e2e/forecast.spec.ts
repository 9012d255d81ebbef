import { expect, test, type Page } from '@playwright/test';
import { bringAxe } from './accessibility.ts';
import { cellOf, fence, frontMatter, openText, reportOf, rowsOf, runAll } from './support.ts';

/** Weekly demand of thirty products with a rhythm of four weeks. */
const demand = `SELECT 'SKU-' || lpad(CAST(i AS VARCHAR), 3, '0') AS sku, DATE '2022-01-03' + CAST(7 * t AS INTEGER) AS week,
  round(60 + 30 * sin(i) + 9 * sin(2 * pi() * t / 4 + i) + 5 * sin(t * t * 0.37 + i * 13), 1) AS units
FROM range(30) AS a(i), range(60) AS b(t)`;
const body =
  'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 4\nmodels: [seasonal_naive, ses, ets]';
const notebook = frontMatter + fence('sql query:demand', demand) + fence('yaml forecast:fc', body);

async function violations(page: Page): Promise<string[]> {
  await bringAxe(page);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(
          context: string,
          options: object
        ): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const found = await axe.run('[data-cell="fc"]', { runOnly: { type: 'tag', values: tags } });
    return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join()).join()}`);
  });
}

test('many series are searched, one is opened, zoomed and overridden, all by keyboard', async ({
  page
}) => {
  await openText(page, notebook);
  await runAll(page);
  expect(cellOf(await reportOf(page), 'fc').problems).toEqual([]);
  const cell = page.locator('[data-cell="fc"]');
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.getByText('1–12 of 30 series')).toBeVisible();
  await expect(cell.locator('[data-series] svg')).toHaveCount(12);
  expect(await violations(page)).toEqual([]);

  await cell.getByRole('textbox', { name: 'Find a series' }).focus();
  await page.keyboard.type('sku-02');
  await expect(cell.getByText('1–10 of 10 series')).toBeVisible();
  await cell.getByRole('button', { name: /^SKU-021/ }).focus();
  await page.keyboard.press('Enter');
  await expect(cell.getByRole('button', { name: 'All 30 series' })).toBeFocused();
  await expect(cell.locator('canvas').first()).toBeVisible();
  await expect(cell.getByText(/was chosen: its MASE of/)).toBeVisible();
  await expect(cell.getByText('Ljung-Box')).toBeVisible();

  const from = cell.getByRole('slider', { name: 'Shown from' });
  await from.focus();
  await expect(from).toHaveAttribute('aria-valuetext', '2022-01-03');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(from).toHaveAttribute('aria-valuetext', '2022-03-21');
  await cell.getByRole('button', { name: 'Whole history' }).press('Enter');
  await expect(from).toHaveAttribute('aria-valuenow', '0');
  await cell.getByRole('checkbox', { name: 'Backtest' }).press('Space');
  await cell.getByText('Details: forms tried').press('Enter');
  await expect(cell.getByText('Coefficients', { exact: true })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  const before = await page.evaluate(() => window.quartermaster!.text());
  const form = cell.getByRole('form', { name: 'Override the forecast' });
  await form.getByLabel('Value').fill('111');
  await form.getByLabel('Note').fill('trade fair');
  await form.getByRole('button', { name: 'Add override' }).press('Enter');
  await expect
    .poll(() => page.evaluate(() => window.quartermaster!.text()))
    .toMatch(/sku: SKU-021[^]*time: 2023-02-27[^]*value: 111[^]*note: trade fair/);
  await runAll(page);
  expect(cellOf(await reportOf(page), 'fc').problems).toEqual([]);
  expect(
    await rowsOf(
      page,
      "select sku, value, note from fc_plan where kind = 'override' and week = date '2023-02-27'"
    )
  ).toEqual([{ sku: 'SKU-021', value: 111, note: 'trade fair' }]);
  await expect(cell.getByText('2023-02-27: = 111, trade fair')).toBeVisible();

  await cell.getByRole('button', { name: 'Next series' }).press('Enter');
  await page.keyboard.press('Escape');
  await expect(cell.getByText('1–10 of 10 series')).toBeVisible();
  await page.locator('body').click({ position: { x: 5, y: 400 } });
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => page.evaluate(() => window.quartermaster!.text())).toBe(before);
});

/** Weekly demand of twelve products in three depots, a third of them asked for now and then. */
const depots = `SELECT ['Leeds', 'York', 'Hull'][1 + i % 3] AS depot, 'SKU-' || i AS sku, DATE '2022-01-03' + CAST(7 * t AS INTEGER) AS week,
  CASE WHEN i % 3 = 2 AND (t * 7 + i) % 5 > 1 THEN 0 ELSE round(60 + 9 * sin(2 * pi() * t / 4 + i) + 5 * sin(t * t * 0.37 + i * 13), 1) END AS units
FROM range(12) AS a(i), range(60) AS b(t)`;
const summed =
  'source: demand\ntime: week\nvalue: units\nby: [depot, sku]\nseason: 4\nhorizon: 4\nmodels: [seasonal_naive, ses, croston]\nrollup: true';

test('sums by level, classes of demand, and history adjusted and reset', async ({ page }) => {
  const text = frontMatter + fence('sql query:demand', depots) + fence('yaml forecast:fc', summed);
  await openText(page, text);
  await runAll(page);
  expect(cellOf(await reportOf(page), 'fc').problems).toEqual([]);
  const cell = page.locator('[data-cell="fc"]');
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.getByText('Season of 4, which shows in')).toBeVisible();

  await expect(cell.getByRole('button', { name: 'Show the sum of Hull' })).toBeVisible();
  await cell.getByRole('button', { name: 'Show the sum of York' }).press('Enter');
  await expect(cell.getByRole('heading', { name: 'units, York' })).toBeVisible();
  const [york] = await rowsOf(
    page,
    "select round(sum(yhat), 6) as sum, (select round(sum(yhat), 6) from fc where depot = 'York') as parts from fc_rollup where level = 'depot' and depot = 'York'"
  );
  expect(york!['sum']).toBe(york!['parts']);

  await cell.getByRole('combobox', { name: 'Class of demand' }).selectOption('intermittent');
  await expect(cell.getByText('1–4 of 4 series')).toBeVisible();
  await expect(cell.getByRole('button', { name: /^Hull · SKU-\d+ intermittent/ })).toHaveCount(4);
  for (const theme of ['light', 'dark']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    expect(await violations(page)).toEqual([]);
  }

  await cell.getByRole('button', { name: /^Hull · SKU-5 / }).press('Enter');
  await expect(cell.getByText('Demand is intermittent: it comes in one of')).toBeVisible();
  const before = await page.evaluate(() => window.quartermaster!.text());
  const form = cell.getByRole('form', { name: 'Override the forecast' });
  for (const [value, note] of [
    ['70', 'stock-out'],
    ['80', 'counted anew']
  ] as const) {
    await form.getByRole('button', { name: 'History' }).press('Enter');
    await form.getByLabel('Value').fill(value);
    // What is half typed stays while the run that the entry before asked for comes and goes.
    await expect.poll(async () => cellOf(await reportOf(page), 'fc').state).toBe('done');
    await expect(form.getByLabel('Value')).toHaveValue(value);
    await form.getByLabel('Note').fill(note);
    await form.getByRole('button', { name: 'Add override' }).press('Enter');
    await expect
      .poll(() => page.evaluate(() => window.quartermaster!.text()))
      .toContain(`note: ${note}`);
  }
  await runAll(page);
  expect(cellOf(await reportOf(page), 'fc').problems).toEqual([]);
  expect(
    await rowsOf(page, "select kind, value, note from fc_plan where kind = 'adjusted'")
  ).toEqual([{ kind: 'adjusted', value: 80, note: 'stock-out; counted anew' }]);
  const plan = cell.getByRole('region', { name: 'Plan, row by row' });
  await expect(plan.getByText('stock-out; counted anew')).toBeVisible();
  for (const theme of ['dark', 'light']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    expect(await violations(page)).toEqual([]);
  }
  await cell.getByRole('button', { name: 'Reset all 2' }).press('Enter');
  await expect.poll(() => page.evaluate(() => window.quartermaster!.text())).toBe(before);
});
