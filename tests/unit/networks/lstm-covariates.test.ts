import { describe, expect, test } from 'vitest';
import {
  networkCandidates,
  type NetworkSettings,
  type NetworkTask
} from '#lib/analytics/forecast/global-network.ts';
import type { Candidate } from '#lib/analytics/forecast/backtest.ts';
import type { NetworkFacts } from '#lib/analytics/forecast/network-facts.ts';
import type { NetworkEngine, TrainedNetwork } from '#lib/analytics/forecast/network-engine.ts';
import { seeded } from '#lib/base/random.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';

const season = 7;
const horizon = 7;
const days = 224;
const lift = 1.8;
const elasticity = -1.5;

interface Shop {
  readonly series: readonly Float64Array[];
  readonly facts: Required<Pick<NetworkFacts, 'regressors'>>;
}

/** Shops of a week's profile and slow noise, with promotions of a few days and prices that change now and then, announced in advance. */
function shop(count: number, lifts: readonly number[], often: number): Shop {
  const random = seeded(11, 'shop');
  const noise = () => random() + random() + random() - 1.5;
  const parts = Array.from({ length: count }, (_, s) => {
    const level = Math.exp(2 + 4 * random());
    const usual = 1 + 50 * random();
    const promotion = new Float64Array(days + horizon);
    const price = new Float64Array(days + horizon);
    const values = new Float64Array(days);
    let [left, asked, slow] = [0, usual, 0];
    for (let t = 0; t < days + horizon; t++) {
      slow = 0.95 * slow + 0.04 * noise();
      if (left > 0) left--;
      else if (random() < often) left = 1 + Math.floor(5 * random());
      if (random() < 0.04) asked = usual * (0.8 + 0.4 * random());
      promotion[t] = left > 0 ? 1 : 0;
      price[t] = asked;
      if (t >= days) continue;
      const week = 1 + 0.3 * Math.sin((2 * Math.PI * (t % 7)) / 7);
      const mean = level * week * Math.exp(slow) * (asked / usual) ** elasticity;
      values[t] = mean * lifts[s % lifts.length]! ** promotion[t]! * (1 + 0.05 * noise());
    }
    return { values, regressors: { names: ['promotion', 'price'], columns: [promotion, price] } };
  });
  return {
    series: parts.map(({ values }) => values),
    facts: { regressors: parts.map(({ regressors }) => regressors) }
  };
}

const settings: NetworkSettings = {
  window: 28,
  hidden: 32,
  layers: 1,
  epochs: 1000,
  mostSteps: 250,
  seeds: 1,
  batchSize: 64,
  learningRate: 0.006,
  quantiles: [0.1, 0.5, 0.9],
  activation: 'tanh',
  seed: 1,
  backend: 'wasm',
  engine: 'auto'
};
const hooks = { tell: () => undefined, checkpoint: async () => undefined };
const origins = [days - 3 * horizon, days - 2 * horizon, days - horizon];

async function forecast(
  { series }: Shop,
  facts: NetworkFacts | null,
  more: Partial<NetworkSettings> = {},
  origins: readonly number[] = [],
  engine = trainedOnce()
): Promise<Candidate[]> {
  const task: NetworkTask = {
    series,
    plans: series.map(() => ({ origins, horizon })),
    season,
    horizon,
    settings: { ...settings, ...more },
    ...(facts ? { facts } : {})
  };
  return (await networkCandidates(engine, task, hooks)) as Candidate[];
}

/** The engine, which trains the first network in full, the one that is judged, and another for a step. */
function trainedOnce(): NetworkEngine {
  const engine = createNetworkEngine();
  let trainings = 0;
  return {
    train: (spec, data, onStep) =>
      engine.train(spec, trainings++ === 0 ? data : { ...data, mostSteps: 1 }, onStep)
  };
}

