/** What the recent errors of a forecast say of its bias. */
export interface TrackingSignal {
  /** Trigg's: smoothed error over smoothed absolute error, from −1 to 1; positive where actuals exceed the forecast. */
  readonly smoothed: number;
  /** Beyond this by chance with probability 1 − confidence, where errors are independent, normal and unbiased. */
  readonly limit: number;
  /** The planner's own: sum of the recent errors over their mean absolute deviation. 0 without any error. */
  readonly cumulative: number;
  /** Mean of the recent errors, in units of the series. */
  readonly meanError: number;
  readonly errors: number;
}

/** Mean absolute deviation of a normal error in standard deviations. */
const absoluteOfNormal = Math.sqrt(2 / Math.PI);
/** Nothing can go beyond 1. */
const mostLimit = 0.95;

/**
 * Trigg's tracking signal (1964) T = E/M with E = αe + (1 − α)E and M = α|e| + (1 − α)M, begun at E = 0 and M = `usual`,
 * the mean absolute error that the forecast used to have; without one, at the mean of these errors. Its limit is
 * z·√(α/(2 − α))/√(2/π), the spread of E in steady state over the M of normal errors; `z` is the number of standard
 * deviations allowed. Beside it Brown's cumulative signal (1959), of which planners usually allow ±4. NaN is left out. O(n).
 */
export function trackingSignal(
  errors: ArrayLike<number>,
  {
    alpha = 0.1,
    z = 2.576,
    usual = Number.NaN
  }: { alpha?: number; z?: number; usual?: number } = {}
): TrackingSignal {
  const present = Float64Array.from(errors).filter((e) => !Number.isNaN(e));
  const { length } = present;
  const limit = Math.min(mostLimit, (z * Math.sqrt(alpha / (2 - alpha))) / absoluteOfNormal);
  if (length === 0) return { smoothed: 0, limit, cumulative: 0, meanError: 0, errors: 0 };
  let [sum, absolute] = [0, 0];
  for (const e of present) {
    sum += e;
    absolute += Math.abs(e);
  }
  let smoothedError = 0;
  let smoothedSize = usual > 0 ? usual : absolute / length;
  for (const e of present) {
    smoothedError += alpha * (e - smoothedError);
    smoothedSize += alpha * (Math.abs(e) - smoothedSize);
  }
  return {
    smoothed: smoothedSize > 0 ? smoothedError / smoothedSize : 0,
    limit,
    cumulative: absolute > 0 ? sum / (absolute / length) : 0,
    meanError: sum / length,
    errors: length
  };
}
