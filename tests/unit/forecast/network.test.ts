import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { ProblemError } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import { trainingWindows, writeTarget, writeWindow } from '#lib/analytics/forecast/windows.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';
import { linearEngine, type Trained } from './fake-network.ts';
import { runKind } from './harness.ts';

const day = 86_400_000;

/** Daily demand with a week and a slow wave that seasonal naive misses. */
function daily(skus: readonly string[], days = 84): Columns {
  const names: string[] = [];
  const times: number[] = [];
  const units: number[] = [];
  skus.forEach((sku, s) => {
    const random = seeded(s);
    for (let t = 0; t < days; t++) {
      names.push(sku);
      times.push(Date.UTC(2024, 0, 1) + t * day);
      const wave = 20 * Math.sin(t / 9 + s);
      units.push(100 * (s + 1) + (s + 1) * (wave + (t % 7) * 5 + 3 * random()));
    }
  });
  return columns({
    sku: text(names),
    day: { type: 'timestamp', values: Float64Array.from(times), valid: null },
    units: numeric(units)
  });
}

const body = (more = '') =>
  `source: demand\ntime: day\nvalue: units\nby: sku\nhorizon: 4\nmodels: [seasonal_naive, lstm]\nbacktest: { origins: 3, step: 4 }\n${more}`;

describe('windows', () => {
  const values = Float64Array.from({ length: 20 }, (_, t) => 10 + t + (t % 4) * 3);
  const shape = { window: 8, horizon: 3, season: 4 };

  test('lie inside the rows given, the last target ending there', () => {
    const places = trainingWindows([20, 6], shape, 8);
    expect(places.every((p) => p.series === 0)).toBe(true);
    expect(places.map((p) => p.end)).toEqual(Array.from({ length: 14 }, (_, i) => i + 4));
  });

  test('are thinned to 20,000, and to 64 MB of inputs, the last of each series kept', () => {
    const count = (size: number) => {
      const places = trainingWindows([30_000, 30_000], shape, size);
      expect(places.at(-1)).toEqual({ series: 1, end: 29_997 });
      return places.length;
    };
    expect(count(8)).toBeGreaterThan(15_000);
    expect(count(8)).toBeLessThanOrEqual(20_000);
    expect(count(4096) * 4096 * 4).toBeLessThanOrEqual(2 ** 26);
  });

  test('are scaled to mean 0, and targets are what seasonal naive leaves over', () => {
    const input = new Float32Array(8);
    const target = new Float32Array(3);
    const scale = writeWindow(values, 12, shape, input, 0);
    writeTarget(values, 12, shape, scale, target, 0);
    expect(input.reduce((sum, v) => sum + v, 0)).toBeCloseTo(0, 5);
    for (const value of target) expect(value * scale.scale).toBeCloseTo(4, 5);
  });

  test('before the series its first season stands in', () => {
    const input = new Float32Array(8);
    writeWindow(values, 4, shape, input, 0);
    expect([...input.slice(0, 4)]).toEqual([...input.slice(4)]);
  });

  test('a series of zeros stays finite', () => {
    const input = new Float32Array(8);
    const target = new Float32Array(3);
    const scale = writeWindow(new Float64Array(20), 12, shape, input, 0);
    writeTarget(new Float64Array(20).fill(0).fill(900, 12), 12, shape, scale, target, 0);
    expect([...input]).toEqual(Array(8).fill(0));
    expect([...target]).toEqual([10, 10, 10]);
  });
});

