import type { Random } from '#lib/base/random.ts';

/**
 * A robust random cut tree over points held elsewhere (Guha et al. 2016): a cut falls on a dimension in
 * proportion to its extent in the bounding box of the points below it. Insertion and deletion leave the tree as
 * if it had been grown from the remaining points. Equal points share a leaf. O(depth · dimensions) each.
 *
 * Nodes 0 … capacity − 1 are leaves, by the place of their point; inner nodes follow.
 */
export class RandomCutTree {
  readonly #points: Float64Array;
  readonly #dimensions: number;
  readonly #capacity: number;
  readonly #random: Random;
  readonly #parent: Int32Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #size: Int32Array;
  readonly #cutAt: Float64Array;
  readonly #cutIn: Uint8Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** The leaf that holds a point, −1 where it has none. */
  readonly #leafOf: Int32Array;
  readonly #free: number[];
  readonly #freeLeaves: number[];
  #root = -1;

  constructor(points: Float64Array, dimensions: number, capacity: number, random: Random) {
    const nodes = 2 * capacity;
    this.#points = points;
    this.#dimensions = dimensions;
    this.#capacity = capacity;
    this.#random = random;
    this.#parent = new Int32Array(nodes).fill(-1);
    this.#left = new Int32Array(nodes).fill(-1);
    this.#right = new Int32Array(nodes).fill(-1);
    this.#size = new Int32Array(nodes);
    this.#cutAt = new Float64Array(nodes);
    this.#cutIn = new Uint8Array(nodes);
    this.#low = new Float64Array(nodes * dimensions);
    this.#high = new Float64Array(nodes * dimensions);
    this.#leafOf = new Int32Array(capacity).fill(-1);
    this.#free = Array.from({ length: capacity }, (_, i) => 2 * capacity - 1 - i);
    this.#freeLeaves = Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
  }

