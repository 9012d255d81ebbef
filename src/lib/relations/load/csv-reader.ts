import { uniqueNames } from './names.ts';
import { TextBatchBuilder, type TextBatch } from './text-batch.ts';

export interface CsvDialect {
  /** One ASCII character. */
  readonly delimiter: string;
  readonly header: boolean;
  readonly skip: number;
}

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;
const longestRecord = 8 << 20;

const decoder = new TextDecoder();

/**
 * CSV by RFC 4180 over UTF-8 bytes, in batches: quoted fields may hold delimiters, doubled quotes and line ends;
 * `\n`, `\r\n` and `\r` all end a line, mixed as they come; blank lines are left out where there is more than one
 * column. A record with too few or too many fields, or with a quote that goes wrong, is a bad row. O(bytes).
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  dialect: CsvDialect
): AsyncGenerator<TextBatch> {
  const scanner = new Scanner(dialect);
  let rest = new Uint8Array();
  for await (const chunk of chunks) {
    const buffer = rest.length === 0 ? chunk : joined(rest, chunk);
    let from = 0;
    for (;;) {
      from = scanner.scan(buffer, from, false);
      if (!scanner.isFull) break;
      yield scanner.take();
    }
    rest = buffer.slice(from);
  }
  let from = 0;
  for (;;) {
    from = scanner.scan(rest, from, true);
    if (!scanner.isFull) break;
    yield scanner.take();
  }
  if (scanner.hasNames) yield scanner.take();
}

/** The fields of the first records, for sniffing; stops after `limit` records or at the end of the bytes. */
export function firstRecords(bytes: Uint8Array, delimiter: string, limit: number): string[][] {
  const records: string[][] = [];
  const scanner = new Scanner({ delimiter, header: false, skip: 0 }, (fields) => {
    records.push(fields);
    return records.length < limit;
  });
  scanner.scan(bytes, 0, true);
  return records;
}

class Scanner {
  readonly #delimiter: number;
  readonly #dialect: CsvDialect;
  readonly #peek: ((fields: string[]) => boolean) | undefined;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  /** 0 plain, 1 quoted, 2 quoted with doubled quotes. */
  #marks = new Uint8Array(64);
  #line = 1;
  #toSkip: number;
  #names: readonly string[] | null = null;
  #builder = new TextBatchBuilder(0);

  constructor(dialect: CsvDialect, peek?: (fields: string[]) => boolean) {
    this.#dialect = dialect;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#toSkip = dialect.skip;
    this.#peek = peek;
  }

  get hasNames(): boolean {
    return this.#names !== null;
  }

  get isFull(): boolean {
    return this.#builder.isFull;
  }

  take(): TextBatch {
    return this.#builder.take(this.#names ?? []);
  }

  /** Reads records from `from` until the batch is full or the bytes end; returns where the next record starts. */
  scan(bytes: Uint8Array, from: number, final: boolean): number {
    let at = this.#skipLines(bytes, from, final);
    if (this.#toSkip > 0) return at;
    while (at < bytes.length) {
      const start = at;
      const line = this.#line;
      const next = this.#record(bytes, start, final);
      if (next < 0) {
        if (!final && bytes.length - start < longestRecord) {
          this.#line = line;
          return start;
        }
        at = this.#unclosed(bytes, start, line);
      } else at = next;
      if (this.#stopped || this.#builder.isFull) return at;
    }
    return at;
  }

  #stopped = false;
  #problem = '';

  /** One record; negative when its end is not in sight. */
  #record(bytes: Uint8Array, start: number, final: boolean): number {
    const delimiter = this.#delimiter;
    const end = bytes.length;
    const line = this.#line;
    let at = start;
    let fields = 0;
    this.#problem = '';
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
            if (c === lf || (c === cr && bytes[at] !== lf)) this.#line++;
          }
          if (at >= end) return -1;
          if (at + 1 >= end && !final) return -1;
          if (bytes[at + 1] !== quote) break;
          mark = 2;
          at += 2;
        }
        to = at++;
        if (at < end && bytes[at] !== delimiter && bytes[at] !== lf && bytes[at] !== cr) {
          this.#problem = 'Text follows a closing quote.';
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
      if (fields === this.#starts.length) this.#grow();
      this.#starts[fields] = from;
      this.#ends[fields] = to;
      this.#marks[fields] = mark;
      fields++;
      if (at < end && bytes[at] === delimiter) {
        at++;
        continue;
      }
      const textEnd = at;
      if (at < end) {
        if (bytes[at] === cr) {
          if (at + 1 >= end && !final) return -1;
          at += bytes[at + 1] === lf ? 2 : 1;
        } else at++;
        this.#line++;
      }
      this.#take(bytes, start, textEnd, fields, line);
      return at;
    }
  }

