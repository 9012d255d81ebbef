import { Past, type PastSnapshot } from '../past.ts';
import { Adam } from './adam.ts';
import { RandomSource } from '#lib/base/random-source.ts';
import { leastSpread } from './stream-detector.ts';

/** A network on windows of consecutive standardised values. */
export interface WindowNetwork {
  /** Values in one example. */
  readonly length: number;
  readonly weights: Float64Array;
  /** The loss of an example and its slope by each weight. */
  gradient(example: Float64Array, into: Float64Array): number;
}

const kept = 256;
/** Earlier examples looked at again with every new one. */
const replays = 3;
const rate = 0.005;
/** Standardised values beyond are cut, so that one outlier does not become what is learnt. */
const mostExtreme = 4;
const least = 64;

/**
 * Trains a network as values come: one step on the newest example and three on random ones of the last 256, each
 * standardised by mean and deviation of the last 256 values. Values that followed each other count as
 * consecutive, missing windows are passed over. Deterministic by seed.
 */
export class TrainedWindows {
  readonly network: WindowNetwork;
  readonly #adam: Adam;
  readonly #random: RandomSource;
  readonly #past = new Past(kept);
  readonly #values: Float64Array;
  readonly #example: Float64Array;
  readonly #gradient: Float64Array;
  #count = 0;

  constructor(network: WindowNetwork, random: RandomSource) {
    this.network = network;
    this.#random = random;
    this.#adam = new Adam(network.weights.length, rate);
    this.#values = new Float64Array(kept + network.length);
    this.#example = new Float64Array(network.length);
    this.#gradient = new Float64Array(network.weights.length);
  }

  /** Whether enough was learnt for a first judgement. */
  get isReady(): boolean {
    return this.#count >= least + this.network.length;
  }

  get mean(): number {
    return this.#past.mean();
  }

  get deviation(): number {
    const mean = this.mean;
    return Math.max(this.#past.deviation(mean), leastSpread(mean));
  }

  /** The last values and `value` as an example, by what was known before it. */
  exampleWith(value: number): Float64Array {
    const n = this.network.length;
    const example = new Float64Array(n);
    const from = Math.min(this.#count, this.#values.length) - (n - 1);
    for (let i = 0; i < n - 1; i++) example[i] = this.#values[from + i]!;
    example[n - 1] = value;
    this.#standardise(example);
    return example;
  }

  learn(value: number): void {
    const n = this.network.length;
    const size = this.#values.length;
    if (this.#count >= size) this.#values.copyWithin(0, 1);
    this.#values[Math.min(this.#count, size - 1)] = value;
    this.#count++;
    this.#past.push(value);
    const examples = Math.min(this.#count, size) - n + 1;
    if (examples < 2) return;
    this.#step(examples - 1);
    for (let i = 0; i < replays; i++) this.#step(Math.floor(this.#random.next() * examples));
  }

  snapshot(): unknown {
    return {
      weights: this.network.weights.slice(),
      adam: this.#adam.snapshot(),
      random: this.#random.snapshot(),
      past: this.#past.snapshot(),
      values: this.#values.slice(),
      count: this.#count
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as {
      weights: Float64Array;
      adam: unknown;
      random: readonly number[];
      past: PastSnapshot;
      values: Float64Array;
      count: number;
    };
    this.network.weights.set(state.weights);
    this.#adam.restore(state.adam);
    this.#random.restore(state.random);
    this.#past.restore(state.past);
    this.#values.set(state.values);
    this.#count = state.count;
  }

  #step(from: number): void {
    this.#example.set(this.#values.subarray(from, from + this.network.length));
    this.#standardise(this.#example);
    for (let i = 0; i < this.#example.length; i++) {
      this.#example[i] = Math.max(-mostExtreme, Math.min(mostExtreme, this.#example[i]!));
    }
    this.#gradient.fill(0);
    this.network.gradient(this.#example, this.#gradient);
    this.#adam.step(this.network.weights, this.#gradient);
  }

  #standardise(example: Float64Array): void {
    const { mean, deviation } = this;
    for (let i = 0; i < example.length; i++) example[i] = (example[i]! - mean) / deviation;
  }
}

/** Weights drawn evenly within ±√(3 / inputs) (LeCun 1998). */
export function drawn(weights: Float64Array, inputs: number, random: RandomSource): void {
  const reach = Math.sqrt(3 / inputs);
  for (let i = 0; i < weights.length; i++) weights[i] = (2 * random.next() - 1) * reach;
}
