import { attributionOf } from './attribution.ts';
import type { BacktestPlan, Candidate, Trial } from './backtest.ts';
import type { LossCurve } from './loss-curve.ts';
import { medianNetwork } from './median-network.ts';
import type { Forecast } from './model.ts';
import { encodeFacts, learnFacts, type FactsCode, type NetworkFacts } from './network-facts.ts';
import { forecastsAt, trainingSpread } from './network-forecasts.ts';
import type {
  NetworkEngine,
  NetworkProgress,
  NetworkSpec,
  NetworkTraining,
  SavedBytes,
  TrainedNetwork,
  TrainedWeights
} from './network-engine.ts';
import { networkInputs, type NetworkInputs } from './network-inputs.ts';
import { trainSeeds, type SeedTraining } from './train-seeds.ts';
import { residualsOf, residualVariance } from './residuals.ts';
import {
  holdOutLast,
  leastHistory,
  trainingWindows,
  writeTarget,
  type WindowPlace,
  type WindowShape
} from './windows.ts';

export interface NetworkSettings {
  readonly window: number;
  readonly hidden: number;
  readonly layers: number;
  readonly epochs: number;
  /** The most steps the passes may come to; absent = no limit. */
  readonly mostSteps?: number;
  /** Train each time for so long, in place of passes. */
  readonly seconds?: number;
  /** Checks on the last horizon without a lower loss before training stops; absent = none. */
  readonly patience?: number;
  /** Networks from as many seeds, whose median is the forecast. */
  readonly seeds: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Ascending, with 0.5 among them; [] = the mean under squared loss. */
  readonly quantiles: readonly number[];
  readonly activation: 'tanh' | 'sigmoid';
  readonly seed: number;
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
  readonly engine: 'auto' | 'tfjs';
}

export interface NetworkTask {
  readonly series: readonly Float64Array[];
  readonly plans: readonly BacktestPlan[];
  readonly season: number;
  readonly horizon: number;
  readonly settings: NetworkSettings;
  /** Networks to start from, one for each seed, whose horizon is `horizon`. */
  readonly start?: {
    readonly horizon: number;
    readonly weights: readonly Float32Array[];
    /** How facts are encoded; null = none were used. */
    readonly code: FactsCode | null;
  };
  /** What is known besides the values. */
  readonly facts?: NetworkFacts;
}

export type TrainingPhase = 'backtest' | 'final';

/** The one that was judged, whole or cut short itself, or a last one that was cut short and that no backtest judged. */
export type EarlyNetwork = 'judged' | 'cut' | 'untested';

export interface NetworkHooks {
  /** Told about every 50 ms while networks train. */
  tell(phase: TrainingPhase, progress: NetworkProgress): void;
  /** Told after each training that had a curve. */
  onCurve?(phase: TrainingPhase, curve: LossCurve): void;
  /** The networks that the forecast comes from, one for each seed, and what they are. */
  onTrained?(spec: NetworkSpec, networks: readonly TrainedNetwork[], inputs: NetworkInputs): void;
  checkpoint(): Promise<void>;
  /** Aborted when the reader has enough; see `networkCandidates`. */
  readonly enough?: AbortSignal;
  /** Told when training ended because of it, and which network the forecast then comes from. */
  onEarly?(answering: EarlyNetwork): void;
  /** Where a training is kept, by its name in this task; absent where nothing outlives the worker. */
  saved?(training: string): SavedBytes;
  /** Trains networks side by side; absent where there is no one to share the work. */
  apart?(
    trainings: readonly SeedTraining[],
    tell: (index: number, progress: NetworkProgress) => void
  ): Promise<readonly TrainedWeights[]>;
}

/**
 * One LSTM over all series (a global model; Smyl 2020, Montero-Manso and Hyndman 2021): every window is
 * scaled by its own mean and deviation, cut into season patches where it holds two or more seasons, and the
 * network learns the rows that follow less their seasonal naive forecast, under quantile loss. Regressors of the
 * window and of the horizon, the calendar and static columns are inputs too, scaled by the rows trained on.
 *
 * Trained twice, to keep the cost bounded: once on the rows before each series' earliest origin, which
 * serves all origins of the backtest, and once on everything, which gives the forecast. No window of the
 * first training holds a row at or after its own series' first origin. With `patience` the first training also
 * holds out its last horizon, stops when that gets no better, and the second takes as many steps.
 * The bands rest on the outer quantiles, or on training errors where there are none.
 * With `start` both trainings begin at the weights given; without passes or seconds they are taken as they are,
 * and no window to train on is needed.
 * When the reader has enough, the training under way ends, and the forecast comes from the first one, which is the one
 * that was judged.
 * Answers one candidate per series, null for a series too short to hold a window; null as a whole when no
 * series can be trained on. Assumes equal steps and no gaps.
 */
