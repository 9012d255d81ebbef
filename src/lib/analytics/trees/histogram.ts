import type { BinnedColumns } from './bins.ts';

/** Sums of gradients and rows of a node by bin, all features end to end. */
export interface Histogram {
  readonly sums: Float64Array;
  readonly counts: Int32Array;
}

export interface Split {
  readonly feature: number;
  /** Rows of this bin and those below go left. */
  readonly bin: number;
  readonly gain: number;
}

export interface SplitRules {
  /** Rows that each side must have. */
  readonly minRows: number;
  /** Added to the rows of a side, so that small ones say less. */
  readonly l2: number;
}

/** Sums over some rows. O(rows · features). */
export function histogramOf(
  { bins, starts }: BinnedColumns,
  rows: Int32Array,
  gradients: Float64Array,
  features: readonly number[]
): Histogram {
  const sums = new Float64Array(starts.at(-1)!);
  const counts = new Int32Array(starts.at(-1)!);
  for (const feature of features) {
    const own = bins[feature]!;
    const start = starts[feature]!;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const at = start + own[row]!;
      sums[at]! += gradients[row]!;
      counts[at]! += 1;
    }
  }
  return { sums, counts };
}

/** Turns a parent's histogram into that of one child by taking the other child's away. O(bins). */
export function takeAway({ sums, counts }: Histogram, child: Histogram): void {
  for (let i = 0; i < sums.length; i++) {
    const count = child.counts[i]!;
    if (count === 0) continue;
    counts[i]! -= count;
    sums[i] = counts[i] === 0 ? 0 : sums[i]! - child.sums[i]!;
  }
}

/**
 * The split that lowers the squared loss most: largest G_L²/(n_L + λ) + G_R²/(n_R + λ) − G²/(n + λ), the first of
 * equals (Chen and Guestrin 2016, equation 7, without the half; squared loss has hessian 1). Null where no
 * split gains. O(bins).
 */
export function bestSplit(
  { sums, counts }: Histogram,
  { starts }: BinnedColumns,
  features: readonly number[],
  { minRows, l2 }: SplitRules
): Split | null {
  let best: Split | null = null;
  for (const feature of features) {
    const start = starts[feature]!;
    const end = starts[feature + 1]!;
    let sum = 0;
    let count = 0;
    for (let at = start; at < end; at++) {
      sum += sums[at]!;
      count += counts[at]!;
    }
    const whole = (sum * sum) / (count + l2);
    const floor = 1e-12 * Math.max(whole, Number.MIN_VALUE);
    let left = 0;
    let rows = 0;
    for (let at = start; at < end - 1; at++) {
      if (counts[at] === 0) continue;
      left += sums[at]!;
      rows += counts[at]!;
      if (rows < minRows) continue;
      if (count - rows < minRows) break;
      const right = sum - left;
      const gain = (left * left) / (rows + l2) + (right * right) / (count - rows + l2) - whole;
      if (gain > floor && gain > (best?.gain ?? 0)) best = { feature, bin: at - start, gain };
    }
  }
  return best;
}
