/** A series taken apart. `trend` is NaN where the centred average does not reach. */
export interface Decomposition {
  readonly trend: Float64Array;
  /** One index per position of the season, averaging 0 (additive) or 1 (multiplicative). */
  readonly indices: Float64Array;
}

/**
 * Classical decomposition by centred moving averages (as R's `decompose`). Needs two full seasons.
 * Assumes a season of constant shape; no gaps.
 */
export function decompose(
  values: Float64Array,
  season: number,
  multiplicative: boolean
): Decomposition {
  const trend = centredAverage(values, season);
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(trend[t]!)) continue;
    const detrended = multiplicative ? values[t]! / trend[t]! : values[t]! - trend[t]!;
    sums[t % season]! += detrended;
    counts[t % season]! += 1;
  }
  const indices = sums.map((sum, i) =>
    counts[i]! > 0 ? sum / counts[i]! : multiplicative ? 1 : 0
  );
  const average = indices.reduce((sum, v) => sum + v, 0) / season;
  return { trend, indices: indices.map((v) => (multiplicative ? v / average : v - average)) };
}

/** The centred moving average of one season, with half weights at the ends when the season is even. */
export function centredAverage(values: Float64Array, season: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  const half = Math.floor(season / 2);
  const even = season % 2 === 0;
  for (let t = half; t < values.length - half; t++) {
    let sum = 0;
    for (let i = t - half; i <= t + half; i++) {
      sum += values[i]! * (even && (i === t - half || i === t + half) ? 0.5 : 1);
    }
    out[t] = sum / season;
  }
  return out;
}
