import type { DemandRate } from './flat.ts';

/** The weight that Croston's method and its descendants give the newest demand, as R's `croston` does. */
export const crostonWeight = 0.1;

/**
 * Croston's method (1972): sizes of demand and the intervals between demands, each smoothed where demand
 * occurs; the rate is their ratio times `correction`. Starts at the first size and the first interval.
 * Without any demand the rate is 0. O(n).
 */
export function crostonRate(values: Float64Array, alpha: number, correction: number): DemandRate {
  const before = new Float64Array(values.length).fill(Number.NaN);
  let size = Number.NaN;
  let interval = Number.NaN;
  let since = 1;
  for (let t = 0; t < values.length; t++) {
    before[t] = (correction * size) / interval;
    if (values[t] === 0) {
      since++;
      continue;
    }
    const first = Number.isNaN(size);
    size = first ? values[t]! : size + alpha * (values[t]! - size);
    interval = first ? since : interval + alpha * (since - interval);
    since = 1;
  }
  if (Number.isNaN(size)) return { before: before.fill(0), after: 0, weight: 0 };
  return { before, after: (correction * size) / interval, weight: alpha / interval };
}
