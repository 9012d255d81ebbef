import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { cellOf, foreignRequests, reportOf, rowsOf } from './support.ts';

/** The main job, as a reader does it: open the shipped notebook, run it, look, come back. */
test.describe.serial('Weekly supply', () => {
  let context: BrowserContext;
  let page: Page;
  let foreign: string[];

  test.beforeAll(async ({ browser, baseURL }) => {
    context = await browser.newContext({ baseURL: baseURL! });
    foreign = foreignRequests(context, baseURL);
    page = await context.newPage();
  });

  test.afterAll(async () => {
    await context.close();
  });

  test('opens from the gallery and shows its prose before anything runs', async () => {
    await page.goto('./');
    await page
      .getByRole('link', { name: /Weekly supply/ })
      .first()
      .click();
    await expect(page.getByRole('heading', { level: 1, name: 'Weekly supply' })).toBeVisible();
    await expect(page.locator('.katex').first()).toBeVisible();
    await expect(page.locator('.mermaid svg, [data-diagram] svg').first()).toBeVisible();
  });

  test('runs whole without a problem', async () => {
    await page.goto('notebook/?open=weekly-supply&automation');
    await page.waitForFunction(() => window.quartermaster !== undefined);
    await page.evaluate(() => window.quartermaster!.setSpeed(Infinity));
    await page
      .getByRole('button', { name: /^Run (all|\d)/ })
      .first()
      .click();
    await page.evaluate(() => window.quartermaster!.settled(500_000));
    const report = await reportOf(page);
    const unwell = report.cells.filter((cell) => cell.state !== 'done' || cell.problems.length > 0);
    expect(unwell).toEqual([]);
    expect(report.ok).toBe(true);
  });

  test('its totals are the published ones (REFERENCE.md, Data)', async () => {
    expect(cellOf(await reportOf(page), 'orders').rows).toBe(541_909);
    const [sales] = await rowsOf(
      page,
      'select count(*) as lines, count(distinct InvoiceNo) as invoices, count(distinct CustomerID) as customers, sum(amount) as money from sales'
    );
    expect(sales).toMatchObject({ lines: 397_884, invoices: 18_532, customers: 4_338 });
    expect(sales!['money']).toBeCloseTo(8_911_407.9, 1);
    const failed = await rowsOf(
      page,
      'select * from file_is_whole where not passed union all select * from sales_are_whole where not passed'
    );
    expect(failed).toEqual([]);
  });

  test('every model forecasts finite numbers and is judged on eight origins', async () => {
    const models = await rowsOf(
      page,
      'select model, count(*) as n, bool_and(isfinite(yhat) and lo_95 <= lo_80 and lo_80 <= yhat and yhat <= hi_80 and hi_80 <= hi_95) as sound from plan_all group by model order by model'
    );
    expect(models.map((row) => row['model'])).toEqual([
      'holt',
      'holt_winters',
      'lstm',
      'moving_average',
      'naive',
      'seasonal_naive',
      'ses'
    ]);
    for (const row of models) expect(row).toMatchObject({ n: 24, sound: true });
    const [scores] = await rowsOf(
      page,
      'select min(origins) as least, count(*) filter (where chosen) as chosen, bool_and(isfinite(mase)) as finite from plan_scores'
    );
    expect(scores).toMatchObject({ least: 8, chosen: 6, finite: true });
    const [network] = await rowsOf(
      page,
      "select note from plan_models where model = 'lstm' limit 1"
    );
    expect(String(network!['note'])).toMatch(/Own LSTM, (webgpu|wasm|cpu)/);
  });

  test('the two giant orders are anomalies and the alert fires in the hour of the second', async () => {
    const days = await rowsOf(
      page,
      'select day::varchar as day from unusual_days where is_anomaly order by abs(score) desc limit 2'
    );
    expect(days.map((row) => row['day'])).toEqual(['2011-12-09', '2011-01-18']);
    const fired = await rowsOf(
      page,
      "select strftime(evidence_from, '%Y-%m-%d %H:%M') as window_start, value from trading_hours_alerts where alert = 'unit_spike' and state = 'firing'"
    );
    expect(fired).toEqual([{ window_start: '2011-12-09 09:00', value: 82_131 }]);
  });

  test('shows the forecast, the monitor and the account of the cleaning', async () => {
    const plan = page.locator('[data-cell="plan"]');
    await plan.scrollIntoViewIfNeeded();
    await expect(plan.getByText('seasonal_naive').first()).toBeVisible();
    await expect(plan.locator('canvas, svg[role="img"]').first()).toBeVisible();
    const monitor = page.locator('[data-cell="trading_hours"]');
    await monitor.scrollIntoViewIfNeeded();
    await expect(monitor.getByText('unit_spike').first()).toBeVisible();
    const sales = page.locator('[data-cell="sales"]');
    await sales.scrollIntoViewIfNeeded();
    await expect(sales.getByText('drop_missing').first()).toBeVisible();
  });

  test('after a reload everything is there and nothing runs again', async () => {
    await page.evaluate(() => window.quartermaster!.kept());
    await page.reload();
    await page.waitForFunction(() => window.quartermaster !== undefined);
    await page.evaluate(() => window.quartermaster!.settled(60_000));
    const report = await reportOf(page);
    expect(report.cells.filter((cell) => cell.state !== 'done')).toEqual([]);
    expect(report.cells.filter((cell) => !cell.restored)).toEqual([]);
    const [row] = await rowsOf(page, 'select count(*) as lines from sales');
    expect(row).toEqual({ lines: 397_884 });
  });

  test('no request left the site, workers included', () => {
    expect(foreign).toEqual([]);
  });
});
