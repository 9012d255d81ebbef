import * as aq from 'arquero';
import { isMissing, type Columns, type Vector } from '#lib/base/columns.ts';

/** An input as an Arquero table: numbers, texts, true and false, Dates; null where a value is missing. */
export function arqueroTable(columns: Columns): aq.ColumnTable {
  const data = columns.names.map((name, i) => [name, valuesOf(columns.vectors[i]!)] as const);
  return aq.table(Object.fromEntries(data), [...columns.names]);
}

function valuesOf(vector: Vector): ArrayLike<unknown> & Iterable<unknown> {
  switch (vector.type) {
    case 'text':
    case 'other':
      return vector.values;
    case 'integer':
    case 'number':
      return vector.valid === null
        ? vector.values
        : Array.from(vector.values, (x, i) => (isMissing(vector, i) ? null : x));
    case 'boolean':
      return Array.from(vector.values, (x, i) => (isMissing(vector, i) ? null : x === 1));
    case 'date':
    case 'timestamp':
      return Array.from(vector.values, (x, i) => (isMissing(vector, i) ? null : new Date(x)));
  }
}
