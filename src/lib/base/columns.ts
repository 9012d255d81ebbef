/**
 * The one in-memory shape of data that kinds compute on: columns of typed arrays, plain enough for
 * structured clone. Rows never exist as objects on a hot path.
 *
 * - `integer` and `number` hold doubles (integers are exact to 2^53; longer ids stay `text`).
 * - `date` and `timestamp` hold milliseconds since 1970-01-01T00:00Z (fractions keep microseconds).
 * - `valid` is 1 where a value is present; null when every value is.
 * - `text` marks a missing value by null. `other` carries nested values (lists, structs) untouched.
 */
export type NumericType = 'integer' | 'number' | 'date' | 'timestamp';
export type ColumnType = NumericType | 'boolean' | 'text' | 'other';

export interface NumericVector {
  readonly type: NumericType;
  readonly values: Float64Array;
  readonly valid: Uint8Array | null;
}

export interface BooleanVector {
  readonly type: 'boolean';
  readonly values: Uint8Array;
  readonly valid: Uint8Array | null;
}

export interface TextVector {
  readonly type: 'text';
  readonly values: readonly (string | null)[];
}

export interface OtherVector {
  readonly type: 'other';
  /** The engine's own type, such as `VARCHAR[]`. */
  readonly sqlType: string;
  readonly values: readonly unknown[];
}

export type Vector = NumericVector | BooleanVector | TextVector | OtherVector;

export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  /** The engine's own type where it is known, such as `DECIMAL(18,2)`. */
  readonly sqlType?: string;
}

export interface Columns {
  readonly length: number;
  readonly names: readonly string[];
  readonly vectors: readonly Vector[];
}

export type Value = string | number | boolean | null | readonly unknown[] | object;

/** Columns from named vectors; all must have the same length. */
export function columns(entries: Readonly<Record<string, Vector>>): Columns {
  const names = Object.keys(entries);
  const vectors = names.map((name) => entries[name]!);
  const length = vectors[0]?.values.length ?? 0;
  for (const [i, vector] of vectors.entries()) {
    if (vector.values.length !== length) {
      throw new Error(`Column ${names[i]} has ${vector.values.length} values, not ${length}`);
    }
  }
  return { length, names, vectors };
}

export const emptyColumns: Columns = { length: 0, names: [], vectors: [] };

/** No rows, in the columns of `table`. */
export function emptyLike({ names, vectors }: Columns): Columns {
  return {
    length: 0,
    names,
    vectors: vectors.map((vector): Vector => {
      if (vector.type === 'text') return { type: 'text', values: [] };
      if (vector.type === 'other') return { ...vector, values: [] };
      if (vector.type === 'boolean') return { ...vector, values: new Uint8Array(), valid: null };
      return { ...vector, values: new Float64Array(), valid: null };
    })
  };
}

/** A numeric vector; null, undefined and NaN count as missing. */
export function numeric(
  values: Float64Array | readonly (number | null | undefined)[],
  type: NumericType = 'number'
): NumericVector {
  const out = new Float64Array(values.length);
  let valid: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined || Number.isNaN(value)) {
      valid ??= new Uint8Array(values.length).fill(1);
      valid[i] = 0;
    } else out[i] = value;
  }
  return { type, values: out, valid };
}

export function boolean(values: readonly (boolean | null)[]): BooleanVector {
  const out = new Uint8Array(values.length);
  let valid: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) {
      valid ??= new Uint8Array(values.length).fill(1);
      valid[i] = 0;
    } else out[i] = value ? 1 : 0;
  }
  return { type: 'boolean', values: out, valid };
}

export function text(values: readonly (string | null)[]): TextVector {
  return { type: 'text', values };
}

/** The vector under `name`, or undefined. */
export function vectorOf(table: Columns, name: string): Vector | undefined {
  const i = table.names.indexOf(name);
  return i < 0 ? undefined : table.vectors[i];
}

