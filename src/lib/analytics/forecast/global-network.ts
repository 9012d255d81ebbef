import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import type { BacktestPlan, Candidate, Trial } from './backtest.ts';
import type { Forecast } from './model.ts';
import type {
  NetworkEngine,
  NetworkProgress,
  NetworkSpec,
  TrainedNetwork
} from './network-engine.ts';
import { residualsOf, residualVariance } from './residuals.ts';
import {
  leastHistory,
  seasonalBase,
  trainingWindows,
  writeTarget,
  writeWindow,
  type WindowPlace,
  type WindowScale,
  type WindowShape
} from './windows.ts';

export interface NetworkSettings {
  readonly window: number;
  readonly hidden: number;
  readonly layers: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Ascending, with 0.5 among them; [] = the mean under squared loss. */
  readonly quantiles: readonly number[];
  readonly activation: 'tanh' | 'sigmoid';
  readonly seed: number;
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
}

export interface NetworkTask {
  readonly series: readonly Float64Array[];
  readonly plans: readonly BacktestPlan[];
  readonly season: number;
  readonly horizon: number;
  readonly settings: NetworkSettings;
}

export type TrainingPhase = 'backtest' | 'final';

export interface NetworkHooks {
  onStep(phase: TrainingPhase, progress: NetworkProgress): Promise<void>;
  checkpoint(): Promise<void>;
}

const predictRows = 2048;

/**
 * One LSTM over all series (a global model; Smyl 2020, Montero-Manso and Hyndman 2021): every window is
 * scaled by its own mean and deviation, cut into season patches where it holds two or more seasons, and the
 * network learns the rows that follow less their seasonal naive forecast, under quantile loss.
 *
 * Trained twice, to keep the cost bounded: once on the rows before each series' earliest origin, which
 * serves all origins of the backtest, and once on everything, which gives the forecast. No window of the
 * first training holds a row at or after its own series' first origin.
 * The bands rest on the outer quantiles, or on training errors where there are none.
 * Answers one candidate per series, null for a series too short to hold a window; null as a whole when no
 * series can be trained on. Assumes equal steps and no gaps.
 */
export async function networkCandidates(
  engine: NetworkEngine,
  task: NetworkTask,
  hooks: NetworkHooks
): Promise<readonly (Candidate | null)[] | null> {
  const farthest = Math.max(task.horizon, ...task.plans.map((plan) => plan.horizon));
  const shape: WindowShape = {
    window: task.settings.window,
    horizon: farthest,
    season: task.season
  };
  const firstOrigins = task.plans.map((plan) => plan.origins[0] ?? 0);
  const lengths = task.series.map((values) => values.length);
  const places = trainingWindows(lengths, shape);
  if (places.length === 0) return null;
  const pastPlaces = trainingWindows(firstOrigins, shape);
  const trials =
    pastPlaces.length === 0
      ? task.series.map((): Trial[] => [])
      : await backtestTrials(engine, task, shape, pastPlaces, hooks);
  const network = await train(engine, task, shape, places, 'final', hooks);
  try {
    return await candidates(network, task, shape, places, trials, hooks);
  } finally {
    network.dispose();
  }
}

/** The rows that the shortest series must have to give one training window. */
export function networkNeeds(settings: NetworkSettings, season: number, horizon: number): number {
  return leastHistory({ window: settings.window, season, horizon }) + horizon;
}

function specOf(settings: NetworkSettings, shape: WindowShape): NetworkSpec {
  const { hidden, layers, activation, quantiles } = settings;
  const patches = shape.window / shape.season;
  const patched = shape.season > 1 && Number.isInteger(patches) && patches >= 2;
  const head = { horizon: shape.horizon, hidden, layers, activation, quantiles };
  return patched
    ? { window: patches, features: shape.season, ...head }
    : { window: shape.window, features: 1, ...head };
}

async function train(
  engine: NetworkEngine,
  { series, settings }: NetworkTask,
  shape: WindowShape,
  places: readonly WindowPlace[],
  phase: TrainingPhase,
  hooks: NetworkHooks
): Promise<TrainedNetwork> {
  const inputs = new Float32Array(places.length * shape.window);
  const targets = new Float32Array(places.length * shape.horizon);
  places.forEach(({ series: s, end }, i) => {
    const scale = writeWindow(series[s]!, end, shape, inputs, i * shape.window);
    writeTarget(series[s]!, end, shape, scale, targets, i * shape.horizon);
  });
  const { epochs, batchSize, learningRate, seed, backend } = settings;
  return engine.train(
    specOf(settings, shape),
    { inputs, targets, epochs, batchSize, learningRate, seed, backend },
    (progress) => hooks.onStep(phase, progress)
  );
}

async function backtestTrials(
  engine: NetworkEngine,
  task: NetworkTask,
  shape: WindowShape,
  places: readonly WindowPlace[],
  hooks: NetworkHooks
): Promise<Trial[][]> {
  const network = await train(engine, task, shape, places, 'backtest', hooks);
  try {
    const least = leastHistory(shape);
    const asked = task.plans.flatMap((plan, series) =>
      plan.origins.filter((origin) => origin >= least).map((end) => ({ series, end }))
    );
    const spread = await trainingSpread(network, task, shape, places, hooks);
    const forecasts = await predict(network, task, shape, asked, spread, hooks);
    const out = task.series.map((): Trial[] => []);
    asked.forEach(({ series, end }, i) => {
      const horizon = task.plans[series]!.horizon;
      out[series]!.push({ origin: end, forecast: shorten(forecasts[i]!, horizon) });
    });
    return out;
  } finally {
    network.dispose();
  }
}

