import { Baseline } from './baseline.ts';
import {
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';

const learning = 8;
/** Half the shift to be found soonest, in standard deviations. */
const slack = 0.5;

/**
 * Two-sided cumulative sums (Page 1954) of self-started normal deviates u (Hawkins 1987):
 * up = max(0, up + u − k), down = max(0, down − u − k) with k = 0.5, which finds a lasting shift of one
 * standard deviation soonest. The score is the greater of the two, negative for `down`. After an anomaly both
 * begin at 0 and the level is learnt anew. O(1). Assumes independent values; a trend is a shift to it.
 */
export const cusum: Method = {
  threshold: 5,
  season: 'none',
  refractory: 0,
  startsOver: true,
  make: (options) => new Cusum(options)
};

class Cusum implements StreamDetector {
  readonly #baseline = new Baseline();
  readonly #falseAlarms: number | null;
  #up = 0;
  #down = 0;
  #budgeted = Number.NaN;

  constructor({ falseAlarms }: DetectorOptions) {
    this.#falseAlarms = falseAlarms;
    if (falseAlarms !== null) this.#budgeted = cusumLimit(falseAlarms);
  }

  update(_t: number, value: number, limit: number): Judged | null {
    const past = this.#baseline;
    if (past.size < learning) {
      past.learn(value);
      return null;
    }
    const expected = past.mean;
    const hi = past.valueAt(limit + slack - this.#up);
    const lo = past.valueAt(-(limit + slack - this.#down));
    const u = past.deviate(value);
    this.#up = Math.max(0, this.#up + u - slack);
    this.#down = Math.max(0, this.#down - u - slack);
    past.learn(value);
    const score = this.#up >= this.#down ? this.#up : -this.#down;
    return { score, expected, lo, hi };
  }

  limitFor(p: number): number {
    return p === this.#falseAlarms ? this.#budgeted : cusumLimit(p);
  }

  reason({ score, expected }: Judged): string {
    return (
      `one too many on the same side: deviations ${score > 0 ? 'above' : 'below'} ${short(expected)}, the mean of ` +
      `${this.#baseline.size - 1} windows, add up to ${short(Math.abs(score))} standard deviations`
    );
  }

  told(): void {
    this.#baseline.clear();
    this.#up = this.#down = 0;
  }

  snapshot(): unknown {
    return [this.#up, this.#down, ...this.#baseline.snapshot()];
  }

  restore(snapshot: unknown): void {
    const [up = 0, down = 0, ...baseline] = snapshot as readonly number[];
    this.#up = up;
    this.#down = down;
    this.#baseline.restore(baseline);
  }
}

/** In-control run length of a one-sided CUSUM with limit `h` and slack `k` under normal noise (Siegmund 1985). */
export function cusumRunLength(h: number, k: number): number {
  const b = h + 1.166;
  return (Math.exp(2 * k * b) - 2 * k * b - 1) / (2 * k * k);
}

/** The limit at which a two-sided CUSUM has `falseAlarms` per window, by bisection. */
export function cusumLimit(falseAlarms: number, k = slack): number {
  let low = 0;
  let high = 60 / k;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (cusumRunLength(middle, k) < 2 / falseAlarms) low = middle;
    else high = middle;
  }
  return high;
}
