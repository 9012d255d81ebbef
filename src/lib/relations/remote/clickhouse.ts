import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import { batchesOf, Compressed, NotArrow } from './arrow-messages.ts';
import { codes, problemOf, serverError, type ServerError } from './clickhouse-problems.ts';
import { carriedColumn } from './clickhouse-types.ts';
import type { RemoteBatch, RemoteEngine, RemoteLimits } from './engine.ts';

type Settings = Readonly<Record<string, string>>;

interface Ask {
  readonly statement: string;
  /** The reader's query inside the statement, and the lines before it. */
  readonly sql: string;
  readonly lead: number;
  readonly settings: Settings;
  readonly id: string;
}

/** Seconds a server has to say that it has stopped, beyond what it was given. */
const grace = 5;
const countSeconds = 10;

/**
 * ClickHouse over HTTP: a POST without headers of its own, which browsers send without asking first; user and password
 * are parameters of the address. A user who may not change settings (`readonly = 1`) is asked without any.
 */
export class ClickHouse implements RemoteEngine {
  readonly #connection: Connection;
  /** The server refuses settings: it is asked without. */
  #bare = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async *query(
    sql: string,
    limits: RemoteLimits,
    signal: AbortSignal
  ): AsyncGenerator<RemoteBatch> {
    const columns = await this.#describe(sql, limits, signal);
    const list = columns.map(([name, type]) => carriedColumn(name, type));
    const rows = String(limits.rows + 1);
    const ask: Ask = {
      statement: `SELECT ${list.join(', ')} FROM (\n${sql}\n) LIMIT ${rows} FORMAT ArrowStream`,
      sql,
      lead: 1,
      id: crypto.randomUUID(),
      settings: {
        max_execution_time: String(limits.seconds),
        max_result_rows: rows,
        result_overflow_mode: 'break',
        output_format_arrow_string_as_string: '1',
        output_format_arrow_low_cardinality_as_dictionary: '0',
        output_format_arrow_compression_method: 'none'
      }
    };
    yield* this.#stoppable(ask, limits, signal, async function* (response, stop) {
      let bytes = 0;
      const count = (more: number) => (bytes += more);
      for await (const batch of batchesOf(bodyOf(response, stop), count)) {
        yield batch;
        if (bytes > limits.bytes) return;
      }
    });
  }

  async count(sql: string, signal: AbortSignal): Promise<number | null> {
    const limits = { rows: 1, bytes: 1024, seconds: countSeconds };
    const ask: Ask = {
      statement: `SELECT count() FROM (\n${sql}\n) FORMAT TabSeparated`,
      sql,
      lead: 1,
      id: crypto.randomUUID(),
      settings: { max_execution_time: String(limits.seconds) }
    };
    try {
      return Number(await this.#text(ask, limits, signal));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return null;
    }
  }

  async version(signal: AbortSignal): Promise<string> {
    const sql = 'SELECT version()';
    const ask: Ask = { statement: sql, sql, lead: 0, id: crypto.randomUUID(), settings: {} };
    const limits = { rows: 1, bytes: 1024, seconds: countSeconds };
    return (await this.#text(ask, limits, signal)).trim();
  }

  /** The names and types of a query's columns. */
  async #describe(
    sql: string,
    limits: RemoteLimits,
    signal: AbortSignal
  ): Promise<(readonly [string, string])[]> {
    const statement = `DESCRIBE TABLE (\n${sql}\n) FORMAT JSONCompact`;
    const ask: Ask = { statement, sql, lead: 1, id: crypto.randomUUID(), settings: {} };
    const text = await this.#text(ask, limits, signal);
    try {
      const { data } = JSON.parse(text) as { data: readonly (readonly string[])[] };
      return data.map(([name = '', type = '']) => [name, type] as const);
    } catch {
      throw this.#problem(serverError(200, text), ask);
    }
  }

  async #text(ask: Ask, limits: RemoteLimits, signal: AbortSignal): Promise<string> {
    let all = '';
    for await (const text of this.#stoppable(ask, limits, signal, textOf)) all += text;
    return all;
  }

  /** What `read` makes of the answer; when it is left early, by a signal or for its time, the server is told to stop too. */
  async *#stoppable<T>(
    ask: Ask,
    limits: RemoteLimits,
    signal: AbortSignal,
    read: (response: Response, stop: AbortSignal) => AsyncIterable<T>
  ): AsyncGenerator<T> {
    if (signal.aborted) throw new Cancelled();
    const control = new AbortController();
    const cancel = () => control.abort();
    signal.addEventListener('abort', cancel);
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        control.abort();
      },
      (limits.seconds + grace) * 1000
    );
    let ended = false;
    try {
      yield* read(await this.#answer(ask, control.signal), control.signal);
      ended = true;
    } catch (error) {
      ended = !control.signal.aborted;
      if (signal.aborted) throw new Cancelled();
      const detail = `It was given ${limits.seconds} seconds.`;
      if (late) throw fail('remote.timeout', { connection: this.#connection.name, detail });
      throw this.#translated(error, ask);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      if (!ended) {
        control.abort();
        this.#kill(ask.id);
      }
    }
  }

  async #answer(ask: Ask, signal: AbortSignal): Promise<Response> {
    const response = await this.#post(ask.statement, ask.id, ask.settings, signal);
    if (response.ok) return response;
    const error = serverError(response.status, await response.text());
    const refused = error.code === codes.readonly || error.code === codes.unknownSetting;
    if (!refused || this.#bare) throw this.#problem(error, ask);
    this.#bare = true;
    return this.#answer(ask, signal);
  }

  async #post(
    statement: string,
    id: string,
    settings: Settings,
    signal?: AbortSignal
  ): Promise<Response> {
    const { url, user, password, database } = this.#connection;
    const address = new URL(url);
    const own: Settings = this.#bare
      ? {}
      : {
          add_http_cors_header: '1',
          cancel_http_readonly_queries_on_client_close: '1',
          ...settings
        };
    const parameters = { query_id: id, database, user, password, ...own };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== '') address.searchParams.set(name, value);
    }
    return fetch(address, {
      method: 'POST',
      body: statement,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      ...(signal ? { signal } : { keepalive: true })
    }).catch(async (error: unknown) => {
      if (signal?.aborted) throw error;
      throw await this.#unreachable();
    });
  }

  /** Whether a server is there at all: browsers do not say why an answer may not be read. */
  async #unreachable(): Promise<ProblemError> {
    const { name, url } = this.#connection;
    const { origin } = new URL(url);
    const there = await fetch(`${origin}/ping`, { mode: 'no-cors', credentials: 'omit' }).then(
      () => true,
      () => false
    );
    if (!there) return fail('remote.unreachable', { connection: name, origin });
    const version = await this.#plainVersion();
    return version === null
      ? fail('remote.cors', { connection: name, origin })
      : fail('remote.too-old', { connection: name, version });
  }

  /** The version that a server tells when asked without any setting it may not know; old ones hide that refusal from pages. */
  async #plainVersion(): Promise<string | null> {
    const { url, user, password, database } = this.#connection;
    const address = new URL(url);
    const query = 'SELECT version()';
    const parameters = { query, database, user, password, add_http_cors_header: '1' };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== '') address.searchParams.set(name, value);
    }
    try {
      const response = await fetch(address, { credentials: 'omit', cache: 'no-store' });
      return response.ok ? (await response.text()).trim() : null;
    } catch {
      return null;
    }
  }

  #kill(id: string): void {
    const statement = `KILL QUERY WHERE query_id = '${id}' ASYNC`;
    // A server that refuses stops by itself when it finds nobody to write to.
    this.#post(statement, crypto.randomUUID(), {}).catch(() => undefined);
  }

  #translated(error: unknown, ask: Ask): unknown {
    const connection = this.#connection.name;
    if (error instanceof NotArrow) {
      const said = serverError(200, error.text);
      if (said.code !== 0) return this.#problem(said, ask);
      return fail('remote.broken', { connection, detail: 'The bytes are no Arrow stream.' });
    }
    if (error instanceof Compressed) return fail('remote.compressed', { connection });
    if (error instanceof TypeError) {
      return fail('remote.broken', { connection, detail: error.message });
    }
    return error;
  }

  #problem(error: ServerError, { sql, lead }: Ask): ProblemError {
    return problemOf(this.#connection, error, sql, lead);
  }
}

async function* textOf(response: Response): AsyncGenerator<string> {
  yield await response.text();
}

/** The bytes of an answer until they end or are stopped. */
async function* bodyOf(response: Response, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (stop.aborted) throw new Cancelled();
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
