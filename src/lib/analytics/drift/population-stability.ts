import { quantileSorted, sorted } from '#lib/analytics/stats/descriptive.ts';
import { chiSquareTail } from '#lib/analytics/stats/chi-square.ts';

/** An empty bin counts as half a row, and as this share at least, so that it has a finite logarithm. */
const leastShare = 1e-4;
const usualBins = 10;
/** Rows of the reference that a bin has at least. */
const rowsPerBin = 5;
/** Categories that have a bin of their own; the others share one. */
const mostCategories = 50;

/** How the recent rows fall into the bins of the reference. */
export interface Stability {
  /** Population stability index. NaN where a sample is empty. */
  readonly index: number;
  /**
   * Chance of an index as great between samples of one distribution: index · nm/(n + m) is about chi-square with one
   * degree less than there are bins in use (Yurdakul and Naranjo 2020).
   */
  readonly p: number;
  /** The index that chance reaches with probability 0.01, by the same distribution. */
  readonly byChance: number;
  /** The bin that adds most to the index, and its shares before and now. */
  readonly most: BinShift | null;
}

export interface BinShift {
  /** A category, null for missing values; a range is open below and closed above. */
  readonly bin:
    | { readonly from: number; readonly to: number }
    | { readonly category: string | null }
    | { readonly others: true };
  readonly before: number;
  readonly now: number;
}

/**
 * Population stability index (Siddiqi 2006): Σ (q − p)·ln(q/p) over bins with shares p of the reference and q of the
 * recent rows; an empty bin counts as half a row, and as 0.0001 at least. Usual reading: below 0.1 stable, from 0.25 on another population.
 * Bins are the deciles of the reference (fewer where a bin would have under five of its rows); a value that holds the
 * share of a whole bin is a bin of its own, so that zeros and constants are seen. Missing values (NaN) are a bin too.
 * O(n log n).
 */
export function numericStability(
  reference: Float64Array,
  recent: Float64Array,
  bins = usualBins
): Stability {
  const cuts = cutsOf(sorted(reference), bins);
  const before = countNumbers(reference, cuts);
  const now = countNumbers(recent, cuts);
  return stabilityOf(before, now, (bin) =>
    bin > cuts.values.length
      ? { category: null }
      : {
          from: bin === 0 ? Number.NEGATIVE_INFINITY : cuts.values[bin - 1]!,
          to: bin === cuts.values.length ? Number.POSITIVE_INFINITY : cuts.values[bin]!
        }
  );
}

/** The index over categories: the fifty most frequent of the reference, all others together, and missing values. O(n). */
export function categoricalStability(
  reference: readonly (string | null)[],
  recent: readonly (string | null)[]
): Stability {
  const counts = new Map<string | null, number>();
  for (const value of reference) counts.set(value, (counts.get(value) ?? 0) + 1);
  const kept = [...counts]
    .sort(([a, m], [b, n]) => n - m || compare(a, b))
    .slice(0, mostCategories)
    .map(([value]) => value);
  if (!kept.includes(null)) kept.push(null);
  const binOf = new Map(kept.map((value, bin) => [value, bin]));
  const count = (values: readonly (string | null)[]) => {
    const into = new Float64Array(kept.length + 1);
    for (const value of values) into[binOf.get(value) ?? kept.length]!++;
    return into;
  };
  return stabilityOf(count(reference), count(recent), (bin) =>
    bin === kept.length ? { others: true } : { category: kept[bin]! }
  );
}

function compare(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ascending ends of bins. A bin holds x ≤ its end, or x < it where the end is `open` and a bin of its own follows. */
interface Cuts {
  readonly values: readonly number[];
  readonly open: readonly boolean[];
}

function cutsOf(ascending: Float64Array, wanted: number): Cuts {
  const { length } = ascending;
  const bins = Math.max(2, Math.min(wanted, Math.floor(length / rowsPerBin)));
  const values: number[] = [];
  const open: boolean[] = [];
  for (let k = 1; k < bins; k++) {
    const end = quantileSorted(ascending, k / bins);
    if (Number.isNaN(end) || end === values.at(-1)) continue;
    if (countOf(ascending, end) * bins >= length) {
      values.push(end);
      open.push(true);
    }
    values.push(end);
    open.push(false);
  }
  return { values, open };
}

function countOf(ascending: Float64Array, value: number): number {
  let count = 0;
  for (let i = firstFrom(ascending, value); ascending[i] === value; i++) count++;
  return count;
}

function firstFrom(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows per bin; the last entry counts the missing ones. */
function countNumbers(values: Float64Array, { values: ends, open }: Cuts): Float64Array {
  const counts = new Float64Array(ends.length + 2);
  for (const value of values) {
    if (Number.isNaN(value)) {
      counts[ends.length + 1]!++;
      continue;
    }
    let bin = 0;
    while (bin < ends.length && (value > ends[bin]! || (open[bin]! && value === ends[bin]!))) bin++;
    counts[bin]!++;
  }
  return counts;
}

function stabilityOf(
  before: Float64Array,
  now: Float64Array,
  nameOf: (bin: number) => BinShift['bin']
): Stability {
  const n = before.reduce((sum, count) => sum + count, 0);
  const m = now.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0)
    return { index: Number.NaN, p: Number.NaN, byChance: Number.NaN, most: null };
  let [index, used, greatest, at] = [0, 0, 0, -1];
  for (let bin = 0; bin < before.length; bin++) {
    if (before[bin] === 0 && now[bin] === 0) continue;
    used++;
    const p = Math.max(before[bin]! / n, 0.5 / n, leastShare);
    const q = Math.max(now[bin]! / m, 0.5 / m, leastShare);
    const part = (q - p) * Math.log(q / p);
    index += part;
    if (part <= greatest) continue;
    greatest = part;
    at = bin;
  }
  const unit = 1 / n + 1 / m;
  const p = used < 2 ? 1 : chiSquareTail(index / unit, used - 1);
  const byChance = used < 2 ? 0 : chiSquareOfTail(0.01, used - 1) * unit;
  const most = at < 0 ? null : { bin: nameOf(at), before: before[at]! / n, now: now[at]! / m };
  return { index, p, byChance, most };
}

/** The value whose upper tail is `tail`, by bisection. */
function chiSquareOfTail(tail: number, degrees: number): number {
  let [low, high] = [0, 20 * degrees + 100];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (chiSquareTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return high;
}
