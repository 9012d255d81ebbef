import type { Columns, Vector } from '#lib/base/columns.ts';
import { fail } from '#lib/problems/index.ts';
import { keyAt } from './keys.ts';

/** A relation with a forecast, read by row: `yhat`, the column of time (milliseconds), and the key (see `KeyTable.identity`). */
export function forecastTable(table: Columns, by: readonly string[], relation: string) {
  const column = (name: string) =>
    table.vectors[table.names.findIndex((n) => n.toLowerCase() === name.toLowerCase())];
  const refuse = (detail: string, remedy: string) =>
    fail('live.forecast', { relation, detail, remedy });
  const yhat = numbersOf(column('yhat'));
  if (!yhat)
    throw refuse(
      'It has no column of numbers `yhat`.',
      'Name a forecast cell, or a query over one.'
    );
  const keys = by.map((name) => {
    const vector = column(name);
    if (vector) return vector;
    throw refuse(
      `It has no column \`${name}\`, by which the monitor tells its keys.`,
      'Forecast with the same `by` as the monitor has.'
    );
  });
  const times = numbersOf(timeOf(table, by));
  if (!times)
    throw refuse(
      'Which of its columns is the time is not clear.',
      'Keep one date or timestamp in it.'
    );
  const keyOf = (row: number) => JSON.stringify(keys.map((vector) => keyAt(vector, row)));
  return { column, yhat, times, keyOf, refuse };
}

function timeOf({ names, vectors }: Columns, by: readonly string[]): Vector | undefined {
  const keys = by.map((name) => name.toLowerCase());
  const found = vectors.filter(
    ({ type }, i) =>
      (type === 'date' || type === 'timestamp') && !keys.includes(names[i]!.toLowerCase())
  );
  return found.length === 1 ? found[0] : undefined;
}

/** NaN where missing; null for what holds no numbers. */
export function numbersOf(vector: Vector | undefined): Float64Array | null {
  if (!vector || vector.type === 'text' || vector.type === 'other') return null;
  const { values, valid } = vector;
  return Float64Array.from(values, (value, row) => (valid && !valid[row] ? Number.NaN : value));
}