  /** Collusive displacement: the greatest, up the path, of (points of the sibling ÷ points of the subtree). */
  displacement(place: number): number {
    let greatest = 0;
    for (let node = this.#leafOf[place]!; this.#parent[node]! >= 0; node = this.#parent[node]!) {
      const parent = this.#parent[node]!;
      const sibling = this.#left[parent] === node ? this.#right[parent]! : this.#left[parent]!;
      greatest = Math.max(greatest, this.#size[sibling]! / this.#size[node]!);
    }
    return greatest;
  }

  insert(place: number): void {
    if (this.#root < 0) {
      this.#root = this.#newLeaf(place);
      return;
    }
    let node = this.#root;
    for (;;) {
      if (this.#isLeaf(node) && this.#equals(node, place)) {
        this.#leafOf[place] = node;
        for (let up = node; up >= 0; up = this.#parent[up]!) this.#size[up]!++;
        return;
      }
      if (this.#cutAbove(node, place)) return;
      if (this.#isLeaf(node)) return this.#partWhereTheyDiffer(node, place);
      node = this.#below(node, place);
    }
  }

  remove(place: number): void {
    const leaf = this.#leafOf[place]!;
    this.#leafOf[place] = -1;
    for (let up = leaf; up >= 0; up = this.#parent[up]!) this.#size[up]!--;
    if (this.#size[leaf]! > 0) return;
    this.#freeLeaves.push(leaf);
    const parent = this.#parent[leaf]!;
    if (parent < 0) {
      this.#root = -1;
      return;
    }
    const sibling = this.#left[parent] === leaf ? this.#right[parent]! : this.#left[parent]!;
    const above = this.#parent[parent]!;
    this.#parent[sibling] = above;
    this.#free.push(parent);
    if (above < 0) this.#root = sibling;
    else this.#replace(above, parent, sibling);
    for (let up = above; up >= 0; up = this.#parent[up]!) this.#fit(up);
  }

  snapshot(): unknown {
    return {
      links: [this.#parent, this.#left, this.#right, this.#size, this.#leafOf].map((a) =>
        a.slice()
      ),
      cuts: [this.#cutAt.slice(), this.#low.slice(), this.#high.slice()],
      cutIn: this.#cutIn.slice(),
      free: [[...this.#free], [...this.#freeLeaves]],
      root: this.#root
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as {
      links: Int32Array[];
      cuts: Float64Array[];
      cutIn: Uint8Array;
      free: number[][];
      root: number;
    };
    [this.#parent, this.#left, this.#right, this.#size, this.#leafOf].forEach((array, i) =>
      array.set(state.links[i]!)
    );
    [this.#cutAt, this.#low, this.#high].forEach((array, i) => array.set(state.cuts[i]!));
    this.#cutIn.set(state.cutIn);
    [this.#free, this.#freeLeaves].forEach((list, i) =>
      list.splice(0, list.length, ...state.free[i]!)
    );
    this.#root = state.root;
  }

  #isLeaf(node: number): boolean {
    return node < this.#capacity;
  }

  #newLeaf(place: number): number {
    const leaf = this.#freeLeaves.pop()!;
    const d = this.#dimensions;
    for (let c = 0; c < d; c++) {
      const x = this.#points[place * d + c]!;
      this.#low[leaf * d + c] = x;
      this.#high[leaf * d + c] = x;
    }
    this.#size[leaf] = 1;
    this.#parent[leaf] = -1;
    this.#leafOf[place] = leaf;
    return leaf;
  }

  #equals(leaf: number, place: number): boolean {
    const d = this.#dimensions;
    for (let c = 0; c < d; c++) {
      if (this.#low[leaf * d + c] !== this.#points[place * d + c]) return false;
    }
    return true;
  }

  /** Cuts the box of `node` and the point at random; where the cut parts them, a new node holds both. */
  #cutAbove(node: number, place: number): boolean {
    const d = this.#dimensions;
    let extent = 0;
    for (let c = 0; c < d; c++) extent += this.#extent(node, place, c);
    let within = this.#random() * extent;
    for (let c = 0; c < d; c++) {
      const length = this.#extent(node, place, c);
      if (within >= length && c < d - 1) {
        within -= length;
        continue;
      }
      const x = this.#points[place * d + c]!;
      const low = this.#low[node * d + c]!;
      const high = this.#high[node * d + c]!;
      const cut = Math.min(x, low) + within;
      if (x < low && cut < low) return this.#part(node, place, c, cut, true);
      if (x > high && cut >= high) return this.#part(node, place, c, cut < x ? cut : high, false);
      return false;
    }
    return false;
  }

  /** What rounding left undivided. */
  #partWhereTheyDiffer(leaf: number, place: number): void {
    const d = this.#dimensions;
    for (let c = 0; c < d; c++) {
      const x = this.#points[place * d + c]!;
      const own = this.#low[leaf * d + c]!;
      if (x === own) continue;
      this.#part(leaf, place, c, Math.min(x, own), x < own);
      return;
    }
  }

  #extent(node: number, place: number, c: number): number {
    const x = this.#points[place * this.#dimensions + c]!;
    const at = node * this.#dimensions + c;
    return Math.max(x, this.#high[at]!) - Math.min(x, this.#low[at]!);
  }

  #part(node: number, place: number, dimension: number, cut: number, pointLeft: boolean): boolean {
    const leaf = this.#newLeaf(place);
    const inner = this.#free.pop()!;
    const above = this.#parent[node]!;
    this.#cutIn[inner] = dimension;
    this.#cutAt[inner] = cut;
    this.#left[inner] = pointLeft ? leaf : node;
    this.#right[inner] = pointLeft ? node : leaf;
    this.#parent[inner] = above;
    this.#parent[leaf] = inner;
    this.#parent[node] = inner;
    if (above < 0) this.#root = inner;
    else this.#replace(above, node, inner);
    for (let up = inner; up >= 0; up = this.#parent[up]!) this.#fit(up);
    return true;
  }

  #below(node: number, place: number): number {
    const x = this.#points[place * this.#dimensions + this.#cutIn[node]!]!;
    return x <= this.#cutAt[node]! ? this.#left[node]! : this.#right[node]!;
  }

  #replace(parent: number, old: number, next: number): void {
    if (this.#left[parent] === old) this.#left[parent] = next;
    else this.#right[parent] = next;
  }

  /** Box and size of an inner node from its children's. */
  #fit(node: number): void {
    const left = this.#left[node]!;
    const right = this.#right[node]!;
    const d = this.#dimensions;
    for (let c = 0; c < d; c++) {
      this.#low[node * d + c] = Math.min(this.#low[left * d + c]!, this.#low[right * d + c]!);
      this.#high[node * d + c] = Math.max(this.#high[left * d + c]!, this.#high[right * d + c]!);
    }
    this.#size[node] = this.#size[left]! + this.#size[right]!;
  }
}
