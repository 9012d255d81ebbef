import { quantileSorted, sorted } from '#lib/analytics/stats/descriptive.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { budgetThreshold } from './budget.ts';
import { detectors } from './detectors.ts';
import { robustScale, type RobustScale } from './judge.ts';

const ordinaryShare = 0.9;
/** What 90 % of |z| lie below, as the score counts both ends of a column as one. */
const ordinaryReach = normalQuantile((1 + ordinaryShare) / 2);

/**
 * The robust z of a raw score whose upper tail is long by its nature: its unit is the median deviation, or what takes
 * the 90 % quantile to 1.645 if that is more. So up to a tenth of the rows may be odd without stretching it, and the thin
 * ends of ordinary rows, which alone would have lain far out in median deviations, are not odd.
 */
export function tailScale(raw: Float64Array): RobustScale {
  const robust = robustScale(raw);
  const middle = robust.raw(0);
  const unit = robust.raw(1) - middle;
  const known = sorted(raw.filter((value) => !Number.isNaN(value)));
  const tail = (quantileSorted(known, ordinaryShare) - middle) / ordinaryReach;
  const stretch = unit > 0 && tail > unit ? tail / unit : 1;
  const scores = robust.scores.map((score) => score / stretch);
  return {
    scores,
    raw: (threshold) => robust.raw(threshold * stretch),
    thresholdFor: (budget, perWeek) => budgetThreshold(detectors.mad, scores, perWeek, budget)
  };
}
