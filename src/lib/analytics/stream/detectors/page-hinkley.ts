import { Baseline } from './baseline.ts';
import { cusumLimit } from './cusum.ts';
import {
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';

const learning = 8;
/** Drift per window that is tolerated, in standard deviations. */
const tolerance = 0.15;

/**
 * The Page–Hinkley test (Page 1954; Hinkley 1971) on both sides: m_T = Σ (x_t − mean_t)/sd_{t−1} − δ with the
 * running mean that holds x_t, and the test statistic m_T − min m. δ = 0.15 finds slow drifts that a CUSUM
 * with its slack of 0.5 lets pass; abrupt shifts are found later. Begins anew after an anomaly. O(1).
 */
export const pageHinkley: Method = {
  threshold: 12,
  season: 'none',
  refractory: 0,
  startsOver: true,
  make: (options) => new PageHinkley(options)
};

class PageHinkley implements StreamDetector {
  readonly #baseline = new Baseline();
  readonly #falseAlarms: number | null;
  #budgeted = Number.NaN;
  /** m − min m upwards, and the same of the falling side. */
  #up = 0;
  #down = 0;

  constructor({ falseAlarms }: DetectorOptions) {
    this.#falseAlarms = falseAlarms;
    if (falseAlarms !== null) this.#budgeted = cusumLimit(falseAlarms, tolerance);
  }

  update(_t: number, value: number, limit: number): Judged | null {
    const past = this.#baseline;
    if (past.size < learning) {
      past.learn(value);
      return null;
    }
    const expected = past.mean;
    const deviation = past.deviation;
    // x − mean_t = (x − mean_{t−1}) (1 − 1/t): the value moves its own mean.
    const width = deviation / (1 - 1 / (past.size + 1));
    const hi = expected + width * (limit + tolerance - this.#up);
    const lo = expected - width * (limit + tolerance - this.#down);
    past.learn(value);
    const step = (value - past.mean) / deviation;
    this.#up = Math.max(0, this.#up + step - tolerance);
    this.#down = Math.max(0, this.#down - step - tolerance);
    const score = this.#up >= this.#down ? this.#up : -this.#down;
    return { score, expected, lo, hi };
  }

  limitFor(p: number): number {
    return p === this.#falseAlarms ? this.#budgeted : cusumLimit(p, tolerance);
  }

  reason({ score, expected }: Judged): string {
    return (
      `where a drift ${score > 0 ? 'upwards' : 'downwards'} shows: values have left ${short(expected)}, the mean of ` +
      `${this.#baseline.size - 1} windows, by ${short(Math.abs(score))} standard deviations in all`
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
