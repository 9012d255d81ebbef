import type { Scalar } from '#lib/base/problem.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';

export { quoteName as ident, quoteText as quote } from '#lib/sql/quote.ts';

export function idents(names: readonly string[]): string {
  return names.map(quoteName).join(', ');
}

/** A value as a SQL literal. */
export function literal(value: Scalar): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Number.isNaN(value)) return "'nan'::DOUBLE";
  if (!Number.isFinite(value)) return `'${value > 0 ? '' : '-'}infinity'::DOUBLE`;
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(0) : `${value}::DOUBLE`;
}

/** A reader's expression set apart, so that neither its operators nor a comment at its end reach the SQL around it. */
export function enclosed(expression: string): string {
  return `(${expression}\n)`;
}

/** One column of a table written out in SQL. */
export interface LiteralColumn {
  readonly name: string;
  readonly type: 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN';
}

/** A small table as SELECT; it keeps its columns and types when there are no rows. */
export function valuesSelect(
  columns: readonly LiteralColumn[],
  rows: readonly (readonly Scalar[])[]
): string {
  const casts = columns.map(
    (c) => `CAST(${quoteName(c.name)} AS ${c.type}) AS ${quoteName(c.name)}`
  );
  const shown = rows.length > 0 ? rows : [columns.map(() => null)];
  const tuples = shown.map((row) => `(${row.map(literal).join(', ')})`);
  const end = rows.length > 0 ? '' : ' WHERE false';
  const names = idents(columns.map((c) => c.name));
  return `SELECT ${casts.join(', ')} FROM (VALUES ${tuples.join(', ')}) AS t(${names})${end}`;
}
