import { describe, expect, test } from 'vitest';
import { columns, numeric, take, text, toRows } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { runKind } from './harness.ts';

const shops = ['north', 'south'];
const skus = ['a', 'b', 'c'];
const demand = (() => {
  const random = seeded(8);
  const rows = shops.flatMap((shop) =>
    skus.flatMap((sku) => Array.from({ length: 40 }, (_, t) => ({ shop, sku, t })))
  );
  return columns({
    shop: text(rows.map((r) => r.shop)),
    sku: text(rows.map((r) => r.sku)),
    week: numeric(
      rows.map((r) => r.t),
      'integer'
    ),
    units: numeric(rows.map((r) => 20 + (r.t % 4) * 3 + 5 * random()))
  });
})();

const body =
  'source: demand\ntime: week\nvalue: units\nby: [shop, sku]\nseason: 4\nhorizon: 3\nmodels: [naive, seasonal_naive, ses]\nrollup: true';
const { tables, report } = await runKind(kind, run, body, { demand });
const rolled = toRows(tables['out_rollup']!);
const chosen = toRows(tables['out']!);

describe('the roll-up', () => {
  test('has a sum for each value of each `by` column and one for all', () => {
    expect(tables['out_rollup']!.names).toEqual([
      ...['level', 'shop', 'sku', 'week', 'yhat', 'lo_80', 'hi_80', 'lo_95', 'hi_95'],
      'series_count'
    ]);
    const groups = new Map(
      rolled.map((r) => [
        `${r['level'] as string} ${r['shop'] as string} ${r['sku'] as string}`,
        r['series_count']
      ])
    );
    expect([...groups]).toEqual([
      ['shop north null', 3],
      ['shop south null', 3],
      ['sku null a', 2],
      ['sku null b', 2],
      ['sku null c', 2],
      ['total null null', 6]
    ]);
  });

  test('adds up: every sum is that of the forecasts below it', () => {
    for (const row of rolled) {
      const below = chosen.filter(
        (r) =>
          r['week'] === row['week'] &&
          (row['shop'] === null || r['shop'] === row['shop']) &&
          (row['sku'] === null || r['sku'] === row['sku'])
      );
      expect(below).toHaveLength(Number(row['series_count']));
      expect(row['yhat']).toBeCloseTo(
        below.reduce((sum, r) => sum + Number(r['yhat']), 0),
        9
      );
    }
  });

  test('has bands from the errors of the sums, narrower than the sum of the bands', () => {
    for (const row of rolled.filter((r) => r['level'] === 'total')) {
      const width = Number(row['hi_95']) - Number(row['lo_95']);
      const sum = chosen
        .filter((r) => r['week'] === row['week'])
        .reduce((total, r) => total + Number(r['hi_95']) - Number(r['lo_95']), 0);
      expect(width).toBeGreaterThan(0);
      expect(width).toBeLessThan(sum);
    }
  });

  test('leaves out a series that has ended, and counts those that are in', async () => {
    const last = demand.length - 1;
    const cut = take(
      demand,
      Array.from({ length: last - 4 }, (_, i) => i)
    );
    const ended = await runKind(kind, run, body, { demand: cut });
    const total = toRows(ended.tables['out_rollup']!).filter((r) => r['level'] === 'total');
    expect(total.map((r) => [r['week'], r['series_count']])).toEqual(
      [40, 41, 42].map((t) => [t, 5])
    );
  });
});

describe('the pooled scores', () => {
  const pooled = toRows(tables['out_pooled']!);
  const at = (level: string, model: string) =>
    pooled.find((r) => r['level'] === level && r['model'] === model)!;

  test('are over every step of every series', () => {
    const rows = toRows(tables['out_backtest']!);
    for (const model of ['naive', 'seasonal_naive', 'ses']) {
      const own = rows.filter((r) => r['model'] === model);
      const size = own.reduce((s, r) => s + Math.abs(Number(r['yhat']) - Number(r['actual'])), 0);
      const actual = own.reduce((s, r) => s + Number(r['actual']), 0);
      expect(at('series', model)['wape']).toBeCloseTo(size / actual, 12);
      expect(at('series', model)).toMatchObject({ series_count: 6, origins: 30, shop: null });
    }
  });

  test('tell how good the chosen forecasts are, and their sums', () => {
    const scores = toRows(tables['out_scores']!).filter((r) => r['chosen']);
    const mean = scores.reduce((s, r) => s + Number(r['mase']), 0) / scores.length;
    expect(at('series', 'chosen')['mase']).toBeCloseTo(mean, 9);
    expect(Number(at('total', 'chosen')['wape'])).toBeLessThan(
      Number(at('series', 'chosen')['wape'])
    );
    expect(report.series).toBe(6);
  });

  test('are there without a roll-up, which is not', async () => {
    const plain = await runKind(kind, run, body.replace('rollup: true', ''), { demand });
    expect(plain.tables['out_pooled']!.length).toBe(4);
    expect(plain.tables['out_rollup']).toBeUndefined();
  });
});
