import { quantileSorted, sorted } from '#lib/analytics/stats/descriptive.ts';

/** Values kept one by one in a window before the store turns into a sketch. */
export const exactValues = 20_000;
/** Largest relative error of a quantile beyond that. */
export const sketchError = 0.005;

const gamma = (1 + sketchError) / (1 - sketchError);
const logGamma = Math.log(gamma);

/** What a store holds: its values one by one, or the buckets of its sketch with their counts. */
export interface QuantileStoreSnapshot {
  readonly values: Float64Array | null;
  readonly negative: readonly (readonly [number, number])[];
  readonly positive: readonly (readonly [number, number])[];
  readonly zeros: number;
  readonly count: number;
}

/**
 * Quantiles of a growing set of numbers: exact (linear interpolation, R's type 7) up to `exactValues`, then
 * a DDSketch (Masson, Rim and Lee, 2019): logarithmic buckets, so that a quantile is right to `sketchError`
 * of its value. Mergeable; memory O(min(n, buckets)). Missing values are not added.
 */
export class QuantileStore {
  #values: number[] | null = [];
  #negative = new Map<number, number>();
  #positive = new Map<number, number>();
  #zeros = 0;
  #count = 0;

  static from(state: QuantileStoreSnapshot): QuantileStore {
    const store = new QuantileStore();
    store.#values = state.values && [...state.values];
    store.#negative = new Map(state.negative);
    store.#positive = new Map(state.positive);
    store.#zeros = state.zeros;
    store.#count = state.count;
    return store;
  }

  get exact(): boolean {
    return this.#values !== null;
  }

  snapshot(): QuantileStoreSnapshot {
    return {
      values: this.#values && Float64Array.from(this.#values),
      negative: [...this.#negative],
      positive: [...this.#positive],
      zeros: this.#zeros,
      count: this.#count
    };
  }

  add(value: number): void {
    this.#count++;
    if (!this.#values) {
      this.#bucket(value, 1);
      return;
    }
    this.#values.push(value);
    if (this.#values.length > exactValues) this.#toSketch();
  }

  merge(other: QuantileStore): void {
    if (other.#values) {
      for (const value of other.#values) this.add(value);
      return;
    }
    this.#toSketch();
    this.#count += other.#count;
    this.#zeros += other.#zeros;
    for (const [bucket, n] of other.#negative) bump(this.#negative, bucket, n);
    for (const [bucket, n] of other.#positive) bump(this.#positive, bucket, n);
  }

  /** The quantile at `share`; NaN when empty. O(n log n) while exact. */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    return this.#values ? quantileSorted(sorted(this.#values), share) : this.#sketched(share);
  }

  #toSketch(): void {
    for (const value of this.#values ?? []) this.#bucket(value, 1);
    this.#values = null;
  }

  #bucket(value: number, n: number): void {
    if (value === 0) this.#zeros += n;
    else {
      const bucket = Math.ceil(Math.log(Math.abs(value)) / logGamma);
      bump(value > 0 ? this.#positive : this.#negative, bucket, n);
    }
  }

  #sketched(share: number): number {
    const rank = share * (this.#count - 1);
    const middle = (bucket: number) => (2 * gamma ** bucket) / (gamma + 1);
    let seen = 0;
    for (const [bucket, n] of [...this.#negative].sort((a, b) => b[0] - a[0])) {
      seen += n;
      if (seen > rank) return -middle(bucket);
    }
    seen += this.#zeros;
    if (seen > rank) return 0;
    let last = 0;
    for (const [bucket, n] of [...this.#positive].sort((a, b) => a[0] - b[0])) {
      last = middle(bucket);
      seen += n;
      if (seen > rank) break;
    }
    return last;
  }
}

function bump(map: Map<number, number>, key: number, n: number): void {
  map.set(key, (map.get(key) ?? 0) + n);
}
