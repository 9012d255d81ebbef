/** A binary heap with the smallest rank on top. O(log n) per push and pop. */
export class MinHeap<T> {
  readonly #ranks: number[] = [];
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The smallest rank; Infinity when empty. */
  get least(): number {
    return this.#ranks[0] ?? Infinity;
  }

  /** The item of the smallest rank; undefined when empty. */
  get top(): T | undefined {
    return this.#items[0];
  }

  push(rank: number, item: T): void {
    let at = this.#ranks.length;
    this.#ranks.push(rank);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#ranks[parent]! <= rank) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): T | undefined {
    const top = this.#items[0];
    const rank = this.#ranks.pop();
    const item = this.#items.pop();
    if (this.#items.length === 0 || rank === undefined) return top;
    this.#ranks[0] = rank;
    this.#items[0] = item as T;
    this.#sink();
    return top;
  }

  clear(): void {
    this.#ranks.length = 0;
    this.#items.length = 0;
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#ranks.length && this.#ranks[child]! < this.#ranks[least]!) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const rank = this.#ranks[a]!;
    this.#ranks[a] = this.#ranks[b]!;
    this.#ranks[b] = rank;
    const item = this.#items[a]!;
    this.#items[a] = this.#items[b]!;
    this.#items[b] = item;
  }
}
