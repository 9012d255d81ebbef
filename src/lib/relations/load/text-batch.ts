import { int64, tableFromColumns, tableToIPC, utf8, type Column } from '@uwdata/flechette';
import { defined } from '#lib/base/assert.ts';
import { arrowColumn } from '../arrow-column.ts';

/** Rows of a text file on their way into the engine: every field as UTF-8 bytes, columns by position. */
export interface TextBatch {
  readonly names: readonly string[];
  readonly rows: number;
  /** An Arrow stream with the columns `c0`, `c1`, … and `line`. */
  readonly ipc: Uint8Array;
  readonly bad: readonly BadRow[];
  /** Where the file says what a value is (JSON): by column. */
  readonly kinds?: readonly ValueKind[];
}

/** What a JSON column holds: texts are never numbers, whatever they look like. */
export type ValueKind = 'number' | 'boolean' | 'text';

export interface BadRow {
  /** The physical line on which the record starts, counted from 1. */
  readonly line: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
}

const quote = 0x22;
const encoder = new TextEncoder();

/** One column of a batch: bytes, offsets and validity that grow. */
class ByteColumn {
  bytes = new Uint8Array(1 << 16);
  length = 0;

  reserve(more: number): void {
    const need = this.length + more;
    if (need <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Adds a field; where its quotes are doubled, each pair becomes one. */
  add(source: Uint8Array, from: number, to: number, doubled: boolean): void {
    this.reserve(to - from);
    const { bytes } = this;
    let at = this.length;
    if (!doubled && to - from > 32) {
      bytes.set(source.subarray(from, to), at);
      at += to - from;
    } else {
      for (let i = from; i < to; i++) {
        bytes[at++] = source[i]!;
        if (doubled && source[i] === quote) i++;
      }
    }
    this.length = at;
  }

  addText(text: string): void {
    this.reserve(text.length * 3);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }
}

/** Collects rows until there are enough for a batch. An empty field is a missing value. */
export class TextBatchBuilder {
  readonly #columns: ByteColumn[] = [];
  readonly #offsets: number[][] = [];
  #lines: number[] = [];
  #bad: BadRow[] = [];

  constructor(width: number) {
    this.widen(width);
  }

  get rows(): number {
    return this.#lines.length;
  }

  get isEmpty(): boolean {
    return this.rows === 0 && this.#bad.length === 0;
  }

  /** Adds columns, empty in the rows so far. */
  widen(width: number): void {
    while (this.#columns.length < width) {
      this.#columns.push(new ByteColumn());
      this.#offsets.push(new Array<number>(this.rows).fill(0));
    }
  }

  /** The column to put the next field of the current row in. */
  column(i: number): ByteColumn {
    return this.#columns[i]!;
  }

  endRow(line: number): void {
    this.#lines.push(line);
    for (let c = 0; c < this.#columns.length; c++) {
      this.#offsets[c]!.push(this.#columns[c]!.length);
    }
  }

  reject(row: BadRow): void {
    this.#bad.push(row);
  }

  /** Whether the batch is large enough to be sent on. */
  get isFull(): boolean {
    if (this.rows >= 65_536 || this.#bad.length >= 65_536) return true;
    return (this.rows & 1023) === 0 && this.#columns.some((column) => column.length > 1 << 24);
  }

  /** The batch; the builder starts anew. */
  take(names: readonly string[], kinds?: readonly ValueKind[]): TextBatch {
    const rows = this.rows;
    const columns = this.#columns.map((column, c): [string, Column<unknown>] => [
      `c${c}`,
      arrowText(column.bytes.slice(0, column.length), this.#offsets[c]!)
    ]);
    const lines = BigInt64Array.from(this.#lines, BigInt);
    columns.push(['line', arrowColumn({ length: rows, type: int64(), values: lines })]);
    const ipc = defined(tableToIPC(tableFromColumns(columns), { format: 'stream' }), 'batch');
    const batch = { names, rows, ipc, bad: this.#bad, ...(kinds ? { kinds } : {}) };
    for (const column of this.#columns) column.length = 0;
    for (let c = 0; c < this.#offsets.length; c++) this.#offsets[c] = [];
    this.#lines = [];
    this.#bad = [];
    return batch;
  }
}

function arrowText(values: Uint8Array, ends: readonly number[]): Column<unknown> {
  const length = ends.length;
  const offsets = new Int32Array(length + 1);
  const validity = new Uint8Array(((length + 63) >> 6) << 3);
  let nullCount = 0;
  for (let i = 0; i < length; i++) {
    offsets[i + 1] = ends[i]!;
    if (offsets[i + 1] === offsets[i]) nullCount++;
    else validity[i >> 3]! |= 1 << (i & 7);
  }
  return arrowColumn({ length, nullCount, type: utf8(), validity, offsets, values });
}