export async function networkCandidates(
  engine: NetworkEngine,
  task: NetworkTask,
  hooks: NetworkHooks
): Promise<readonly (Candidate | null)[] | null> {
  const farthest =
    task.start?.horizon ?? Math.max(task.horizon, ...task.plans.map((plan) => plan.horizon));
  const shape: WindowShape = {
    window: task.settings.window,
    horizon: farthest,
    season: task.season
  };
  const firstOrigins = task.plans.map((plan) => plan.origins[0] ?? 0);
  const lengths = task.series.map((values) => values.length);
  const inputsFrom = (rows: readonly number[]) => {
    const { facts, start } = task;
    if (!facts) return networkInputs(shape, null);
    const code = start ? start.code : learnFacts(facts, rows, shape.season);
    return networkInputs(shape, code && encodeFacts(facts, rows, code));
  };
  const [past, inputs] = [inputsFrom(firstOrigins), inputsFrom(lengths)];
  const places = trainingWindows(lengths, shape, inputs.size);
  const learns = learnsAnything(task);
  if (learns && places.length === 0) return null;
  const pastPlaces = trainingWindows(firstOrigins, shape, past.size);
  const all = { inputs, places };
  const judged =
    learns && pastPlaces.length === 0
      ? null
      : await train(engine, task, shape, { inputs: past, places: pastPlaces }, 'backtest', hooks);
  let used: Trained | null = null;
  try {
    const trials = judged
      ? await backtestTrials(judged, task, shape, hooks)
      : task.series.map((): Trial[] => []);
    if (!judged || !hooks.enough?.aborted) {
      const { patience } = task.settings;
      const enoughSteps = patience === undefined ? undefined : judged?.network.steps;
      used = await train(engine, task, shape, all, 'final', hooks, enoughSteps);
    }
    const early = judged?.cut === true || (used?.cut ?? true);
    if (early) hooks.onEarly?.(judged ? (judged.cut ? 'cut' : 'judged') : 'untested');
    const answering = judged && (used?.cut ?? true) ? judged : used!;
    hooks.onTrained?.(answering.spec, answering.networks, answering.rows.inputs);
    return await candidates(answering, task, shape, trials, early, hooks);
  } finally {
    judged?.network.dispose();
    used?.network.dispose();
  }
}

/** The windows that a network is trained on. */
interface Rows {
  readonly inputs: NetworkInputs;
  readonly places: readonly WindowPlace[];
}

interface Trained {
  readonly spec: NetworkSpec;
  readonly rows: Rows;
  /** One for each seed, and their median. */
  readonly networks: readonly TrainedNetwork[];
  readonly network: TrainedNetwork;
  /** Whether the reader had enough before all of it was done. */
  readonly cut: boolean;
}

/** Without passes or seconds, the weights given are taken as they are. */
function learnsAnything({ start, settings: { epochs, seconds } }: NetworkTask): boolean {
  return !start || epochs > 0 || seconds !== undefined;
}

/** The rows that the shortest series must have to give one training window. */
export function networkNeeds(settings: NetworkSettings, season: number, horizon: number): number {
  return leastHistory({ window: settings.window, season, horizon }) + horizon;
}

function specOf(
  { hidden, layers, activation, quantiles }: NetworkSettings,
  { horizon }: WindowShape,
  { steps, features }: NetworkInputs
): NetworkSpec {
  return { window: steps, features, horizon, hidden, layers, activation, quantiles };
}

