/** Figures of one list of numbers. NaN counts as missing and is left out; with nothing left the answer is NaN. O(n), order figures O(n log n). */

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Sample standard deviation (divisor n − 1), by two passes; NaN for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    sum += (value - centre) ** 2;
    count++;
  }
  return count < 2 ? Number.NaN : Math.sqrt(sum / (count - 1));
}

/** The values present, ascending. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
}

/** The quantile `p` of ascending values by linear interpolation (Hyndman and Fan 1996, type 7, the default of R and NumPy). */
export function quantileSorted(ascending: Float64Array, p: number): number {
  const last = ascending.length - 1;
  if (last < 0) return Number.NaN;
  const position = p * last;
  const below = Math.floor(position);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, last)]!;
  return low === high ? low : low + (position - below) * (high - low);
}

export function median(values: ArrayLike<number>): number {
  return quantileSorted(sorted(values), 0.5);
}

/** Median of the absolute deviations from `centre`, unscaled. */
export function medianAbsoluteDeviation(values: ArrayLike<number>, centre: number): number {
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}

/** Mean of the absolute deviations from `centre`. */
export function meanAbsoluteDeviation(values: ArrayLike<number>, centre: number): number {
  return mean(Float64Array.from(values, (value) => Math.abs(value - centre)));
}
