import type { TrainAutoencoder } from '#lib/analytics/anomaly/autoencoder.ts';
import type { LossCurve } from './loss-curve.ts';

/**
 * The seam between forecasting and whatever trains the network: one global model over all series,
 * input windows to horizon outputs. Implementations live outside `analytics`.
 */
export interface NetworkSpec {
  /** Length of an input window, in steps. */
  readonly window: number;
  /** Values per step: 1, or a whole season per step when windows are cut into season patches. */
  readonly features?: number;
  /** Length of the output, in steps. */
  readonly horizon: number;
  readonly hidden: number;
  readonly layers: number;
  readonly activation: 'tanh' | 'sigmoid';
  /** Output quantiles, ascending; [] = a single mean output under squared loss. */
  readonly quantiles: readonly number[];
}

export interface NetworkTraining {
  /** Row-major windows × window × features, already scaled. */
  readonly inputs: Float32Array;
  /** Row-major windows × horizon, scaled likewise. */
  readonly targets: Float32Array;
  /** Passes over all windows; 0 leaves the weights of `start` as they are. */
  readonly epochs: number;
  /** Weights to start from in Keras order, in place of random ones. */
  readonly start?: Float32Array;
  /** The most steps those passes may come to. */
  readonly mostSteps?: number;
  /** Train for so long in place of a number of steps; the result then depends on the machine. */
  readonly seconds?: number;
  /** Stop early: windows held out, and after how many checks without a lower loss on them. */
  readonly validation?: NetworkValidation;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
  /** Kernels of our own, or TensorFlow.js layers. */
  readonly engine?: 'auto' | 'tfjs';
}

export interface NetworkValidation {
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly patience: number;
}

export interface NetworkProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly backend: string;
  /** Milliseconds that a step takes of late. */
  readonly stepMs?: number;
  /** Why this backend. */
  readonly reason?: string;
  /** The step it went on from, where an earlier run had begun it. */
  readonly resumed?: number;
}

/** A place for one training that outlives the worker; what is there may be of another training, or torn. */
export interface SavedBytes {
  load(this: void): Promise<Uint8Array | null>;
  save(this: void, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** What a training may use besides its data. */
export interface TrainingAids {
  readonly saved?: SavedBytes;
  /** Aborted when the reader has enough: training ends after the step under way, at the best it has. */
  readonly enough?: AbortSignal;
}

/** What a training gives, as plain data that can be kept and cross to another worker. */
export interface TrainedWeights {
  /** In Keras order. */
  readonly weights: Float32Array;
  readonly engine: string;
  readonly backend: string;
  readonly steps: number;
  readonly loss: number;
  readonly curve: LossCurve;
  /** It ended before its time because the reader had enough. */
  readonly early?: true;
}

export interface TrainedNetwork {
  /** Row-major rows × (horizon · outputs), outputs = max(1, quantiles.length), output fastest. */
  predict(inputs: Float32Array, rows: number): Promise<Float32Array>;
  /**
   * The gradients of Σ weights[row, output] · output by the inputs, row-major like them; absent where the
   * engine has none.
   */
  inputGradients?(inputs: Float32Array, weights: Float32Array, rows: number): Promise<Float32Array>;
  /** All weights in Keras order, for export; absent where the engine keeps them to itself. */
  readonly weights?: Float32Array;
  /** The engine and backend that trained it and why, such as "TensorFlow.js 4.22.0, webgpu". */
  readonly engine: string;
  readonly backend: string;
  readonly steps: number;
  readonly loss: number;
  /** Absent where the engine keeps none. */
  readonly curve?: LossCurve;
  /** As that of `TrainedWeights`. */
  readonly early?: true;
  readonly parameters: number;
  dispose(): void;
}

/** A training that any worker with a processor can do, as plain data. */
export interface PortableTraining {
  readonly spec: NetworkSpec;
  readonly data: NetworkTraining;
  /** What to train on: the first, or a later one when it fails. */
  readonly backends: readonly string[];
  /** Why the first. */
  readonly reason: string;
  /** Where an earlier worker left it; absent at the beginning. */
  readonly state?: unknown;
}

export interface PortableHooks extends TrainingAids {
  /** As that of `NetworkEngine.train`. */
  onStep(this: void, progress: NetworkProgress): Promise<void>;
  /** Asked every 50 ms or so: true ends the training with its state. */
  halts?(this: void): boolean;
}

/** Trains to the end, or until it is told to halt; `halted` is the state from which it goes on to the same end. */
export type TrainPortable = (
  training: PortableTraining,
  hooks: PortableHooks
) => Promise<TrainedWeights | { readonly halted: unknown }>;

/** Training and answering apart, so that several networks can be trained side by side. */
export interface PortableEngine {
  /** null where the engine trains here alone, such as on a graphics card. */
  plan(this: void, spec: NetworkSpec, data: NetworkTraining): Promise<PortableTraining | null>;
  readonly train: TrainPortable;
  network(this: void, spec: NetworkSpec, trained: TrainedWeights): Promise<TrainedNetwork>;
}

export interface NetworkEngine {
  /**
   * Trains; calls `onStep` at least every 50 ms of work and awaits it, so that progress, pause and cancel get
   * through. Goes on from what is `saved`, and saves where it is every two seconds.
   */
  train(
    spec: NetworkSpec,
    data: NetworkTraining,
    onStep: (progress: NetworkProgress) => Promise<void>,
    aids?: TrainingAids
  ): Promise<TrainedNetwork>;
  /** Absent where trainings cannot leave the worker. */
  readonly portable?: PortableEngine;
  /** Trains an autoencoder; absent where an engine has none. */
  readonly trainAutoencoder?: TrainAutoencoder;
}
