import {
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';

/** Buckets of one size; with more, the two oldest become one of twice the size. */
const perRow = 5;
const rows = 32;
/** Windows on either side of a cut. */
const leastSide = 5;
const defaultConfidence = 0.002;

/**
 * ADWIN2 (Bifet and Gavaldà 2007): the longest recent stretch of values whose mean has not changed, kept as an
 * exponential histogram. A cut in two parts of means μ₀ and μ₁ is a change when
 * |μ₀ − μ₁| > ε = √(2σ²/m · ln(2/δ′)) + (2R/3m)·ln(2/δ′), 1/m = 1/n₀ + 1/n₁, δ′ = δ/ln n: under no change one
 * window says so with probability at most δ. R is the range seen, which the paper takes as 1. The score is the
 * greatest (μ₁ − μ₀)/ε over all cuts; beyond 1 the older part is dropped. O(log n) time and memory.
 */
export const adwin: Method = {
  threshold: 1,
  season: 'none',
  refractory: 0,
  startsOver: true,
  make: (options) => new Adwin(options)
};

class Adwin implements StreamDetector {
  readonly #confidence: number;
  /** Row r holds buckets of 2^r values, oldest first: sums and sums of squared deviations. */
  readonly #sums = new Float64Array(rows * (perRow + 1));
  readonly #squares = new Float64Array(rows * (perRow + 1));
  readonly #counts = new Int32Array(rows);
  #size = 0;
  #total = 0;
  #squared = 0;
  #low = Infinity;
  #high = -Infinity;
  /** Means and lengths of the two parts of the last change. */
  #change: readonly [number, number, number, number] = [0, 0, 0, 0];

  constructor({ falseAlarms }: DetectorOptions) {
    this.#confidence = Math.min(1, falseAlarms ?? defaultConfidence);
  }

  update(_t: number, value: number, limit: number): Judged | null {
    const expected = this.#size === 0 ? Number.NaN : this.#total / this.#size;
    this.#insert(value);
    const score = this.#widest(limit);
    if (this.#size < 2 * leastSide) return null;
    return { score, expected, lo: Number.NaN, hi: Number.NaN };
  }

  limitFor(): number {
    return 1;
  }

  reason({ score }: Judged): string {
    const [before, , after, since] = this.#change;
    return (
      `where the mean has changed from ${short(before)} to ${short(after)} in the last ${since} windows, ` +
      `${short(Math.abs(score))} times what chance allows`
    );
  }

  snapshot(): unknown {
    return {
      sums: this.#sums.slice(),
      squares: this.#squares.slice(),
      counts: [...this.#counts],
      figures: [this.#size, this.#total, this.#squared, this.#low, this.#high],
      change: this.#change
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as {
      sums: Float64Array;
      squares: Float64Array;
      counts: number[];
      figures: number[];
      change: readonly [number, number, number, number];
    };
    this.#sums.set(state.sums);
    this.#squares.set(state.squares);
    this.#counts.set(state.counts);
    [this.#size, this.#total, this.#squared, this.#low, this.#high] = state.figures as [
      number,
      number,
      number,
      number,
      number
    ];
    this.#change = state.change;
  }

  #insert(value: number): void {
    this.#low = Math.min(this.#low, value);
    this.#high = Math.max(this.#high, value);
    if (this.#size > 0) {
      const gap = value - this.#total / this.#size;
      this.#squared += (this.#size * gap * gap) / (this.#size + 1);
    }
    this.#size++;
    this.#total += value;
    this.#push(0, value, 0);
    this.#compress();
  }

  #push(row: number, sum: number, squares: number): void {
    const at = row * (perRow + 1) + this.#counts[row]!++;
    this.#sums[at] = sum;
    this.#squares[at] = squares;
  }

  #compress(): void {
    for (let row = 0; row < rows - 1 && this.#counts[row]! > perRow; row++) {
      const at = row * (perRow + 1);
      const [a, b] = [this.#sums[at]!, this.#sums[at + 1]!];
      const n = 2 ** row;
      const between = ((a - b) * (a - b)) / (2 * n);
      const squares = this.#squares[at]! + this.#squares[at + 1]! + between;
      this.#shift(row, 2);
      this.#push(row + 1, a + b, squares);
    }
  }

  #shift(row: number, by: number): void {
    const at = row * (perRow + 1);
    const end = at + this.#counts[row]!;
    this.#sums.copyWithin(at, at + by, end);
    this.#squares.copyWithin(at, at + by, end);
    this.#counts[row]! -= by;
  }

  /** The greatest score over the cuts; while it is beyond the limit the oldest bucket goes. */
  #widest(limit: number): number {
    let first = 0;
    for (;;) {
      const { score, change } = this.#scan();
      if (first === 0) {
        first = score;
        if (Math.abs(score) > limit) this.#change = change;
      }
      if (Math.abs(score) <= Math.max(limit, 1e-9)) return first;
      this.#dropOldest();
    }
  }

  #scan(): { score: number; change: readonly [number, number, number, number] } {
    let found = 0;
    let change: readonly [number, number, number, number] = [0, 0, 0, 0];
    if (this.#size < 2 * leastSide) return { score: 0, change };
    const variance = this.#squared / this.#size;
    const likely = Math.log((2 * Math.max(1, Math.log(this.#size))) / this.#confidence);
    let older = 0;
    let sum = 0;
    for (let row = rows - 1; row >= 0; row--) {
      for (let i = 0; i < this.#counts[row]!; i++) {
        older += 2 ** row;
        sum += this.#sums[row * (perRow + 1) + i]!;
        const newer = this.#size - older;
        if (older < leastSide) continue;
        if (newer < leastSide) return { score: found, change };
        const per = 1 / older + 1 / newer;
        const epsilon =
          Math.sqrt(2 * variance * per * likely) +
          ((2 * (this.#high - this.#low)) / 3) * per * likely;
        const before = sum / older;
        const after = (this.#total - sum) / newer;
        const score = epsilon > 0 ? (after - before) / epsilon : 0;
        if (Math.abs(score) <= Math.abs(found)) continue;
        found = score;
        change = [before, older, after, newer];
      }
    }
    return { score: found, change };
  }

  #dropOldest(): void {
    let row = rows - 1;
    while (this.#counts[row] === 0) row--;
    const at = row * (perRow + 1);
    const n = 2 ** row;
    const rest = this.#size - n;
    const gap = this.#sums[at]! / n - (this.#total - this.#sums[at]!) / rest;
    this.#squared = Math.max(
      0,
      this.#squared - this.#squares[at]! - (n * rest * gap * gap) / this.#size
    );
    this.#total -= this.#sums[at]!;
    this.#size = rest;
    this.#shift(row, 1);
  }
}
