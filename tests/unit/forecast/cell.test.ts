import { describe, expect, test } from 'vitest';
import { columns, numeric, take, text, toRows, type Columns } from '#lib/base/columns.ts';
import { ProblemError } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { runKind } from './harness.ts';

const week = 7 * 86_400_000;
const start = Date.parse('2023-01-02T00:00Z');
const shape = [8, 0, -6, -2];

/** Weekly demand of some products, each with a level of its own and a rhythm of four weeks. */
function weekly(skus: readonly string[], weeks = 40): Columns {
  const names: string[] = [];
  const times: number[] = [];
  const units: number[] = [];
  skus.forEach((sku, s) => {
    const random = seeded(s);
    for (let t = 0; t < weeks; t++) {
      names.push(sku);
      times.push(start + t * week);
      units.push(Math.round(40 + 10 * s + shape[t % 4]! + 4 * random()));
    }
  });
  const valid = null;
  return columns({
    sku: text(names),
    week: { type: 'date', values: Float64Array.from(times), valid },
    units: numeric(units, 'integer')
  });
}

const body = (more = '') =>
  `source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 3\n${more}`;

const code = async (promise: Promise<unknown>) => {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
};

describe('the outputs', async () => {
  const models = 'models: [naive, seasonal_naive, holt_winters]\nbacktest: { origins: 4, step: 2 }';
  const demand = weekly(['b', 'a']);
  const { tables, report, warnings, progress } = await runKind(kind, run, body(models), { demand });
  const bands = ['lo_80', 'hi_80', 'lo_95', 'hi_95'];

  test('have the columns of CELLS.md, by and time under their own names', () => {
    expect(tables['out']!.names).toEqual(['sku', 'week', 'model', 'yhat', ...bands]);
    expect(tables['out_all']!.names).toEqual(tables['out']!.names);
    expect(tables['out_fitted']!.names).toEqual([
      'sku',
      'week',
      'model',
      'actual',
      'fitted',
      'residual'
    ]);
    expect(tables['out_backtest']!.names).toEqual([
      'sku',
      'origin',
      'week',
      'step',
      'model',
      'actual',
      'yhat',
      ...bands
    ]);
    expect(tables['out_scores']!.names).toEqual([
      'sku',
      'model',
      'mase',
      'rmsse',
      'wape',
      'smape',
      'bias',
      'pinball',
      'coverage_80',
      'coverage_95',
      'msis',
      'origins',
      'chosen'
    ]);
    expect(tables['out_models']!.names).toEqual([
      'sku',
      'model',
      'description',
      'parameters',
      'log_likelihood',
      'aicc',
      'sigma2',
      'ms',
      'note'
    ]);
  });

  test('have a row for everything: 2 series, 3 models, 40 weeks, 4 origins, 3 steps', () => {
    const rows = Object.fromEntries(Object.entries(tables).map(([name, t]) => [name, t.length]));
    expect(rows).toEqual({
      out: 6,
      out_all: 18,
      out_fitted: 240,
      out_backtest: 72,
      out_scores: 6,
      out_series: 2,
      out_models: 6,
      out_pooled: 4,
      out_tried: 4,
      out_coefficients: expect.any(Number) as number,
      out_components: 80,
      out_residuals: 2,
      out_attribution: 0,
      out_plan: 86
    });
    expect(warnings).toEqual([]);
  });

  test('go on from the last week, bands nested around the forecast', () => {
    const rows = toRows(tables['out_all']!);
    expect(rows.slice(0, 3).map((row) => row['week'])).toEqual(
      [40, 41, 42].map((t) => start + t * week)
    );
    for (const row of rows) {
      const order = ['lo_95', 'lo_80', 'yhat', 'hi_80', 'hi_95'].map((name) => Number(row[name]));
      expect([...order].sort((a, b) => a - b)).toEqual(order);
    }
  });

  test('choose one model a series, the lowest MASE', () => {
    const rows = toRows(tables['out_scores']!);
    for (const sku of ['a', 'b']) {
      const own = rows.filter((row) => row['sku'] === sku);
      const best = Math.min(...own.map((row) => Number(row['mase'])));
      expect(own.filter((row) => row['chosen']).map((row) => row['mase'])).toEqual([best]);
    }
    expect(rows.every((row) => row['origins'] === 4)).toBe(true);
    expect(rows.find((row) => row['chosen'])?.['model']).not.toBe('naive');
  });

  test('the scores follow from the backtest rows', () => {
    const errors = toRows(tables['out_backtest']!).filter(
      (row) => row['sku'] === 'a' && row['model'] === 'naive'
    );
    const sum = (read: (row: (typeof errors)[number]) => number) =>
      errors.reduce((total, row) => total + read(row), 0);
    const score = toRows(tables['out_scores']!).find(
      (row) => row['sku'] === 'a' && row['model'] === 'naive'
    )!;
    const actuals = sum((row) => Number(row['actual']));
    const signed = sum((row) => Number(row['yhat']) - Number(row['actual']));
    const absolute = sum((row) => Math.abs(Number(row['yhat']) - Number(row['actual'])));
    expect(score['bias']).toBeCloseTo(signed / actuals, 12);
    expect(score['wape']).toBeCloseTo(absolute / actuals, 12);
    const inside = sum((row) =>
      Number(row['actual']) >= Number(row['lo_80']) && Number(row['actual']) <= Number(row['hi_80'])
        ? 1
        : 0
    );
    expect(score['coverage_80']).toBeCloseTo(inside / errors.length, 12);
  });

  test('the report names frequency and season, the leaderboard and the keys', () => {
    expect(report).toMatchObject({
      frequency: 'week',
      season: 4,
      horizon: 3,
      series: 2,
      skipped: 0
    });
    expect(report.leaderboard.map((row) => row.model).at(-1)).toBe('naive');
    expect(report.leaderboard.reduce((sum, row) => sum + row.chosen, 0)).toBe(2);
    expect(report.first.map((key) => key.key)).toEqual([['a'], ['b']]);
    expect(report.notes[0]).toEqual({ code: 'frequency-found', frequency: 'week' });
  });

  test('progress rises to its total', () => {
    const done = progress.map((p) => p.done);
    expect([...done].sort((a, b) => a - b)).toEqual(done);
    expect(done.at(-1)).toBe(progress.at(-1)!.total);
  });

  test('the order of the rows does not matter', async () => {
    const shuffled = Array.from({ length: demand.length }, (_, i) => i);
    const random = seeded(3);
    shuffled.sort(() => random() - 0.5);
    const again = await runKind(kind, run, body(models), { demand: take(demand, shuffled) });
    for (const [name, table] of Object.entries(tables)) {
      expect(toRows(again.tables[name]!)).toEqual(toRows(table));
    }
  });
});

