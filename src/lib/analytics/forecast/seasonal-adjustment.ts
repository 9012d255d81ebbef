import { decompose } from '#lib/analytics/time/decompose.ts';
import { hasSeasonalAutocorrelation } from '#lib/analytics/time/season-test.ts';

/** A series without its season, and the way back. */
export interface SeasonalAdjustment {
  readonly adjusted: Float64Array;
  readonly seasonal: boolean;
  /** A value of row t with its season again. */
  restore(value: number, t: number): number;
  /** By how much a distance grows when the season of row t is put back. */
  factor(t: number): number;
}

const leastIndex = 1e-4;

/**
 * Seasonal adjustment as the M competitions do it and R's `thetaf`: where the 90 % autocorrelation test finds
 * the season in more than two of them, the series is divided by the indices of a multiplicative decomposition
 * (less those of an additive one where not all values are positive); else it stays. O(n·season).
 */
export function adjustSeason(values: Float64Array, season: number): SeasonalAdjustment {
  const none = {
    adjusted: values,
    seasonal: false,
    restore: (value: number) => value,
    factor: () => 1
  };
  if (season < 2 || values.length <= 2 * season) return none;
  if (!hasSeasonalAutocorrelation(values, season)) return none;
  const multiplicative = values.every((value) => value > 0);
  const { indices } = decompose(values, season, multiplicative);
  const index = (t: number) => indices[t % season]!;
  if (!multiplicative) {
    return {
      adjusted: values.map((value, t) => value - index(t)),
      seasonal: true,
      restore: (value, t) => value + index(t),
      factor: () => 1
    };
  }
  if (indices.some((v) => Math.abs(v) < leastIndex)) return none;
  return {
    adjusted: values.map((value, t) => value / index(t)),
    seasonal: true,
    restore: (value, t) => value * index(t),
    factor: index
  };
}
