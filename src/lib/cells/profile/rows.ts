import { toRows, type Value } from '#lib/base/columns.ts';
import type { Sql } from '../core/context.ts';

export type Row = Readonly<Record<string, Value>>;

/** The rows of a small result. */
export async function rowsOf(sql: Sql, select: string): Promise<Row[]> {
  return toRows(await sql.query(select));
}

/** The only row of a small result. */
export async function rowOf(sql: Sql, select: string): Promise<Row> {
  return (await rowsOf(sql, select))[0] ?? {};
}

export function count(row: Row, name: string): number {
  return Number(row[name] ?? 0);
}

export function figure(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' ? value : null;
}

export function word(row: Row, name: string): string | null {
  const value = row[name] ?? null;
  if (value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Pieces of at most `size` items. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size)
  );
}
