import { describe, expect, test } from 'vitest';
import { networkCandidates, type NetworkSettings } from '#lib/analytics/forecast/global-network.ts';
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

const hooks = { onStep: async () => undefined, checkpoint: async () => undefined };
const plans = series.map(() => ({ origins: [], horizon: 5 }));

async function candidatesOf(more: Partial<NetworkSettings>, engine = createNetworkEngine()) {
  const task = { series, plans, season: 7, horizon: 5, settings: { ...settings, ...more } };
  return (await networkCandidates(engine, task, hooks))!.map((candidate) => candidate!);
}

describe.each([
  ['one network', {}],
  ['two layers of sigmoid, mean alone', { layers: 2, activation: 'sigmoid', quantiles: [] }],
  ['the median of three seeds', { seeds: 3, mostSteps: 60 }]
] as const)('%s', (_, more) => {
  test('what the lags did adds up to the forecast less its baseline, within 1 %', async () => {
    for (const { attribution, forecast } of await candidatesOf(more)) {
      const { lags, baseline, total } = attribution!;
      const sum = lags.reduce((a, b) => a + b, 0);
      const yhat = forecast.yhat.reduce((a, b) => a + b, 0);
      expect(lags).toHaveLength(28);
      expect(Math.abs(total - yhat)).toBeLessThan(1e-4 * Math.abs(yhat));
      expect(Math.abs(sum - (total - baseline))).toBeLessThan(0.01 * Math.abs(total - baseline));
    }
  });
});

test('an engine without input gradients gives none', async () => {
  for (const candidate of await candidatesOf({}, linearEngine())) {
    expect(candidate).not.toHaveProperty('attribution');
  }
});
