import { ByteWindow } from './byte-window.ts';
import { CsvScanner } from './csv-scanner.ts';
import { uniqueNames } from './names.ts';
import { TextBatchBuilder, type TextBatch } from './text-batch.ts';
import { TypedBatchBuilder, type TypedBatch, type Values } from './typed-batch.ts';

export interface CsvDialect {
  /** One ASCII character. */
  readonly delimiter: string;
  readonly header: boolean;
  readonly skip: number;
}

/** What is asked of a file whose columns have these names: the places of those to take, and how their values are written. */
export interface Wanted {
  readonly picks: readonly number[];
  /** Null while the type of a column is not known. */
  values(): Values | null;
}

export type CsvBatch = TextBatch | TypedBatch;

const fewRows = 4096;
const manyRows = 65_536;

/**
 * CSV as batches of rows. While the types are known, values are made here, which is many times faster than having the
 * engine turn texts into values; a row with a value that is not plainly of its type goes on as text with the rows
 * right after it, for SQL to decide. Blank lines are left out where there is more than one column. A record with too
 * few or too many fields, or with a quote that goes wrong, is a bad row.
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  dialect: CsvDialect,
  want: (names: readonly string[]) => Wanted
): AsyncGenerator<CsvBatch> {
  const cutter = new Cutter(dialect, want);
  const window = new ByteWindow();
  for await (const chunk of chunks) {
    yield* cutter.cut(window.add(chunk), false);
    window.drop(cutter.at);
  }
  yield* cutter.cut(window.bytes, true);
  yield* cutter.last();
}

/** The fields of the first records, for sniffing; stops after `limit` records or at the end of the bytes. */
export function firstRecords(bytes: Uint8Array, delimiter: string, limit: number): string[][] {
  const records: string[][] = [];
  const scanner = new CsvScanner(delimiter);
  for (let at = 0; at < bytes.length && records.length < limit;) {
    at = scanner.read(bytes, at, true);
    if (scanner.fields > 0 && !scanner.isBlank) records.push(scanner.texts(bytes));
  }
  return records;
}

class Cutter {
  /** Where the next record starts in the bytes given last. */
  at = 0;
  readonly #dialect: CsvDialect;
  readonly #want: (names: readonly string[]) => Wanted;
  readonly #scanner: CsvScanner;
  readonly #text = new TextBatchBuilder(0);
  #typed: TypedBatchBuilder | null = null;
  #toSkip: number;
  #width = 0;
  #names: readonly string[] | null = null;
  #wanted: Wanted = { picks: [], values: () => null };
  /** Rows to take as text before values are tried again. */
  #textRows = fewRows;
  #yielded = false;

  constructor(dialect: CsvDialect, want: (names: readonly string[]) => Wanted) {
    this.#dialect = dialect;
    this.#want = want;
    this.#scanner = new CsvScanner(dialect.delimiter);
    this.#toSkip = dialect.skip;
  }

  *cut(bytes: Uint8Array, final: boolean): Generator<CsvBatch> {
    const scanner = this.#scanner;
    this.at = 0;
    if (!this.#skipLines(bytes, final)) return;
    while (this.at < bytes.length) {
      const next = scanner.read(bytes, this.at, final);
      if (next < 0) return;
      this.at = next;
      if (scanner.isBlank && this.#width !== 1) continue;
      // A line that a quote spoils names nothing.
      if (this.#names === null && scanner.fields > 0 && this.#nameColumns(bytes)) continue;
      const typed = this.#typed;
      if (this.#reject(bytes)) {
        if (typed?.isFull) yield this.#takeTyped(typed);
        else if (this.#names !== null && this.#text.isFull) yield this.#takeText();
        continue;
      }
      if (typed !== null) {
        if (typed.add(bytes, scanner)) {
          if (typed.isFull) yield this.#takeTyped(typed);
          continue;
        }
        this.#textRows =
          typed.rows < this.#textRows ? Math.min(2 * this.#textRows, manyRows) : fewRows;
        if (!typed.isEmpty) yield this.#takeTyped(typed);
        this.#typed = null;
      }
      this.#addText(bytes);
      if (this.#text.rows >= this.#textRows || this.#text.isFull) yield this.#takeText();
    }
  }

  /** What is left; a file with a header alone gives an empty batch. */
  *last(): Generator<CsvBatch> {
    if (this.#typed !== null && !this.#typed.isEmpty) yield this.#takeTyped(this.#typed);
    if (!this.#text.isEmpty || (this.#names !== null && !this.#yielded)) yield this.#takeText();
  }

  #nameColumns(bytes: Uint8Array): boolean {
    const first = this.#scanner.texts(bytes);
    const { header } = this.#dialect;
    const names = uniqueNames(header ? first : first.map(() => ''));
    this.#width = names.length;
    this.#wanted = this.#want(names);
    this.#names = this.#wanted.picks.map((place) => names[place]!);
    this.#text.widen(this.#names.length);
    return header;
  }

  #reject(bytes: Uint8Array): boolean {
    const { fields, fault, line } = this.#scanner;
    if (fields === this.#width && fault === '') return false;
    const count = `${fields} ${fields === 1 ? 'field' : 'fields'}`;
    const reason = fault || `${count}, but ${this.#width} columns.`;
    const bad = { line, column: null, value: this.#scanner.text(bytes), reason };
    (this.#typed ?? this.#text).reject(bad);
    return true;
  }

  #addText(bytes: Uint8Array): void {
    const { starts, ends, marks, line } = this.#scanner;
    for (const [c, place] of this.#wanted.picks.entries()) {
      this.#text.column(c).add(bytes, starts[place]!, ends[place]!, marks[place] === 2);
    }
    this.#text.endRow(line);
  }

  #takeText(): CsvBatch {
    this.#yielded = true;
    const batch = this.#text.take(this.#names!);
    const values = this.#wanted.values();
    this.#typed = values && TypedBatchBuilder.of(values, this.#wanted.picks);
    return batch;
  }

  #takeTyped(builder: TypedBatchBuilder): CsvBatch {
    const batch = builder.take(this.#names!);
    const values = this.#wanted.values();
    if (values !== builder.values)
      this.#typed = values && TypedBatchBuilder.of(values, this.#wanted.picks);
    return batch;
  }

  #skipLines(bytes: Uint8Array, final: boolean): boolean {
    while (this.#toSkip > 0) {
      const next = this.#scanner.skipLine(bytes, this.at, final);
      if (next < 0) return false;
      this.at = next;
      this.#toSkip--;
    }
    return true;
  }
}
