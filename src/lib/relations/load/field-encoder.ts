import {
  bool,
  dateDay,
  float64,
  int64,
  timestamp,
  TimeUnit,
  utf8,
  type Column
} from '@uwdata/flechette';
import { arrowColumn, type ArrowType } from '../arrow-column.ts';
import { putInteger, putLong, readNumber } from './encode-number.ts';
import { timeReader, type TimeReader } from './encode-time.ts';
import type { TextType } from './types.ts';

const space = 0x20;
const quote = 0x22;

/** One column of a batch in the making. */
export interface FieldEncoder {
  /** Bytes of text held. */
  readonly bytes: number;
  /** Puts the bytes of a field into a row; false when they are not plainly a value of the type. `doubled`: its quotes are doubled. */
  put(row: number, bytes: Uint8Array, from: number, to: number, doubled: boolean): boolean;
  /** A missing value. */
  skip(row: number): void;
  /** The column of the first rows; the encoder starts anew. */
  take(rows: number): Column<unknown>;
}

/**
 * The encoder of a type; null when there is none. What an encoder takes, the SQL of `conversion` takes too, with the
 * same value; unusual writings are left to SQL. Surrounding spaces count in text alone.
 */
export function encoderOf(type: TextType, capacity: number, decimal: string): FieldEncoder | null {
  switch (type.as) {
    case 'text':
      return new TextField(capacity);
    case 'integer':
      return new IntegerField(capacity);
    case 'number':
      return decimal.length === 1 ? new NumberField(capacity, decimal.charCodeAt(0)) : null;
    case 'boolean':
      return new BooleanField(capacity);
    case 'date':
    case 'timestamp': {
      const read = timeReader(type.as, type.format);
      if (!read) return null;
      return type.as === 'date'
        ? new DateField(capacity, read)
        : new TimestampField(capacity, read);
    }
    case 'sql':
      return null;
  }
}

interface Buffers {
  readonly type: ArrowType;
  readonly values: Uint8Array | Int32Array | Float64Array | BigInt64Array;
  readonly offsets?: Int32Array;
}

/** Keeps which rows hold a value, and hands on fields without the spaces around them. */
abstract class Field implements FieldEncoder {
  readonly bytes: number = 0;
  readonly #validity: Uint8Array;

  constructor(capacity: number) {
    this.#validity = new Uint8Array(((capacity + 63) >> 6) << 3);
  }

  put(row: number, bytes: Uint8Array, from: number, to: number, doubled: boolean): boolean {
    while (from < to && bytes[from] === space) from++;
    while (to > from && bytes[to - 1] === space) to--;
    return !doubled && this.set(row, bytes, from, to) && this.mark(row);
  }

  skip(row: number): void {
    this.#validity[row >> 3]! &= ~(1 << (row & 7));
  }

  take(rows: number): Column<unknown> {
    const validity = this.#validity.slice(0, ((rows + 63) >> 6) << 3);
    const nullCount = rows - marked(validity, rows);
    return arrowColumn({ length: rows, nullCount, validity, ...this.buffers(rows) });
  }

  /** Sets the value of a row; false when the bytes are none. */
  protected abstract set(row: number, bytes: Uint8Array, from: number, to: number): boolean;

  protected abstract buffers(rows: number): Buffers;

  protected mark(row: number): true {
    this.#validity[row >> 3]! |= 1 << (row & 7);
    return true;
  }
}

class IntegerField extends Field {
  readonly #words: Int32Array;

  constructor(capacity: number) {
    super(capacity);
    this.#words = new Int32Array(2 * capacity);
  }

