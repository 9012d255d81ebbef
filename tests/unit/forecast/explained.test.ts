import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { runKind } from './harness.ts';

const week = 7 * 86_400_000;
const start = Date.parse('2023-01-02T00:00Z');
const weeks = 44;
const random = seeded(3);
const skus = ['007', 'b'];
const cells = skus.flatMap((sku, s) =>
  Array.from({ length: weeks }, (_, t) => ({
    sku,
    time: start + t * week,
    units: 60 + 20 * s + t / 2 + [9, 0, -7, -2][t % 4]! + 3 * random()
  }))
);
const demand = columns({
  sku: text(cells.map((c) => c.sku)),
  week: { type: 'date', values: Float64Array.from(cells, (c) => c.time), valid: null },
  units: numeric(cells.map((c) => c.units))
});
const date = (step: number) => new Date(start + (weeks + step) * week).toISOString().slice(0, 10);
const head = 'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 4\n';
const models = 'models: [seasonal_naive, holt_winters, ets]\n';

describe('what says why', async () => {
  const { tables } = await runKind(kind, run, head + models, { demand });
  const rows = (suffix: string) => toRows(tables[`out_${suffix}`]!);
  const chosen = rows('scores').filter((row) => row['chosen'] === true);

  test('tried: the best first in each model, the margin measured from it', () => {
    const ets = rows('tried').filter((row) => row['sku'] === 'b' && row['model'] === 'ets');
    expect(ets.length).toBeGreaterThan(5);
    expect(ets[0]!['delta']).toBe(0);
    const best = rows('models').find((row) => row['sku'] === 'b' && row['model'] === 'ets')!;
    expect(ets[0]!['aicc']).toBe(best['aicc']);
  });

  test('tried: both forms of holt_winters, the lower AICc first', () => {
    const both = rows('tried').filter(
      (row) => row['sku'] === '007' && row['model'] === 'holt_winters'
    );
    expect(new Set(both.map((row) => row['description']))).toEqual(
      new Set(['ETS(A,A,A)', 'ETS(M,A,M)'])
    );
    const fit = rows('models').find(
      (row) => row['sku'] === '007' && row['model'] === 'holt_winters'
    )!;
    expect(both[0]).toMatchObject({ description: fit['description'], aicc: fit['aicc'], delta: 0 });
    expect(both[1]!['delta']).toBeGreaterThan(0);
  });

  test('components: states and one-step error make up the value again', () => {
    const all = rows('components').filter((row) => row['sku'] === 'b');
    expect(all).toHaveLength(weeks);
    expect(all[0]!['model']).toBe(chosen.find((row) => row['sku'] === 'b')!['model']);
    const fitted = rows('fitted').filter(
      (row) => row['sku'] === 'b' && row['model'] === all[0]!['model']
    );
    all.forEach((row, t) => expect(row['remainder']).toBe(fitted[t]!['residual']));
  });

  test('components of several seasons: a column for each, adding up', async () => {
    const body = head.replace('season: 4', 'season: [4, 11]') + 'models: [mstl_ets, naive]\n';
    const { tables: several } = await runKind(kind, run, body, { demand });
    const all = toRows(several['out_components']!);
    expect(several['out_components']!.names.slice(-2)).toEqual(['seasonal_4', 'seasonal_11']);
    expect(all).toHaveLength(2 * weeks);
    for (const row of all) {
      const sum = Number(row['seasonal_4']) + Number(row['seasonal_11']);
      expect(sum).toBeCloseTo(Number(row['seasonal']), 9);
    }
    const fits = toRows(several['out_models']!).map((row) => row['description'] as string);
    expect(fits.filter((name) => name.startsWith('MSTL [4, 11] + ETS'))).toHaveLength(2);
  });

  test('coefficients and residual checks are of the chosen model', () => {
    for (const { sku, model } of chosen as { sku: string; model: string }[]) {
      const own = rows('coefficients').filter((row) => row['sku'] === sku);
      expect(new Set(own.map((row) => row['model']))).toEqual(new Set([model]));
      const checks = rows('residuals').find((row) => row['sku'] === sku)!;
      expect(checks).toMatchObject({ model, lags: 8 });
      expect(Number(checks['ljung_box_p'])).toBeLessThanOrEqual(1);
      const residuals = rows('fitted')
        .filter((row) => row['sku'] === sku && row['model'] === model)
        .map((row) => Number(row['residual']));
      const mean = residuals.reduce((a, b) => a + b, 0) / residuals.length;
      expect(checks['mean']).toBeCloseTo(mean, 9);
    }
  });
});

