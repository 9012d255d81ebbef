import { standardDeviation } from '#lib/analytics/stats/descriptive.ts';
import { stl } from './stl.ts';

/**
 * How much of what is no trend the season explains: max(0, 1 − Var(remainder) / Var(season + remainder))
 * by STL with a seasonal window of 11 (Wang, Smith and Hyndman 2006). Between 0 and 1; 0 without two full
 * seasons. Differences by the season are advised above 0.64 (R's `nsdiffs`).
 */
export function seasonalStrength(values: Float64Array, season: number): number {
  if (season < 2 || values.length <= 2 * season) return 0;
  const { seasonal, remainder } = stl(values, { season, window: 11 });
  const left = standardDeviation(remainder) ** 2;
  const both = standardDeviation(seasonal.map((value, t) => value + remainder[t]!)) ** 2;
  return both > 0 ? Math.min(1, Math.max(0, 1 - left / both)) : 0;
}
