import type {
  NetworkEngine,
  NetworkProgress,
  NetworkSpec,
  NetworkTraining,
  SavedBytes,
  TrainedNetwork,
  TrainedWeights
} from '#lib/analytics/forecast/network-engine.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { TrainerChooser, type Choice, type Offer } from './choose-trainer.ts';
import type { Kernels } from './kernels.ts';
import { firstParameters, layoutOf, shapeOf } from './layout.ts';
import { firstState, type LoopState } from './loop-state.ts';
import { lossOf } from './loss.ts';
import { Predictor } from './predictor.ts';
import { SavedTraining } from './saved-training.ts';
import { trainLoop, type TrainedState, type TrainingPlan } from './training-loop.ts';
import type { TrainerTask } from './trainer.ts';

const clip = 1;

/**
 * An LSTM: one training loop over whichever of the offers is right and fastest here. On one offer, WASM
 * or plain processor, the same seed and data give the same bytes; WebGPU keeps to them within rounding.
 * `predicting` makes the kernels that the trained network answers on; `name` is what the offers share.
 */
export function createLstmEngine(
  offers: readonly Offer[],
  predicting: () => Promise<Kernels>,
  name = 'Own LSTM'
): NetworkEngine {
  const chooser = new TrainerChooser(offers);
  return {
    async train(spec, data, onStep, saved) {
      const { start, epochs, seconds } = data;
      if (start && epochs === 0 && seconds === undefined) {
        return networkOf(new Predictor(await predicting(), shapeOf(spec)), loadedFrom(name, start));
      }
      const choice = await chooser.choose(data.backend, taskOf(spec, data));
      const hooks = { name, onStep, ...(saved ? { saved } : {}) };
      const trained = await trainOn(choice, spec, data, predicting, hooks);
      return networkOf(new Predictor(await predicting(), shapeOf(spec)), trained);
    }
  };
}

function taskOf(spec: NetworkSpec, { inputs, targets, batchSize }: NetworkTraining): TrainerTask {
  const windows = targets.length / spec.horizon;
  const batch = Math.min(batchSize, windows);
  return { shape: shapeOf(spec), objective: spec, batch, clip, inputs, targets };
}

interface Hooks {
  /** What the offers of the choice share. */
  readonly name: string;
  onStep(this: void, progress: NetworkProgress): Promise<void>;
  readonly saved?: SavedBytes;
}

/** Trains from the beginning, or from what is saved. */
async function trainOn(
  choice: Choice,
  spec: NetworkSpec,
  data: NetworkTraining,
  predicting: () => Promise<Kernels>,
  { name, onStep, saved: place }: Hooks
): Promise<TrainedWeights> {
  const task = taskOf(spec, data);
  const saved = place && new SavedTraining(place, layoutOf(task.shape).count);
  const before = await saved?.load();
  if (before?.trained) return before.trained;
  const plan = await planOf(spec, data, task.batch, predicting);
  const resumed = before?.state ? { resumed: before.state.training.step } : {};
  const perPass = data.targets.length / spec.horizon / task.batch;
  const end = await trainLoop(
    choice,
    task,
    before?.state ?? firstOf(task, plan, data.start),
    plan,
    {
      onStep: (progress) =>
        onStep({ ...progress, ...resumed, epoch: Math.ceil(progress.step / perPass) }),
      onState: (state) => saved?.keep(state)
    }
  );
  if (end.at === 'halted') throw new Cancelled();
  const trained = weightsOf(name, end);
  await saved?.finish(trained);
  return trained;
}

function firstOf(
  { shape }: TrainerTask,
  { seed, steps, seconds }: TrainingPlan,
  start = firstParameters(shape, seed)
): LoopState {
  return firstState(start, seconds === undefined ? steps : Infinity);
}

async function planOf(
  spec: NetworkSpec,
  { targets, epochs, mostSteps, seconds, learningRate, seed, validation }: NetworkTraining,
  batch: number,
  predicting: () => Promise<Kernels>
): Promise<TrainingPlan> {
  const windows = targets.length / spec.horizon;
  const steps = Math.max(1, Math.round((epochs * windows) / batch));
  const plan = {
    steps: Math.min(steps, mostSteps ?? steps),
    ...(seconds === undefined ? {} : { seconds }),
    rate: learningRate,
    seed
  };
  if (!validation) return plan;
  const { inputs, targets: right, patience } = validation;
  const predictor = new Predictor(await predicting(), shapeOf(spec));
  const rows = right.length / spec.horizon;
  const loss = async (parameters: ArrayLike<number>) => {
    predictor.load(parameters);
    const outputs = predictor.predict(inputs, rows);
    return lossOf(spec, outputs, right, rows, new Float32Array(outputs.length));
  };
  return { ...plan, validation: { patience, loss } };
}

function weightsOf(
  name: string,
  { step, parameters, curve, backend, reason, loss }: TrainedState
): TrainedWeights {
  return {
    weights: Float32Array.from(parameters),
    engine: `${name}, ${backend}${reason === '' ? '' : ` (${reason})`}`,
    backend,
    steps: step,
    loss,
    curve
  };
}

function loadedFrom(name: string, weights: Float32Array): TrainedWeights {
  const curve = { steps: [], loss: [] };
  return { weights, engine: `${name}, loaded`, backend: 'none', steps: 0, loss: Number.NaN, curve };
}

function networkOf(predictor: Predictor, trained: TrainedWeights): TrainedNetwork {
  predictor.load(trained.weights);
  return {
    ...trained,
    parameters: trained.weights.length,
    predict: async (inputs, rows) => predictor.predict(inputs, rows),
    inputGradients: async (inputs, weights, rows) =>
      predictor.inputGradients(inputs, weights, rows),
    dispose: () => undefined
  };
}
