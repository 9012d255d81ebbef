import type { NetworkSpec } from '#lib/analytics/forecast/network-engine.ts';
import { seeded } from '#lib/base/random.ts';

/** The sizes of a network: stacked LSTM layers, and a dense head on the last step of the topmost. */
export interface NetShape {
  /** LSTM steps in a window. */
  readonly steps: number;
  /** Values per step. */
  readonly features: number;
  readonly hidden: number;
  readonly layers: number;
  /** Values out: horizon × quantiles. */
  readonly outputs: number;
  /** The candidate and the cell's output bent by the logistic function in place of tanh. */
  readonly sigmoid: boolean;
}

/** Where one LSTM layer's parameters lie; gates in Keras order i, f, c, o. */
export interface LayerPlace {
  readonly features: number;
  /** [features, 4·hidden] */
  readonly kernel: number;
  /** [hidden, 4·hidden] */
  readonly recurrent: number;
  /** [4·hidden] */
  readonly bias: number;
}

/** All parameters as one vector, in the order in which Keras lists its weights. */
export interface NetLayout {
  readonly layers: readonly LayerPlace[];
  /** [hidden, outputs] */
  readonly headKernel: number;
  /** [outputs] */
  readonly headBias: number;
  readonly count: number;
}

export function shapeOf(spec: NetworkSpec): NetShape {
  return {
    steps: spec.window,
    features: spec.features ?? 1,
    hidden: spec.hidden,
    layers: spec.layers,
    outputs: spec.horizon * Math.max(1, spec.quantiles.length),
    sigmoid: spec.activation === 'sigmoid'
  };
}

export function layoutOf({ features, hidden, layers, outputs }: NetShape): NetLayout {
  const places: LayerPlace[] = [];
  let at = 0;
  const take = (count: number) => (at += count) - count;
  for (let layer = 0; layer < layers; layer++) {
    const width = layer === 0 ? features : hidden;
    places.push({
      features: width,
      kernel: take(width * 4 * hidden),
      recurrent: take(hidden * 4 * hidden),
      bias: take(4 * hidden)
    });
  }
  return {
    layers: places,
    headKernel: take(hidden * outputs),
    headBias: take(outputs),
    count: at
  };
}

/** Weights drawn uniformly after Glorot and Bengio (2010), forget biases 1 (Jozefowicz et al. 2015), others 0. */
export function firstParameters(shape: NetShape, seed: number): Float32Array {
  const { hidden, outputs } = shape;
  const { layers, headKernel, count } = layoutOf(shape);
  const out = new Float32Array(count);
  const random = seeded(seed, 'weights');
  const draw = (at: number, rows: number, columns: number) => {
    const limit = Math.sqrt(6 / (rows + columns));
    for (let i = 0; i < rows * columns; i++) out[at + i] = (2 * random() - 1) * limit;
  };
  for (const { features, kernel, recurrent, bias } of layers) {
    draw(kernel, features, 4 * hidden);
    draw(recurrent, hidden, 4 * hidden);
    out.fill(1, bias + hidden, bias + 2 * hidden);
  }
  draw(headKernel, hidden, outputs);
  return out;
}