describe('overrides', () => {
  const plan = async (overrides: string) => {
    const body = `${head}models: [seasonal_naive]\noverrides:\n${overrides}`;
    const { tables, warnings } = await runKind(kind, run, body, { demand });
    return { rows: toRows(tables['out_plan']!), tables, warnings };
  };
  const ofKind = (rows: Awaited<ReturnType<typeof plan>>['rows'], what: string, sku: string) =>
    rows.filter((row) => row['kind'] === what && row['sku'] === sku);

  test('stand beside history and baseline, which keep their values', async () => {
    const { rows, tables, warnings } = await plan(
      `  - { sku: 007, time: ${date(1)}, value: 100, note: fair }\n` +
        `  - { from: ${date(1)}, to: ${date(2)}, factor: 1.5, note: campaign }`
    );
    expect(warnings).toEqual([]);
    expect(ofKind(rows, 'history', '007').map((row) => row['value'])).toEqual(
      cells.filter((c) => c.sku === '007').map((c) => c.units)
    );
    const yhat = (sku: string) =>
      toRows(tables['out']!)
        .filter((row) => row['sku'] === sku)
        .map((row) => Number(row['yhat']));
    expect(ofKind(rows, 'baseline', 'b').map((row) => row['value'])).toEqual(yhat('b'));
    expect(ofKind(rows, 'override', '007').map(({ value, note }) => [value, note])).toEqual([
      [150, 'fair; campaign'],
      [1.5 * yhat('007')[2]!, 'campaign']
    ]);
    expect(ofKind(rows, 'override', 'b').map((row) => row['week'])).toEqual([
      start + (weeks + 1) * week,
      start + (weeks + 2) * week
    ]);
  });

  test('that meet nothing are warnings on their line, and the others hold', async () => {
    const { rows, warnings } = await plan(
      [
        `- { sku: c, time: ${date(0)}, value: 1 }`,
        '- { sku: b, time: 2023-01-02, value: 1 }',
        `- { sku: b, time: ${date(0)} }`,
        `- { product: b, time: ${date(0)}, value: 1 }`,
        '- { sku: b, time: soon, value: 1 }',
        `- { sku: b, time: ${date(0)}, from: ${date(0)}, value: 1 }`,
        `- { sku: b, time: ${date(0)}, value: many }`,
        `- { sku: b, to: ${date(0)}, value: 7 }`
      ]
        .map((line) => `  ${line}`)
        .join('\n')
    );
    const lines = head.split('\n').length + 2;
    expect(warnings.map(({ code, span }) => [code, span!.line - lines])).toEqual([
      ['forecast.override-series', 0],
      ['forecast.override-time', 1],
      ['forecast.override-shape', 2],
      ['forecast.override-shape', 3],
      ['forecast.override-shape', 4],
      ['forecast.override-shape', 5],
      ['forecast.override-shape', 6]
    ]);
    expect(rows.filter((row) => row['kind'] === 'override')).toHaveLength(1);
  });
});

describe('adjustments', () => {
  const adjusted = async (adjustments: string) => {
    const body = `${head}models: [seasonal_naive, moving_average]\nadjustments:\n${adjustments}`;
    return runKind(kind, run, body, { demand });
  };

  test('change what models learn from; what came stays in the plan', async () => {
    const { tables, warnings } = await adjusted(
      `  - { sku: b, time: ${date(-1)}, value: 500, note: stock-out }`
    );
    expect(warnings).toEqual([]);
    const own = (suffix: string) =>
      toRows(tables[`out${suffix}`]!).filter((row) => row['sku'] === 'b');
    const came = cells.filter((c) => c.sku === 'b').map((c) => c.units);
    const plan = own('_plan');
    expect(plan.filter((r) => r['kind'] === 'history').map((r) => r['value'])).toEqual(came);
    expect(plan.filter((r) => r['kind'] === 'adjusted')).toMatchObject([
      { week: start + (weeks - 1) * week, value: 500, note: 'stock-out' }
    ]);
    const ahead = own('_all').filter((row) => row['model'] === 'seasonal_naive');
    expect(ahead[3]!['yhat']).toBe(500);
    const fitted = own('_fitted').filter((row) => row['model'] === 'seasonal_naive');
    expect(fitted.at(-1)!['actual']).toBe(500);
  });

  test('leave the other series alone', async () => {
    const plain = await runKind(kind, run, `${head}models: [seasonal_naive, moving_average]`, {
      demand
    });
    const { tables } = await adjusted(`  - { sku: b, to: ${date(-1)}, factor: 2 }`);
    const yhat = (from: typeof tables, sku: string) =>
      toRows(from['out_all']!)
        .filter((row) => row['sku'] === sku)
        .map((row) => Number(row['yhat']));
    expect(yhat(tables, '007')).toEqual(yhat(plain.tables, '007'));
    yhat(plain.tables, 'b').forEach((before, i) => {
      expect(yhat(tables, 'b')[i]).toBeCloseTo(2 * before, 9);
    });
  });

  test('of rows to come are warnings on their line', async () => {
    const { warnings } = await adjusted(`  - { sku: b, time: ${date(1)}, value: 1 }`);
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        'forecast.override-time',
        `This adjustment is left out: no row of the history is at ${date(1)}.`
      ]
    ]);
  });
});
