import { RandomSource } from '#lib/base/random-source.ts';
import { Scaled, type Oddity } from './scaled.ts';
import type { DetectorOptions, Method } from './stream-detector.ts';

const trees = 25;
const depth = 7;
const nodes = 2 ** (depth + 1) - 1;
/** Windows of one reference period. */
const period = 128;
/** A node with fewer values of the last period is not looked into. */
const leastMass = 0.1 * period;
const features = 2;

/**
 * Streaming half-space trees (Tan, Ting and Liu 2011): random halvings of the space of (value, step from the
 * value before), laid before any data come; the mass of a value is how many values of the last period of 128
 * windows fell into its node, times 2^depth, summed over 25 trees. Low mass is odd: the raw score is −ln of
 * it. Values are scaled by the range of the first period. O(trees · depth) time; 25 · 255 · 2 counts and
 * splits, about 90 kB, a series. Deterministic by seed.
 */
export const halfSpaceTrees: Method = {
  threshold: 3.5,
  season: 'none',
  refractory: 10,
  startsOver: false,
  make: (options) => new Scaled(new HalfSpaces(options))
};

export class HalfSpaces implements Oddity {
  readonly what = 'where few values of the period before were';
  readonly #splitAt = new Float64Array(trees * nodes);
  readonly #feature = new Uint8Array(trees * nodes);
  #reference = new Int32Array(trees * nodes);
  #latest = new Int32Array(trees * nodes);
  readonly #point = new Float64Array(features);
  readonly #low = new Float64Array(features).fill(Infinity);
  readonly #high = new Float64Array(features).fill(-Infinity);
  #before = Number.NaN;
  #seen = 0;

  constructor({ seed }: DetectorOptions) {
    const random = new RandomSource(seed, 'half-space trees');
    for (let tree = 0; tree < trees; tree++) this.#plant(tree, random);
  }

  measure(_t: number, value: number): number {
    const step = this.#before === this.#before ? value - this.#before : 0;
    this.#before = value;
    const at = this.#seen++;
    if (at < period) this.#stretch(value, step);
    this.#point[0] = this.#scaled(0, value);
    this.#point[1] = this.#scaled(1, step);
    let mass = 0;
    for (let tree = 0; tree < trees; tree++) mass += this.#drop(tree);
    if (this.#seen % period === 0) this.#turn();
    return at < 2 * period ? Number.NaN : -Math.log((1 + mass) / trees);
  }

  snapshot(): unknown {
    return {
      reference: this.#reference.slice(),
      latest: this.#latest.slice(),
      ranges: [...this.#low, ...this.#high],
      before: this.#before,
      seen: this.#seen
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as {
      reference: Int32Array;
      latest: Int32Array;
      ranges: number[];
      before: number;
      seen: number;
    };
    this.#reference.set(state.reference);
    this.#latest.set(state.latest);
    this.#low.set(state.ranges.slice(0, features));
    this.#high.set(state.ranges.slice(features));
    this.#before = state.before;
    this.#seen = state.seen;
  }

  /** Splits every node in the middle of a work space that a random point of each feature stretches about itself. */
  #plant(tree: number, random: RandomSource): void {
    const low = new Float64Array(features);
    const high = new Float64Array(features);
    for (let f = 0; f < features; f++) {
      const s = random.next();
      const reach = 2 * Math.max(s, 1 - s);
      low[f] = s - reach;
      high[f] = s + reach;
    }
    const split = (node: number, level: number): void => {
      if (level === depth) return;
      const f = random.next() < 0.5 ? 0 : 1;
      const [from, to] = [low[f]!, high[f]!];
      const middle = (from + to) / 2;
      this.#feature[tree * nodes + node] = f;
      this.#splitAt[tree * nodes + node] = middle;
      high[f] = middle;
      split(2 * node + 1, level + 1);
      high[f] = to;
      low[f] = middle;
      split(2 * node + 2, level + 1);
      low[f] = from;
    };
    split(0, 0);
  }

  /** Counts the point in along its path; the mass it has by the reference period. */
  #drop(tree: number): number {
    const base = tree * nodes;
    let node = 0;
    let mass = 0;
    let open = true;
    for (let level = 0; ; level++) {
      const at = base + node;
      this.#latest[at]!++;
      if (open) {
        mass = this.#reference[at]! * 2 ** level;
        open = this.#reference[at]! > leastMass;
      }
      if (level === depth) return mass;
      node = 2 * node + (this.#point[this.#feature[at]!]! < this.#splitAt[at]! ? 1 : 2);
    }
  }

  #turn(): void {
    const done = this.#reference;
    this.#reference = this.#latest;
    this.#latest = done.fill(0);
  }

  #stretch(value: number, step: number): void {
    this.#low[0] = Math.min(this.#low[0]!, value);
    this.#high[0] = Math.max(this.#high[0]!, value);
    this.#low[1] = Math.min(this.#low[1]!, step);
    this.#high[1] = Math.max(this.#high[1]!, step);
  }

  #scaled(f: number, x: number): number {
    const range = this.#high[f]! - this.#low[f]!;
    return range > 0
      ? (x - this.#low[f]!) / range
      : x === this.#low[f]!
        ? 0.5
        : x > this.#low[f]!
          ? 2
          : -1;
  }
}
