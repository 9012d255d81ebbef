import { autocorrelation } from '#lib/analytics/stats/autocorrelation.ts';

/**
 * Whether a season of length `season` shows: the 90 % autocorrelation test on first differences, so that a
 * trend does not pass for a season. Needs `seasons` full seasons (the competitions ask for three). O(n·season).
 */
export function isSeasonal(values: Float64Array, season: number, seasons = 3): boolean {
  if (season < 2 || values.length < seasons * season) return false;
  const differences = values.slice(1).map((value, t) => value - values[t]!);
  return hasSeasonalAutocorrelation(differences, season);
}

/** The 90 % autocorrelation test of the M competitions: |r_m| > 1.645 · √((1 + 2 Σ r_k²) / n). O(n·season). */
export function hasSeasonalAutocorrelation(values: Float64Array, season: number): boolean {
  const r = autocorrelation(values, season);
  let sum = 1;
  for (let lag = 0; lag < season - 1; lag++) sum += 2 * r[lag]! ** 2;
  return Math.abs(r[season - 1]!) > 1.645 * Math.sqrt(sum / values.length);
}
