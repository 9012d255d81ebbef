import { tableFromColumns, tableToIPC, type Column } from '@uwdata/flechette';
import { defined } from '#lib/base/assert.ts';
import type { CsvScanner } from './csv-scanner.ts';
import { encoderOf, type FieldEncoder } from './field-encoder.ts';
import { MissingTokens } from './missing-tokens.ts';
import type { BadRow } from './text-batch.ts';
import type { TextType } from './types.ts';

/** How the fields of the taken columns are turned into values. The same object as long as nothing of it changes. */
export interface Values {
  readonly types: readonly TextType[];
  /** Tokens that mean missing, besides the empty text. */
  readonly nulls: readonly string[];
  /** The mark before decimals. */
  readonly decimal: string;
}

/** Rows of a text file with their values made: what is left for the engine is to take them in. */
export interface TypedBatch {
  readonly names: readonly string[];
  readonly rows: number;
  /** An Arrow stream with the columns by their names. */
  readonly typed: Uint8Array;
  readonly bad: readonly BadRow[];
}

const mostFields = 1 << 22;
const mostRows = 65_536;
const mostTextBytes = 1 << 24;

/** Collects rows whose every field is plainly of its column's type. */
export class TypedBatchBuilder {
  rows = 0;
  readonly values: Values;
  readonly #encoders: readonly FieldEncoder[];
  readonly #picks: readonly number[];
  readonly #capacity: number;
  readonly #missing: MissingTokens | null;
  #bad: BadRow[] = [];

  /** Null when a type has no encoder: such files go through SQL whole. */
  static of(values: Values, picks: readonly number[]): TypedBatchBuilder | null {
    const capacity = Math.max(256, Math.min(mostRows, Math.floor(mostFields / picks.length)));
    const encoders = values.types.map((type) => encoderOf(type, capacity, values.decimal));
    if (!encoders.every((encoder) => encoder !== null)) return null;
    return new TypedBatchBuilder(values, encoders, picks, capacity);
  }

  private constructor(
    values: Values,
    encoders: readonly FieldEncoder[],
    picks: readonly number[],
    capacity: number
  ) {
    this.values = values;
    this.#encoders = encoders;
    this.#picks = picks;
    this.#capacity = capacity;
    this.#missing = values.nulls.length > 0 ? new MissingTokens(values.nulls) : null;
  }

  get isEmpty(): boolean {
    return this.rows === 0 && this.#bad.length === 0;
  }

  get isFull(): boolean {
    if (this.rows === this.#capacity || this.#bad.length >= mostRows) return true;
    return (this.rows & 1023) === 0 && this.#encoders.some((e) => e.bytes > mostTextBytes);
  }

  /** Adds the scanner's record; false, and nothing added, when one of its fields is not plainly of its type. */
  add(bytes: Uint8Array, { starts, ends, marks }: CsvScanner): boolean {
    const { rows } = this;
    const encoders = this.#encoders;
    const missing = this.#missing;
    for (let c = 0; c < encoders.length; c++) {
      const place = this.#picks[c]!;
      const from = starts[place]!;
      const to = ends[place]!;
      const none = from === to || (missing !== null && missing.has(bytes, from, to));
      if (none) encoders[c]!.skip(rows);
      else if (!encoders[c]!.put(rows, bytes, from, to, marks[place] === 2)) return false;
    }
    this.rows = rows + 1;
    return true;
  }

  reject(row: BadRow): void {
    this.#bad.push(row);
  }

  take(names: readonly string[]): TypedBatch {
    const { rows } = this;
    const columns = this.#encoders.map((encoder, c): [string, Column<unknown>] => [
      names[c]!,
      encoder.take(rows)
    ]);
    const typed = defined(tableToIPC(tableFromColumns(columns), { format: 'stream' }), 'batch');
    const batch = { names, rows, typed, bad: this.#bad };
    this.rows = 0;
    this.#bad = [];
    return batch;
  }
}
