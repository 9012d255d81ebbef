import type { AsyncDuckDB } from '@duckdb/duckdb-wasm';
import type { Columns } from '#lib/base/columns.ts';
import { hash128 } from '#lib/base/hash.ts';
import { nearest } from '#lib/base/nearest.ts';
import { ProblemError } from '#lib/base/problem.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import { columnsFromIpc, ipcFromColumns } from './arrow.ts';
import { requireSameColumns } from './columns-match.ts';
import { DuckDbEngine, type EngineOptions } from './duckdb-engine.ts';
import { wholeStream } from './ipc-stream.ts';
import { selectList } from './page-sql.ts';
import type { ReadOptions, SqlRelations } from './relations.ts';
import { columnTypeOf } from './sql-text.ts';

/** What DuckDB says of a name that no table has: some names look like files to it, which it may not open. */
const absent = new Set(['sql.no-table', 'sql.no-extension', 'sql.permission']);

/** Relations in DuckDB-WASM. */
export class DuckDbRelations implements SqlRelations {
  readonly #engine: DuckDbEngine;
  #serial = 0;

  private constructor(engine: DuckDbEngine) {
    this.#engine = engine;
  }

  static async open(db: AsyncDuckDB, options: EngineOptions = {}): Promise<DuckDbRelations> {
    return new DuckDbRelations(await DuckDbEngine.open(db, options));
  }

  version(): Promise<string> {
    return this.#engine.version();
  }

  /** Gives the engine up, as when its worker has died. */
  lose(detail: string): void {
    this.#engine.lose(detail);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async list(): Promise<readonly RelationInfo[]> {
    const names = await this.#engine.tableNames();
    const infos = await Promise.all(names.map((name) => this.describe(name)));
    return infos.filter((info) => info !== undefined);
  }

  async describe(name: string): Promise<RelationInfo | undefined> {
    try {
      return await this.#existing(name);
    } catch (error) {
      if (error instanceof ProblemError && absent.has(error.problem.code)) return undefined;
      throw error;
    }
  }

  async read(name: string, options: ReadOptions = {}, signal?: AbortSignal): Promise<Columns> {
    const info = await this.#described(name);
    const list = selectList(info, options.columns);
    const limit = options.limit === undefined ? '' : ` LIMIT ${options.limit}`;
    const offset = options.offset ? ` OFFSET ${options.offset}` : '';
    const messages: Uint8Array[] = [];
    const sql = `SELECT ${list} FROM ${quoteName(info.name)}${limit}${offset}`;
    for await (const message of this.scan(sql, signal)) messages.push(message);
    return columnsFromIpc(messages);
  }

  async write(name: string, data: Columns): Promise<RelationInfo> {
    const staged = `~write~${++this.#serial}`;
    await this.insertIpc(staged, ipcFromColumns(data), true);
    await this.publish([{ from: staged, to: name }], []);
    return this.#described(name);
  }

  async append(name: string, data: Columns): Promise<void> {
    const info = await this.describe(name);
    if (info) requireSameColumns(info, data);
    await this.insertIpc(info?.name ?? name, ipcFromColumns(data), !info);
  }

  async drop(names: readonly string[]): Promise<void> {
    const statements = names.map((name) => `DROP TABLE IF EXISTS ${quoteName(name)}`);
    await this.#engine.transaction(statements);
  }

