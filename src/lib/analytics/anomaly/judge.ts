import { budgetThreshold } from './budget.ts';
import { detectors, type DetectorName } from './detectors.ts';

/**
 * The verdict of one method on the rows of one series, before a threshold is put to it. Rows are counted
 * within the series; a row that could not be judged has the score NaN.
 */
export interface Judge {
  readonly scores: Float64Array;
  /** Whether rows far below the ordinary are odd too, and not only those far above. */
  readonly twoSided: boolean;
  /** The threshold where none is stated. */
  readonly threshold: number;
  /** The threshold for `budget` false alarms a week. */
  thresholdFor(budget: number, perWeek: number): number;
  /** Which of the judged columns moved the score of a row most. */
  column(row: number, threshold: number): number;
  /** The ordinary value of that column. */
  expected(row: number, threshold: number): number;
  /** Ends of the ordinary values of that column; NaN where the method has none. */
  lo(row: number, threshold: number): number;
  hi(row: number, threshold: number): number;
  /** What made the score, in words with numbers; for anomalies only. */
  reason(row: number, threshold: number): string;
  /** What share of the score each judged column has, descending; only where there are several. */
  shares?(row: number): readonly { readonly column: number; readonly share: number }[];
}

/** What a judge knows of the column that it judges. */
export interface Judged {
  readonly name: string;
  readonly values: Float64Array;
}

/** Each value against the others of its series, whatever their order. */
export function pointJudge(method: DetectorName, { name, values }: Judged): Judge {
  const { threshold, ...how } = detectors[method];
  const detector = how.learn(values);
  const scores = values.map((value) => detector.score(value));
  return {
    scores,
    twoSided: true,
    threshold,
    thresholdFor: (budget, perWeek) => budgetThreshold(detectors[method], scores, perWeek, budget),
    column: () => 0,
    expected: () => detector.expected,
    lo: (_, limit) => detector.range(limit).lo,
    hi: (_, limit) => detector.range(limit).hi,
    reason(row, limit) {
      const { lo, hi } = detector.range(limit);
      const side = scores[row]! > 0 ? 'above' : 'below';
      const distance = `${Math.abs(scores[row]!).toFixed(2)} ${detector.unit}`;
      return `${name} is ${show(values[row]!)}, ${side} the ordinary range ${show(lo)} to ${show(hi)}: ${distance} (${show(detector.expected)} is ordinary).`;
    }
  };
}

/** The robust z of raw scores that have no scale of their own, and back. */
export interface RobustScale {
  readonly scores: Float64Array;
  /** The raw score that a threshold stands for. */
  raw(threshold: number): number;
  thresholdFor(budget: number, perWeek: number): number;
}

/** 0.6745 (raw − median) / MAD over the rows, with the fallback of `mad` where most rows are equal. */
export function robustScale(raw: Float64Array): RobustScale {
  const detector = detectors.mad.learn(raw);
  const scores = raw.map((value) => detector.score(value));
  return {
    scores,
    raw: (threshold) => detector.range(threshold).hi,
    thresholdFor: (budget, perWeek) => budgetThreshold(detectors.mad, scores, perWeek, budget)
  };
}

export const robustThreshold = detectors.mad.threshold;

/** A number in a sentence. */
export function show(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return Number.isInteger(rounded)
    ? rounded.toLocaleString('en-US')
    : rounded.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
