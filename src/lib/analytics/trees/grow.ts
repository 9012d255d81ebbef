import type { BinnedColumns } from './bins.ts';
import {
  bestSplit,
  histogramOf,
  takeAway,
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
  /** Null where there is nothing to split. */
  readonly histogram: Histogram | null;
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
  const leaf = (depth: number, own: Int32Array, histogram: Histogram | null): Leaf => {
    const split = histogram && bestSplit(histogram, binned, features, rules);
    const node = nodes.add(shrunkMean(own, gradients, rules.l2));
    return { node, depth, rows: own, histogram, split };
  };
  const canSplit = (depth: number, own: Int32Array) =>
    depth < rules.maxDepth && own.length >= 2 * rules.minRows;
  const count = (own: Int32Array) => histogramOf(binned, own, gradients, features);
  const leaves = [leaf(0, rows, canSplit(0, rows) ? count(rows) : null)];
  while (leaves.length < rules.maxLeaves) {
    const at = richest(leaves);
    if (at < 0) break;
    const { node, depth, rows: own, histogram, split } = leaves[at]!;
    const [left, right] = parted(binned.bins[split!.feature]!, own, split!.bin);
    const [smaller, larger] = left.length <= right.length ? [left, right] : [right, left];
    const last = leaves.length + 1 === rules.maxLeaves;
    const goesOn = !last && canSplit(depth + 1, larger);
    const counted = goesOn ? count(smaller) : null;
    if (counted) takeAway(histogram!, counted);
    const known = new Map([
      [larger, goesOn ? histogram : null],
      [smaller, canSplit(depth + 1, smaller) ? counted : null]
    ]);
    const first = leaf(depth + 1, left, known.get(left)!);
    const second = leaf(depth + 1, right, known.get(right)!);
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
