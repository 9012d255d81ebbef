import { RandomSource } from '#lib/base/random-source.ts';
import { Scaled, type Oddity } from './scaled.ts';
import type { DetectorOptions, Method } from './stream-detector.ts';
import { drawn, TrainedWindows, type WindowNetwork } from './trained-windows.ts';

const inputs = 8;
const code = 3;

/**
 * A small autoencoder (Hawkins et al. 2002) that learns while it watches: eight consecutive values – three tanh
 * units – eight values. The raw score is the logarithm of the distance between the last eight values and their
 * reconstruction. About 60 weights and 15 µs a window; 10 kB a series. For large networks on all rows at once see
 * the `anomaly` kind.
 */
export const autoencoder: Method = {
  threshold: 3.5,
  season: 'none',
  refractory: 10,
  startsOver: false,
  make: (options) => new Scaled(new Reconstruction(options))
};

class Reconstruction implements Oddity {
  readonly what = 'the last of eight values that a small network cannot redraw';
  readonly #windows: TrainedWindows;
  readonly #network: Autoencoder;

  constructor({ seed }: DetectorOptions) {
    const random = new RandomSource(seed, 'autoencoder');
    this.#network = new Autoencoder(inputs, code, random);
    this.#windows = new TrainedWindows(this.#network, random);
  }

  measure(_t: number, value: number): number {
    const windows = this.#windows;
    const raw = windows.isReady
      ? Math.log(1e-3 + Math.sqrt(2 * this.#network.loss(windows.exampleWith(value))))
      : Number.NaN;
    windows.learn(value);
    return raw;
  }

  snapshot(): unknown {
    return this.#windows.snapshot();
  }

  restore(snapshot: unknown): void {
    this.#windows.restore(snapshot);
  }
}

/** inputs – tanh(code) – inputs. Weights: encoder and its biases, decoder and its biases. */
export class Autoencoder implements WindowNetwork {
  readonly length: number;
  readonly weights: Float64Array;
  readonly #code: number;
  readonly #hidden: Float64Array;
  readonly #errors: Float64Array;

  constructor(length: number, width: number, random: RandomSource) {
    this.length = length;
    this.#code = width;
    this.#hidden = new Float64Array(width);
    this.#errors = new Float64Array(length);
    this.weights = new Float64Array(width * (length + 1) + length * (width + 1));
    drawn(this.weights, length, random);
  }

  /** Half the squared distance of an example from its reconstruction. */
  loss(example: Float64Array): number {
    const { length, weights } = this;
    const width = this.#code;
    const decoder = width * (length + 1);
    for (let h = 0; h < width; h++) {
      let sum = weights[width * length + h]!;
      for (let i = 0; i < length; i++) sum += weights[h * length + i]! * example[i]!;
      this.#hidden[h] = Math.tanh(sum);
    }
    let loss = 0;
    for (let i = 0; i < length; i++) {
      let sum = weights[decoder + length * width + i]!;
      for (let h = 0; h < width; h++) sum += weights[decoder + i * width + h]! * this.#hidden[h]!;
      const error = sum - example[i]!;
      this.#errors[i] = error;
      loss += (error * error) / 2;
    }
    return loss;
  }

  gradient(example: Float64Array, into: Float64Array): number {
    const loss = this.loss(example);
    const { length, weights } = this;
    const width = this.#code;
    const decoder = width * (length + 1);
    for (let i = 0; i < length; i++) into[decoder + length * width + i]! += this.#errors[i]!;
    for (let h = 0; h < width; h++) {
      const hidden = this.#hidden[h]!;
      let back = 0;
      for (let i = 0; i < length; i++) {
        into[decoder + i * width + h]! += this.#errors[i]! * hidden;
        back += this.#errors[i]! * weights[decoder + i * width + h]!;
      }
      back *= 1 - hidden * hidden;
      into[width * length + h]! += back;
      for (let i = 0; i < length; i++) into[h * length + i]! += back * example[i]!;
    }
    return loss;
  }
}
