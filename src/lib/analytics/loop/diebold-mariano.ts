import { mean } from '#lib/analytics/stats/descriptive.ts';
import { studentTail } from '#lib/analytics/stats/student-t.ts';

/** Whether losses differ in the mean. */
export interface PairedTest {
  /** Harvey, Leybourne and Newbold's statistic; positive where the losses of the first are greater. Infinite where the difference never varies. */
  readonly statistic: number;
  /** Chance of a statistic as great or greater where both lose the same in the mean. */
  readonly p: number;
}

/**
 * The test of Diebold and Mariano (1995) on differences of loss d_t = loss₁ − loss₂, one-sided for loss₁ > loss₂: mean(d)
 * over √(Σ_{|k|<h} γ_k / n) with the autocovariances γ of d, corrected for small samples by Harvey, Leybourne and Newbold
 * (1997): times √((n + 1 − 2h + h(h − 1)/n)/n), against Student's t with n − 1 degrees. `steps` is h, how many differences
 * overlap. Where the sum of autocovariances is not positive, h = 1 is used, as in R's `forecast::dm.test`. O(n·h).
 * Assumes a stationary difference; two differences at least.
 */
export function dieboldMariano(differences: ArrayLike<number>, steps = 1): PairedTest {
  const n = differences.length;
  // Their unit is of no matter, and squares of the smallest would be 0.
  const largest = Array.from(differences).reduce((most, d) => Math.max(most, Math.abs(d)), 0) || 1;
  const scaled = Float64Array.from(differences, (d) => d / largest);
  const average = mean(scaled);
  const h = Math.max(1, Math.min(steps, n - 1));
  let variance = covariance(scaled, average, 0);
  for (let k = 1; k < h; k++) variance += 2 * covariance(scaled, average, k);
  if (!(variance > 0) && h > 1) return dieboldMariano(differences, 1);
  const correction = Math.sqrt((n + 1 - 2 * h + (h * (h - 1)) / n) / n);
  const statistic = constant(scaled)
    ? Math.sign(average) * Number.POSITIVE_INFINITY || 0
    : (average / Math.sqrt(variance / n)) * correction;
  return { statistic, p: studentTail(statistic, n - 1) };
}

/** At lag `k`, divisor n. */
function covariance(values: ArrayLike<number>, centre: number, k: number): number {
  let sum = 0;
  for (let t = k; t < values.length; t++) sum += (values[t]! - centre) * (values[t - k]! - centre);
  return sum / values.length;
}

function constant(values: ArrayLike<number>): boolean {
  for (let t = 1; t < values.length; t++) if (values[t] !== values[0]) return false;
  return true;
}
