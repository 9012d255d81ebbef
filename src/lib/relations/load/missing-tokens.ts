const encoder = new TextEncoder();
const space = 0x20;

/** Tells from its bytes whether a field, its outer spaces aside, is one of the tokens that mean missing. */
export class MissingTokens {
  readonly #tokens: readonly Uint8Array[];

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens.map((token) => encoder.encode(token));
  }

  has(bytes: Uint8Array, from: number, to: number): boolean {
    while (from < to && bytes[from] === space) from++;
    while (to > from && bytes[to - 1] === space) to--;
    return this.#tokens.some((token) => {
      if (token.length !== to - from) return false;
      for (let i = 0; i < token.length; i++) if (token[i] !== bytes[from + i]) return false;
      return true;
    });
  }
}
