import { quantileSorted } from '#lib/analytics/stats/descriptive.ts';
import type { DetectorMethod } from './detectors.ts';

const week = 7 * 86_400_000;

/** Rows a week of one series, from its ascending times in milliseconds; NaN when they do not spread. */
export function rowsPerWeek(times: Float64Array): number {
  const span = times[times.length - 1]! - times[0]!;
  return span > 0 ? ((times.length - 1) / span) * week : Number.NaN;
}

/**
 * The threshold that lets about `budget` false alarms through in a week of one series. A row may be called
 * an anomaly with probability budget / rows a week; the threshold is the normal tail of that probability,
 * or the empirical one where the series has ten rows beyond it to tell (heavy tails), whichever is higher.
 */
export function budgetThreshold(
  method: DetectorMethod,
  scores: Float64Array,
  perWeek: number,
  budget: number
): number {
  const share = Math.min(1, budget / perWeek);
  const normal = share >= 1 ? 0 : method.thresholdFor(share);
  const sizes = scores
    .map(Math.abs)
    .filter((score) => !Number.isNaN(score))
    .sort();
  if (sizes.length * share < 10) return normal;
  return Math.max(normal, quantileSorted(sizes, 1 - share));
}