/** Trains one network per seed; `stoppedAt` is how many steps an earlier training found enough. */
async function train(
  engine: NetworkEngine,
  task: NetworkTask,
  shape: WindowShape,
  rows: Rows,
  phase: TrainingPhase,
  hooks: NetworkHooks,
  stoppedAt?: number
): Promise<Trained> {
  const { inputs, places } = rows;
  const { settings } = task;
  const { epochs, seconds, batchSize, learningRate, backend, seeds, patience } = settings;
  const early = patience !== undefined && stoppedAt === undefined;
  const { kept, held } = early ? holdOutLast(places, shape) : { kept: places, held: [] };
  const most = stoppedAt ?? settings.mostSteps;
  const data: NetworkTraining = {
    ...windowsAt(task, shape, inputs, learnsAnything(task) ? kept : []),
    epochs,
    ...(most === undefined ? {} : { mostSteps: most }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(early && held.length > 0
      ? { validation: { ...windowsAt(task, shape, inputs, held), patience } }
      : {}),
    batchSize,
    learningRate,
    seed: settings.seed,
    backend,
    engine: settings.engine
  };
  const spec = specOf(settings, shape, inputs);
  const trainings = Array.from({ length: seeds }, (_, i) => {
    const start = task.start ? { start: task.start.weights[i]! } : {};
    return { ...data, ...start, seed: settings.seed + i };
  });
  const networks = await trainSeeds(engine, spec, trainings, phase, hooks);
  const cut = networks.length < seeds || networks.some(({ early }) => early);
  const network = medianNetwork(networks);
  if (network.curve?.steps.length) hooks.onCurve?.(phase, network.curve);
  return { spec, rows, networks, network, cut };
}

function windowsAt(
  { series }: NetworkTask,
  shape: WindowShape,
  layout: NetworkInputs,
  places: readonly WindowPlace[]
): Pick<NetworkTraining, 'inputs' | 'targets'> {
  const inputs = new Float32Array(places.length * layout.size);
  const targets = new Float32Array(places.length * shape.horizon);
  places.forEach((place, i) => {
    const values = series[place.series]!;
    const scale = layout.write(values, place, inputs, i * layout.size);
    writeTarget(values, place.end, shape, scale, targets, i * shape.horizon);
  });
  return { inputs, targets };
}

async function backtestTrials(
  { network, rows: { inputs, places } }: Trained,
  task: NetworkTask,
  shape: WindowShape,
  hooks: NetworkHooks
): Promise<Trial[][]> {
  const least = leastHistory(shape);
  const asked = task.plans.flatMap((plan, series) =>
    plan.origins.filter((origin) => origin >= least).map((end) => ({ series, end }))
  );
  const spread = await trainingSpread(network, task, shape, inputs, places, hooks);
  const forecasts = await forecastsAt(network, task, shape, inputs, asked, spread, hooks);
  const trials = task.series.map((): Trial[] => []);
  asked.forEach(({ series, end }, i) => {
    const horizon = task.plans[series]!.horizon;
    trials[series]!.push({ origin: end, forecast: shorten(forecasts[i]!, horizon) });
  });
  return trials;
}

async function candidates(
  { network, rows: { inputs, places } }: Trained,
  task: NetworkTask,
  shape: WindowShape,
  trials: readonly Trial[][],
  early: boolean,
  hooks: NetworkHooks
): Promise<(Candidate | null)[]> {
  const { settings, series, horizon } = task;
  const least = leastHistory(shape);
  const spread = await trainingSpread(network, task, shape, inputs, places, hooks);
  const { window, hidden, layers, epochs, seed, seeds } = settings;
  const { parameters, steps } = network;
  const names = [...new Set(inputs.groups.map((group) => group.input))];
  const told = names.length > 0 ? `; ${names.join(', ')}` : '';
  const out: (Candidate | null)[] = [];
  for (const [s, values] of series.entries()) {
    if (values.length < least) {
      out.push(null);
      continue;
    }
    const ends = Array.from({ length: values.length - least + 1 }, (_, i) => least + i);
    const asked = ends.map((end) => ({ series: s, end }));
    const forecasts = await forecastsAt(network, task, shape, inputs, asked, spread, hooks);
    const fitted = new Float64Array(values.length).fill(Number.NaN);
    forecasts.slice(0, -1).forEach((forecast, i) => (fitted[least + i] = forecast.yhat[0]!));
    const residuals = residualsOf(values, fitted);
    const place = { series: s, end: values.length };
    const attribution = await attributionOf(network, task, shape, inputs, place);
    out.push({
      model: 'lstm',
      description: `LSTM(${window}→${shape.horizon}, ${hidden}×${layers}${told})`,
      parameters: {
        window,
        hidden,
        layers,
        epochs,
        seed,
        ...(seeds > 1 ? { seeds } : {}),
        weights: parameters,
        steps,
        windows: places.length
      },
      logLikelihood: Number.NaN,
      aicc: Number.NaN,
      sigma2: residualVariance(residuals, 0),
      note: noteOf(network, trials[s]!.length > 0, early),
      fitted,
      residuals,
      forecast: shorten(forecasts.at(-1)!, horizon),
      trials: trials[s]!,
      ...(attribution ? { attribution } : {})
    });
  }
  return out;
}

function noteOf(network: TrainedNetwork, backtested: boolean, early: boolean): string {
  const loaded = network.steps === 0;
  const learnt = loaded ? '' : `; ${network.steps} steps, loss ${network.loss.toPrecision(3)}`;
  const untested = loaded ? '; not backtested' : '; too little history to backtest';
  const tested = backtested ? '' : untested;
  return `${network.engine}${learnt}; one network over all series${tested}${early ? '; ended early' : ''}`;
}

function shorten({ yhat, below, above }: Forecast, horizon: number): Forecast {
  if (yhat.length === horizon) return { yhat, below, above };
  return {
    yhat: yhat.slice(0, horizon),
    below: below.slice(0, horizon),
    above: above.slice(0, horizon)
  };
}
