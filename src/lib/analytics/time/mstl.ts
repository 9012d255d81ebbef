import { stl } from './stl.ts';

export interface MstlOptions {
  /** Lengths of the seasons in rows; those of under two rows, or that do not fit in twice, are left out. */
  readonly seasons: readonly number[];
  /** Rows of each season's loess, shortest season first; 11, 15, 19, … when absent, as R has it. */
  readonly windows?: readonly (number | 'periodic')[];
  /** Whether outliers lose their weight. */
  readonly robust?: boolean;
  /** How often the seasons are gone round; 2, or 1 with a single season. */
  readonly rounds?: number;
}

export interface Mstl {
  /** The seasons found room for, ascending. */
  readonly seasons: readonly number[];
  readonly trend: Float64Array;
  /** One list per season of `seasons`. */
  readonly seasonals: readonly Float64Array[];
  readonly remainder: Float64Array;
}

/**
 * Decomposition with several seasons (Bandara, Hyndman and Bergmeir 2021): STL takes one season after the
 * other, the shortest first, from the series less all other seasons, and goes round again so that they
 * settle; the trend is that of the last pass. Needs equal steps and no gaps; without a season that fits in
 * twice all is remainder. Rounds × seasons × the cost of an STL.
 */
export function mstl(values: Float64Array, options: MstlOptions): Mstl {
  const { robust = false } = options;
  const seasons = seasonsThatFit(options.seasons, values.length);
  const rounds = options.rounds ?? (seasons.length > 1 ? 2 : 1);
  const seasonals: Float64Array[] = seasons.map(() => new Float64Array(values.length));
  let adjusted: Float64Array = values.slice();
  let trend: Float64Array = new Float64Array(values.length);
  for (let round = 0; round < rounds; round++) {
    for (const [i, season] of seasons.entries()) {
      const own = adjusted.map((value, t) => value + seasonals[i]![t]!);
      const window = options.windows?.[i] ?? 11 + 4 * i;
      const parts = stl(own, { season, window, robust });
      seasonals[i] = parts.seasonal;
      adjusted = own.map((value, t) => value - parts.seasonal[t]!);
      ({ trend } = parts);
    }
  }
  const remainder = adjusted.map((value, t) => value - trend[t]!);
  return { seasons, trend, seasonals, remainder };
}

function seasonsThatFit(seasons: readonly number[], n: number): number[] {
  return [...new Set(seasons)].filter((m) => m > 1 && 2 * m <= n).sort((a, b) => a - b);
}
