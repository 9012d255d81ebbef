import type { TrainAutoencoder } from '#lib/analytics/anomaly/autoencoder.ts';

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
  /** Passes over all windows. */
  readonly epochs: number;
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
  readonly parameters: number;
  dispose(): void;
}

export interface NetworkEngine {
  /**
   * Trains; calls `onStep` at least every 50 ms of work and awaits it, so that progress and cancel get through,
   * and at the steps that `curveStride` divides.
   */
  train(
    spec: NetworkSpec,
    data: NetworkTraining,
    onStep: (progress: NetworkProgress) => Promise<void>
  ): Promise<TrainedNetwork>;
  /** Trains an autoencoder; absent where an engine has none. */
  readonly trainAutoencoder?: TrainAutoencoder;
}

const curvePoints = 200;

/** Losses are noted every so many steps: a curve of at most 200 points, the same on every machine. */
export function curveStride(steps: number): number {
  return Math.max(1, Math.ceil(steps / curvePoints));
}
