import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Past, type PastSnapshot } from '../past.ts';
import { Season } from './season.ts';
import {
  leastSpread,
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';
import { studentQuantile } from './student.ts';

/** Past windows needed before the first judgement. */
export const leastHistory = 8;

/** (x − mean) / sample standard deviation of the last `history` windows. O(history). */
export const zscore: Method = {
  threshold: 3,
  season: 'stated',
  refractory: 0,
  startsOver: false,
  make: (options) => new Deviation(options, false)
};

/**
 * (x − median) / (1.4826 · MAD) of the last `history` windows (Iglewicz and Hoaglin 1993); where more than half
 * of the past is one value, the mean absolute deviation (× 1.2533) stands in for the MAD. O(history).
 */
export const robust: Method = {
  threshold: 3.5,
  season: 'stated',
  refractory: 0,
  startsOver: false,
  make: (options) => new Deviation(options, true)
};

/** `zscore`'s normal tail holds for what the MAD makes of 37 % of its sample. */
const efficiency = { mean: 1, median: 0.37 };

class Deviation implements StreamDetector {
  readonly #robust: boolean;
  readonly #past: Past;
  readonly #season: Season | null;
  /** Windows that the last judgement rested on: the past without the value judged. */
  #judgedBy = 0;

  constructor({ history, season }: DetectorOptions, isRobust: boolean) {
    this.#robust = isRobust;
    this.#past = new Past(history);
    this.#season = typeof season === 'number' && season > 0 ? new Season(season, isRobust) : null;
  }

  update(t: number, value: number, limit: number): Judged | null {
    const level = this.#season ? this.#season.usual(t) : 0;
    this.#season?.learn(t, value);
    if (level !== level) return null;
    const past = this.#past;
    const judged = past.size < leastHistory ? null : this.#against(level, value, limit);
    past.push(value - level);
    return judged;
  }

  limitFor(p: number): number {
    const basis = this.#past.size;
    const z = normalQuantile(1 - Math.min(p, 1) / 2);
    const freedom = (this.#robust ? efficiency.median : efficiency.mean) * (basis - 1);
    return basis < leastHistory ? z : studentQuantile(z, freedom) * Math.sqrt(1 + 1 / basis);
  }

  reason({ score, expected }: Judged): string {
    const unit = this.#robust ? 'robust standard deviations' : 'standard deviations';
    const season = this.#season ? ' for this place in the season' : '';
    return (
      `${short(Math.abs(score))} ${unit} ${score > 0 ? 'above' : 'below'} ${short(expected)}, the ` +
      `${this.#robust ? 'median' : 'mean'} of the last ${this.#judgedBy} windows${season}`
    );
  }

  snapshot(): unknown {
    const season = this.#season?.snapshot() ?? null;
    return { past: this.#past.snapshot(), season, judgedBy: this.#judgedBy };
  }

  restore(snapshot: unknown): void {
    const { past, season, judgedBy } = snapshot as {
      past: PastSnapshot;
      season: unknown;
      judgedBy: number;
    };
    this.#past.restore(past);
    this.#season?.restore(season);
    this.#judgedBy = judgedBy;
  }

  #against(level: number, value: number, limit: number): Judged {
    const past = this.#past;
    this.#judgedBy = past.size;
    const centre = this.#robust ? past.median() : past.mean();
    const expected = level + centre;
    const spread = Math.max(this.#spread(centre), leastSpread(expected));
    return {
      score: (value - expected) / spread,
      expected,
      lo: expected - limit * spread,
      hi: expected + limit * spread
    };
  }

  #spread(centre: number): number {
    if (!this.#robust) return this.#past.deviation(centre);
    const deviation = 1.482602218505602 * this.#past.medianDeviation();
    return deviation > 0 ? deviation : 1.2533141373155 * this.#past.meanDeviation(centre);
  }
}
