import { NumberSet } from './number-set.ts';

export type Id = string | number;

/** Ids in the order they came: numbers, and texts one after another with the length of each in UTF-16 units. */
export interface IdSetSnapshot {
  readonly numbers: Float64Array;
  readonly texts: string;
  readonly lengths: Int32Array;
}

/** A set of ids of either type that can be put down as a few arrays, fast enough to be done every second. */
export class IdSet {
  readonly #numbers: NumberSet;
  readonly #texts: Set<string>;

  constructor(numbers = new NumberSet(), texts = new Set<string>()) {
    this.#numbers = numbers;
    this.#texts = texts;
  }

  static of({ numbers, texts, lengths }: IdSetSnapshot): IdSet {
    const set = new Set<string>();
    let at = 0;
    for (const length of lengths) set.add(texts.slice(at, (at += length)));
    return new IdSet(NumberSet.of(numbers), set);
  }

  get size(): number {
    return this.#numbers.size + this.#texts.size;
  }

  has(id: Id): boolean {
    return typeof id === 'number' ? this.#numbers.has(id) : this.#texts.has(id);
  }

  /** Whether the id was not there yet. */
  add(id: Id): boolean {
    if (typeof id === 'number') return this.#numbers.add(id);
    const { size } = this.#texts;
    return this.#texts.add(id).size > size;
  }

  /** O(ids). */
  snapshot(): IdSetSnapshot {
    const texts = [...this.#texts];
    return {
      numbers: this.#numbers.numbers(),
      texts: texts.join(''),
      lengths: Int32Array.from(texts, (text) => text.length)
    };
  }
}