function mase({ series }: Shop, candidates: readonly Candidate[]): number {
  const scores = candidates.flatMap(({ trials }, s) =>
    trials.map(({ origin, forecast: { yhat } }) => {
      let [scale, error] = [0, 0];
      for (let t = season; t < origin; t++) {
        scale += Math.abs(series[s]![t]! - series[s]![t - season]!);
      }
      yhat.forEach((value, h) => (error += Math.abs(series[s]![origin + h]! - value)));
      return error / yhat.length / (scale / (origin - season));
    })
  );
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

const shops = shop(20, [lift], 0.06);
/** The promotion plan with its first day ahead on or off. */
const tomorrow = (on: boolean, { facts }: Shop): NetworkFacts => ({
  regressors: facts.regressors.map(({ names, columns: [promotion, price] }) => ({
    names,
    columns: [promotion!.map((v, t) => (t < days ? v : Number(on && t === days))), price!]
  }))
});

/** The engine, which trains once and answers with that network again: plans ahead are no part of the training. */
function remembering(): NetworkEngine {
  const engine = createNetworkEngine();
  let trained: { inputs: Float32Array; network: Promise<TrainedNetwork> } | undefined;
  return {
    train: (spec, data, onStep) => {
      trained ??= { inputs: data.inputs, network: engine.train(spec, data, onStep) };
      const first = trained.inputs;
      expect(data.inputs.every((value, i) => value === first[i])).toBe(true);
      return trained.network;
    }
  };
}

/** By step and series: the forecast with a promotion on the first day ahead over that without. */
async function ratiosOf(
  given: Shop,
  statics: Pick<NetworkFacts, 'statics'>,
  more: Partial<NetworkSettings> = {}
): Promise<(h: number) => number[]> {
  const engine = remembering();
  const [on, off] = [
    await forecast(given, { ...tomorrow(true, given), ...statics }, more, [], engine),
    await forecast(given, { ...tomorrow(false, given), ...statics }, more, [], engine)
  ];
  return (h) => on.map(({ forecast: f }, s) => f.yhat[h]! / off[s]!.forecast.yhat[h]!);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

describe('promotions and prices known in advance', () => {
  test('cut the error on held-out horizons by more than a third', async () => {
    const without = mase(shops, await forecast(shops, null, {}, origins));
    const withThem = mase(shops, await forecast(shops, shops.facts, {}, origins));
    expect(withThem).toBeLessThan(0.65 * without);
  });

  test('a promotion tomorrow raises tomorrow, by about what promotions did', async () => {
    const ratios = await ratiosOf(shops, {}, { mostSteps: 350 });
    expect(median(ratios(0))).toBeGreaterThan(1 + 0.6 * (lift - 1));
    expect(median(ratios(0))).toBeLessThan(1 + 1.3 * (lift - 1));
    for (let h = 2; h < horizon; h++) expect(Math.abs(median(ratios(h)) - 1)).toBeLessThan(0.2);
  });

  test('say the same on the reference engine as on WASM', async () => {
    const few = { ...shops, series: shops.series.slice(0, 3) };
    const facts = { regressors: shops.facts.regressors.slice(0, 3) };
    const more = { mostSteps: 40, hidden: 12 };
    const [wasm, cpu] = [
      await forecast(few, facts, more),
      await forecast(few, facts, { ...more, backend: 'cpu' as const })
    ];
    wasm.forEach(({ forecast: { yhat } }, s) =>
      yhat.forEach((value, h) => {
        const other = cpu[s]!.forecast.yhat[h]!;
        expect(Math.abs(value - other)).toBeLessThan(1e-4 * Math.abs(other));
      })
    );
  });
});

test('a static column tells who gains by a promotion from who loses', async () => {
  const both = shop(30, [2, 0.6], 0.04);
  const values = both.series.map((_, s) => (s % 2 === 0 ? 'gains' : 'loses'));
  const gap = async (statics: NetworkFacts['statics'] & {}) => {
    const first = (await ratiosOf(both, { statics }, { mostSteps: 700 }))(0);
    const [gains, loses] = [0, 1].map((kind) => median(first.filter((_, s) => s % 2 === kind)));
    return gains! / loses!;
  };
  const [told, untold] = [await gap([{ name: 'kind', values }]), await gap([])];
  expect(told).toBeGreaterThan(1.6);
  expect(untold).toBeLessThan(0.7 * told);
});

test('what the horizon holds beyond the last known row, and static columns, leave the forecast finite', async () => {
  const few = { ...shops, series: shops.series.slice(0, 4) };
  const facts: NetworkFacts = {
    regressors: shops.facts.regressors.slice(0, 4).map(({ names, columns }) => ({
      names,
      columns: columns.map((column) => column.subarray(0, days))
    })),
    times: few.series.map(() => Float64Array.from({ length: days }, (_, t) => t * 86_400_000)),
    statics: [{ name: 'kind', values: ['a', 'b', null, 'a'] }]
  };
  for (const { forecast: f, description } of await forecast(few, facts, { mostSteps: 20 })) {
    expect(f.yhat.every((value) => Number.isFinite(value))).toBe(true);
    expect(description).toBe('LSTM(28→7, 32×1; promotion, price, kind)');
  }
});
