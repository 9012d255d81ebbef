import { expect, test } from '@playwright/test';
import { cellOf, foreignRequests, rowsOf, runAll } from './support.ts';

/** The main job: the shipped notebook runs whole, its totals are the published ones, and nothing leaves the site. */
test('Weekly supply runs from file to alert', async ({ context, page, baseURL }) => {
  const foreign = foreignRequests(context, baseURL);
  await page.goto('notebook/?open=weekly-supply&automation');
  await page.waitForFunction(() => window.quartermaster !== undefined);
  const report = await runAll(page);
  const unwell = report.cells.filter((cell) => cell.state !== 'done' || cell.problems.length > 0);
  expect(unwell).toEqual([]);
  expect(report.ok).toBe(true);

  expect(cellOf(report, 'orders').rows).toBe(541_909);
  expect(cellOf(report, 'sales').rows).toBe(397_884);
  const failed = await rowsOf(
    page,
    'select * from file_is_whole where not passed union all select * from sales_are_whole where not passed'
  );
  expect(failed).toEqual([]);

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

  const fired = await rowsOf(
    page,
    "select value from trading_hours_alerts where alert = 'unit_spike' and state = 'firing'"
  );
  expect(fired).toHaveLength(1);
  expect(foreign).toEqual([]);
});
