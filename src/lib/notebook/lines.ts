/** A text cut into lines at `\n`, `\r\n` and `\r`, with every byte in reach. */
export class Lines {
  readonly text: string;
  readonly count: number;
  readonly #starts: number[];

  constructor(text: string, from = 0) {
    this.text = text;
    this.#starts = [from];
    for (let i = from; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) this.#starts.push(i + 1);
    }
    if (this.#starts.at(-1) === text.length) this.#starts.pop();
    this.count = this.#starts.length;
    this.#starts.push(text.length);
  }

  /** The line without its end. */
  line(i: number): string {
    return this.raw(i, i + 1).replace(/(?:\r\n|\r|\n)$/, '');
  }

  /** Lines `from` to before `to`, ends included. */
  raw(from: number, to: number): string {
    return this.text.slice(this.#starts[from], this.#starts[to]);
  }
}

export type Eol = '\n' | '\r\n' | '\r';

/** The first line end of a text. */
export function eolOf(text: string): Eol | null {
  return (/\r\n|\r|\n/.exec(text)?.[0] ?? null) as Eol | null;
}

/** The text with its line ends written as `eol`. */
export function withEol(text: string, eol: Eol): string {
  return text.replace(/\r\n|\r|\n/g, eol);
}

/** The text without its last line end. */
export function withoutFinalEol(text: string): string {
  return text.replace(/(?:\r\n|\r|\n)$/, '');
}
