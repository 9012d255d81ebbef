import {
  mean,
  meanAbsoluteDeviation,
  median,
  medianAbsoluteDeviation,
  quantileSorted,
  sorted,
  standardDeviation
} from '#lib/analytics/stats/descriptive.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';

export type DetectorName = 'zscore' | 'iqr' | 'mad';

/** What a detector has learnt from the values of one series. */
export interface Detector {
  /** Signed distance from the ordinary, in the detector's own unit; 0 is ordinary, NaN for a missing value. */
  score(value: number): number;
  /** The ordinary value. */
  readonly expected: number;
  /** Everything strictly outside [lo, hi] has |score| over the threshold. */
  range(threshold: number): { readonly lo: number; readonly hi: number };
  /** What a score counts, for sentences. */
  readonly unit: string;
}

export interface DetectorMethod {
  readonly name: DetectorName;
  readonly threshold: number;
  /** The threshold that a share `tail` of normal values exceeds on both sides together. */
  thresholdFor(tail: number): number;
  learn(values: ArrayLike<number>): Detector;
}

/** Φ⁻¹(0.75): half the interquartile range, and the median deviation, of the standard normal. */
const quartile = normalQuantile(0.75);

/** z = (x − mean) / sample sd. All values equal: every score is 0. */
const zscore: DetectorMethod = {
  name: 'zscore',
  threshold: 3,
  thresholdFor: (tail) => -normalQuantile(tail / 2),
  learn(values) {
    return around(mean(values), standardDeviation(values), 'standard deviations from the mean');
  }
};

/**
 * Tukey's fences: the distance beyond the nearer quartile in interquartile ranges, 0 between the quartiles
 * (type 7 quantiles). Where both quartiles are equal, the standard deviation / 0.741 stands in for the range.
 */
const iqr: DetectorMethod = {
  name: 'iqr',
  threshold: 1.5,
  thresholdFor: (tail) => Math.max(0, (-normalQuantile(tail / 2) - quartile) / (2 * quartile)),
  learn(values) {
    const ascending = sorted(values);
    const low = quantileSorted(ascending, 0.25);
    const high = quantileSorted(ascending, 0.75);
    const range = positive(high - low, standardDeviation(ascending) * 2 * quartile);
    return {
      expected: quantileSorted(ascending, 0.5),
      unit: 'interquartile ranges beyond the quartile',
      score(value) {
        if (value > high) return distance(value - high, range);
        if (value < low) return distance(value - low, range);
        return Number.isNaN(value) ? Number.NaN : 0;
      },
      range: (threshold) => ({ lo: low - threshold * range, hi: high + threshold * range })
    };
  }
};

/**
 * The modified z of Iglewicz and Hoaglin (1993): 0.6745 (x − median) / MAD. Where more than half of the
 * values are equal (MAD = 0) the mean absolute deviation stands in, as they advise.
 */
const mad: DetectorMethod = {
  name: 'mad',
  threshold: 3.5,
  thresholdFor: (tail) => -normalQuantile(tail / 2),
  learn(values) {
    const centre = median(values);
    const fallback = meanAbsoluteDeviation(values, centre) * Math.sqrt(Math.PI / 2);
    const scale = positive(medianAbsoluteDeviation(values, centre) / quartile, fallback);
    return around(centre, scale, 'robust standard deviations from the median');
  }
};

export const detectors: Readonly<Record<DetectorName, DetectorMethod>> = { zscore, iqr, mad };

function around(expected: number, spread: number, unit: string): Detector {
  const scale = positive(spread, 0);
  return {
    expected,
    unit,
    score: (value) => distance(value - expected, scale),
    range: (threshold) => ({ lo: expected - threshold * scale, hi: expected + threshold * scale })
  };
}

/** The first number if it is positive, else the second if that is, else 0. */
function positive(first: number, second: number): number {
  if (first > 0) return first;
  return second > 0 ? second : 0;
}

/** How many times a scale a deviation is, as far as numbers go: beside a scale of 1e-320 even 1e-9 is beyond them. */
function distance(deviation: number, scale: number): number {
  if (scale === 0) return Number.isNaN(deviation) ? deviation : 0;
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, deviation / scale));
}