async function candidates(
  network: TrainedNetwork,
  task: NetworkTask,
  shape: WindowShape,
  places: readonly WindowPlace[],
  trials: readonly Trial[][],
  hooks: NetworkHooks
): Promise<(Candidate | null)[]> {
  const { settings, series, horizon } = task;
  const least = leastHistory(shape);
  const spread = await trainingSpread(network, task, shape, places, hooks);
  const { window, hidden, layers, epochs, seed } = settings;
  const { parameters, steps } = network;
  const out: (Candidate | null)[] = [];
  for (const [s, values] of series.entries()) {
    if (values.length < least) {
      out.push(null);
      continue;
    }
    const ends = Array.from({ length: values.length - least + 1 }, (_, i) => least + i);
    const asked = ends.map((end) => ({ series: s, end }));
    const forecasts = await predict(network, task, shape, asked, spread, hooks);
    const fitted = new Float64Array(values.length).fill(Number.NaN);
    forecasts.slice(0, -1).forEach((forecast, i) => (fitted[least + i] = forecast.yhat[0]!));
    const residuals = residualsOf(values, fitted);
    out.push({
      model: 'lstm',
      description: `LSTM(${window}→${shape.horizon}, ${hidden}×${layers})`,
      parameters: {
        window,
        hidden,
        layers,
        epochs,
        seed,
        weights: parameters,
        steps,
        windows: places.length
      },
      logLikelihood: Number.NaN,
      aicc: Number.NaN,
      sigma2: residualVariance(residuals, 0),
      note: noteOf(network, trials[s]!.length > 0),
      fitted,
      residuals,
      forecast: shorten(forecasts.at(-1)!, horizon),
      trials: trials[s]!
    });
  }
  return out;
}

function noteOf(network: TrainedNetwork, backtested: boolean): string {
  const loss = network.loss.toPrecision(3);
  const tested = backtested ? '' : '; too little history to backtest';
  return `${network.engine}; ${network.steps} steps, loss ${loss}; one network over all series${tested}`;
}

/** Root mean squared scaled error of each step over the training windows; only needed, and only worked out, without quantiles. */
async function trainingSpread(
  network: TrainedNetwork,
  { series, settings }: NetworkTask,
  shape: WindowShape,
  places: readonly WindowPlace[],
  hooks: NetworkHooks
): Promise<Float64Array> {
  const squares = new Float64Array(shape.horizon);
  if (settings.quantiles.length > 0) return squares;
  const target = new Float32Array(shape.horizon);
  await eachPrediction(network, series, shape, places, 1, hooks, (i, output, scale) => {
    const { series: s, end } = places[i]!;
    writeTarget(series[s]!, end, shape, scale, target, 0);
    for (let h = 0; h < shape.horizon; h++) {
      squares[h]! += (target[h]! - output[h]!) ** 2 / places.length;
    }
  });
  return squares.map(Math.sqrt);
}

async function predict(
  network: TrainedNetwork,
  { series, settings }: NetworkTask,
  shape: WindowShape,
  places: readonly WindowPlace[],
  spread: Float64Array,
  hooks: NetworkHooks
): Promise<Forecast[]> {
  const { quantiles } = settings;
  const outputs = Math.max(1, quantiles.length);
  const middle = Math.max(0, quantiles.indexOf(0.5));
  const last = outputs - 1;
  const lowUnit = -normalQuantile(quantiles[0] ?? 0.5);
  const highUnit = normalQuantile(quantiles[last] ?? 0.5);
  const forecasts: Forecast[] = [];
  await eachPrediction(network, series, shape, places, outputs, hooks, (i, output, { scale }) => {
    const { series: s, end } = places[i]!;
    const yhat = new Float64Array(shape.horizon);
    const below = new Float64Array(shape.horizon);
    const above = new Float64Array(shape.horizon);
    for (let h = 0; h < shape.horizon; h++) {
      const at = h * outputs;
      const centre = output[at + middle]!;
      yhat[h] = seasonalBase(series[s]!, end, h, shape.season) + scale * centre;
      const low = lowUnit > 0 ? (centre - output[at]!) / lowUnit : spread[h]!;
      const high = highUnit > 0 ? (output[at + last]! - centre) / highUnit : spread[h]!;
      below[h] = scale * Math.max(0, low);
      above[h] = scale * Math.max(0, high);
    }
    forecasts.push({ yhat, below, above });
  });
  return forecasts;
}

async function eachPrediction(
  network: TrainedNetwork,
  series: readonly Float64Array[],
  shape: WindowShape,
  places: readonly WindowPlace[],
  outputs: number,
  hooks: NetworkHooks,
  take: (index: number, output: Float32Array, scale: WindowScale) => void
): Promise<void> {
  const size = shape.horizon * outputs;
  for (let from = 0; from < places.length; from += predictRows) {
    await hooks.checkpoint();
    const rows = Math.min(predictRows, places.length - from);
    const inputs = new Float32Array(rows * shape.window);
    const scales = places
      .slice(from, from + rows)
      .map(({ series: s, end }, i) =>
        writeWindow(series[s]!, end, shape, inputs, i * shape.window)
      );
    const output = await network.predict(inputs, rows);
    scales.forEach((scale, i) => take(from + i, output.subarray(i * size, (i + 1) * size), scale));
  }
}

function shorten({ yhat, below, above }: Forecast, horizon: number): Forecast {
  if (yhat.length === horizon) return { yhat, below, above };
  return {
    yhat: yhat.slice(0, horizon),
    below: below.slice(0, horizon),
    above: above.slice(0, horizon)
  };
}
