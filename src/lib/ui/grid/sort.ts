import { isMissing, vectorOf, type Columns } from '#lib/base/columns.ts';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/**
 * What a press on a column's head makes of the order: up, then down, then the table's own. With `also` the column
 * joins the order, or changes its direction within it.
 */
export function nextSorts(sorts: readonly Sort[], column: string, also = false): readonly Sort[] {
  const place = sorts.findIndex((sort) => sort.column === column);
  const own = sorts[place];
  const next = !own
    ? { column, descending: false }
    : own.descending
      ? null
      : { column, descending: true };
  if (!also) return sorts.length > 1 && own ? [{ column, descending: false }] : next ? [next] : [];
  if (!own) return [...sorts, next!];
  return sorts.flatMap((sort, i) => (i !== place ? [sort] : next ? [next] : []));
}

/**
 * The row numbers of a table in the order of some columns, the first first: numbers by value, text by its code points,
 * missing values last in both directions, equal values in table order. O(n log n).
 */
export function sortedRows(table: Columns, sorts: readonly Sort[]): Int32Array {
  const compare = sorts.flatMap((sort) => comparison(table, sort) ?? []);
  return Int32Array.from({ length: table.length }, (_, i) => i).sort((a, b) => {
    for (const by of compare) {
      const order = by(a, b);
      if (order !== 0) return order;
    }
    return a - b;
  });
}

function comparison(
  table: Columns,
  { column, descending }: Sort
): ((a: number, b: number) => number) | undefined {
  const vector = vectorOf(table, column);
  if (!vector) return undefined;
  const sign = descending ? -1 : 1;
  const value = (row: number): string | number => {
    if (vector.type === 'text') return vector.values[row] ?? '';
    if (vector.type === 'other') return JSON.stringify(vector.values[row]) ?? '';
    return vector.values[row] ?? 0;
  };
  return (a, b) => {
    const missingA = isMissing(vector, a);
    const missingB = isMissing(vector, b);
    if (missingA || missingB) return missingA === missingB ? 0 : missingA ? 1 : -1;
    const x = value(a);
    const y = value(b);
    return x < y ? -sign : x > y ? sign : 0;
  };
}
