/**
 * What a series has shown so far, as at most `capacity` values in ascending order: a new value is stored
 * unless one lies closer than a capacity-th of the range, and when the set is full its two closest values
 * become one. O(log capacity) to measure, O(capacity) to store.
 */
export class Prototypes {
  readonly #values: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity + 1);
  }

  get size(): number {
    return this.#size;
  }

  get range(): number {
    return this.#size < 2 ? 0 : this.#values[this.#size - 1]! - this.#values[0]!;
  }

  /** The ends of the range; NaN before there is any value. */
  get least(): number {
    return this.#size === 0 ? Number.NaN : this.#values[0]!;
  }

  get greatest(): number {
    return this.#size === 0 ? Number.NaN : this.#values[this.#size - 1]!;
  }

  /** The values stored, ascending; `restore` takes them up again. */
  snapshot(): Float64Array {
    return this.#values.slice(0, this.#size);
  }

  restore(values: Float64Array): void {
    this.#values.set(values);
    this.#size = values.length;
  }

  /** The stored value nearest to `x`; NaN before there is any. */
  nearest(x: number): number {
    const at = this.#place(x);
    const below = at > 0 ? this.#values[at - 1]! : Number.NEGATIVE_INFINITY;
    const above = at < this.#size ? this.#values[at]! : Number.POSITIVE_INFINITY;
    if (this.#size === 0) return Number.NaN;
    return x - below <= above - x ? below : above;
  }

  learn(x: number): void {
    const capacity = this.#values.length - 1;
    if (this.#size > 0 && Math.abs(x - this.nearest(x)) <= this.range / capacity / 2) return;
    const at = this.#place(x);
    this.#values.copyWithin(at + 1, at, this.#size);
    this.#values[at] = x;
    this.#size++;
    if (this.#size > capacity) this.#join();
  }

  /** The number of stored values smaller than `x`. */
  #place(x: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #join(): void {
    let closest = 0;
    for (let i = 1; i < this.#size - 1; i++) {
      const gap = this.#values[i + 1]! - this.#values[i]!;
      if (gap < this.#values[closest + 1]! - this.#values[closest]!) closest = i;
    }
    this.#values.copyWithin(closest, closest + 1, this.#size);
    this.#size--;
  }
}
