import { vectorOf, type Columns } from '#lib/base/columns.ts';
import { ident, literal } from './sql.ts';

/** At most so many rows of one series are read for a picture. */
export const seriesLimit = 200_000;

/** SQL for the key of a series in words: its `by` values, joined. '' where there is no `by`. */
export function seriesKey(by: readonly string[], alias?: string): string {
  if (by.length === 0) return `''`;
  const of = alias === undefined ? '' : `${alias}.`;
  const parts = by.map((name) => `coalesce(CAST(${of}${ident(name)} AS VARCHAR), '–')`);
  return `concat_ws(' · ', ${parts.join(', ')})`;
}

/** SQL condition that a row belongs to the series with this key. */
export function isSeries(by: readonly string[], key: string): string {
  return by.length === 0 ? 'true' : `${seriesKey(by)} = ${literal(key)}`;
}

/** Numbers of a column as a plot takes them: NaN where one is missing. */
export function plotValues(table: Columns, name: string): Float64Array {
  const vector = vectorOf(table, name);
  if (!vector || vector.type === 'text' || vector.type === 'other') {
    return new Float64Array(table.length).fill(Number.NaN);
  }
  return Float64Array.from(vector.values, (value, i) =>
    vector.valid && !vector.valid[i] ? Number.NaN : value
  );
}
