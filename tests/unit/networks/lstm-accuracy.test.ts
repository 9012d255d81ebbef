import { describe, expect, test } from 'vitest';
import type { BacktestPlan } from '#lib/analytics/forecast/backtest.ts';
import { networkCandidates, type NetworkSettings } from '#lib/analytics/forecast/global-network.ts';
import type { Forecast } from '#lib/analytics/forecast/model.ts';
import type { NetworkEngine } from '#lib/analytics/forecast/network-engine.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { seeded, type Random } from '#lib/base/random.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';

interface Panel {
  readonly season: number;
  readonly horizon: number;
  readonly series: readonly Float64Array[];
}

/** Daily shop demand: three weekly profiles, a yearly wave, trend, slow noise, promotions nobody announced, Poisson counts. */
function retail(count: number, days: number): Panel {
  const random = seeded(42, 'retail');
  const profiles = [
    [0.8, 0.75, 0.8, 0.9, 1.2, 1.5, 1.05],
    [1.1, 1.1, 1.05, 1.05, 1.1, 0.8, 0.8],
    [1, 0.95, 0.95, 1, 1.05, 1.05, 1]
  ];
  const series = Array.from({ length: count }, () => {
    const level = Math.exp(random() * 4.2);
    const profile = profiles[Math.floor(random() * 3)]!;
    const [amplitude, phase, trend] = [0.25 * random(), 365 * random(), 0.8 * (random() - 0.5)];
    let slow = 0;
    let promotion = 0;
    return Float64Array.from({ length: days }, (_, t) => {
      slow = 0.97 * slow + 0.05 * normal(random);
      if (promotion > 0) promotion--;
      else if (random() < 1 / 60) promotion = 5 + Math.floor(5 * random());
      const wave = 1 + amplitude * Math.sin((2 * Math.PI * (t + phase)) / 365);
      const mean = level * profile[t % 7]! * wave * Math.exp((trend * t) / 730 + slow);
      return poisson(mean * (promotion > 0 ? 1.6 : 1), random);
    });
  });
  return { season: 7, horizon: 14, series };
}

/** Hourly load: a day's shape that differs on weekends and drifts, a level that wanders, noise in proportion. */
function hourly(count: number, hours: number): Panel {
  const random = seeded(42, 'hourly');
  const series = Array.from({ length: count }, () => {
    const level = Math.exp(4 + 3 * random());
    const [peak, width, weekend] = [7 + 12 * random(), 2 + 3 * random(), 0.5 + 0.4 * random()];
    let wander = 0;
    return Float64Array.from({ length: hours }, (_, t) => {
      wander = 0.98 * wander + 0.02 * normal(random);
      const day = Math.floor(t / 24) % 7;
      const shape = 0.6 + Math.exp(-(((t % 24) - peak) ** 2) / (2 * width * width));
      const rest = day >= 5 ? weekend : 1;
      return Math.max(0, level * shape * rest * Math.exp(wander) * (1 + 0.04 * normal(random)));
    });
  });
  return { season: 24, horizon: 48, series };
}

const recipe: Omit<NetworkSettings, 'window'> = {
  hidden: 64,
  layers: 1,
  epochs: 40,
  mostSteps: 500,
  seeds: 1,
  batchSize: 64,
  learningRate: 0.004,
  quantiles: [0.1, 0.5, 0.9],
  activation: 'tanh',
  seed: 1,
  backend: 'wasm',
  engine: 'auto'
};

describe.each([
  ['daily retail', retail(60, 400), 56],
  ['hourly load', hourly(12, 480), 168]
])('the recipe on %s', (_, panel, window) => {
  test('beats seasonal naive and is no worse than Holt-Winters, with honest bands', async () => {
    const { season, horizon, series } = panel;
    const plans = series.map((values): BacktestPlan => ({
      origins: [values.length - horizon],
      horizon
    }));
    const candidates = await networkCandidates(
      trainedOnce(),
      { series, plans, season, horizon, settings: { ...recipe, window } },
      { tell: () => undefined, checkpoint: async () => undefined }
    );
    const network = candidates!.map((candidate) => candidate!.trials[0]!.forecast);
    const others = (name: string) =>
      series.map((values) =>
        modelNamed(name)!
          .fit(values.subarray(0, values.length - horizon), { season })
          .forecast(horizon)
      );
    const lstm = mase(network, panel);
    const [naive, holtWinters] = [
      mase(others('seasonal_naive'), panel),
      mase(others('holt_winters'), panel)
    ];
    expect(lstm).toBeLessThan(naive);
    expect(lstm).toBeLessThan(1.01 * holtWinters);
    expect(coverage(network, panel)).toBeGreaterThan(0.7);
    expect(coverage(network, panel)).toBeLessThan(0.9);
  });
});

/** The engine, which trains the network that is judged in full and the one after it for a step. */
function trainedOnce(): NetworkEngine {
  const engine = createNetworkEngine();
  let trainings = 0;
  return {
    train: (spec, data, onStep) =>
      engine.train(spec, trainings++ === 0 ? data : { ...data, mostSteps: 1 }, onStep)
  };
}

function mase(forecasts: readonly Forecast[], { series, season, horizon }: Panel): number {
  const scores = series.map((values, s) => {
    const from = values.length - horizon;
    let scale = 0;
    for (let t = season; t < from; t++) scale += Math.abs(values[t]! - values[t - season]!);
    let error = 0;
    for (let h = 0; h < horizon; h++) error += Math.abs(values[from + h]! - forecasts[s]!.yhat[h]!);
    return error / horizon / (scale / (from - season));
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** How many actuals lie between the outer quantiles, which should hold four in five. */
function coverage(forecasts: readonly Forecast[], { series, horizon }: Panel): number {
  const unit = 1.2815515655446004;
  let inside = 0;
  series.forEach((values, s) => {
    const { yhat, below, above } = forecasts[s]!;
    for (let h = 0; h < horizon; h++) {
      const error = values[values.length - horizon + h]! - yhat[h]!;
      if (error <= unit * above[h]! && error >= -unit * below[h]!) inside++;
    }
  });
  return inside / series.length / horizon;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(mean: number, random: Random): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const stop = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > stop; product *= random()) count++;
  return count;
}
