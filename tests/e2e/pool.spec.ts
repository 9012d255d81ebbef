import { expect, test } from '@playwright/test';
import { cellOf, fence, frontMatter, openText, rowsOf, runAll } from './support.ts';

/** Sixty products of two hundred days, written by SQL. */
const demand = fence(
  'sql query:demand',
  `select 'p' || p as sku, date '2024-01-01' + t::integer as day,
  20 + p + 5 * (t % 7) + (t * 7919 + p * 104729) % 11 as units
from range(60) a(p), range(200) b(t)`
);

const forecast = (name: string) =>
  fence(
    `yaml forecast:${name}`,
    'source: demand\ntime: day\nvalue: units\nby: sku\nhorizon: 7\nmodels: [naive, ses, holt_winters]'
  );

test('a forecast of many series is fitted in more than one worker, to the same rows as in one', async ({
  browser,
  baseURL
}) => {
  const onCores = async (cores: number) => {
    const context = await browser.newContext({ baseURL: baseURL! });
    try {
      await context.addInitScript((n) => {
        Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => n });
      }, cores);
      const page = await context.newPage();
      await openText(page, frontMatter + demand + forecast('ahead'));
      const report = await runAll(page);
      expect(cellOf(report, 'ahead').state).toBe('done');
      const rows = await rowsOf(page, 'select * from ahead_all order by all');
      return { rows, workers: page.workers().length };
    } finally {
      await context.close();
    }
  };
  const one = await onCores(1);
  const two = await onCores(2);
  expect(two.rows.length).toBeGreaterThan(0);
  expect(two.rows).toEqual(one.rows);
  expect(two.workers).toBe(one.workers + 1);
});