  async publish(
    renames: readonly { readonly from: string; readonly to: string }[],
    gone: readonly string[]
  ): Promise<void> {
    const dropped = [...gone, ...renames.map(({ to }) => to)];
    await this.#engine.transaction([
      ...dropped.map((name) => `DROP TABLE IF EXISTS ${quoteName(name)}`),
      ...renames.map(({ from, to }) => `ALTER TABLE ${quoteName(from)} RENAME TO ${quoteName(to)}`)
    ]);
  }

  async query(sql: string, signal?: AbortSignal): Promise<Columns> {
    return columnsFromIpc(await this.queryIpc(sql, signal));
  }

  /** The rows of a query as an Arrow stream. */
  async queryIpc(sql: string, signal?: AbortSignal): Promise<Uint8Array> {
    const messages = await this.#engine.run({ sql }, signal);
    return messages ? wholeStream(messages) : this.#queryEnums(sql, signal);
  }

  async createAs(name: string, select: string, signal?: AbortSignal): Promise<RelationInfo> {
    const prefix = `CREATE TABLE ${quoteName(name)} AS\n`;
    await this.#engine.run({ sql: prefix + select, prefix: prefix.length }, signal);
    return (await this.#existing(name))!;
  }

  async hash(info: RelationInfo): Promise<string> {
    const columns = info.fields.map((field) => quoteName(field.name)).join(', ');
    const content = await this.#internal(
      `SELECT bit_xor(hash(rowid, ${columns}))::VARCHAR AS h FROM ${quoteName(info.name)}`
    );
    const schema = info.fields.map((field) => `${field.name} ${field.sqlType}`).join('\n');
    return hash128(`${schema}\n${info.rows}\n${String(content.vectors[0]!.values[0])}`);
  }

  /** A statement whose result nobody reads. */
  async execute(sql: string, signal?: AbortSignal): Promise<void> {
    await this.#engine.run({ sql }, signal);
  }

  /** Statements that come to be all at once, or not at all. */
  async transact(statements: readonly string[]): Promise<void> {
    await this.#engine.transaction(statements);
  }

  /**
   * The Arrow messages of a plain scan one by one as they come, the schema first: the result is never in memory whole.
   * Only for SQL that gives rows all along: waiting for the first row of a stream cannot be interrupted.
   */
  scan(sql: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.#engine.messages({ sql }, true, signal);
  }

  /** Puts an Arrow IPC stream into a table. The bytes are moved, not copied. */
  insertIpc(name: string, ipc: Uint8Array, create: boolean): Promise<void> {
    return this.#engine.insertIpc(name, ipc, create);
  }

  /** Bytes held by the engine, and its limit. */
  async memory(): Promise<{ used: number; limit: number }> {
    const answer = await this.#internal(
      `SELECT sum(memory_usage_bytes)::DOUBLE AS used, current_setting('memory_limit') AS "limit" FROM duckdb_memory()`
    );
    const limit = String(answer.vectors[1]!.values[0]);
    return { used: Number(answer.vectors[0]!.values[0]), limit: bytesOf(limit) };
  }

  /** The schema of a table by its name in any case; undefined for what is no table of a reader's. */
  async #existing(asked: string): Promise<RelationInfo | undefined> {
    const answer = await this.#internal(
      `SELECT column_name, data_type, (SELECT count(*) FROM ${quoteName(asked)}) AS n, table_name FROM duckdb_columns()
       WHERE schema_name = 'main' AND lower(table_name) = lower(${quoteText(asked)}) ORDER BY column_index`
    );
    const [names, types, counts, tables] = answer.vectors.map((vector) => vector.values);
    const name = tables![0] as string | undefined;
    if (name === undefined) return undefined;
    const fields = (names as readonly string[]).map((column, i) => {
      const sqlType = types![i] as string;
      return { name: column, type: columnTypeOf(sqlType), sqlType };
    });
    return { name, rows: Number(counts![0]), fields };
  }

  async #described(name: string): Promise<RelationInfo> {
    const info = await this.describe(name);
    if (info) return info;
    const known = await this.#engine.tableNames();
    throw fail('data.no-relation', { name, nearest: nearest(name, known) });
  }

  async #internal(sql: string): Promise<Columns> {
    return columnsFromIpc(await this.#engine.ask(sql));
  }

  /** Enums are read as text, through a table. */
  async #queryEnums(sql: string, signal?: AbortSignal): Promise<Uint8Array> {
    const staged = `~query~${++this.#serial}`;
    try {
      await this.createAs(staged, sql, signal);
      return ipcFromColumns(await this.read(staged, {}, signal));
    } finally {
      await this.drop([staged]);
    }
  }
}

function bytesOf(text: string): number {
  const [, count = '0', unit = ''] = /([\d.]+)\s*(\w+)/.exec(text) ?? [];
  const steps = ['bytes', 'kib', 'mib', 'gib', 'tib'];
  return Math.round(Number(count) * 1024 ** Math.max(0, steps.indexOf(unit.toLowerCase())));
}
