import type { Vector } from '#lib/base/columns.ts';
import { isMissing, valueAt } from '#lib/base/columns.ts';
import type { FeedColumn } from '#lib/cells/core/feed.ts';
import { convert, epochUnit, misfit } from './value.ts';

/** A growing column of a fixed type. Amortised O(1) a value. */
export class ColumnBuilder {
  readonly column: FeedColumn;
  /** The key under which records hold it. */
  readonly key: string;
  /** The first value that did not fit, to be told; and how many have not since `take`. */
  misfits = 0;
  sample: unknown = null;
  #length = 0;
  #numbers: Float64Array;
  #valid: Uint8Array;
  #allValid = true;
  #texts: (string | null)[] = [];
  /** Milliseconds in one unit of times written as numbers; told by the first. */
  #epoch = 0;

  constructor(column: FeedColumn, key: string) {
    this.column = column;
    this.key = key;
    const room = column.type === 'text' ? 0 : 1024;
    this.#numbers = new Float64Array(room);
    this.#valid = new Uint8Array(room);
  }

  push(value: unknown): void {
    const { type } = this.column;
    if (this.#epoch === 0 && (type === 'timestamp' || type === 'date')) this.#learnEpoch(value);
    const cell = convert(value, type, this.#epoch);
    if (cell === misfit) this.#tellMisfit(value);
    if (type === 'text') this.#texts.push(cell === misfit ? null : (cell as string | null));
    else this.#number(cell === misfit ? null : (cell as number | null));
  }

  /** All values of a vector; without conversion where the types agree. */
  pushAll(vector: Vector): void {
    const { type } = this.column;
    if (vector.type === 'text' && type === 'text') {
      for (const value of vector.values) this.#texts.push(value);
    } else if (vector.type === type && vector.type !== 'text') this.#numbersOf(vector);
    else {
      for (let row = 0; row < vector.values.length; row++)
        this.push(isMissing(vector, row) ? null : valueAt(vector, row));
    }
  }

  /** `rows` missing values. */
  skip(rows: number): void {
    for (let i = 0; i < rows; i++) this.push(null);
  }

  take(): Vector {
    const { type } = this.column;
    if (type === 'text') {
      const values = this.#texts;
      this.#texts = [];
      return { type, values };
    }
    const values = this.#numbers.slice(0, this.#length);
    const valid = this.#allValid ? null : this.#valid.slice(0, this.#length);
    this.#length = 0;
    this.#allValid = true;
    if (type === 'boolean') return { type, values: Uint8Array.from(values), valid };
    return { type, values, valid };
  }

  #number(value: number | null): void {
    this.#reserve(1);
    this.#numbers[this.#length] = value ?? 0;
    this.#valid[this.#length] = value === null ? 0 : 1;
    if (value === null) this.#allValid = false;
    this.#length++;
  }

  #numbersOf(vector: Exclude<Vector, { type: 'text' | 'other' }>): void {
    const rows = vector.values.length;
    this.#reserve(rows);
    this.#numbers.set(vector.values, this.#length);
    if (vector.valid) {
      this.#valid.set(vector.valid, this.#length);
      this.#allValid = false;
    } else this.#valid.fill(1, this.#length, this.#length + rows);
    this.#length += rows;
  }

  #reserve(rows: number): void {
    const needed = this.#length + rows;
    if (needed <= this.#numbers.length) return;
    const room = Math.max(needed, this.#numbers.length * 2);
    const [numbers, valid] = [this.#numbers, this.#valid];
    this.#numbers = new Float64Array(room);
    this.#valid = new Uint8Array(room);
    this.#numbers.set(numbers);
    this.#valid.set(valid);
  }

  #learnEpoch(value: unknown): void {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) this.#epoch = epochUnit(number);
  }

  #tellMisfit(value: unknown): void {
    if (this.misfits++ === 0) this.sample = value;
  }
}
