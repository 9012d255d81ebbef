import type { BinnedColumns } from './bins.ts';
import {
  bestSplit,
  histogramOf,
  lessHistogram,
  type Histogram,
  type Split,
  type SplitRules
} from './histogram.ts';
import type { Tree } from './tree.ts';

export interface GrowthRules extends SplitRules {
  readonly maxLeaves: number;
  /** Splits from the root to a leaf at most. */
  readonly maxDepth: number;
}

interface Leaf {
  readonly node: number;
  readonly depth: number;
  readonly rows: Int32Array;
  readonly histogram: Histogram;
  readonly split: Split | null;
}

/** A tree and the training rows in each of its leaves. */
export interface Grown {
  readonly tree: Tree;
  readonly leaves: readonly { readonly node: number; readonly rows: Int32Array }[];
}

/**
 * Grows a regression tree on gradients leaf by leaf, always where the loss falls most, from histograms; of two
 * children the smaller is counted and the other is the difference (Ke et al. 2017, LightGBM). Leaves say the
 * mean gradient of their rows, shrunk by λ. O(rows · features · depth + leaves · bins).
 */
export function growTree(
  binned: BinnedColumns,
  rows: Int32Array,
  gradients: Float64Array,
  features: readonly number[],
  rules: GrowthRules
): Grown {
  const nodes = new NodeList();
  const leaf = (depth: number, own: Int32Array, histogram: Histogram): Leaf => {
    const split = depth < rules.maxDepth ? bestSplit(histogram, binned, features, rules) : null;
    return {
      node: nodes.add(shrunkMean(own, gradients, rules.l2)),
      depth,
      rows: own,
      histogram,
      split
    };
  };
  const leaves = [leaf(0, rows, histogramOf(binned, rows, gradients, features))];
  while (leaves.length < rules.maxLeaves) {
    const at = richest(leaves);
    if (at < 0) break;
    const { node, depth, rows: own, histogram, split } = leaves[at]!;
    const [left, right] = parted(binned.bins[split!.feature]!, own, split!.bin);
    const smaller = left.length <= right.length ? left : right;
    const counted = histogramOf(binned, smaller, gradients, features);
    const other = lessHistogram(histogram, counted);
    const first = leaf(depth + 1, left, smaller === left ? counted : other);
    const second = leaf(depth + 1, right, smaller === left ? other : counted);
    const edge = split!.bin === 0 ? -Infinity : binned.edges[split!.feature]![split!.bin - 1]!;
    nodes.split(node, split!, edge, first.node, second.node);
    leaves.splice(at, 1, first, second);
  }
  return { tree: nodes.tree(), leaves };
}

/** The leaf whose split gains most, the first of equals; −1 where none can be split. */
function richest(leaves: readonly Leaf[]): number {
  let best = -1;
  for (const [i, { split }] of leaves.entries()) {
    if (split && split.gain > (best < 0 ? 0 : leaves[best]!.split!.gain)) best = i;
  }
  return best;
}

function parted(bins: Uint8Array, rows: Int32Array, bin: number): [Int32Array, Int32Array] {
  return [rows.filter((row) => bins[row]! <= bin), rows.filter((row) => bins[row]! > bin)];
}

function shrunkMean(rows: Int32Array, gradients: Float64Array, l2: number): number {
  let sum = 0;
  for (const row of rows) sum += gradients[row]!;
  return rows.length === 0 ? 0 : sum / (rows.length + l2);
}

class NodeList {
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #value: number[] = [];
  readonly #gain: number[] = [];

  add(value: number): number {
    this.#feature.push(-1);
    this.#threshold.push(0);
    this.#left.push(-1);
    this.#right.push(-1);
    this.#gain.push(0);
    return this.#value.push(value) - 1;
  }

  split(
    node: number,
    { feature, gain }: Split,
    threshold: number,
    left: number,
    right: number
  ): void {
    this.#feature[node] = feature;
    this.#threshold[node] = threshold;
    this.#left[node] = left;
    this.#right[node] = right;
    this.#gain[node] = gain;
  }

  tree(): Tree {
    return {
      feature: Int32Array.from(this.#feature),
      threshold: Float64Array.from(this.#threshold),
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      value: Float64Array.from(this.#value),
      gain: Float64Array.from(this.#gain)
    };
  }
}
