import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Past, type PastSnapshot } from '../past.ts';
import { short, type Judged, type StreamDetector } from './stream-detector.ts';

/** A measure of oddity without a scale of its own: the higher, the odder. */
export interface Oddity {
  /** NaN while too little is known. */
  measure(t: number, value: number): number;
  /** What is odd about it, such as "lies where few values were". */
  readonly what: string;
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

const kept = 256;
const least = 32;

/**
 * Gives an oddity a scale as the `anomaly` kind does: the robust z (median, MAD) of its raw score over the
 * last 256 windows. One-sided, without a band; `expected` is the median of the values. O(256).
 */
export class Scaled implements StreamDetector {
  readonly #oddity: Oddity;
  readonly #raw = new Past(kept);
  readonly #values = new Past(kept);

  constructor(oddity: Oddity) {
    this.#oddity = oddity;
  }

  update(t: number, value: number): Judged | null {
    const expected = this.#values.size === 0 ? Number.NaN : this.#values.median();
    const raw = this.#oddity.measure(t, value);
    this.#values.push(value);
    if (raw !== raw) return null;
    const score = this.#raw.size < least ? null : this.#score(raw);
    this.#raw.push(raw);
    return score === null ? null : { score, expected, lo: Number.NaN, hi: Number.NaN };
  }

  limitFor(p: number): number {
    return -normalQuantile(Math.min(p, 0.5));
  }

  reason({ score, expected }: Judged): string {
    return (
      `${this.#oddity.what}: ${short(score)} robust standard deviations more than the median window ` +
      `(${short(expected)} is the median value)`
    );
  }

  snapshot(): unknown {
    return {
      oddity: this.#oddity.snapshot(),
      raw: this.#raw.snapshot(),
      values: this.#values.snapshot()
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as { oddity: unknown; raw: PastSnapshot; values: PastSnapshot };
    this.#oddity.restore(state.oddity);
    this.#raw.restore(state.raw);
    this.#values.restore(state.values);
  }

  #score(raw: number): number {
    const centre = this.#raw.median();
    const deviation = 1.482602218505602 * this.#raw.medianDeviation();
    const spread = deviation > 0 ? deviation : 1.2533141373155 * this.#raw.meanDeviation(centre);
    return (raw - centre) / Math.max(spread, 1e-3 * Math.abs(centre), 1e-9);
  }
}
