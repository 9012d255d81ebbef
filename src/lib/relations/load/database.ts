import { nearest } from '#lib/base/nearest.ts';
import type { Problem } from '#lib/base/problem.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';

/** A table of a file with types of its own, on its way in. */
export interface TableReading {
  /** Arrow streams of equal columns. */
  readonly streams: AsyncIterable<Uint8Array>;
  /** The table that is read, and all there are; only for files with tables. */
  readonly part?: string;
  readonly parts?: readonly string[];
  /** Columns that come as text or numbers and are something else: SQL of the value by column. */
  readonly casts?: ReadonlyMap<string, { readonly type: string; readonly value: string }>;
  readonly warnings?: readonly Problem[];
  readonly close?: () => Promise<void> | void;
}

/** The table that is asked for, in any case of letters, else the first; and what to tell the reader of it. */
export function pickTable(
  file: string,
  tables: readonly string[],
  wanted: string | undefined
): { readonly table: string; readonly warnings: readonly Problem[] } {
  const list = tables.join(', ');
  if (wanted !== undefined) {
    const name = wanted.trim().toLowerCase();
    const table = tables.find((t) => t === wanted) ?? tables.find((t) => t.toLowerCase() === name);
    if (table !== undefined) return { table, warnings: [] };
    const params = { file, table: wanted, nearest: nearest(wanted, tables), tables: list };
    throw fail('source.no-table', params);
  }
  const table = tables[0];
  if (table === undefined) throw fail('source.empty-database', { file });
  const chosen = problem('source.table-chosen', { file, table, tables: list });
  return { table, warnings: tables.length > 1 ? [chosen] : [] };
}

/** Turns columns into the types they are meant to have, where every value has a reading in it. */
export async function castColumns(
  relations: DuckDbRelations,
  table: string,
  casts: NonNullable<TableReading['casts']>
): Promise<void> {
  for (const [name, { type, value }] of casts) {
    const column = quoteName(name);
    const counts = await relations.query(
      `SELECT count(${column}) = count(${value}) AS fits FROM ${quoteName(table)}`
    );
    if (counts.vectors[0]!.values[0] !== 1) continue;
    await relations.execute(
      `ALTER TABLE ${quoteName(table)} ALTER ${column} TYPE ${type} USING ${value}`
    );
  }
}
