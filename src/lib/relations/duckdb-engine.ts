import { DuckDBAccessMode, type AsyncDuckDB } from '@duckdb/duckdb-wasm';
import { tableFromIPC } from '@uwdata/flechette';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { columnsFromIpc } from './arrow.ts';
import { problemFromDuckDb, type Statement } from './duckdb-problems.ts';
import { isHidden } from './sql-text.ts';

/** SQL reads tables only: no file, no address, no extension. */
const sandbox = ['SET autoload_known_extensions=false', 'SET enable_external_access=false'];

/** Statements under way at once. Errors in JSON are a setting of a connection, so all are opened before the lock. */
const connectionCount = 6;

const pollMs = 50;

export interface EngineOptions {
  /** A registered database file to open, read-only; default an empty database in memory. */
  readonly file?: string;
  /**
   * How long a stopped statement may keep the engine busy before the engine is given up. DuckDB stops between two
   * results of an operator, so a join that gives none for minutes cannot be stopped in any other way.
   */
  readonly graceMs?: number;
}

/** Statements on DuckDB-WASM: each has a connection to itself and can be cancelled between two polls. */
export class DuckDbEngine {
  readonly #db: AsyncDuckDB;
  readonly #graceMs: number;
  readonly #idle: number[] = [];
  readonly #waiting: ((connection: number) => void)[] = [];
  readonly #lost = deferred<never>();
  #writes = Promise.resolve();

  private constructor(db: AsyncDuckDB, { graceMs = 4000 }: EngineOptions) {
    this.#db = db;
    this.#graceMs = graceMs;
    this.#lost.promise.catch(() => undefined);
  }

  /** Opens a database on an instantiated engine and locks it down. */
  static async open(db: AsyncDuckDB, options: EngineOptions = {}): Promise<DuckDbEngine> {
    const query = { queryPollingInterval: pollMs };
    const { file } = options;
    if (file === undefined) await db.open({ path: ':memory:', query });
    else await db.open({ path: file, accessMode: DuckDBAccessMode.READ_ONLY, query });
    const engine = new DuckDbEngine(db, options);
    await engine.#openConnections();
    return engine;
  }

  version(): Promise<string> {
    return this.#ask(this.#db.getVersion());
  }

  /** Gives the engine up: what is under way and all that follows is the problem `engine.broken`. */
  lose(detail: string): void {
    this.#lost.reject(fail('engine.broken', { detail }));
    this.#db.terminate().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#lost.reject(fail('engine.broken', { detail: 'It was closed.' }));
    await this.#db.terminate();
  }

  /** The names of all public tables. */
  async tableNames(): Promise<readonly string[]> {
    const messages = await this.run({
      sql: `SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY table_name`
    });
    const names = columnsFromIpc(messages ?? []).vectors[0]!.values as readonly string[];
    return names.filter((name) => !isHidden(name));
  }

  /** The answer to a short question of our own, as an Arrow stream: one message there and back, not to be cancelled. */
  async ask(sql: string): Promise<Uint8Array> {
    return this.#withConnection(async (connection) => {
      try {
        return await this.#ask(this.#db.runQuery(connection, sql));
      } catch (error) {
        throw await this.#problem(error, { sql });
      }
    });
  }

  /** Runs a statement to its end and gives its Arrow messages; null when the result holds dictionaries, which they do not carry. */
  async run(statement: Statement, signal?: AbortSignal): Promise<Uint8Array[] | null> {
    const out: Uint8Array[] = [];
    for await (const message of this.messages(statement, false, signal)) {
      if (out.length === 0 && hasDictionary(message)) return null;
      out.push(message);
    }
    return out;
  }

  /** The Arrow messages of a statement, the schema first. With `stream` they are made as they are taken. */
  async *messages(
    statement: Statement,
    stream: boolean,
    signal?: AbortSignal
  ): AsyncGenerator<Uint8Array> {
    const connection = await this.#take(signal);
    let clean = false;
    try {
      const start = this.#db.startPendingQuery(connection, statement.sql, stream);
      let header = await this.#ask(start, signal);
      while (header === null) {
        await this.#stopIfAsked(connection, signal);
        header = await this.#ask(this.#db.pollPendingQuery(connection), signal);
      }
      yield header;
      for (;;) {
        await this.#stopIfAsked(connection, signal);
        const message = await this.#ask(this.#db.fetchQueryResults(connection), signal);
        if (message === null) continue;
        if (message.length === 0) break;
        yield message;
      }
      clean = true;
    } catch (error) {
      if (error instanceof Cancelled || signal?.aborted) throw new Cancelled();
      throw await this.#problem(error, statement);
    } finally {
      await this.#release(connection, clean);
    }
  }

  /** Puts an Arrow IPC stream into a table. The bytes are moved, not copied. */
  async insertIpc(name: string, ipc: Uint8Array, create: boolean): Promise<void> {
    const options = { name, schema: 'main', create };
    await this.#withConnection(async (connection) => {
      try {
        await this.#ask(this.#db.insertArrowFromIPCStream(connection, ipc, options));
      } catch (error) {
        throw await this.#problem(error, { sql: '' });
      }
    });
  }

  /** All statements or none; one transaction after another. */
  async transaction(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    const sql = ['BEGIN TRANSACTION', ...statements, 'COMMIT'].join(';\n');
    const run = () =>
      this.#withConnection(async (connection) => {
        try {
          await this.#ask(this.#db.runQuery(connection, sql));
        } catch (error) {
          await this.#ask(this.#db.runQuery(connection, 'ROLLBACK')).catch(() => undefined);
          throw await this.#problem(error, { sql });
        }
      });
    const done = this.#writes.then(run);
    this.#writes = done.catch(() => undefined);
    await done;
  }

  /** An answer of the engine's worker, which may be lost before it comes, or given up when it overruns a stop. */
  async #ask<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      timer = setTimeout(() => this.lose('A query could not be stopped otherwise.'), this.#graceMs);
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([answer, this.#lost.promise]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  /** The problem behind an error; one that the engine does not survive ends it. */
  async #problem(error: unknown, statement: Statement): Promise<ProblemError> {
    const missing = error instanceof Error && error.message.includes('"MISSING_ENTRY"');
    const tables = missing ? await this.tableNames() : [];
    const problem = problemFromDuckDb(error, { ...statement, tables });
    if (problem.code === 'engine.broken') this.lose(problem.cause ?? '');
    return new ProblemError(problem);
  }

  async #stopIfAsked(connection: number, signal?: AbortSignal): Promise<void> {
    if (!signal?.aborted) return;
    await this.#ask(this.#db.cancelPendingQuery(connection), signal);
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
    if (idle !== undefined) return idle;
    const next = new Promise<number>((resolve) => this.#waiting.push(resolve));
    return Promise.race([next, this.#lost.promise]);
  }

  /** Hands a connection on. One that was left in the middle runs an empty query first, which ends what it held. */
  async #release(connection: number, clean: boolean): Promise<void> {
    if (!clean) await this.#ask(this.#db.runQuery(connection, 'SELECT 1')).catch(() => undefined);
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
}

function hasDictionary(header: Uint8Array): boolean {
  const dictionary = -1;
  return tableFromIPC([header]).schema.fields.some((field) => field.type.typeId === dictionary);
}
