/**
 * The seam between forecasting and whatever trains the network: one global model over all series,
 * input windows to horizon outputs. Implementations live outside `analytics` (TensorFlow.js today).
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
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
}

export interface NetworkProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly backend: string;
}

export interface TrainedNetwork {
  /** Row-major rows × (horizon · outputs), outputs = max(1, quantiles.length), output fastest. */
  predict(inputs: Float32Array, rows: number): Promise<Float32Array>;
  /** The engine and backend that trained it, such as "TensorFlow.js 4.22.0, webgpu". */
  readonly engine: string;
  readonly backend: string;
  readonly steps: number;
  readonly loss: number;
  readonly parameters: number;
  dispose(): void;
}

export interface NetworkEngine {
  /** Trains; calls `onStep` at least every 50 ms of work and awaits it, so that progress and cancel get through. */
  train(
    spec: NetworkSpec,
    data: NetworkTraining,
    onStep: (progress: NetworkProgress) => Promise<void>
  ): Promise<TrainedNetwork>;
}
