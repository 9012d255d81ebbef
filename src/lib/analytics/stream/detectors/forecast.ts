import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Past, type PastSnapshot } from '../past.ts';
import {
  leastSpread,
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';

const leastErrors = 8;

/**
 * The error of a forecast made elsewhere, in standard deviations as its band tells them: the half width on the
 * side of the error over the normal quantile of its level. Bands of a forecast cell are conformal, so the score
 * keeps its meaning where errors are skewed. Without a band the median absolute error of the last `history`
 * windows (× 1.4826) stands in. A window that nothing was foretold for is not judged. O(1), without a band O(history).
 */
export const forecast: Method = {
  threshold: 3,
  season: 'none',
  refractory: 0,
  startsOver: false,
  make: (options) => new ForecastError(options)
};

class ForecastError implements StreamDetector {
  readonly #foretold: DetectorOptions['foretold'];
  readonly #errors: Past;

  constructor({ foretold, history }: DetectorOptions) {
    this.#foretold = foretold;
    this.#errors = new Past(history);
  }

  update(t: number, value: number, limit: number): Judged | null {
    const foreseen = this.#foretold?.(t) ?? null;
    if (!foreseen) return null;
    const { expected } = foreseen;
    const own = this.#ownSpread();
    const spread = (stated: number) => {
      const known = stated === stated ? stated : own;
      return Math.max(known, leastSpread(expected));
    };
    const below = spread(foreseen.spreadBelow);
    const above = spread(foreseen.spreadAbove);
    this.#errors.push(Math.abs(value - expected));
    if (below !== below || above !== above) return null;
    return {
      score: (value - expected) / (value < expected ? below : above),
      expected,
      lo: expected - limit * below,
      hi: expected + limit * above
    };
  }

  limitFor(p: number): number {
    return normalQuantile(1 - Math.min(p, 1) / 2);
  }

  reason({ score, expected }: Judged): string {
    const side = score > 0 ? 'above' : 'below';
    return `${short(Math.abs(score))} standard deviations of the forecast's error ${side} ${short(expected)}, which was foretold for this window`;
  }

  snapshot(): unknown {
    return this.#errors.snapshot();
  }

  restore(snapshot: unknown): void {
    this.#errors.restore(snapshot as PastSnapshot);
  }

  #ownSpread(): number {
    return this.#errors.size < leastErrors ? Number.NaN : 1.482602218505602 * this.#errors.median();
  }
}
