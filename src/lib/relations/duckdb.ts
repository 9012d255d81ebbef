import type { AsyncDuckDB, DuckDBDataProtocol } from '@duckdb/duckdb-wasm';
import { tableFromIPC } from '@uwdata/flechette';
import type { Columns } from '#lib/base/columns.ts';
import { hash128 } from '#lib/base/hash.ts';
import { nearest } from '#lib/base/nearest.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import { columnsFromIpc, ipcFromColumns } from './arrow.ts';
import { requireSameColumns } from './columns-match.ts';
import { problemFromDuckDb, type Statement } from './duckdb-problems.ts';
import { wholeStream } from './ipc-stream.ts';
import type { ReadOptions, SqlRelations } from './relations.ts';
import { columnTypeOf, isHidden, readable } from './sql-text.ts';

/** Registered files live under this prefix; nothing else can be opened by SQL. */
export const filePrefix = 'qm/';

const sandbox = [
  'SET autoload_known_extensions=false',
  `SET allowed_directories=[${quoteText(filePrefix)}]`,
  'SET enable_external_access=false'
];

/** Statements under way at once. Errors in JSON are a setting of a connection, so all are opened before the lock. */
const connectionCount = 6;

/** Relations in DuckDB-WASM. Every statement has a connection to itself and can be cancelled between two polls. */
export class DuckDbRelations implements SqlRelations {
  readonly #db: AsyncDuckDB;
  readonly #idle: number[] = [];
  readonly #waiting: ((connection: number) => void)[] = [];
  #writes = Promise.resolve();
  #serial = 0;

  private constructor(db: AsyncDuckDB) {
    this.#db = db;
  }

  /** Opens an in-memory database on an instantiated engine and locks it down. */
  static async open(db: AsyncDuckDB): Promise<DuckDbRelations> {
    await db.open({ path: ':memory:', query: { queryPollingInterval: 50 } });
    const relations = new DuckDbRelations(db);
    await relations.#openConnections();
    return relations;
  }

  version(): Promise<string> {
    return this.#db.getVersion();
  }

  async list(): Promise<readonly RelationInfo[]> {
    const names = await this.#names();
    const infos = await Promise.all(names.map((name) => this.describe(name)));
    return infos.filter((info) => info !== undefined);
  }

