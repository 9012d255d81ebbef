import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, vectorOf, type Columns } from '#lib/base/columns.ts';
import type { ProblemError } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { networkArchive } from '#lib/cells/forecast/view-network.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';
import { runKind } from './harness.ts';

const day = 86_400_000;

/** Daily demand of two products with a week and a slow wave. */
function daily(days: number): Columns {
  const names: string[] = [];
  const times: number[] = [];
  const units: number[] = [];
  ['a', 'b'].forEach((sku, s) => {
    const random = seeded(s);
    for (let t = 0; t < days; t++) {
      names.push(sku);
      times.push(Date.UTC(2024, 0, 1) + t * day);
      units.push(100 * (s + 1) + 20 * Math.sin(t / 9 + s) + (t % 7) * 5 + 3 * random());
    }
  });
  return columns({
    sku: text(names),
    day: { type: 'timestamp', values: Float64Array.from(times), valid: null },
    units: numeric(units)
  });
}

const small = 'window: 14, hidden: 6, epochs: 3, backend: cpu';
const body = (lstm: string, more = '') =>
  `source: demand\ntime: day\nvalue: units\nby: sku\nhorizon: 4\nmodels: [lstm]\nbacktest: { origins: 2, step: 4 }\nlstm: { ${lstm} }\n${more}`;
const runBody = (text: string, tables: Record<string, Columns>) =>
  runKind(kind, run, text, tables, createNetworkEngine());
const forecastOf = (ran: { tables: Record<string, Columns> | object }) =>
  vectorOf((ran.tables as Record<string, Columns>)['out']!, 'yhat')!.values as Float64Array;

interface Exported {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
  readonly userDefinedMetadata: {
    readonly spec: { window: number; features: number; quantiles: number[] };
    readonly recipe: { season: number };
  };
}

const demand = daily(56);
const first = await runBody(body(small), { demand });
const saved = first.tables['out_network']!;

describe('saved networks', () => {
  test('are kept in a relation with what a reader outside needs', () => {
    expect(saved.names).toEqual(['seed', 'model', 'weights']);
    const json = JSON.parse(toRows(saved)[0]!['model'] as string) as Record<string, unknown>;
    expect(json['userDefinedMetadata']).toMatchObject({
      spec: { window: 2, features: 7, horizon: 4, hidden: 6, quantiles: [0.1, 0.5, 0.9] },
      recipe: { season: 7, seed: 1, until: Date.UTC(2024, 0, 56) }
    });
  });

  test('forecast the same in plain TensorFlow.js, by what the archive says of windows', async () => {
    const files = unzipSync(networkArchive(saved));
    const json = JSON.parse(strFromU8(files['model.json']!)) as Exported;
    await tf.setBackend('cpu');
    const model = await loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0]!.weights,
        weightData: files['weights.bin']!.slice().buffer
      })
    );
    const { spec, recipe } = json.userDefinedMetadata;
    const units = demand.vectors[2]!.values as Float64Array;
    for (const [s, ours] of [0, 1].map(
      (i) => [i, forecastOf(first).slice(4 * i, 4 * i + 4)] as const
    )) {
      const history = [...units.slice(56 * s, 56 * s + 56)];
      const window = history.slice(-spec.window * spec.features);
      const mean = window.reduce((a, b) => a + b, 0) / window.length;
      const deviation = Math.sqrt(window.reduce((a, b) => a + (b - mean) ** 2, 0) / window.length);
      const size = history.reduce((a, b) => a + Math.abs(b), 0) / history.length;
      const scale = Math.max(deviation, 0.1 * size);
      const scaled = window.map((value) => (value - mean) / scale);
      const out = model.predict(tf.tensor(scaled, [1, spec.window, spec.features])) as tf.Tensor;
      const outputs = await out.data();
      const middle = spec.quantiles.indexOf(0.5);
      ours.forEach((value, h) => {
        const base = history.at((h % recipe.season) - recipe.season)!;
        const theirs = base + scale * outputs[h * spec.quantiles.length + middle]!;
        expect(Math.abs(value - theirs) / value).toBeLessThan(1e-6);
      });
    }
  });

  test('forecast the same in another cell, and rows they have learnt from are no backtest', async () => {
    const again = await runBody(body('network: net'), { demand, net: saved });
    expect(forecastOf(again)).toEqual(forecastOf(first));
    expect(again.tables['out_backtest']!.length).toBe(0);
    expect(again.warnings).toMatchObject([
      { code: 'forecast.network-has-seen', data: { until: '2024-02-25 00:00:00', out: 4, all: 4 } }
    ]);
    const [model] = toRows(again.tables['out_models']!);
    expect(model!['note']).toMatch(/^Own LSTM, loaded; one network over all series/);
    expect(again.tables['out_network']).toEqual(saved);
  });

  test('are backtested on rows that came later', async () => {
    const later = daily(64);
    const ran = await runBody(body('network: net'), { demand: later, net: saved });
    expect(ran.warnings).toEqual([]);
    expect(ran.tables['out_backtest']!.length).toBe(2 * 2 * 4);
  });

  test('are trained on with epochs, and say so', async () => {
    const later = daily(70);
    const tuned = await runBody(body('network: net, epochs: 1, backend: cpu'), {
      demand: later,
      net: saved
    });
    const json = JSON.parse(toRows(tuned.tables['out_network']!)[0]!['model'] as string) as {
      userDefinedMetadata: { recipe: object };
    };
    expect(json.userDefinedMetadata.recipe).toMatchObject({ until: Date.UTC(2024, 0, 70) });
    expect(tuned.tables['out_network']).not.toEqual(saved);
    const asItIs = await runBody(body('network: net'), { demand: later, net: saved });
    expect(forecastOf(tuned)).not.toEqual(forecastOf(asItIs));
    expect(toRows(tuned.tables['out_models']!)[0]!['note']).toMatch(/cpu \(asked for\); \d+ steps/);
  });

  test('of several seeds are one row each, and their median is the forecast again', async () => {
    const three = await runBody(body(`${small}, seeds: 3`), { demand });
    const net = three.tables['out_network']!;
    expect(toRows(net).map((row) => row['seed'])).toEqual([1, 2, 3]);
    const again = await runBody(body('network: net'), { demand, net });
    expect(forecastOf(again)).toEqual(forecastOf(three));
    const files = unzipSync(networkArchive(net));
    expect(Object.keys(files)).toEqual(
      [1, 2, 3].flatMap((seed) => [`seed-${seed}/model.json`, `seed-${seed}/weights.bin`])
    );
  });

  test('serve a series too short to train on', async () => {
    const net = saved;
    const ran = await runBody(body('network: net', 'season: 7'), { demand: daily(10), net });
    expect(forecastOf(ran).every(Number.isFinite)).toBe(true);
  });
});