describe('the global network', async () => {
  const log: Trained[] = [];
  const demand = daily(['a', 'b', 'c']);
  const ran = await runKind(kind, run, body(), { demand }, linearEngine(log));

  test('is trained twice in season patches and given back', () => {
    expect(log.map(({ spec }) => [spec.window, spec.features, spec.horizon])).toEqual([
      [4, 7, 4],
      [4, 7, 4]
    ]);
    expect(log.every((entry) => entry.disposed)).toBe(true);
    expect(log[0]!.data.inputs.length).toBeLessThan(log[1]!.data.inputs.length);
  });

  test('learns what seasonal naive leaves over and is chosen', () => {
    const scores = toRows(ran.tables['out_scores']!);
    const mase = (model: string) =>
      scores.filter((s) => s['model'] === model).map((s) => Number(s['mase']));
    mase('lstm').forEach((value, i) => expect(value).toBeLessThan(mase('seasonal_naive')[i]!));
    expect(new Set(toRows(ran.tables['out']!).map((row) => row['model']))).toEqual(
      new Set(['lstm'])
    );
  });

  test('says what trained it, and how', () => {
    const model = toRows(ran.tables['out_models']!).find((row) => row['model'] === 'lstm')!;
    expect(model['description']).toBe('LSTM(28→4, 64×1)');
    expect(model['note']).toContain('Least squares, linear');
    expect(JSON.parse(model['parameters'] as string)).toMatchObject({
      window: 28,
      hidden: 64,
      seed: 1
    });
    expect(ran.report.training.map((t) => [t.phase, t.steps.length])).toEqual([
      ['backtest', 4],
      ['final', 4]
    ]);
    const figures = ran.progress.find((p) => p.figures)!.figures!;
    expect(figures).toMatchObject({ step: 1, loss: 1, backend: 'linear' });
    const done = ran.progress.map((p) => p.done);
    expect([...done].sort((a, b) => a - b)).toEqual(done);
  });

  test('fits every row but the first of each series, and bands are nested', () => {
    const fitted = toRows(ran.tables['out_fitted']!).filter((row) => row['model'] === 'lstm');
    expect(fitted).toHaveLength(3 * 84);
    expect(fitted.filter((row) => row['fitted'] === null)).toHaveLength(3 * 14);
    for (const row of toRows(ran.tables['out_backtest']!)) {
      const order = ['lo_95', 'lo_80', 'yhat', 'hi_80', 'hi_95'].map((name) => Number(row[name]));
      expect([...order].sort((a, b) => a - b)).toEqual(order);
    }
  });

  test('sees nothing at or after the first origin while it is backtested', async () => {
    const changed = columns({
      sku: demand.vectors[0]!,
      day: demand.vectors[1]!,
      units: numeric(
        Float64Array.from({ length: demand.length }, (_, i) =>
          i % 84 >= 84 - 12 ? 5000 : (demand.vectors[2]!.values[i] as number)
        )
      )
    });
    const again: Trained[] = [];
    await runKind(kind, run, body(), { demand: changed }, linearEngine(again));
    expect(again[0]!.data.inputs).toEqual(log[0]!.data.inputs);
    expect(again[0]!.data.targets).toEqual(log[0]!.data.targets);
    expect(again[1]!.data.targets).not.toEqual(log[1]!.data.targets);
  });

  test('with patience the first training holds out its last horizon and the second takes its steps', async () => {
    const patient: Trained[] = [];
    await runKind(kind, run, body('lstm: { patience: 3 }'), { demand }, linearEngine(patient));
    const [first, second] = patient.map(({ data }) => data);
    const windows = log[0]!.data.targets.length / 4;
    expect(first!.validation).toMatchObject({ patience: 3 });
    expect(first!.validation!.targets).toHaveLength(3 * 4);
    // Of each series its last window judges; the three before it reach into those rows.
    expect(first!.targets.length / 4).toBe(windows - 3 * 4);
    expect(second!.validation).toBeUndefined();
    expect(second!.mostSteps).toBe(4);
  });

  test('without quantiles its bands come from training errors', async () => {
    const more = 'lstm: { quantiles: [] }\nintervals: analytic';
    const { tables } = await runKind(kind, run, body(more), { demand }, linearEngine());
    for (const row of toRows(tables['out']!)) {
      expect(Number(row['hi_80'])).toBeGreaterThan(Number(row['yhat']));
      expect(Number(row['lo_80'])).toBeLessThan(Number(row['yhat']));
    }
  });
});