  async describe(name: string): Promise<RelationInfo | undefined> {
    const columns = await this.#internal(
      `SELECT table_name, column_name, data_type FROM duckdb_columns()
       WHERE schema_name = 'main' AND lower(table_name) = lower(${quoteText(name)}) ORDER BY column_index`
    );
    const [tables, names, types] = columns.vectors.map((v) => v.values as readonly string[]);
    const table = tables?.[0];
    if (table === undefined) return undefined;
    const count = await this.#internal(`SELECT count(*) AS n FROM ${quoteName(table)}`);
    const fields = names!.map((column, i) => ({
      name: column,
      type: columnTypeOf(types![i]!),
      sqlType: types![i]!
    }));
    return { name: table, rows: Number(count.vectors[0]!.values[0]), fields };
  }

  async read(name: string, options: ReadOptions = {}, signal?: AbortSignal): Promise<Columns> {
    const info = await this.#described(name);
    const fields = options.columns?.map((column) => fieldOf(info, column)) ?? info.fields;
    const list = fields.map((field) => readable(field.name, field.sqlType ?? '')).join(', ');
    const limit = options.limit === undefined ? '' : ` LIMIT ${options.limit}`;
    const offset = options.offset ? ` OFFSET ${options.offset}` : '';
    const sql = `SELECT ${list} FROM ${quoteName(info.name)}${limit}${offset}`;
    return columnsFromIpc(await collect(this.scan(sql, signal)));
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
    await this.#transaction(names.map((name) => `DROP TABLE IF EXISTS ${quoteName(name)}`));
  }

  async publish(
    renames: readonly { readonly from: string; readonly to: string }[],
    gone: readonly string[]
  ): Promise<void> {
    const dropped = [...gone, ...renames.map(({ to }) => to)];
    await this.#transaction([
      ...dropped.map((name) => `DROP TABLE IF EXISTS ${quoteName(name)}`),
      ...renames.map(({ from, to }) => `ALTER TABLE ${quoteName(from)} RENAME TO ${quoteName(to)}`)
    ]);
  }

  async query(sql: string, signal?: AbortSignal): Promise<Columns> {
    return columnsFromIpc(await this.queryIpc(sql, signal));
  }

  /** The rows of a query as an Arrow stream. */
  async queryIpc(sql: string, signal?: AbortSignal): Promise<Uint8Array> {
    const messages = await this.#run({ sql }, signal);
    return messages ? wholeStream(messages) : this.#queryEnums(sql, signal);
  }

  async createAs(name: string, select: string, signal?: AbortSignal): Promise<RelationInfo> {
    const prefix = `CREATE TABLE ${quoteName(name)} AS\n`;
    const statement = { sql: prefix + select, prefix: prefix.length };
    await this.#run(statement, signal);
    return this.#described(name);
  }

  async hash(name: string): Promise<string> {
    const info = await this.#described(name);
    const columns = info.fields.map((field) => quoteName(field.name)).join(', ');
    const content = await this.#internal(
      `SELECT bit_xor(hash(rowid, ${columns}))::VARCHAR AS h FROM ${quoteName(info.name)}`
    );
    const schema = info.fields.map((field) => `${field.name} ${field.sqlType}`).join('\n');
    return hash128(`${schema}\n${info.rows}\n${String(content.vectors[0]!.values[0])}`);
  }

  /** A statement whose result nobody reads. */
  async execute(sql: string, signal?: AbortSignal): Promise<void> {
    await this.#run({ sql }, signal);
  }

  /**
   * The Arrow messages of a plain scan one by one as they come, the schema first: the result is never in memory whole.
   * Only for SQL that gives rows all along: waiting for the first row of a stream cannot be interrupted.
   */
  scan(sql: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.#messages({ sql }, true, signal);
  }

  /** Puts an Arrow IPC stream into a table. The bytes are moved, not copied. */
  async insertIpc(name: string, ipc: Uint8Array, create: boolean): Promise<void> {
    await this.#withConnection(async (connection) => {
      try {
        await this.#db.insertArrowFromIPCStream(connection, ipc, { name, schema: 'main', create });
      } catch (error) {
        throw new ProblemError(problemFromDuckDb(error, { sql: '' }));
      }
    });
  }

  /** Makes a file readable by SQL as `qm/<name>`: by handle, without a copy, where there is a File; else from bytes. */
  async registerFile(name: string, content: Blob | Uint8Array): Promise<string> {
    const path = `${filePrefix}${name}`;
    await this.#db.dropFile(path);
    if (content instanceof Uint8Array) await this.#db.registerFileBuffer(path, content);
    else if (canReadHandles) {
      const browserFileReader = 2 as DuckDBDataProtocol;
      await this.#db.registerFileHandle(path, content, browserFileReader, true);
    } else {
      await this.#db.registerFileBuffer(path, new Uint8Array(await content.arrayBuffer()));
    }
    return path;
  }

  async unregisterFile(name: string): Promise<void> {
    await this.#db.dropFile(`${filePrefix}${name}`);
  }

  /** Bytes held by the engine, and its limit. */
  async memory(): Promise<{ used: number; limit: number }> {
    const answer = await this.#internal(
      `SELECT sum(memory_usage_bytes)::DOUBLE AS used, current_setting('memory_limit') AS "limit" FROM duckdb_memory()`
    );
    const limit = String(answer.vectors[1]!.values[0]);
    return { used: Number(answer.vectors[0]!.values[0]), limit: bytesOf(limit) };
  }

  async close(): Promise<void> {
    await this.#db.terminate();
  }

  async #names(): Promise<readonly string[]> {
    const found = await this.#internal(
      `SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY table_name`
    );
    return (found.vectors[0]!.values as readonly string[]).filter((name) => !isHidden(name));
  }

  async #described(name: string): Promise<RelationInfo> {
    const info = await this.describe(name);
    if (info) return info;
    throw fail('data.no-relation', { name, nearest: nearest(name, await this.#names()) });
  }

  async #internal(sql: string): Promise<Columns> {
    return columnsFromIpc((await this.#run({ sql })) ?? []);
  }

  /** Enums come as dictionaries that a stream of results does not carry, so they are read as text. */
  async #queryEnums(sql: string, signal?: AbortSignal): Promise<Uint8Array> {
    const staged = `~query~${++this.#serial}`;
    try {
      await this.createAs(staged, sql, signal);
      return ipcFromColumns(await this.read(staged, {}, signal));
    } finally {
      await this.drop([staged]);
    }
  }

  /** Runs a statement to its end; null when the result holds dictionaries. */
  async #run(statement: Statement, signal?: AbortSignal): Promise<Uint8Array[] | null> {
    const out: Uint8Array[] = [];
    for await (const message of this.#messages(statement, false, signal)) {
      if (out.length === 0 && hasDictionary(message)) return null;
      out.push(message);
    }
    return out;
  }

  async *#messages(
    statement: Statement,
    stream: boolean,
    signal?: AbortSignal
  ): AsyncGenerator<Uint8Array> {
    const connection = await this.#take(signal);
    let clean = false;
    try {
      let header = await this.#db.startPendingQuery(connection, statement.sql, stream);
      while (header === null) {
        await this.#stopIfAsked(connection, signal);
        header = await this.#db.pollPendingQuery(connection);
      }
      yield header;
      for (;;) {
        await this.#stopIfAsked(connection, signal);
        const message = await this.#db.fetchQueryResults(connection);
        if (message === null) continue;
        if (message.length === 0) break;
        yield message;
      }
      clean = true;
    } catch (error) {
      if (error instanceof Cancelled || signal?.aborted) throw new Cancelled();
      throw new ProblemError(
        problemFromDuckDb(error, { ...statement, tables: await this.#tablesFor(error) })
      );
    } finally {
      await this.#release(connection, clean);
    }
  }

  async #tablesFor(error: unknown): Promise<readonly string[]> {
    return error instanceof Error && error.message.includes('"MISSING_ENTRY"') ? this.#names() : [];
  }

  async #stopIfAsked(connection: number, signal?: AbortSignal): Promise<void> {
    if (!signal?.aborted) return;
    await this.#db.cancelPendingQuery(connection);
    throw new Cancelled();
  }

  async #openConnections(): Promise<void> {
    for (let i = 0; i < connectionCount; i++) {
      const connection = await this.#db.connectInternal();
      if (i === 0) for (const setting of sandbox) await this.#db.runQuery(connection, setting);
      await this.#db.runQuery(connection, 'SET errors_as_json=true');
      this.#idle.push(connection);
    }
    await this.#db.runQuery(this.#idle[0]!, 'SET lock_configuration=true');
  }

  async #take(signal?: AbortSignal): Promise<number> {
    if (signal?.aborted) throw new Cancelled();
    const idle = this.#idle.pop();
    return idle ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Hands a connection on. One that was left in the middle runs an empty query first, which ends what it held. */
  async #release(connection: number, clean: boolean): Promise<void> {
    if (!clean) await this.#db.runQuery(connection, 'SELECT 1').catch(() => undefined);
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle.push(connection);
  }

  async #withConnection<T>(use: (connection: number) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      return await use(connection);
    } finally {
      await this.#release(connection, true);
    }
  }

  /** All or nothing, one transaction after another. */
  async #transaction(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    const run = () =>
      this.#withConnection(async (connection) => {
        for (const sql of ['BEGIN TRANSACTION', ...statements, 'COMMIT']) {
          try {
            await this.#db.runQuery(connection, sql);
          } catch (error) {
            await this.#db.runQuery(connection, 'ROLLBACK').catch(() => undefined);
            throw new ProblemError(problemFromDuckDb(error, { sql }));
          }
        }
      });
    const done = this.#writes.then(run);
    this.#writes = done.catch(() => undefined);
    await done;
  }
}

const canReadHandles = 'FileReaderSync' in globalThis;

async function collect(messages: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  for await (const message of messages) out.push(message);
  return out;
}

function hasDictionary(header: Uint8Array): boolean {
  const dictionary = -1;
  return tableFromIPC([header]).schema.fields.some((field) => field.type.typeId === dictionary);
}

function fieldOf(info: RelationInfo, column: string) {
  const found =
    info.fields.find((field) => field.name === column) ??
    info.fields.find((field) => field.name.toLowerCase() === column.toLowerCase());
  if (found) return found;
  const names = info.fields.map((field) => field.name);
  throw fail('sql.no-column', {
    name: column,
    nearest: nearest(column, names),
    candidates: names.join(', ')
  });
}

function bytesOf(text: string): number {
  const [, count = '0', unit = ''] = /([\d.]+)\s*(\w+)/.exec(text) ?? [];
  const steps = ['bytes', 'kib', 'mib', 'gib', 'tib'];
  return Math.round(Number(count) * 1024 ** Math.max(0, steps.indexOf(unit.toLowerCase())));
}
