import type { Random } from '#lib/base/random.ts';
import type { Checkpoint, Points } from '#lib/analytics/cluster/points.ts';

export interface ForestOptions {
  /** Trees; more steady the scores. */
  readonly trees: number;
  /** Points that each tree is grown on, drawn without replacement. */
  readonly sample: number;
  readonly random: Random;
  readonly checkpoint: Checkpoint;
}

/** Nodes of all trees in flat arrays; a tree starts at its root. */
export interface IsolationForest {
  readonly roots: Int32Array;
  /** Column that the node splits at; −1 = leaf. */
  readonly column: Int16Array;
  /** Left of it goes what is smaller. In a leaf: the path that c(points left) stands for. */
  readonly value: Float64Array;
  /** The left child; the right one follows it. */
  readonly left: Int32Array;
  /** Points each tree was grown on. */
  readonly sample: number;
}

const euler = 0.5772156649015329;

/**
 * c(n): the mean path of an unsuccessful search in a binary search tree of n points,
 * 2·H(n − 1) − 2·(n − 1)/n with the harmonic number H (Liu, Ting and Zhou 2008, equation 1).
 */
export function averagePath(n: number): number {
  if (n < 2) return 0;
  return 2 * harmonic(n - 1) - (2 * (n - 1)) / n;
}

function harmonic(n: number): number {
  if (n > 512) return Math.log(n) + euler + 1 / (2 * n) - 1 / (12 * n * n);
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += 1 / i;
  return sum;
}

/**
 * An isolation forest (Liu, Ting and Zhou 2008): trees of random splits on small samples, in which points far
 * from the others end up alone after few splits. A node splits only at a column that still varies in it.
 * Height is limited to ⌈log₂ sample⌉. O(trees · sample · log sample).
 */
export async function growForest(points: Points, options: ForestOptions): Promise<IsolationForest> {
  const { trees, random, checkpoint } = options;
  const sample = Math.min(options.sample, points.count);
  const most = trees * Math.max(1, 2 * sample - 1);
  const grown = {
    roots: new Int32Array(trees),
    column: new Int16Array(most).fill(-1),
    value: new Float64Array(most),
    left: new Int32Array(most),
    sample
  };
  const limit = Math.ceil(Math.log2(Math.max(2, sample)));
  const order = Int32Array.from({ length: points.count }, (_, i) => i);
  let nodes = 0;
  const grow = (node: number, from: number, to: number, depth: number): void => {
    const split =
      depth < limit && to - from > 1 ? chooseSplit(points, order, from, to, random) : null;
    if (!split) {
      grown.value[node] = averagePath(to - from);
      return;
    }
    const { dimensions, data } = points;
    let middle = from;
    for (let i = from; i < to; i++) {
      const point = order[i]!;
      if (data[point * dimensions + split.column]! >= split.value) continue;
      order[i] = order[middle]!;
      order[middle++] = point;
    }
    grown.column[node] = split.column;
    grown.value[node] = split.value;
    const left = nodes;
    grown.left[node] = left;
    nodes += 2;
    grow(left, from, middle, depth + 1);
    grow(left + 1, middle, to, depth + 1);
  };
  for (let tree = 0; tree < trees; tree++) {
    await checkpoint();
    for (let i = 0; i < sample; i++) {
      const j = i + Math.floor(random() * (order.length - i));
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    grown.roots[tree] = nodes++;
    grow(grown.roots[tree]!, 0, sample, 0);
  }
  return grown;
}

/** 2^(−mean path / c(sample)): near 1 for points soon alone, about 0.5 where all are alike. */
export function isolationScore(path: number, sample: number): number {
  return sample < 2 ? 0.5 : 2 ** (-path / averagePath(sample));
}

/** The mean path of a point through the trees; short for points soon alone. O(trees · log sample). */
export function meanPath(
  { roots, column, value, left }: IsolationForest,
  data: Float64Array,
  from: number
): number {
  let total = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]!;
    let depth = 0;
    for (let at = column[node]!; at >= 0; at = column[node]!, depth++) {
      node = left[node]! + (data[from + at]! < value[node]! ? 0 : 1);
    }
    total += depth + value[node]!;
  }
  return total / roots.length;
}

/** A random column among those that vary in the node, and a random place strictly inside its range. */
function chooseSplit(
  { data, dimensions }: Points,
  order: Int32Array,
  from: number,
  to: number,
  random: Random
): { column: number; value: number } | null {
  const first = Math.floor(random() * dimensions);
  const place = 1 - random();
  for (let tried = 0; tried < dimensions; tried++) {
    const column = (first + tried) % dimensions;
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i < to; i++) {
      const value = data[order[i]! * dimensions + column]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high > low)
      return { column, value: Math.max(low + place * (high - low), nextUp(low, high)) };
  }
  return null;
}

/** A value above `low` even where low + a small part rounds back to it. */
function nextUp(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  const least = low + (high - low) * 1e-12;
  if (least > low) return least;
  return middle > low ? middle : high;
}
