import { centredAverage } from './decompose.ts';

/** The mean of the `window` rows up to and with each row; NaN until there are so many. O(n). */
export function trailingAverage(values: Float64Array, window: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let t = window - 1; t < values.length; t++) {
    let sum = 0;
    for (let i = t - window + 1; i <= t; i++) sum += values[i]!;
    out[t] = sum / window;
  }
  return out;
}

/** The mean of `window` rows around each row, half weights at the ends of an even window; NaN near the ends. O(n·window). */
export function centredMean(values: Float64Array, window: number): Float64Array {
  return window === 1 ? values.slice() : centredAverage(values, window);
}

/** The level after each row of ℓ ← α·y + (1 − α)·ℓ from the level `start`. O(n). */
export function exponentialLevels(
  values: Float64Array,
  alpha: number,
  start: number
): Float64Array {
  let level = start;
  return values.map((value) => {
    level += alpha * (value - level);
    return level;
  });
}
