/** Where the oldest number of a `Past` stands among them, and the numbers as they stand: sums do not depend on a restart. */
export type PastSnapshot = readonly number[];

/**
 * The last `capacity` numbers of a series, in order of age and in order of size, so that order figures
 * cost no sorting. O(capacity) moves per push; O(size) per figure. Finite numbers only.
 */
export class Past {
  size = 0;
  readonly #byAge: Float64Array;
  readonly #bySize: Float64Array;
  #oldest = 0;

  constructor(capacity: number) {
    this.#byAge = new Float64Array(capacity);
    this.#bySize = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.size < this.#byAge.length) this.#byAge[this.size] = value;
    else {
      this.#remove(this.#byAge[this.#oldest]!);
      this.#byAge[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % this.#byAge.length;
    }
    this.#insert(value);
  }

  clear(): void {
    this.size = 0;
    this.#oldest = 0;
  }

  snapshot(): PastSnapshot {
    return [this.#oldest, ...this.#byAge.subarray(0, this.size)];
  }

  restore([oldest = 0, ...numbers]: PastSnapshot): void {
    this.clear();
    for (const value of numbers) this.push(value);
    this.#oldest = oldest;
  }

  mean(): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) sum += this.#byAge[i]!;
    return sum / this.size;
  }

  /** Sample standard deviation from `centre`, divisor n − 1. */
  deviation(centre: number): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) sum += (this.#byAge[i]! - centre) ** 2;
    return Math.sqrt(sum / (this.size - 1));
  }

  median(): number {
    const above = this.size >> 1;
    const high = this.#bySize[above]!;
    return this.size % 2 === 1 ? high : (this.#bySize[above - 1]! + high) / 2;
  }

  /** The number with `below` smaller ones under it, counted from 0. */
  ranked(below: number): number {
    return this.#bySize[below]!;
  }

  /** Median of the absolute deviations from the median, unscaled: the two sides are merged from the middle outwards. */
  medianDeviation(): number {
    const centre = this.median();
    let right = this.size >> 1;
    let left = right - 1;
    let before = 0;
    let deviation = 0;
    for (let taken = 0; taken <= this.size >> 1; taken++) {
      before = deviation;
      const below = left >= 0 ? centre - this.#bySize[left]! : Infinity;
      const above = right < this.size ? this.#bySize[right]! - centre : Infinity;
      if (below < above) left--;
      else right++;
      deviation = Math.min(below, above);
    }
    return this.size % 2 === 1 ? deviation : (before + deviation) / 2;
  }

  /** Mean of the absolute deviations from `centre`. */
  meanDeviation(centre: number): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) sum += Math.abs(this.#byAge[i]! - centre);
    return sum / this.size;
  }

  #insert(value: number): void {
    let at = this.size++;
    for (; at > 0 && this.#bySize[at - 1]! > value; at--) this.#bySize[at] = this.#bySize[at - 1]!;
    this.#bySize[at] = value;
  }

  #remove(value: number): void {
    const at = this.#bySize.indexOf(value);
    this.#bySize.copyWithin(at, at + 1, this.size);
    this.size--;
  }
}