export function fieldsOf(table: Columns): Field[] {
  return table.names.map((name, i) => ({ name, type: table.vectors[i]!.type }));
}

/** The value of one cell as a plain JavaScript value; for tests, labels and small tables, not for loops over data. */
export function valueAt(vector: Vector, row: number): Value {
  switch (vector.type) {
    case 'text':
      return vector.values[row] ?? null;
    case 'other':
      return vector.values[row] ?? null;
    case 'boolean':
      return vector.valid && !vector.valid[row] ? null : vector.values[row] === 1;
    default:
      return vector.valid && !vector.valid[row] ? null : (vector.values[row] ?? null);
  }
}

export function isMissing(vector: Vector, row: number): boolean {
  if (vector.type === 'text' || vector.type === 'other') {
    return vector.values[row] === null || vector.values[row] === undefined;
  }
  return vector.valid !== null && vector.valid[row] === 0;
}

/** Rows as objects; for tests, messages and small tables only. */
export function toRows(table: Columns): Record<string, Value>[] {
  return Array.from({ length: table.length }, (_, row) =>
    Object.fromEntries(table.names.map((name, i) => [name, valueAt(table.vectors[i]!, row)]))
  );
}

/** The rows at `rows`, in that order. */
export function take(table: Columns, rows: ArrayLike<number>): Columns {
  return {
    length: rows.length,
    names: table.names,
    vectors: table.vectors.map((v) => takeVector(v, rows))
  };
}

function takeVector(vector: Vector, rows: ArrayLike<number>): Vector {
  if (vector.type === 'text' || vector.type === 'other') {
    const values = Array.from(rows, (row) => vector.values[row] ?? null);
    return { ...vector, values } as Vector;
  }
  const values =
    vector.type === 'boolean' ? new Uint8Array(rows.length) : new Float64Array(rows.length);
  const valid = vector.valid ? new Uint8Array(rows.length) : null;
  for (let i = 0; i < rows.length; i++) {
    values[i] = vector.values[rows[i]!]!;
    if (valid) valid[i] = vector.valid![rows[i]!]!;
  }
  return { type: vector.type, values, valid } as Vector;
}

/** Text as codes into a dictionary (−1 = missing), in order of first appearance. O(n). */
export interface Dictionary {
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

export function dictionary(values: readonly (string | null)[]): Dictionary {
  const seen = new Map<string, number>();
  const labels: string[] = [];
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) {
      codes[i] = -1;
      continue;
    }
    let code = seen.get(value);
    if (code === undefined) {
      code = labels.length;
      seen.set(value, code);
      labels.push(value);
    }
    codes[i] = code;
  }
  return { codes, labels };
}

/** Tables under each other; names and types are those of the first. */
export function concat(tables: readonly Columns[]): Columns {
  const first = tables[0];
  if (!first) return emptyColumns;
  if (tables.length === 1) return first;
  const length = tables.reduce((sum, t) => sum + t.length, 0);
  const vectors = first.vectors.map((v, c) =>
    concatVectors(
      v,
      tables.map((t) => t.vectors[c]!),
      length
    )
  );
  return { length, names: first.names, vectors };
}

function concatVectors(like: Vector, parts: readonly Vector[], length: number): Vector {
  if (like.type === 'text' || like.type === 'other') {
    const values: unknown[] = [];
    for (const part of parts) for (const value of part.values) values.push(value);
    return { ...like, values } as Vector;
  }
  const values = like.type === 'boolean' ? new Uint8Array(length) : new Float64Array(length);
  const someMissing = parts.some((p) => 'valid' in p && p.valid);
  const valid = someMissing ? new Uint8Array(length).fill(1) : null;
  let at = 0;
  for (const part of parts as (NumericVector | BooleanVector)[]) {
    values.set(part.values, at);
    if (part.valid) valid?.set(part.valid, at);
    at += part.values.length;
  }
  return { type: like.type, values, valid } as Vector;
}
