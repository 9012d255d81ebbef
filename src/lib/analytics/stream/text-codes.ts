/** Texts beyond those in use that are kept before it is worth looking. */
const slack = 65_536;

export interface TextCodesSnapshot {
  readonly texts: readonly string[];
  readonly codes: Float64Array;
  readonly next: number;
}

/**
 * Texts as numbers, one for each different text. A feed brings new ones without end, so those that nobody holds any
 * longer are let go: `keep` is to be called when there are more than twice as many as were in use the last time, which
 * costs O(1) for each new text. A text that comes again later gets a new number.
 */
export class TextCodes {
  readonly #codes = new Map<string, number>();
  #next = 0;
  #inUse = 0;

  get size(): number {
    return this.#codes.size;
  }

  of(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    this.#codes.set(text, this.#next);
    return this.#next++;
  }

  get isCrowded(): boolean {
    return this.#codes.size > 2 * this.#inUse + slack;
  }

  /** Lets go of all but the codes in `held`. */
  keep(held: ReadonlySet<number>): void {
    for (const [text, code] of this.#codes) if (!held.has(code)) this.#codes.delete(text);
    this.#inUse = this.#codes.size;
  }

  snapshot(): TextCodesSnapshot {
    return {
      texts: [...this.#codes.keys()],
      codes: Float64Array.from(this.#codes.values()),
      next: this.#next
    };
  }

  restore({ texts, codes, next }: TextCodesSnapshot): void {
    this.#codes.clear();
    for (const [i, text] of texts.entries()) this.#codes.set(text, codes[i]!);
    this.#next = next;
    this.#inUse = texts.length;
  }
}