describe('auto', () => {
  test('takes seasonal models where a season shows and not where none does', async () => {
    const { tables } = await runKind(kind, run, body(), { demand: weekly(['a']) });
    const names = toRows(tables['out_scores']!).map((row) => row['model']);
    const known = ['seasonal_naive', 'ets', 'theta', 'mstl_ets', 'ensemble'];
    expect(names.filter((name) => known.some((one) => one === name))).toEqual(known);
    const random = seeded(2);
    const flat = columns({
      t: numeric(
        Array.from({ length: 30 }, (_, i) => i),
        'integer'
      ),
      y: numeric(Array.from({ length: 30 }, () => random()))
    });
    const plain = await runKind(kind, run, 'source: flat\ntime: t\nvalue: y\nseason: 4', { flat });
    const without = toRows(plain.tables['out_scores']!).map((row) => row['model']);
    expect(without).toEqual(expect.arrayContaining(['seasonal_naive', 'ets', 'theta', 'ensemble']));
    expect(without).not.toContain('mstl_ets');
    expect(plain.report.frequency).toBe('step');
  });
});

describe('the ensemble', () => {
  const rowsOf = (table: Columns, model: string) =>
    toRows(table).filter((row) => row['model'] === model);

  test('alone is fitted from members that are not shown', async () => {
    const more = 'models: [ensemble, naive]';
    const { tables } = await runKind(kind, run, body(more), { demand: weekly(['a']) });
    const names = toRows(tables['out_models']!).map((row) => row['model']);
    expect(names).toEqual(['naive', 'ensemble']);
    const [row] = rowsOf(tables['out_models']!, 'ensemble');
    expect(row!['description']).toMatch(/^Mean of ETS\(.*, Theta/);
  });
});

describe('what is wrong with the data', () => {
  const holed = (table: Columns, drop: number) =>
    take(
      table,
      Array.from({ length: table.length }, (_, i) => i).filter((i) => i !== drop)
    );

  test('a gap in the only series is a problem that names both ends and the remedy', async () => {
    const demand = holed(weekly(['a']), 5);
    const error = await runKind(kind, run, body(), { demand }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ProblemError);
    const { problem } = error as ProblemError;
    expect(problem.code).toBe('demand.gap');
    expect(problem.message).toBe('Series a has no row between 2023-01-30 and 2023-02-13.');
    expect(problem.hint).toContain(
      'complete: { time: week, every: 1w, by: sku, fill: { units: 0 } }'
    );
    expect(problem.span?.line).toBe(2);
  });

  test('a gap in one series among several leaves that one out and says so', async () => {
    const demand = holed(weekly(['a', 'b', 'c']), 45);
    const { tables, warnings, report } = await runKind(kind, run, body('models: naive'), {
      demand
    });
    expect(new Set(toRows(tables['out']!).map((row) => row['sku']))).toEqual(new Set(['a', 'c']));
    expect(warnings.map((w) => w.code)).toEqual(['demand.series-skipped']);
    expect(warnings[0]!.message).toContain('1 series was left out of 3: b');
    expect(report.skipped).toBe(1);
  });

  test('too short a series falls back to naive with a warning', async () => {
    const demand = weekly(['a'], 3);
    const { tables, warnings } = await runKind(kind, run, body('models: holt_winters'), { demand });
    expect(toRows(tables['out']!).map((row) => row['model'])).toEqual(['naive', 'naive', 'naive']);
    expect(warnings.map((w) => w.code)).toEqual(['forecast.model-skipped', 'forecast.too-short']);
  });

  test('no rows, a text as value, a missing column, a clash of names', async () => {
    const demand = weekly(['a']);
    const none = take(demand, []);
    expect(await code(runKind(kind, run, body(), { demand: none }))).toBe('demand.no-rows');
    const value = 'source: demand\ntime: week\nvalue: sku';
    expect(await code(runKind(kind, run, value, { demand }))).toBe('demand.value-type');
    const time = 'source: demand\ntime: sku\nvalue: units';
    expect(await code(runKind(kind, run, time, { demand }))).toBe('demand.time-type');
    const missing = 'source: demand\ntime: wek\nvalue: units';
    expect(await code(runKind(kind, run, missing, { demand }))).toBe('demand.no-column');
    const clash = { ...demand, names: ['model', 'week', 'units'] };
    const byModel = 'source: demand\ntime: week\nvalue: units\nby: model';
    expect(await code(runKind(kind, run, byModel, { demand: clash }))).toBe('demand.name-clash');
    const one = take(demand, [0]);
    expect(await code(runKind(kind, run, body(), { demand: one }))).toBe('demand.no-step');
  });

  test('a constant series gives finite forecasts and no MASE', async () => {
    const demand = {
      ...weekly(['a']),
      vectors: [...weekly(['a']).vectors.slice(0, 2), numeric(Array<number>(40).fill(5))]
    };
    const { tables } = await runKind(kind, run, body(), { demand });
    for (const row of toRows(tables['out']!)) expect(row['yhat']).toBeCloseTo(5, 6);
    expect(toRows(tables['out_scores']!)[0]!['mase']).toBeNull();
  });
});

describe('the configuration', () => {
  test('a model that is not there is refused with those that are and the nearest', () => {
    const parsed = kind.body.parse(body('models: [naive, holtwinters]'), {});
    expect(parsed.config).toBeNull();
    expect(parsed.problems[0]).toMatchObject({ code: 'config.value', span: { line: 7 } });
    expect(parsed.problems[0]!.cause).toContain('auto, naive, seasonal_naive');
    expect(parsed.problems[0]!.cause).toContain('the nearest is holt_winters');
    expect(kind.body.parse(body('models: prophet'), {}).config).toBeNull();
  });

  test('keys that only other models read are accepted with a warning', async () => {
    const more = 'models: naive\narima: { order: [0, 1, 1] }\nregressors: price';
    const { warnings } = await runKind(kind, run, body(more), { demand: weekly(['a']) });
    expect(warnings.map((w) => w.code)).toEqual(['forecast.no-effect', 'forecast.no-effect']);
  });

  test('`arima` fixes the orders of the models that read it', async () => {
    const more = 'models: [arima, sarima]\narima: { order: [0, 1, 1], seasonal: [0, 1, 0] }';
    const { tables, warnings } = await runKind(kind, run, body(more), { demand: weekly(['a']) });
    expect(warnings).toEqual([]);
    const descriptions = toRows(tables['out_models']!).map((row) => row['description']);
    expect(descriptions).toEqual(['ARIMA(0,1,1)(0,1,0)[4]', 'ARIMA(0,1,1)(0,1,0)[4]']);
    const wrong = kind.body.parse(body('models: arima\narima: { order: [0, 1] }'), {});
    expect(wrong.config).toBeNull();
    expect(wrong.problems[0]!.cause).toContain('a whole number from 0 to 9');
  });

  test.each(['auto', 'ensemble'])('`arima` fixes them for %s too', async (models) => {
    const more = `models: [${models}, sarima]\narima: { order: [0, 1, 1], seasonal: [0, 1, 0] }`;
    const { tables, warnings } = await runKind(kind, run, body(more), { demand: weekly(['a']) });
    expect(warnings).toEqual([]);
    const rows = toRows(tables['out_models']!);
    const described = (model: string) => rows.find((row) => row['model'] === model)!['description'];
    expect(described('sarima')).toBe('ARIMA(0,1,1)(0,1,0)[4]');
    expect(described('ensemble')).toContain('ARIMA(0,1,1)(0,1,0)[4]');
  });

  test('levels name the columns', async () => {
    const more = 'models: naive\nlevels: [90]\nintervals: analytic';
    const { tables } = await runKind(kind, run, body(more), { demand: weekly(['a']) });
    expect(tables['out']!.names).toEqual(['sku', 'week', 'model', 'yhat', 'lo_90', 'hi_90']);
    expect(tables['out_scores']!.names).toContain('coverage_90');
  });

  test('only a network makes the cell costly', () => {
    const parse = (more: string) => kind.body.parse(body(more), {}).config!;
    const cell = (more: string) => ({
      name: 'x',
      kind: 'forecast',
      body: '',
      params: {},
      config: parse(more)
    });
    expect(kind.costly!(cell('models: [ses]'))).toBe(false);
    expect(kind.costly!(cell('models: [ses, lstm]'))).toBe(true);
    expect(kind.needsNetwork!(cell('models: [lstm]'))).toBe(true);
  });
});
