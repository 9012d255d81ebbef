import { describe, expect, test } from 'vitest';
import { networkCandidates, type NetworkSettings } from '#lib/analytics/forecast/global-network.ts';
import type { NetworkFacts } from '#lib/analytics/forecast/network-facts.ts';
import { seeded } from '#lib/base/random.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';
import { linearEngine } from './fake-network.ts';

const settings: NetworkSettings = {
  window: 28,
  hidden: 16,
  layers: 1,
  epochs: 40,
  mostSteps: 150,
  seeds: 1,
  batchSize: 32,
  learningRate: 0.01,
  quantiles: [0.1, 0.5, 0.9],
  activation: 'tanh',
  seed: 3,
  backend: 'wasm',
  engine: 'auto'
};

const random = seeded(9);
const series = [1, 4, 30].map((level) =>
  Float64Array.from(
    { length: 150 },
    (_, t) => level * (20 + 5 * (t % 7) + 8 * Math.sin(t / 11) + 2 * random())
  )
);

const hooks = { tell: () => undefined, checkpoint: async () => undefined };
const plans = series.map(() => ({ origins: [], horizon: 5 }));

/** A lift that only the first series' plan still has ahead. */
const facts: NetworkFacts = {
  regressors: series.map((_, s) => ({
    names: ['promotion'],
    columns: [
      Float64Array.from({ length: 155 }, (_, t) => Number(t < 150 ? random() < 0.25 : s === 0))
    ]
  })),
  times: series.map(() => Float64Array.from({ length: 155 }, (_, t) => t * 3_600_000)),
  statics: [{ name: 'kind', values: ['a', 'b', 'b'] }]
};
const promoted = series.map((values, s) =>
  values.map((value, t) => value * (1 + facts.regressors![s]!.columns[0]![t]!))
);

async function candidatesOf(
  more: Partial<NetworkSettings>,
  engine = createNetworkEngine(),
  facts?: NetworkFacts
) {
  const given = facts ? { facts, series: promoted } : { series };
  const task = { ...given, plans, season: 7, horizon: 5, settings: { ...settings, ...more } };
  return (await networkCandidates(engine, task, hooks))!.map((candidate) => candidate!);
}

describe.each([
  ['one network', {}],
  ['two layers of sigmoid, mean alone', { layers: 2, activation: 'sigmoid', quantiles: [] }],
  ['the median of three seeds', { seeds: 3, mostSteps: 60 }]
] as const)('%s', (_, more) => {
  test('what inputs did adds up to the forecast less its baseline, to a millionth', async () => {
    for (const told of [undefined, facts]) {
      for (const { attribution, forecast } of await candidatesOf(more, undefined, told)) {
        const { lags, others, baseline, total } = attribution!;
        const sum = [...lags, ...others.map(({ amount }) => amount)].reduce((a, b) => a + b, 0);
        const yhat = forecast.yhat.reduce((a, b) => a + b, 0);
        expect(lags).toHaveLength(28);
        expect(Math.abs(total - yhat)).toBeLessThan(1e-6 * Math.abs(yhat));
        expect(Math.abs(sum - (total - baseline))).toBeLessThan(1e-6 * Math.abs(total - baseline));
      }
    }
  });
});

test('a promotion over the whole horizon gets what it raised, none gets less than that', async () => {
  const each = await candidatesOf({ mostSteps: 300 }, undefined, facts);
  const shares = each.map(({ attribution }) => {
    const { others, total } = attribution!;
    expect(others.map(({ input, period }) => [input, period])).toEqual([
      ['promotion', 'window'],
      ['calendar', null],
      ['kind', null],
      ['promotion', 'horizon']
    ]);
    return others.find(({ period }) => period === 'horizon')!.amount / total;
  });
  // Twice the demand against a mean plan of one day in four: 0.375 of it.
  expect(shares[0]).toBeGreaterThan(0.25);
  expect(shares[0]).toBeLessThan(0.55);
  expect(shares[1]).toBeLessThan(0);
  expect(shares[2]).toBeLessThan(0);
});

test('an engine without input gradients gives none', async () => {
  for (const candidate of await candidatesOf({}, linearEngine())) {
    expect(candidate).not.toHaveProperty('attribution');
  }
});
