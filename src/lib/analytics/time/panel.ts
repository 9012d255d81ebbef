import {
  dictionary,
  isMissing,
  valueAt,
  vectorOf,
  type Columns,
  type NumericType,
  type Vector
} from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

/** One series, its rows in order of time. Missing times come last and missing values are NaN. */
export interface Series {
  /** The values of the `by` columns for people, joined by " / "; empty when there is only one series. */
  readonly label: string;
  /** A row of the source that carries the key. */
  readonly row: number;
  /** The rows of the source, ascending in time, equal times in their own order. */
  readonly rows: Int32Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Panel {
  readonly by: readonly string[];
  readonly time: string;
  readonly timeType: NumericType;
  /** Ordered by key, so that the order of the source's rows does not matter. */
  readonly series: readonly Series[];
}

export interface PanelColumns {
  readonly relation: string;
  readonly time: string;
  readonly value: string;
  readonly by: readonly string[];
}

/** Where a configuration key stands, for problems. */
export type SpanOf = (key: string) => Span | undefined;

/**
 * Splits a table into series by the `by` columns and orders each by time. Refuses unknown columns and
 * columns of the wrong type; gaps, duplicates and missing values are left for the caller to judge.
 * O(n) for ordered rows, O(n log n) otherwise.
 */
export function readPanel(table: Columns, names: PanelColumns, spanOf: SpanOf): Panel {
  const time = columnOf(table, names.relation, names.time, 'time', spanOf);
  const value = columnOf(table, names.relation, names.value, 'value', spanOf);
  const keys = names.by.map((name) => columnOf(table, names.relation, name, 'by', spanOf));
  if (!isNumeric(time)) {
    throw fail('demand.time-type', { column: names.time, type: time.type }, spanOf('time'));
  }
  if (!isNumeric(value) || value.type === 'date' || value.type === 'timestamp') {
    throw fail('demand.value-type', { column: names.value, type: value.type }, spanOf('value'));
  }
  const groups = groupRows(keys, table.length);
  const series = groups.map((rows): Series => {
    const ordered = orderByTime(rows, time.values, time.valid);
    const first = ordered[0]!;
    return {
      label: keyLabel(keys, first),
      row: first,
      rows: ordered,
      times: pick(time.values, time.valid, ordered),
      values: pick(value.values, value.valid, ordered)
    };
  });
  return { by: names.by, time: names.time, timeType: time.type, series };
}

/** The vector under `name`, or a problem that names the nearest column. */
export function columnOf(
  table: Columns,
  relation: string,
  name: string,
  key: string,
  spanOf: SpanOf
): Vector {
  const vector = vectorOf(table, name);
  if (vector) return vector;
  const known = table.names.join(', ');
  throw fail(
    'demand.no-column',
    { column: name, relation, nearest: nearest(name, table.names), known },
    spanOf(key)
  );
}

/** The rows of each distinct key, groups in the order of their keys, rows in their own order. */
export function groupRows(keys: readonly Vector[], length: number): Int32Array[] {
  if (length === 0) return [];
  let codes = new Int32Array(length);
  let count = 1;
  for (const key of keys) {
    const inner = rankCodes(key, length);
    const seen = new Map<number, number>();
    for (let row = 0; row < length; row++)
      seen.set(codes[row]! * inner.count + inner.codes[row]!, 0);
    [...seen.keys()].sort((a, b) => a - b).forEach((pair, rank) => seen.set(pair, rank));
    const joined = new Int32Array(length);
    for (let row = 0; row < length; row++) {
      joined[row] = seen.get(codes[row]! * inner.count + inner.codes[row]!)!;
    }
    codes = joined;
    count = seen.size;
  }
  const sizes = new Int32Array(count);
  for (const code of codes) sizes[code]!++;
  const groups = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(count);
  for (let row = 0; row < length; row++) groups[codes[row]!]![filled[codes[row]!]!++] = row;
  return groups;
}

/** Codes that order as the values do; missing values come last. */
function rankCodes(vector: Vector, length: number): { codes: Int32Array; count: number } {
  const codes = new Int32Array(length);
  if (vector.type === 'text' || vector.type === 'other') {
    const texts =
      vector.type === 'text'
        ? vector.values
        : vector.values.map((v) => (v === null || v === undefined ? null : JSON.stringify(v)));
    const { codes: raw, labels } = dictionary(texts);
    const order = labels.map((_, i) => i).sort((a, b) => compareText(labels[a]!, labels[b]!));
    const rank = new Int32Array(labels.length);
    order.forEach((label, position) => (rank[label] = position));
    for (let row = 0; row < length; row++)
      codes[row] = raw[row]! < 0 ? labels.length : rank[raw[row]!]!;
    return { codes, count: labels.length + 1 };
  }
  const present = new Set<number>();
  for (let row = 0; row < length; row++) {
    if (!isMissing(vector, row)) present.add(vector.values[row]!);
  }
  const rank = new Map([...present].sort((a, b) => a - b).map((value, i) => [value, i] as const));
  for (let row = 0; row < length; row++) {
    codes[row] = isMissing(vector, row) ? rank.size : rank.get(vector.values[row]!)!;
  }
  return { codes, count: rank.size + 1 };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rows in order of time, equal times in their own order, missing times last. */
export function orderByTime(
  rows: Int32Array,
  times: Float64Array,
  valid: Uint8Array | null
): Int32Array {
  const at = (row: number) => (valid && !valid[row] ? Number.POSITIVE_INFINITY : times[row]!);
  let ordered = true;
  for (let i = 1; i < rows.length && ordered; i++) ordered = at(rows[i - 1]!) <= at(rows[i]!);
  if (ordered) return rows;
  return rows.slice().sort((a, b) => {
    const difference = at(a) - at(b);
    return difference === 0 || Number.isNaN(difference) ? a - b : difference;
  });
}

function pick(values: Float64Array, valid: Uint8Array | null, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    out[i] = valid && !valid[row] ? Number.NaN : values[row]!;
  }
  return out;
}

export type NumericColumn = Extract<Vector, { readonly type: NumericType }>;

export function isNumeric(vector: Vector): vector is NumericColumn {
  return vector.type !== 'text' && vector.type !== 'other' && vector.type !== 'boolean';
}

/** The key at a row, for people. */
export function keyLabel(keys: readonly Vector[], row: number): string {
  return keys.map((key) => labelAt(key, row)).join(' / ');
}

function labelAt(vector: Vector, row: number): string {
  const value = valueAt(vector, row);
  if (value === null) return '(missing)';
  if (typeof value === 'number' && isNumeric(vector)) return formatTime(value, vector.type);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A time for people: `2024-01-31`, `2024-01-31 06:00:00`, or the number itself. */
export function formatTime(time: number, type: NumericType): string {
  if (type === 'integer' || type === 'number') return String(time);
  if (!(Math.abs(time) <= 8.64e15)) return '(missing)';
  const iso = new Date(time).toISOString();
  return type === 'date' ? iso.slice(0, 10) : iso.replace('T', ' ').replace(/(\.000)?Z$/, '');
}