  protected set(row: number, bytes: Uint8Array, from: number, to: number): boolean {
    return putInteger(this.#words, row, bytes, from, to);
  }

  protected buffers(rows: number): Buffers {
    return { type: int64(), values: longs(this.#words, rows) };
  }
}

class NumberField extends Field {
  readonly #values: Float64Array;
  readonly #decimal: number;

  constructor(capacity: number, decimal: number) {
    super(capacity);
    this.#values = new Float64Array(capacity);
    this.#decimal = decimal;
  }

  protected set(row: number, bytes: Uint8Array, from: number, to: number): boolean {
    const value = readNumber(bytes, from, to, this.#decimal);
    this.#values[row] = value;
    return !Number.isNaN(value);
  }

  protected buffers(rows: number): Buffers {
    return { type: float64(), values: this.#values.slice(0, rows) };
  }
}

class BooleanField extends Field {
  readonly #bits: Uint8Array;

  constructor(capacity: number) {
    super(capacity);
    this.#bits = new Uint8Array(((capacity + 63) >> 6) << 3);
  }

  protected set(row: number, bytes: Uint8Array, from: number, to: number): boolean {
    const bit = 1 << (row & 7);
    if (reads(bytes, from, to, 'true')) this.#bits[row >> 3]! |= bit;
    else if (reads(bytes, from, to, 'false')) this.#bits[row >> 3]! &= ~bit;
    else return false;
    return true;
  }

  protected buffers(rows: number): Buffers {
    return { type: bool(), values: this.#bits.slice(0, ((rows + 63) >> 6) << 3) };
  }
}

class DateField extends Field {
  readonly #days: Int32Array;
  readonly #read: TimeReader;

  constructor(capacity: number, read: TimeReader) {
    super(capacity);
    this.#days = new Int32Array(capacity);
    this.#read = read;
  }

  protected set(row: number, bytes: Uint8Array, from: number, to: number): boolean {
    const micros = this.#read(bytes, from, to);
    this.#days[row] = micros / 86_400_000_000;
    return !Number.isNaN(micros);
  }

  protected buffers(rows: number): Buffers {
    return { type: dateDay(), values: this.#days.slice(0, rows) };
  }
}

class TimestampField extends Field {
  readonly #words: Int32Array;
  readonly #read: TimeReader;

  constructor(capacity: number, read: TimeReader) {
    super(capacity);
    this.#words = new Int32Array(2 * capacity);
    this.#read = read;
  }

  protected set(row: number, bytes: Uint8Array, from: number, to: number): boolean {
    const micros = this.#read(bytes, from, to);
    if (Number.isNaN(micros)) return false;
    putLong(this.#words, row, micros);
    return true;
  }

  protected buffers(rows: number): Buffers {
    return { type: timestamp(TimeUnit.MICROSECOND), values: longs(this.#words, rows) };
  }
}

class TextField extends Field {
  override bytes = 0;
  #text = new Uint8Array(1 << 16);
  readonly #offsets: Int32Array;

  constructor(capacity: number) {
    super(capacity);
    this.#offsets = new Int32Array(capacity + 1);
  }

  override put(row: number, bytes: Uint8Array, from: number, to: number, doubled: boolean): true {
    let at = this.#offsets[row]!;
    this.#reserve(at + to - from);
    const text = this.#text;
    if (doubled) {
      for (let i = from; i < to; i++) {
        text[at++] = bytes[i]!;
        if (bytes[i] === quote) i++;
      }
    } else if (to - from > 48) {
      text.set(bytes.subarray(from, to), at);
      at += to - from;
    } else for (let i = from; i < to; i++) text[at++] = bytes[i]!;
    this.#offsets[row + 1] = this.bytes = at;
    return this.mark(row);
  }

  override skip(row: number): void {
    this.#offsets[row + 1] = this.#offsets[row]!;
    super.skip(row);
  }

  override take(rows: number): Column<unknown> {
    const column = super.take(rows);
    this.bytes = 0;
    return column;
  }

  protected set(): boolean {
    return true;
  }

  protected buffers(rows: number): Buffers {
    const offsets = this.#offsets.slice(0, rows + 1);
    return { type: utf8(), values: this.#text.slice(0, offsets[rows]), offsets };
  }

  #reserve(length: number): void {
    if (length <= this.#text.length) return;
    const grown = new Uint8Array(Math.max(length, this.#text.length * 2));
    grown.set(this.#text);
    this.#text = grown;
  }
}

/** Two words a value as the 64-bit values that they are. */
function longs(words: Int32Array, rows: number): BigInt64Array {
  return new BigInt64Array(words.slice(0, 2 * rows).buffer);
}

/** Whether the bytes are an ASCII word in any case. */
function reads(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if ((bytes[from + i]! | 0x20) !== word.charCodeAt(i)) return false;
  }
  return true;
}

function marked(validity: Uint8Array, rows: number): number {
  let count = 0;
  for (let row = 0; row < rows; row++) count += (validity[row >> 3]! >> (row & 7)) & 1;
  return count;
}
