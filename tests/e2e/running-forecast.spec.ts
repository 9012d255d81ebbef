import { expect, test, type Page } from '@playwright/test';
import {
  cellOf,
  codesOf,
  fence,
  frontMatter,
  openText,
  reportOf,
  rowsOf,
  runAll
} from './support.ts';

/** Weekly demand of four hundred products, a third of them asked for now and then: tens of seconds of work. */
const demand = `SELECT 'SKU-' || lpad(CAST(i AS VARCHAR), 3, '0') AS sku, DATE '2022-01-03' + CAST(7 * t AS INTEGER) AS week,
  CASE WHEN i % 3 = 2 AND (t * 7 + i) % 5 > 1 THEN 0 ELSE round(60 + 30 * sin(i) + 9 * sin(2 * pi() * t / 4 + i) + 5 * sin(t * t * 0.37 + i * 13), 1) END AS units
FROM range(400) AS a(i), range(80) AS b(t)`;
const body =
  'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 4\nmodels: [auto]';
const notebook = frontMatter + fence('sql query:demand', demand) + fence('yaml forecast:fc', body);
const few = notebook.replace('range(400)', 'range(60)');

/** Starts everything, lets it go on, and waits for the first series to be shown. */
async function start(page: Page, text: string) {
  await openText(page, text);
  await page.evaluate(() => void window.quartermaster!.runAll(500_000));
  const cell = page.locator('[data-cell="fc"]');
  const arriving = cell.getByTestId('arriving');
  await arriving.scrollIntoViewIfNeeded();
  await expect(arriving.locator('[data-series] svg').nth(3)).toBeVisible();
  return { cell, arriving };
}

test('series are shown, searched and counted while a forecast of many runs, and stop ends it at once', async ({
  page
}) => {
  const { cell, arriving } = await start(page, notebook);
  const soFar = arriving.getByText(/^over the [\d,]+ of 400 series done so far$/);
  await expect(soFar).toBeVisible();
  const before = await soFar.innerText();
  await expect.poll(() => soFar.innerText()).not.toBe(before);
  await expect(arriving.getByRole('row', { name: /^ensemble \d+ of \d+ / })).toBeVisible();
  await expect(arriving.getByRole('row', { name: /^seasonal_naive/ })).toBeVisible();
  await arriving.getByRole('textbox', { name: 'Find a series' }).fill('sku-006');
  // Of all series the worst stays among those shown, however many are done.
  await expect(arriving.getByText('of 1 series').last()).toBeVisible();
  await expect(arriving.locator('[data-series]')).toHaveCount(1);

  await cell.getByRole('button', { name: 'Pause fc' }).click();
  await expect(cell.getByRole('button', { name: 'Let fc go on' })).toBeVisible();
  // Series under way may still come; then nothing does for longer than one takes.
  let held = '';
  const isHeld = async () => {
    const last = held;
    held = await soFar.innerText();
    return held === last;
  };
  await expect.poll(isHeld, { intervals: [1500], timeout: 6000 }).toBe(true);
  await page.waitForTimeout(1500);
  expect(await soFar.innerText()).toBe(held);
  await cell.getByRole('button', { name: 'Let fc go on' }).click();
  await expect.poll(() => soFar.innerText()).not.toBe(held);

  const ms = await cell.getByRole('button', { name: 'Stop fc' }).evaluate(async (button) => {
    const from = performance.now();
    (button as HTMLElement).click();
    const state = () =>
      window.quartermaster!.report().cells.find((entry) => entry.name === 'fc')!.state;
    while (state() === 'running' && performance.now() - from < 20_000) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return performance.now() - from;
  });
  expect(cellOf(await reportOf(page), 'fc').state).toBe('cancelled');
  expect(ms).toBeLessThan(500);
  await expect(arriving).toHaveCount(0);
});

test('a forecast ended early keeps what is done and says so; the next run does everything', async ({
  page
}) => {
  const { cell, arriving } = await start(page, few);
  await cell.getByRole('button', { name: 'Stop and keep what is done' }).click();
  await page.evaluate(() => window.quartermaster!.settled(500_000));
  const report = await reportOf(page);
  expect(cellOf(report, 'fc').state).toBe('done');
  expect(codesOf(report, 'fc')).toEqual(['forecast.partial']);
  await expect(arriving).toHaveCount(0);
  await expect(cell.getByText(/^Ended early: \d+ of 60 series are done/)).toBeVisible();
  const count = 'select count(*)::int as series, sum(row_count)::int as rows from fc_series';
  const [part] = await rowsOf(page, count);
  const done = Number(part!['series']);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(60);
  const [plan] = await rowsOf(
    page,
    "select count(*)::int as n from fc_plan where kind = 'baseline'"
  );
  expect(plan!['n']).toBe(4 * done);
  await expect(cell.getByText(`of ${done} series`).last()).toBeVisible();

  await cell.getByRole('button', { name: 'Run fc' }).click();
  await expect(arriving).toBeVisible();
  await page.evaluate(() => window.quartermaster!.settled(500_000));
  const whole = await reportOf(page);
  expect(cellOf(whole, 'fc')).toMatchObject({ state: 'done', problems: [], rows: 240 });
  await expect(cell.getByText('1–12 of 60 series')).toBeVisible();
  expect((await rowsOf(page, count))[0]).toEqual({ series: 60, rows: 4800 });
  await runAll(page);
  expect(cellOf(await reportOf(page), 'fc').state).toBe('done');
});
