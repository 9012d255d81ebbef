import type { LoadOptions } from '#lib/cells/core/loader.ts';
import { ProblemError } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { wholeStream } from '../ipc-stream.ts';
import { readable } from '../sql-text.ts';
import type { OpenFile } from './blob.ts';
import { pickTable, type TableReading } from './database.ts';

/** Opens a DuckDB database file, read-only, in an engine of its own. */
export type OpenDatabase = (blob: Blob) => Promise<DuckDbRelations>;

/** A table or view of a DuckDB database file; those outside the schema `main` are named `schema.table`. */
export async function readDuckDbFile(
  file: OpenFile,
  options: LoadOptions,
  open: OpenDatabase,
  signal: AbortSignal
): Promise<TableReading> {
  const { name } = file;
  let database: DuckDbRelations;
  try {
    database = await open(await file.blob());
  } catch (error) {
    throw fail('source.duckdb-file', { file: name, detail: messageOf(error) });
  }
  try {
    const tables = await tablesOf(database);
    const { table, warnings } = pickTable(name, [...tables.keys()], options.table);
    const from = tables.get(table)!;
    const described = await database.query(`DESCRIBE SELECT * FROM ${from}`);
    const [columns = [], types = []] = described.vectors.map((v) => v.values as string[]);
    const list = columns.map((column, i) => readable(column, types[i] ?? '')).join(', ');
    const rows = database.scan(`SELECT ${list} FROM ${from}`, signal);
    return {
      part: table,
      parts: [...tables.keys()],
      streams: grouped(rows),
      warnings,
      close: () => database.close()
    };
  } catch (error) {
    await database.close();
    if (error instanceof ProblemError) throw error;
    throw fail('source.duckdb-file', { file: name, detail: messageOf(error) });
  }
}

async function tablesOf(database: DuckDbRelations): Promise<Map<string, string>> {
  const found = await database.query(
    `SELECT s, t FROM (
       SELECT schema_name AS s, table_name AS t, 0 AS kind, table_oid AS o FROM duckdb_tables()
       WHERE database_name = current_database() AND NOT internal
       UNION ALL SELECT schema_name, view_name, 1, view_oid FROM duckdb_views()
       WHERE database_name = current_database() AND NOT internal
     ) ORDER BY s <> 'main', kind, s, o`
  );
  const [schemas = [], names = []] = found.vectors.map((vector) => vector.values as string[]);
  return new Map(
    names.map((name, i) => {
      const schema = schemas[i]!;
      const shown = schema === 'main' ? name : `${schema}.${name}`;
      return [shown, `${quoteName(schema)}.${quoteName(name)}`];
    })
  );
}

const perStream = 64;

/** The messages of a scan as Arrow streams of many batches each; at least one, which tells the columns. */
async function* grouped(messages: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let group: Uint8Array[] = [];
  let schema: Uint8Array | null = null;
  let isFirst = true;
  for await (const message of messages) {
    schema ??= message;
    if (group.push(message) <= perStream) continue;
    yield wholeStream(group);
    isFirst = false;
    group = [schema];
  }
  if (isFirst || group.length > 1) yield wholeStream(group);
}

function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.cause ?? error.problem.message;
  return error instanceof Error ? error.message.split('\n')[0]! : String(error);
}
