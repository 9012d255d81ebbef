import type {
  NetworkEngine,
  NetworkSpec,
  NetworkTraining,
  PortableEngine,
  PortableHooks,
  TrainedNetwork,
  TrainedWeights
} from '#lib/analytics/forecast/network-engine.ts';
import { assert } from '#lib/base/assert.ts';
import { TrainerChooser, type Choice, type Offer } from './choose-trainer.ts';
import type { Kernels } from './kernels.ts';
import { firstParameters, layoutOf, shapeOf } from './layout.ts';
import { firstState, type LoopState } from './loop-state.ts';
import { lossOf } from './loss.ts';
import { Predictor } from './predictor.ts';
import { SavedTraining } from './saved-training.ts';
import type { Breathe } from './slices.ts';
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
): NetworkEngine & { readonly portable: PortableEngine } {
  const chooser = new TrainerChooser(offers);
  const network = async (spec: NetworkSpec, trained: TrainedWeights) =>
    networkOf(new Predictor(await predicting(), shapeOf(spec)), trained);
  return {
    async train(spec, data, onStep, aids) {
      if (isLoaded(data)) return network(spec, loadedFrom(name, data.start));
      const choice = await chooser.choose(data.backend, taskOf(spec, data));
      const end = await trainOn({ name, choice, predicting }, spec, data, { onStep, ...aids });
      assert(!('halted' in end), 'nobody halts it');
      return network(spec, end);
    },
    portable: {
      async plan(spec, data) {
        if (isLoaded(data)) return null;
        const { chain, reason } = await chooser.choose(data.backend, taskOf(spec, data));
        if (chain[0]?.backend === 'webgpu') return null;
        const backends = chain.map(({ backend }) => backend).filter((name) => name !== 'webgpu');
        return { spec, data, backends, reason };
      },
      train({ spec, data, backends, reason, state }, hooks) {
        const chain = offers.filter(({ backend }) => backends.includes(backend));
        const choice = { chain, reason };
        const own = { name, choice, predicting };
        return trainOn(own, spec, data, hooks, state as LoopState | undefined);
      },
      network
    }
  };
}

function taskOf(spec: NetworkSpec, { inputs, targets, batchSize }: NetworkTraining): TrainerTask {
  const windows = targets.length / spec.horizon;
  const batch = Math.min(batchSize, windows);
  return { shape: shapeOf(spec), objective: spec, batch, clip, inputs, targets };
}

/** What a training has from its engine. */
interface Own {
  /** What the offers of the choice share. */
  readonly name: string;
  readonly choice: Choice;
  readonly predicting: () => Promise<Kernels>;
}

/** Whether weights are taken as they are. */
function isLoaded(data: NetworkTraining): data is NetworkTraining & { start: Float32Array } {
  return data.start !== undefined && data.epochs === 0 && data.seconds === undefined;
}

/** Trains from the beginning, or from what is saved or was handed back, whichever is further. */
async function trainOn(
  { name, choice, predicting }: Own,
  spec: NetworkSpec,
  data: NetworkTraining,
  { onStep, halts, saved: place, enough }: PortableHooks,
  handed?: LoopState
): Promise<TrainedWeights | { readonly halted: LoopState }> {
  const task = taskOf(spec, data);
  const saved = place && new SavedTraining(place, layoutOf(task.shape).count);
  const before = await saved?.load();
  if (before?.trained) return before.trained;
  const plan = await planOf(spec, data, task.batch, predicting);
  const found = before?.state;
  const isFurther = (found?.training.step ?? 0) > (handed?.training.step ?? 0);
  const start = (isFurther ? found : handed) ?? firstOf(task, plan, data.start);
  const resumed = isFurther ? { resumed: start.training.step } : {};
  const perPass = data.targets.length / spec.horizon / task.batch;
  const end = await trainLoop(choice, task, start, plan, {
    onStep: (progress) =>
      onStep({ ...progress, ...resumed, epoch: Math.ceil(progress.step / perPass) }),
    onState: (state) => saved?.keep(state),
    ...(halts ? { halts } : {}),
    ...(enough ? { enough } : {})
  });
  if (end.at === 'halted') return { halted: end.state };
  const trained = weightsOf(name, end);
  // What was kept is where the next run goes on.
  if (!trained.early) await saved?.finish(trained);
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
  const loss = async (parameters: ArrayLike<number>, breathe: Breathe) => {
    predictor.load(parameters);
    const outputs = await predictor.predict(inputs, rows, breathe);
    return lossOf(spec, outputs, right, rows, new Float32Array(outputs.length));
  };
  return { ...plan, validation: { patience, loss } };
}

function weightsOf(
  name: string,
  { step, parameters, curve, backend, reason, loss, early }: TrainedState
): TrainedWeights {
  return {
    weights: Float32Array.from(parameters),
    engine: `${name}, ${backend}${reason === '' ? '' : ` (${reason})`}`,
    backend,
    steps: step,
    loss,
    curve,
    ...(early ? { early } : {})
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
    predict: (inputs, rows) => predictor.predict(inputs, rows),
    inputGradients: (inputs, weights, rows) => predictor.inputGradients(inputs, weights, rows),
    dispose: () => undefined
  };
}
