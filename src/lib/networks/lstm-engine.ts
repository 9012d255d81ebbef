import type {
  NetworkEngine,
  NetworkSpec,
  NetworkTraining,
  TrainedNetwork
} from '#lib/analytics/forecast/network-engine.ts';
import { TrainerChooser, type Offer } from './choose-trainer.ts';
import type { Kernels } from './kernels.ts';
import { firstParameters, shapeOf } from './layout.ts';
import { lossOf } from './loss.ts';
import { Predictor } from './predictor.ts';
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
    async train(spec, data, onStep) {
      const shape = shapeOf(spec);
      const windows = data.targets.length / spec.horizon;
      const task: TrainerTask = {
        shape,
        objective: spec,
        batch: Math.min(data.batchSize, windows),
        clip,
        inputs: data.inputs,
        targets: data.targets
      };
      const choice = await chooser.choose(data.backend, task);
      const predictor = new Predictor(await predicting(), shape);
      const first = firstParameters(shape, data.seed);
      const plan = planOf(spec, data, task.batch, predictor);
      const perPass = windows / task.batch;
      const trained = await trainLoop(choice, task, first, plan, (progress) =>
        onStep({ ...progress, epoch: Math.ceil(progress.step / perPass) })
      );
      predictor.load(trained.state.parameters);
      return networkOf(name, predictor, trained);
    }
  };
}

function planOf(
  spec: NetworkSpec,
  { targets, epochs, mostSteps, seconds, learningRate, seed, validation }: NetworkTraining,
  batch: number,
  predictor: Predictor
): TrainingPlan {
  const windows = targets.length / spec.horizon;
  const steps = Math.max(1, Math.round((epochs * windows) / batch));
  const loss = (parameters: ArrayLike<number>) => {
    const { inputs, targets: right } = validation!;
    const rows = right.length / spec.horizon;
    predictor.load(parameters);
    const outputs = predictor.predict(inputs, rows);
    return lossOf(spec, outputs, right, rows, new Float32Array(outputs.length));
  };
  return {
    steps: Math.min(steps, mostSteps ?? steps),
    ...(seconds === undefined ? {} : { seconds }),
    rate: learningRate,
    seed,
    ...(validation ? { validation: { patience: validation.patience, loss } } : {})
  };
}

function networkOf(
  name: string,
  predictor: Predictor,
  { state, backend, reason, loss }: TrainedState
): TrainedNetwork {
  return {
    engine: `${name}, ${backend}${reason === '' ? '' : ` (${reason})`}`,
    backend,
    steps: state.step,
    loss,
    parameters: state.parameters.length,
    weights: Float32Array.from(state.parameters),
    predict: async (inputs, rows) => predictor.predict(inputs, rows),
    inputGradients: async (inputs, weights, rows) =>
      predictor.inputGradients(inputs, weights, rows),
    dispose: () => undefined
  };
}