  #take(bytes: Uint8Array, start: number, end: number, fields: number, line: number): void {
    const blank = fields === 1 && this.#ends[0] === this.#starts[0];
    const width = this.#names?.length ?? 0;
    if (blank && width !== 1) return;
    if (this.#peek) {
      this.#stopped = !this.#peek(this.#texts(bytes, fields));
      return;
    }
    if (!this.#names) {
      const first = this.#texts(bytes, fields);
      this.#names = uniqueNames(this.#dialect.header ? first : first.map(() => ''));
      this.#builder.widen(fields);
      if (this.#dialect.header) return;
    }
    if (fields !== this.#names.length || this.#problem !== '') {
      const count = `${fields} ${fields === 1 ? 'field' : 'fields'}`;
      const reason = this.#problem || `${count}, but ${this.#names.length} columns.`;
      const value = decoder.decode(bytes.subarray(start, end));
      this.#builder.reject({ line, column: null, value, reason });
      return;
    }
    for (let c = 0; c < fields; c++) {
      const column = this.#builder.column(c);
      const mark = this.#marks[c];
      if (mark === 2) column.addUnescaped(bytes, this.#starts[c]!, this.#ends[c]!, quote);
      else column.add(bytes, this.#starts[c]!, this.#ends[c]!);
    }
    this.#builder.endRow(line);
  }

  /** A quote that never closes spoils its own line only. */
  #unclosed(bytes: Uint8Array, start: number, line: number): number {
    let at = start;
    while (at < bytes.length && bytes[at] !== lf && bytes[at] !== cr) at++;
    if (!this.#peek) {
      const value = decoder.decode(bytes.subarray(start, at));
      this.#builder.reject({ line, column: null, value, reason: 'A quote is not closed.' });
    }
    this.#line = line + 1;
    return at + (bytes[at] === cr && bytes[at + 1] === lf ? 2 : 1);
  }

  #skipLines(bytes: Uint8Array, from: number, final: boolean): number {
    let at = from;
    while (this.#toSkip > 0) {
      let end = at;
      while (end < bytes.length && bytes[end] !== lf && bytes[end] !== cr) end++;
      if (end + 1 >= bytes.length && !final) return at;
      if (end >= bytes.length) {
        this.#toSkip = 0;
        return end;
      }
      at = end + (bytes[end] === cr && bytes[end + 1] === lf ? 2 : 1);
      this.#line++;
      this.#toSkip--;
    }
    return at;
  }

  #texts(bytes: Uint8Array, fields: number): string[] {
    return Array.from({ length: fields }, (_, c) => {
      const text = decoder.decode(bytes.subarray(this.#starts[c], this.#ends[c]));
      return this.#marks[c] === 2 ? text.replaceAll('""', '"') : text;
    });
  }

  #grow(): void {
    const length = this.#starts.length * 2;
    const wider = <A extends Int32Array | Uint8Array>(old: A, fresh: A): A => {
      fresh.set(old);
      return fresh;
    };
    this.#starts = wider(this.#starts, new Int32Array(length));
    this.#ends = wider(this.#ends, new Int32Array(length));
    this.#marks = wider(this.#marks, new Uint8Array(length));
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