describe('saved networks with regressors and static columns', () => {
  const promoted = (from: number, days: number): Record<string, Columns['vectors'][number]> => ({
    sku: text(['a', 'b'].flatMap((sku) => Array<string>(days).fill(sku))),
    day: {
      type: 'timestamp',
      values: Float64Array.from(
        { length: 2 * days },
        (_, i) => Date.UTC(2024, 0, 1) + (from + (i % days)) * day
      ),
      valid: null
    },
    promo: numeric(
      Array.from({ length: 2 * days }, (_, i) => Number((from + (i % days)) % 5 === 0))
    )
  });
  const { promo, sku } = promoted(0, 56);
  const table: Columns = {
    ...demand,
    names: [...demand.names, 'promo', 'kind'],
    vectors: [...demand.vectors, promo!, sku!]
  };
  const plan = columns(promoted(56, 4));
  const text4 = (lstm: string) =>
    body(`${lstm}, static: [kind]`, 'regressors: promo\nfuture: plan');

  test('keep how these are made numbers, and forecast the same in another cell', async () => {
    const trained = await runBody(text4(small), { demand: table, plan });
    const net = trained.tables['out_network']!;
    const json = JSON.parse(toRows(net)[0]!['model'] as string) as Record<string, unknown>;
    expect(json['userDefinedMetadata']).toMatchObject({
      recipe: {
        window: 14,
        facts: {
          covariates: [{ name: 'promo', relative: false }],
          statics: [{ name: 'kind', levels: ['a', 'b'], shares: [0.5, 0.5] }]
        }
      }
    });
    const again = await runBody(text4('network: net'), { demand: table, plan, net });
    expect(forecastOf(again)).toEqual(forecastOf(trained));
    const without = runBody(body('network: net'), { demand: table, net });
    await expect(without).rejects.toMatchObject({
      problem: {
        code: 'forecast.network-misfit',
        data: { what: 'regressors', theirs: '["promo"]' }
      }
    });
  });
});

describe('what does not fit is a problem', () => {
  const codeOf = (text: string, net: Columns, table = demand) =>
    runBody(text, { demand: table, net }).then(
      () => null,
      (error: unknown) => (error as ProblemError).problem
    );

  test.each([
    ['network: net, hidden: 8', 'hidden', '6', '8'],
    ['network: net, window: 21', 'window', '14', '21'],
    ['network: net, quantiles: [0.5]', 'quantiles', '[0.1,0.5,0.9]', '[0.5]'],
    ['network: net, seeds: 3', 'seeds', '1', '3'],
    ['network: net, activation: sigmoid', 'activation', '"tanh"', '"sigmoid"']
  ])('%s', async (lstm, what, theirs, ours) => {
    expect(await codeOf(body(lstm), saved)).toMatchObject({
      code: 'forecast.network-misfit',
      data: { what, theirs, ours }
    });
  });

  test('another season, or a longer horizon', async () => {
    const season = await codeOf(body('network: net', 'season: 4'), saved);
    expect(season).toMatchObject({ data: { what: 'season', theirs: '7', ours: '4' } });
    const longer = body('network: net').replace('horizon: 4', 'horizon: 9');
    expect(await codeOf(longer, saved)).toMatchObject({
      data: { what: 'horizon', theirs: 'at most 4', ours: '9' }
    });
  });

  test('a relation without networks, or with broken ones', async () => {
    expect(await codeOf(body('network: net'), demand)).toMatchObject({
      code: 'forecast.network-relation'
    });
    const broken = columns({ model: text(['{']), weights: text(['AAAA']) });
    expect(await codeOf(body('network: net'), broken)).toMatchObject({
      code: 'forecast.network-relation'
    });
    const [model] = toRows(saved).map((row) => row['model'] as string);
    const cut = columns({ model: text([model!]), weights: text(['AAAA']) });
    expect(await codeOf(body('network: net'), cut)).toMatchObject({ code: 'network.not-ours' });
  });
});
