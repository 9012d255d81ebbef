import { Baseline } from './baseline.ts';
import { ewmaRunLength } from './ewma-run-length.ts';
import {
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';

const learning = 8;
const weight = 0.2;

/**
 * An EWMA control chart (Roberts 1959) of self-started normal deviates u (Hawkins 1987): z = λu + (1 − λ)z,
 * and the score is z over its exact deviation √(λ/(2 − λ)·(1 − (1 − λ)^2t)), λ = 0.2. Finds lasting shifts of
 * half to one and a half standard deviations. After an anomaly the level is learnt anew. O(1).
 */
export const ewma: Method = {
  threshold: 3,
  season: 'none',
  refractory: 0,
  startsOver: true,
  make: (options) => new Ewma(options)
};

class Ewma implements StreamDetector {
  readonly #baseline = new Baseline();
  readonly #falseAlarms: number | null;
  #budgeted = Number.NaN;
  #average = 0;
  /** (1 − λ)^2t of the windows charted so far. */
  #faded = 1;

  constructor({ falseAlarms }: DetectorOptions) {
    this.#falseAlarms = falseAlarms;
    if (falseAlarms !== null) this.#budgeted = ewmaLimit(falseAlarms, weight);
  }

  update(_t: number, value: number, limit: number): Judged | null {
    const past = this.#baseline;
    if (past.size < learning) {
      past.learn(value);
      return null;
    }
    this.#faded *= (1 - weight) ** 2;
    const deviation = Math.sqrt((weight / (2 - weight)) * (1 - this.#faded));
    const kept = (1 - weight) * this.#average;
    const hi = past.valueAt((limit * deviation - kept) / weight);
    const lo = past.valueAt((-limit * deviation - kept) / weight);
    const expected = past.mean;
    this.#average = kept + weight * past.deviate(value);
    past.learn(value);
    return { score: this.#average / deviation, expected, lo, hi };
  }

  limitFor(p: number): number {
    return p === this.#falseAlarms ? this.#budgeted : ewmaLimit(p, weight);
  }

  reason({ score, expected }: Judged): string {
    return (
      `the last of values whose moving average is ${short(Math.abs(score))} of its standard deviations ` +
      `${score > 0 ? 'above' : 'below'} ${short(expected)}, the mean of ${this.#baseline.size - 1} windows`
    );
  }

  told(): void {
    this.#baseline.clear();
    this.#average = 0;
    this.#faded = 1;
  }

  snapshot(): unknown {
    return [this.#average, this.#faded, ...this.#baseline.snapshot()];
  }

  restore(snapshot: unknown): void {
    const [average = 0, faded = 1, ...baseline] = snapshot as readonly number[];
    this.#average = average;
    this.#faded = faded;
    this.#baseline.restore(baseline);
  }
}

/** The limit at which an EWMA chart has `falseAlarms` per window, by bisection over its run length. */
function ewmaLimit(falseAlarms: number, lambda: number): number {
  let low = 0.1;
  let high = 8;
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (ewmaRunLength(middle, lambda) < 1 / falseAlarms) low = middle;
    else high = middle;
  }
  return high;
}
