import { levenbergMarquardt } from '#lib/analytics/stats/levenberg-marquardt.ts';
import { coefficientsAt, longestStep } from './coordinates.ts';
import { coefficientCount, type ArimaOrder } from './order.ts';

/**
 * Coordinates of the coefficients that minimise the conditional sum of squares: errors by the difference
 * equation from the first row that has all its past, earlier errors being 0 (Box and Jenkins 1970). 0 where
 * there are too few rows. O(n·coefficients) an evaluation.
 */
export function conditionalStart(order: ArimaOrder, differences: Float64Array): Float64Array {
  const count = coefficientCount(order);
  const origin = new Float64Array(count).fill(0.05);
  const size = differences.length - order.p - order.P * order.season;
  if (size < count + 3) return origin;
  const filtered = new Float64Array(differences.length);
  const residuals = (x: Float64Array, out: Float64Array) => {
    filtered.set(differences);
    return conditionalErrors(order, coefficientsAt(order, x), filtered, out);
  };
  return levenbergMarquardt(residuals, size, origin, {
    tolerance: 1e-3,
    maxIterations: 12,
    longestStep
  }).x;
}

/** Errors of the rows after the first p + P·s, into `out`; `values` are overwritten. */
function conditionalErrors(
  order: ArimaOrder,
  coefficients: Float64Array,
  values: Float64Array,
  out: Float64Array
): boolean {
  const { p, q, P, Q, season } = order;
  const ar = coefficients.subarray(0, p);
  const ma = coefficients.subarray(p, p + q);
  const sar = coefficients.subarray(p + q, p + q + P);
  const sma = coefficients.subarray(p + q + P, p + q + P + Q);
  const lost = p + P * season;
  const n = values.length - lost;
  for (let t = values.length - 1; t >= 0; t--) {
    let value = values[t]!;
    for (let i = 1; i <= p && t >= i; i++) value -= ar[i - 1]! * values[t - i]!;
    values[t] = value;
  }
  for (let t = values.length - 1; t >= lost; t--) {
    let value = values[t]!;
    for (let j = 1; j <= P; j++) value -= sar[j - 1]! * values[t - j * season]!;
    out[t - lost] = value;
  }
  for (let t = 0; t < n; t++) {
    let value = out[t]!;
    for (let i = 1; i <= q && t >= i; i++) value -= ma[i - 1]! * out[t - i]!;
    out[t] = value;
  }
  for (let t = 0; t < n; t++) {
    let value = out[t]!;
    for (let j = 1; j <= Q && t >= j * season; j++) value -= sma[j - 1]! * out[t - j * season]!;
    out[t] = value;
  }
  return true;
}
