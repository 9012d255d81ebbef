import {
  columns,
  type Columns,
  type ColumnType,
  type NumericType,
  type NumericVector,
  type Vector
} from '#lib/base/columns.ts';

type Simple = Exclude<ColumnType, 'other'>;

/** A growing table, taken away piece by piece. NaN and null are missing; booleans are 1 and 0. */
export class Table {
  readonly #names: readonly string[];
  readonly #types: readonly Simple[];
  #values: (number | string | null)[][];
  #rows = 0;

  constructor(fields: Readonly<Record<string, Simple>>) {
    this.#names = Object.keys(fields);
    this.#types = Object.values(fields);
    this.#values = this.#names.map(() => []);
  }

  get rows(): number {
    return this.#rows;
  }

  /** One value for each field, in order. */
  push(row: readonly (number | string | null)[]): void {
    for (let c = 0; c < this.#values.length; c++) this.#values[c]!.push(row[c] ?? null);
    this.#rows++;
  }

  /** Name and vector of every field, as they stand. */
  entries(): [string, Vector][] {
    return this.#names.map((name, c) => [name, vector(this.#values[c]!, this.#types[c]!)]);
  }

  /** The rows as they were pushed. */
  rowList(): (number | string | null)[][] {
    return Array.from({ length: this.#rows }, (_, row) => this.#values.map((v) => v[row]!));
  }

  /** Everything pushed since the last time. */
  take(): Columns {
    const out = columns(Object.fromEntries(this.entries()));
    this.clear();
    return out;
  }

  clear(): void {
    this.#values = this.#names.map(() => []);
    this.#rows = 0;
  }
}

function vector(values: readonly (number | string | null)[], type: Simple): Vector {
  if (type === 'text') return { type, values: values as (string | null)[] };
  const numbers =
    type === 'boolean' ? new Uint8Array(values.length) : new Float64Array(values.length);
  let valid: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | null;
    if (value === null || value !== value) {
      valid ??= new Uint8Array(values.length).fill(1);
      valid[i] = 0;
    } else numbers[i] = value;
  }
  return { type, values: numbers, valid } as Vector;
}

/** Numbers as a column; NaN is missing. */
export function numberColumn(values: readonly number[], type: NumericType): NumericVector {
  const out = Float64Array.from(values);
  const valid = values.some(Number.isNaN) ? Uint8Array.from(out, (v) => (v === v ? 1 : 0)) : null;
  if (valid) for (let i = 0; i < out.length; i++) if (!valid[i]) out[i] = 0;
  return { type, values: out, valid };
}
