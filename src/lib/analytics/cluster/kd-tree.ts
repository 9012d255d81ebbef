import { squaredDistance, type Points } from './points.ts';

const leafSize = 16;

/**
 * A balanced k-d tree (Bentley 1975) over row-major points, in flat arrays: ranges of one permutation, halved
 * at the median of the widest dimension. Build O(n log n); a query about O(log n) in few dimensions, O(n) at
 * worst in many. Distances are Euclidean; a point is its own neighbour.
 */
export class KdTree {
  readonly #points: Points;
  readonly #order: Int32Array;
  /** Per node: split dimension (−1 = leaf), split value; node i has children 2i + 1 and 2i + 2. */
  readonly #split: Int32Array;
  readonly #value: Float64Array;

  constructor(points: Points) {
    this.#points = points;
    this.#order = Int32Array.from({ length: points.count }, (_, i) => i);
    let nodes = 1;
    for (let size = points.count; size > leafSize; size = Math.ceil(size / 2))
      nodes = 2 * nodes + 1;
    this.#split = new Int32Array(nodes).fill(-1);
    this.#value = new Float64Array(nodes);
    this.#build(0, 0, points.count);
  }

  /** Calls `visit` with each point within `radius` (inclusive) of the point at `from` of `data`; stops early when it answers true. */
  within(
    data: Float64Array,
    from: number,
    radius: number,
    visit: (point: number) => boolean | undefined
  ): void {
    this.#within(0, 0, this.#points.count, data, from, radius, visit);
  }

  /** The nearest `k` points among those that `accept` takes: their squared distances, ascending, and who they are. */
  nearest(
    data: Float64Array,
    from: number,
    k: number,
    accept?: (point: number) => boolean
  ): { readonly squared: Float64Array; readonly points: Int32Array } {
    const best = {
      squared: new Float64Array(k).fill(Infinity),
      points: new Int32Array(k).fill(-1)
    };
    this.#nearest(0, 0, this.#points.count, data, from, best, accept);
    return best;
  }

  #build(node: number, from: number, to: number): void {
    if (to - from <= leafSize) return;
    const { data, dimensions } = this.#points;
    const d = this.#widest(from, to);
    const middle = from + Math.ceil((to - from) / 2);
    selectNth(this.#order, from, to - 1, middle, (i) => data[i * dimensions + d]!);
    this.#split[node] = d;
    this.#value[node] = data[this.#order[middle]! * dimensions + d]!;
    this.#build(2 * node + 1, from, middle);
    this.#build(2 * node + 2, middle, to);
  }

  #widest(from: number, to: number): number {
    const { data, dimensions } = this.#points;
    let widest = 0;
    let spread = -1;
    for (let d = 0; d < dimensions; d++) {
      let low = Infinity;
      let high = -Infinity;
      for (let i = from; i < to; i++) {
        const value = data[this.#order[i]! * dimensions + d]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high - low > spread) {
        spread = high - low;
        widest = d;
      }
    }
    return widest;
  }

  #within(
    node: number,
    from: number,
    to: number,
    data: Float64Array,
    at: number,
    radius: number,
    visit: (point: number) => boolean | undefined
  ): boolean {
    const { data: points, dimensions } = this.#points;
    const d = to - from <= leafSize ? -1 : this.#split[node]!;
    if (d < 0) {
      const limit = radius * radius;
      for (let i = from; i < to; i++) {
        const point = this.#order[i]!;
        const squared = squaredDistance(data, at, points, point * dimensions, dimensions);
        if (squared <= limit && visit(point)) return true;
      }
      return false;
    }
    const middle = from + Math.ceil((to - from) / 2);
    const offset = data[at + d]! - this.#value[node]!;
    const left = offset <= radius;
    const right = offset >= -radius;
    return (
      (left && this.#within(2 * node + 1, from, middle, data, at, radius, visit)) ||
      (right && this.#within(2 * node + 2, middle, to, data, at, radius, visit))
    );
  }

  #nearest(
    node: number,
    from: number,
    to: number,
    data: Float64Array,
    at: number,
    best: { squared: Float64Array; points: Int32Array },
    accept?: (point: number) => boolean
  ): void {
    const { data: points, dimensions } = this.#points;
    const d = to - from <= leafSize ? -1 : this.#split[node]!;
    if (d < 0) {
      for (let i = from; i < to; i++) {
        const point = this.#order[i]!;
        if (accept && !accept(point)) continue;
        insert(best, squaredDistance(data, at, points, point * dimensions, dimensions), point);
      }
      return;
    }
    const middle = from + Math.ceil((to - from) / 2);
    const offset = data[at + d]! - this.#value[node]!;
    const last = best.squared.length - 1;
    if (offset < 0) this.#nearest(2 * node + 1, from, middle, data, at, best, accept);
    else this.#nearest(2 * node + 2, middle, to, data, at, best, accept);
    if (offset * offset > best.squared[last]!) return;
    if (offset < 0) this.#nearest(2 * node + 2, middle, to, data, at, best, accept);
    else this.#nearest(2 * node + 1, from, middle, data, at, best, accept);
  }
}

function insert(
  best: { squared: Float64Array; points: Int32Array },
  squared: number,
  point: number
): void {
  let at = best.squared.length - 1;
  if (!(squared < best.squared[at]!)) return;
  for (; at > 0 && best.squared[at - 1]! > squared; at--) {
    best.squared[at] = best.squared[at - 1]!;
    best.points[at] = best.points[at - 1]!;
  }
  best.squared[at] = squared;
  best.points[at] = point;
}

/** Hoare's selection: puts the n-th smallest of order[low … high] in its place, smaller ones before it. O(n) expected. */
function selectNth(
  order: Int32Array,
  low: number,
  high: number,
  nth: number,
  key: (i: number) => number
): void {
  while (low < high) {
    const pivot = key(order[(low + high) >> 1]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (key(order[i]!) < pivot) i++;
      while (key(order[j]!) > pivot) j--;
      if (i > j) break;
      const swapped = order[i]!;
      order[i++] = order[j]!;
      order[j--] = swapped;
    }
    if (nth <= j) high = j;
    else if (nth >= i) low = i;
    else return;
  }
}