describe('what the network is told besides the values', () => {
  const [base, hours] = [daily(['a', 'b', 'c']), daily(['a', 'b', 'c'], 88)];
  const demand: Columns = {
    ...base,
    names: [...base.names, 'price', 'store', 'size'],
    vectors: [
      ...base.vectors,
      numeric(Array.from({ length: base.length }, (_, i) => 10 + (i % 5))),
      text(Array.from({ length: base.length }, (_, i) => (i < 84 ? 'north' : 'south'))),
      numeric(Array.from({ length: base.length }, (_, i) => Math.floor(i / 84)))
    ]
  };
  const plan: Columns = {
    ...hours,
    names: [...hours.names, 'price'],
    vectors: [...hours.vectors, numeric(Array.from({ length: hours.length }, (_, i) => i % 7))]
  };
  const more = 'regressors: price\nfuture: plan\nlstm: { static: [store, size] }';
  const go = (text: string, engine = linearEngine(), given = demand) =>
    runKind(kind, run, body(text), { demand: given, plan }, engine);

  test('are the regressors, the plan for them and static columns, in season patches', async () => {
    const log: Trained[] = [];
    const { warnings, tables } = await go(more, linearEngine(log));
    expect(warnings).toEqual([]);
    // Four weeks and one ahead: seven values, seven prices, two stores, a size, the mark of what is ahead.
    expect(log.map(({ spec }) => [spec.window, spec.features])).toEqual(Array(2).fill([5, 18]));
    const model = toRows(tables['out_models']!).find((row) => row['model'] === 'lstm')!;
    expect(model['description']).toBe('LSTM(28→4, 64×1; price, store, size)');
  });

  test('prices at or after the first origin are not seen while it is backtested', async () => {
    const changed: Columns = {
      ...demand,
      vectors: demand.vectors.map((vector, k) =>
        demand.names[k] === 'price'
          ? numeric(
              Array.from({ length: demand.length }, (_, i) =>
                i % 84 >= 84 - 12 ? 9e5 : Number(vector.values[i])
              )
            )
          : vector
      )
    };
    const [first, second]: Trained[][] = [[], []];
    await go(more, linearEngine(first));
    await go(more, linearEngine(second), changed);
    expect(second![0]!.data.inputs).toEqual(first![0]!.data.inputs);
    expect(second![1]!.data.inputs).not.toEqual(first![1]!.data.inputs);
  });

  test('the calendar comes with dates, unless it is turned off', async () => {
    const features = async (text: string) => {
      const log: Trained[] = [];
      await go(text, linearEngine(log));
      return log[0]!.spec.features;
    };
    expect(await features('season: 1\nlstm: { window: 8 }')).toBe(1 + 4);
    expect(await features('season: 1\nlstm: { window: 8, calendar: false }')).toBe(1);
  });

  test('what each did stands in NAME_attribution, and all of it adds up', async () => {
    const lstm = 'lstm: { static: store, window: 14, hidden: 6, epochs: 2, backend: cpu }';
    const text = body(`regressors: price\nfuture: plan\n${lstm}`);
    const { tables } = await runKind(kind, run, text, { demand, plan }, createNetworkEngine());
    const rows = toRows(tables['out_attribution']!).filter((row) => row['sku'] === 'b');
    expect(rows.map(({ input, period, lag }) => [input, period, lag])).toEqual([
      [null, null, null],
      ...Array.from({ length: 14 }, (_, i) => [null, 'window', i + 1]),
      ['price', 'window', null],
      ['store', null, null],
      ['price', 'horizon', null]
    ]);
    const sum = rows.reduce((total, row) => total + Number(row['contribution']), 0);
    const yhat = toRows(tables['out_all']!)
      .filter((row) => row['sku'] === 'b' && row['model'] === 'lstm')
      .reduce((total, row) => total + Number(row['yhat']), 0);
    expect(Math.abs(sum - yhat)).toBeLessThan(1e-6 * Math.abs(yhat));
  });

  test.each([
    ['demand.no-column', 'lstm: { static: region }', undefined],
    [
      'forecast.static-varies',
      'lstm: { static: price }',
      'Series a has more than one `price`: 10 and 11.'
    ],
    ['forecast.no-future', 'regressors: price', undefined]
  ])('%s', async (code, text, message) => {
    const error: unknown = await go(text).catch((thrown: unknown) => thrown);
    const { problem } = error as ProblemError;
    expect(problem.code).toBe(code);
    if (message) expect(problem.message).toBe(message);
  });
});

describe('what keeps a network from being trained', () => {
  const code = async (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: unknown) => (error as ProblemError).problem.code
    );

  test('no engine, or no series long enough', async () => {
    const demand = daily(['a']);
    expect(await code(runKind(kind, run, body(), { demand }))).toBe('forecast.no-network');
    const short = runKind(kind, run, body(), { demand: daily(['a'], 5) }, linearEngine());
    expect(await code(short)).toBe('forecast.network-too-short');
  });

  test('quantiles without the median', () => {
    const parsed = kind.body.parse(body('lstm: { quantiles: [0.1, 0.9] }'), {});
    expect(parsed.problems[0]?.code).toBe('config.combination');
  });
});

test('the real engine gives finite forecasts, the same for the same seed', async () => {
  const demand = daily(['a', 'b'], 42);
  const more = 'lstm: { window: 14, hidden: 6, epochs: 2, seed: 5, backend: cpu }';
  const once = await runKind(kind, run, body(more), { demand }, createNetworkEngine());
  const again = await runKind(kind, run, body(more), { demand }, createNetworkEngine());
  expect(toRows(again.tables['out_all']!)).toEqual(toRows(once.tables['out_all']!));
  for (const row of toRows(once.tables['out_all']!))
    expect(Number.isFinite(row['yhat'])).toBe(true);
  const notes = toRows(once.tables['out_models']!).map((row) => row['note']);
  expect(notes[1]).toMatch(/^Own LSTM, cpu \(asked for\); \d+ steps, loss /);
});
