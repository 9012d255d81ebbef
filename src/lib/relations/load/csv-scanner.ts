const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;
const longestRecord = 8 << 20;

/**
 * Cuts UTF-8 bytes into the records of CSV by RFC 4180: quoted fields may hold delimiters, doubled quotes and line
 * ends; `\n`, `\r\n` and `\r` all end a line, mixed as they come. One record at a time, without copies: what `read`
 * found stands in `starts`, `ends` and `marks` until it is called again. O(bytes).
 */
export class CsvScanner {
  /** Where the fields of the record begin and end, without their quotes. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 0 plain, 1 quoted, 2 quoted with doubled quotes. */
  marks = new Uint8Array(64);
  fields = 0;
  /** The physical line on which the record starts, from 1. */
  line = 1;
  /** Where the record starts and where its text ends. */
  start = 0;
  end = 0;
  /** What is wrong with its quotes; empty when nothing is. */
  fault = '';
  readonly #delimiter: number;
  #next = 1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Reads the record at `from`; gives where the next one starts, or −1 when its end is not in sight. */
  read(bytes: Uint8Array, from: number, final: boolean): number {
    const line = this.#next;
    this.line = line;
    this.start = from;
    const next = this.#record(bytes, from, final);
    if (next >= 0) return next;
    this.#next = line;
    return final || bytes.length - from >= longestRecord ? this.#unclosed(bytes, from) : -1;
  }

  /** Leaves out the line at `from`; as `read`, but quotes mean nothing. */
  skipLine(bytes: Uint8Array, from: number, final: boolean): number {
    const end = lineEnd(bytes, from);
    if (end + 1 >= bytes.length && !final) return -1;
    this.#next++;
    return afterLine(bytes, end);
  }

  get isBlank(): boolean {
    return this.fields === 1 && this.ends[0] === this.starts[0];
  }

  texts(bytes: Uint8Array): string[] {
    return Array.from({ length: this.fields }, (_, c) => {
      const text = decoder.decode(bytes.subarray(this.starts[c], this.ends[c]));
      return this.marks[c] === 2 ? text.replaceAll('""', '"') : text;
    });
  }

  /** The record as it stands in the file. */
  text(bytes: Uint8Array): string {
    return decoder.decode(bytes.subarray(this.start, this.end));
  }

  #record(bytes: Uint8Array, start: number, final: boolean): number {
    const delimiter = this.#delimiter;
    const end = bytes.length;
    let at = start;
    let fields = 0;
    this.fault = '';
    for (;;) {
      let from = at;
      let mark = 0;
      let to: number;
      if (at < end && bytes[at] === quote) {
        mark = 1;
        from = ++at;
        for (;;) {
          while (at < end && bytes[at] !== quote) {
            const c = bytes[at++]!;
            if (c === lf || (c === cr && bytes[at] !== lf)) this.#next++;
          }
          if (at >= end) return -1;
          if (at + 1 >= end && !final) return -1;
          if (bytes[at + 1] !== quote) break;
          mark = 2;
          at += 2;
        }
        to = at++;
        if (at < end && bytes[at] !== delimiter && bytes[at] !== lf && bytes[at] !== cr) {
          this.fault = 'Text follows a closing quote.';
          while (at < end && bytes[at] !== delimiter && bytes[at] !== lf && bytes[at] !== cr) at++;
        }
      } else {
        while (at < end) {
          const c = bytes[at]!;
          if (c === delimiter || c === lf || c === cr) break;
          at++;
        }
        to = at;
      }
      if (at >= end && !final) return -1;
      if (fields === this.starts.length) this.#grow();
      this.starts[fields] = from;
      this.ends[fields] = to;
      this.marks[fields] = mark;
      fields++;
      if (at < end && bytes[at] === delimiter) {
        at++;
        continue;
      }
      if (bytes[at] === cr && at + 1 >= end && !final) return -1;
      this.fields = fields;
      this.end = at;
      if (at < end) this.#next++;
      return afterLine(bytes, at);
    }
  }

  /** A quote that never closes spoils its own line only. */
  #unclosed(bytes: Uint8Array, start: number): number {
    this.fault = 'A quote is not closed.';
    this.fields = 0;
    this.end = lineEnd(bytes, start);
    this.#next++;
    return afterLine(bytes, this.end);
  }

  #grow(): void {
    const length = this.starts.length * 2;
    const wider = <A extends Int32Array | Uint8Array>(old: A, fresh: A): A => {
      fresh.set(old);
      return fresh;
    };
    this.starts = wider(this.starts, new Int32Array(length));
    this.ends = wider(this.ends, new Int32Array(length));
    this.marks = wider(this.marks, new Uint8Array(length));
  }
}

const decoder = new TextDecoder();

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== lf && bytes[at] !== cr) at++;
  return at;
}

function afterLine(bytes: Uint8Array, end: number): number {
  if (end >= bytes.length) return bytes.length;
  return end + (bytes[end] === cr && bytes[end + 1] === lf ? 2 : 1);
}
