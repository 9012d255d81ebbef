import { RandomCutTree } from './random-cut-tree.ts';
import { RandomSource } from '#lib/base/random-source.ts';
import { Scaled, type Oddity } from './scaled.ts';
import type { DetectorOptions, Method } from './stream-detector.ts';

const trees = 20;
const kept = 128;
/** Consecutive values that make one point. */
const shingle = 4;

/**
 * A robust random cut forest (Guha, Mishra, Roy and Schrijvers 2016) on shingles of four consecutive values:
 * 20 trees of the last 128 shingles each. The raw score is the logarithm of the collusive displacement, the
 * mean over trees of the greatest (size of sibling ÷ size of subtree) on the way to the root. A missing window
 * begins a new shingle. O(trees · depth · 4) time; about 400 kB a series. Deterministic by seed.
 */
export const randomCutForest: Method = {
  threshold: 3.5,
  season: 'none',
  refractory: 10,
  startsOver: false,
  make: (options) => new Scaled(new CutForest(options))
};

class CutForest implements Oddity {
  readonly what = 'out of line with the values before it, as random cuts tell it apart soon';
  readonly #random: RandomSource;
  readonly #trees: readonly RandomCutTree[];
  /** The points of the forest, by place; a new one takes the oldest one's. */
  readonly #points = new Float64Array(kept * shingle);
  readonly #recent: number[] = [];
  #last = Number.NaN;
  #seen = 0;

  constructor({ seed }: DetectorOptions) {
    this.#random = new RandomSource(seed, 'random cut forest');
    const random = () => this.#random.next();
    this.#trees = Array.from(
      { length: trees },
      () => new RandomCutTree(this.#points, shingle, kept, random)
    );
  }

  measure(t: number, value: number): number {
    if (t !== this.#last + 1) this.#recent.length = 0;
    this.#last = t;
    this.#recent.push(value);
    if (this.#recent.length < shingle) return Number.NaN;
    if (this.#recent.length > shingle) this.#recent.shift();
    const place = this.#seen % kept;
    if (this.#seen >= kept) for (const tree of this.#trees) tree.remove(place);
    this.#points.set(this.#recent, place * shingle);
    this.#seen++;
    let total = 0;
    for (const tree of this.#trees) {
      tree.insert(place);
      total += tree.displacement(place);
    }
    return this.#seen < kept / 2 ? Number.NaN : Math.log1p(total / trees);
  }

  snapshot(): unknown {
    return {
      random: this.#random.snapshot(),
      trees: this.#trees.map((tree) => tree.snapshot()),
      points: this.#points.slice(),
      recent: [...this.#recent],
      last: this.#last,
      seen: this.#seen
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as {
      random: readonly number[];
      trees: unknown[];
      points: Float64Array;
      recent: number[];
      last: number;
      seen: number;
    };
    this.#random.restore(state.random);
    this.#points.set(state.points);
    this.#trees.forEach((tree, i) => tree.restore(state.trees[i]));
    this.#recent.splice(0, this.#recent.length, ...state.recent);
    this.#last = state.last;
    this.#seen = state.seen;
  }
}
