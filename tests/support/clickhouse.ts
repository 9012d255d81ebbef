import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Connection } from '#lib/runtime/connection.ts';

interface Chdb {
  queryAsync(sql: string, options: { format: string }): Promise<{ bytes(): Uint8Array }>;
}

/**
 * The ClickHouse engine in this process, from `npm install --no-save chdb@3.4.0`; null when it is not installed.
 * It is half a gigabyte, so nothing depends on it.
 */
export function openChdb(): Chdb | null {
  try {
    return createRequire(import.meta.url)('chdb') as Chdb;
  } catch {
    return null;
  }
}

export interface ClickHouseServer {
  readonly connection: Connection;
  /** Statements as they came, with their parameters. */
  readonly asked: readonly { readonly statement: string; readonly params: URLSearchParams }[];
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly user?: string;
  readonly password?: string;
  /** Refuses every setting, as for a user with `readonly = 1`. */
  readonly readonly?: boolean;
  /** Says nothing that a page of another origin may read. */
  readonly silent?: boolean;
  /** Waits this long before the answer to a SELECT. */
  readonly delayMs?: number;
  /** Ends an answer with these words in place of its second half, as a query that fails underway. */
  readonly breaksWith?: string;
}

const own = ['user', 'password', 'database', 'query_id', 'default_format'];

/** ClickHouse's HTTP interface as far as a reader meets it, with the real engine behind it. */
export async function serveClickHouse(
  chdb: Chdb,
  options: ServerOptions = {}
): Promise<ClickHouseServer> {
  const { user = 'default', password = '' } = options;
  const asked: { statement: string; params: URLSearchParams }[] = [];

  async function answer(statement: string, params: URLSearchParams, response: ServerResponse) {
    const settings = [...params].filter(([name]) => !own.includes(name));
    if ((params.get('user') ?? 'default') !== user || (params.get('password') ?? '') !== password) {
      return refuse(
        response,
        403,
        516,
        `${params.get('user') ?? 'default'}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`
      );
    }
    if (options.readonly && settings.some(([name]) => name !== 'add_http_cors_header')) {
      return refuse(
        response,
        500,
        164,
        `Cannot modify '${settings[0]![0]}' setting in readonly mode. (READONLY)`
      );
    }
    if (/^KILL/.test(statement)) return response.end();
    const [, select = statement, format = 'TabSeparated'] =
      /^([\s\S]*?)\s*FORMAT (\w+)$/.exec(statement) ?? [];
    if (options.delayMs && select.startsWith('SELECT')) {
      await new Promise((done) => setTimeout(done, options.delayMs));
    }
    const known = settings.filter(([name]) => name !== 'add_http_cors_header');
    const values = known.map(
      ([name, value]) => `${name} = ${/^\d+$/.test(value) ? value : `'${value}'`}`
    );
    // The engine takes a SETTINGS clause for what the server takes from the address.
    const clause =
      values.length > 0 && select.startsWith('SELECT') ? ` SETTINGS ${values.join(', ')}` : '';
    try {
      const result = await chdb.queryAsync(select + clause, { format });
      await send(response, result.bytes(), format === 'ArrowStream' ? options.breaksWith : '');
    } catch (error) {
      const { clickhouseCode = 0, message } = error as { clickhouseCode?: number; message: string };
      refuse(response, clickhouseCode === 62 ? 400 : 500, clickhouseCode, message);
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://host');
    if (!options.silent && url.searchParams.get('add_http_cors_header') === '1') {
      response.setHeader('Access-Control-Allow-Origin', '*');
    }
    if (url.pathname === '/ping') return response.end('Ok.\n');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const statement = Buffer.concat(chunks).toString();
      asked.push({ statement, params: url.searchParams });
      void answer(statement, url.searchParams, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const connection: Connection = {
    name: 'warehouse',
    kind: 'clickhouse',
    url,
    user,
    password,
    database: '',
    token: ''
  };
  return { connection, asked, close: () => closed(server) };
}

function refuse(response: ServerResponse, status: number, code: number, detail: string): void {
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': String(code) });
  const text = detail.startsWith('Code:') ? detail : `Code: ${code}. DB::Exception: ${detail}`;
  response.end(`${text} (version 26.1.1.1 (official build))\n`);
}

async function send(response: ServerResponse, bytes: Uint8Array, breaksWith = ''): Promise<void> {
  response.setMaxListeners(0);
  const end = breaksWith === '' ? bytes.length : bytes.length >> 1;
  for (let at = 0; at < end && !response.destroyed; at += 65_536) {
    const whole = response.write(bytes.subarray(at, Math.min(end, at + 65_536)));
    if (!whole) await new Promise((done) => response.once('drain', done).once('close', done));
  }
  response.end(breaksWith);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
