import type { Database, SqlJsStatic } from 'sql.js';
import { boolean, numeric, text, type Columns, type Vector } from '#lib/base/columns.ts';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import type { LoadOptions } from '#lib/cells/core/loader.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { quoteName } from '#lib/sql/quote.ts';
import { ipcFromColumns } from '../arrow.ts';
import type { OpenFile } from './blob.ts';
import { pickTable, type TableReading } from './database.ts';
import { uniqueNames } from './names.ts';
import { planOf, type SqliteColumn, type SqlitePlan } from './sqlite-columns.ts';

export type LoadSqlite = () => Promise<SqlJsStatic>;

const batchRows = 32_768;
const largest = 2 ** 30;
const isoDate = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]';

/** A table or view of a SQLite database. The file is held whole while it is read. */
export async function readSqlite(
  file: OpenFile,
  options: LoadOptions,
  loadSqlite: LoadSqlite
): Promise<TableReading> {
  const { name } = file;
  const blob = await file.blob();
  if (blob.size > largest) throw fail('source.too-large', { file: name, limit: '1 GB' });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const warnings: Problem[] = [];
  if (isWal(bytes)) {
    bytes[18] = bytes[19] = 1;
    warnings.push(problem('source.sqlite-wal', { file: name }));
  }
  const { Database } = await loadSqlite();
  const database = new Database(bytes);
  try {
    const parts = tablesOf(database);
    const { table: part, warnings: chosen } = pickTable(name, parts, options.table);
    const columns = columnsOf(database, part);
    const plans = columns.map((column) => planOf(column, quoteName(column.name)));
    const names = uniqueNames(columns.map((column) => column.name));
    return {
      part,
      parts,
      streams: rowsOf(database, part, names, plans),
      casts: castsOf(names, columns, plans),
      warnings: [...warnings, ...chosen, ...blobWarnings(name, columns)],
      close: () => database.close()
    };
  } catch (error) {
    database.close();
    if (error instanceof ProblemError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw fail('source.broken-file', { file: name, format: 'sqlite', detail });
  }
}

/** Write-ahead logging, which needs a second file; without it the database reads like any other. */
function isWal(bytes: Uint8Array): boolean {
  return bytes[18] === 2 && bytes[19] === 2;
}

function tablesOf(database: Database): string[] {
  const [found] = database.exec(
    `SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     ORDER BY type, rowid`
  );
  return (found?.values ?? []).map(([name]) => String(name));
}

/** One pass over the table in SQLite tells what every column holds. */
function columnsOf(database: Database, table: string): SqliteColumn[] {
  const declared = database.exec(`PRAGMA table_xinfo(${quoteName(table)})`)[0]?.values ?? [];
  const visible = declared.filter(([, , , , , , hidden]) => hidden !== 1);
  const names = visible.map(([, name]) => String(name));
  // SQLite allows 2,000 expressions in a select and 32,766 terms in all.
  const counts = chunks(names, 200).flatMap((some) => {
    const list = some.flatMap((name) => measuresOf(quoteName(name))).join(', ');
    return database.exec(`SELECT ${list} FROM ${quoteName(table)}`)[0]?.values[0] ?? [];
  });
  return visible.map(([, name, type], i) => {
    const own = counts.slice(i * measures, (i + 1) * measures).map(Number);
    const [integers = 0, reals = 0, texts = 0, blobs = 0, dates = 0, times = 0] = own;
    const [least = 0, most = 0] = own.slice(6);
    const base = { name: String(name), declared: String(type).toUpperCase() };
    return { ...base, integers, reals, texts, blobs, dates, times, least, most };
  });
}

const measures = 8;

/** Counts of the kinds of value and of dates, then the extremes of the numbers. */
function measuresOf(column: string): string[] {
  const type = `typeof(${column})`;
  const value = `CASE WHEN ${type} IN ('integer', 'real') THEN ${column} END`;
  return [
    ...['integer', 'real', 'text', 'blob'].map((name) => `total(${type} = '${name}')`),
    `total(${type} = 'text' AND ${column} GLOB '${isoDate}*')`,
    `total(${type} = 'text' AND ${column} GLOB '${isoDate}?*')`,
    `min(${value})`,
    `max(${value})`
  ];
}

function castsOf(
  names: readonly string[],
  columns: readonly SqliteColumn[],
  plans: readonly SqlitePlan[]
): ReadonlyMap<string, { type: string; value: string }> {
  const casts = new Map<string, { type: string; value: string }>();
  for (const [i, { cast }] of plans.entries()) {
    if (!cast) continue;
    const value = cast.value.replaceAll(quoteName(columns[i]!.name), quoteName(names[i]!));
    casts.set(names[i]!, { ...cast, value });
  }
  return casts;
}

function blobWarnings(file: string, columns: readonly SqliteColumn[]): Problem[] {
  const names = columns.filter(({ blobs }) => blobs > 0).map(({ name }) => name);
  if (names.length === 0) return [];
  return [problem('source.sqlite-blobs', { file, columns: names.join(', ') })];
}

async function* rowsOf(
  database: Database,
  table: string,
  names: readonly string[],
  plans: readonly SqlitePlan[]
): AsyncGenerator<Uint8Array> {
  const list = plans.map(({ select }) => select).join(', ');
  const statement = database.prepare(`SELECT ${list} FROM ${quoteName(table)}`);
  let first = true;
  for (;;) {
    const values: unknown[][] = plans.map(() => []);
    let rows = 0;
    while (rows < batchRows && statement.step()) {
      const row = statement.get();
      for (let c = 0; c < row.length; c++) values[c]!.push(row[c]);
      rows++;
    }
    if (rows === 0 && !first) break;
    first = false;
    yield ipcFromColumns(batchOf(names, plans, values, rows));
    if (rows < batchRows) break;
  }
  statement.free();
}

function batchOf(
  names: readonly string[],
  plans: readonly SqlitePlan[],
  values: readonly unknown[][],
  length: number
): Columns {
  return { length, names, vectors: plans.map(({ as }, c) => vectorOf(as, values[c]!)) };
}

function vectorOf(as: SqlitePlan['as'], values: readonly unknown[]): Vector {
  if (as === 'text') return text(values as (string | null)[]);
  if (as === 'boolean') return boolean(values.map((v) => (v === null ? null : v === 1)));
  return numeric(values as (number | null)[], as);
}

function chunks<T>(items: readonly T[], size: number): (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
