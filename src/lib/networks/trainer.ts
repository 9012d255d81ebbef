import type { NetShape } from './layout.ts';
import type { Objective } from './loss.ts';
import type { Breathe } from './slices.ts';

export type LstmBackend = 'webgpu' | 'wasm' | 'cpu';

/** One network to train and what it learns from; the same for every implementation. */
export interface TrainerTask {
  readonly shape: NetShape;
  readonly objective: Objective;
  /** Windows per step. */
  readonly batch: number;
  /** The largest global norm of a step's gradients. */
  readonly clip: number;
  /** [windows, T, F] */
  readonly inputs: Float32Array;
  /** [windows, horizon] */
  readonly targets: Float32Array;
}

/** Everything that training goes on from. */
export interface TrainingState {
  /** Adam steps done. */
  readonly step: number;
  readonly parameters: Float32Array | Float64Array;
  /** Adam's mean and square of past gradients. */
  readonly mean: Float32Array | Float64Array;
  readonly square: Float32Array | Float64Array;
}

/** One figure per step of a call. */
export interface StepFigures {
  /** The loss before each step. */
  readonly losses: Float64Array;
  /** The global norm of the gradients before clipping. */
  readonly norms: Float64Array;
}

/** The function table behind which the three implementations of the training step stand. */
export interface Trainer {
  readonly backend: LstmBackend;
  /** The most steps of one call to `train`. */
  readonly chunk: number;
  /**
   * One Adam step per rate, each over the next `batch` windows of `order`. A trainer that keeps the processor for
   * long calls `breathe` every few milliseconds within a step.
   */
  train(order: Int32Array, rates: Float32Array, breathe?: Breathe): Promise<StepFigures>;
  /** The gradients of the last step, before clipping. */
  gradients(): Promise<Float32Array | Float64Array>;
  state(): Promise<TrainingState>;
  restore(state: TrainingState): void;
  dispose(): void;
}

export function initialState(parameters: Float32Array): TrainingState {
  const { length } = parameters;
  return { step: 0, parameters, mean: new Float32Array(length), square: new Float32Array(length) };
}
