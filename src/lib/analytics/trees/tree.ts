/** A regression tree, nodes in the order they were made; node 0 is the root. */
export interface Tree {
  /** The feature that a node splits by; −1 for a leaf. */
  readonly feature: Int32Array;
  /** Values up to this go left, and so do missing ones; −Infinity lets only missing ones go left. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What a leaf says. */
  readonly value: Float64Array;
  /** By how much a split lowered the loss; 0 for a leaf. */
  readonly gain: Float64Array;
}

/** The leaf that a row falls into. O(depth). */
export function leafOf({ feature, threshold, left, right }: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (feature[node]! >= 0) {
    node = row[feature[node]!]! > threshold[node]! ? right[node]! : left[node]!;
  }
  return node;
}
