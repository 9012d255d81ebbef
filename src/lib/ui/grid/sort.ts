import { isMissing, vectorOf, type Columns } from '#lib/base/columns.ts';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** What a press on a column's head makes of the order: up, then down, then the table's own. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

/**
 * The row numbers of a table in the order of one column: numbers by value, text by its code points,
 * missing values last in both directions, equal values in table order. O(n log n).
 */
export function sortedRows(table: Columns, column: string, descending: boolean): Int32Array {
  const rows = Int32Array.from({ length: table.length }, (_, i) => i);
  const vector = vectorOf(table, column);
  if (!vector) return rows;
  const sign = descending ? -1 : 1;
  const value = (row: number): string | number => {
    if (vector.type === 'text') return vector.values[row] ?? '';
    if (vector.type === 'other') return JSON.stringify(vector.values[row]) ?? '';
    return vector.values[row] ?? 0;
  };
  return rows.sort((a, b) => {
    const missingA = isMissing(vector, a);
    const missingB = isMissing(vector, b);
    if (missingA || missingB) return missingA === missingB ? a - b : missingA ? 1 : -1;
    const x = value(a);
    const y = value(b);
    return x < y ? -sign : x > y ? sign : a - b;
  });
}
