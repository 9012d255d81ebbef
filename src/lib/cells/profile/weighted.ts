import type { Histogram } from './index.ts';

/** Values in rising order with the number of times each occurs. */
export interface Weighted {
  readonly values: Float64Array;
  readonly counts: Float64Array;
  readonly total: number;
}

export function weighted(values: Float64Array, counts: Float64Array): Weighted {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  return {
    values: Float64Array.from(order, (i) => values[i]!),
    counts: Float64Array.from(order, (i) => counts[i]!),
    total: counts.reduce((sum, n) => sum + n, 0)
  };
}

/** Quantiles of type 7 (linear between the two neighbours), for rising `shares`. */
export function quantiles(
  { values, counts, total }: Weighted,
  shares: readonly number[]
): number[] {
  if (total === 0) return [];
  let at = 0;
  let below = 0;
  const atRank = (rank: number) => {
    while (below + counts[at]! <= rank) below += counts[at++]!;
    return values[at]!;
  };
  return shares.map((share) => {
    const place = (total - 1) * share;
    const rank = Math.floor(place);
    const lower = atRank(rank);
    if (place === rank) return lower;
    const upper = below + counts[at]! > rank + 1 ? lower : values[at + 1]!;
    return lower + (upper - lower) * (place - rank);
  });
}

export function meanOf({ values, counts, total }: Weighted): number | null {
  if (total === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += counts[i]! * values[i]!;
  return sum / total;
}

/** Sample standard deviation around `mean`; null for fewer than two values. */
export function deviation({ values, counts, total }: Weighted, mean: number): number | null {
  if (total < 2) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += counts[i]! * (values[i]! - mean) ** 2;
  return Math.sqrt(sum / (total - 1));
}

/** Equal classes from `from` to `to`. */
export interface Classes {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
}

const classes = 20;

/** Twenty classes of equal width; whole numbers with few values get one class each. Null where there is nothing finite to count. */
export function classesOf(
  least: number | null,
  greatest: number | null,
  whole: boolean
): Classes | null {
  if (least === null || greatest === null) return null;
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) return null;
  if (whole && greatest - least < classes)
    return { from: least, to: greatest + 1, bins: greatest + 1 - least };
  return { from: least, to: greatest, bins: greatest === least ? 1 : classes };
}

function binOf({ from, to, bins }: Classes, value: number): number {
  const width = (to - from) / bins || 1;
  return Math.min(bins - 1, Math.floor((value - from) / width));
}

export function histogram({ values, counts }: Weighted, into: Classes): Histogram {
  const bins = new Array<number>(into.bins).fill(0);
  for (let i = 0; i < values.length; i++) bins[binOf(into, values[i]!)]! += counts[i]!;
  return { from: into.from, to: into.to, counts: bins };
}
