import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ProblemError } from '#lib/base/problem.ts';
import { ClickHouse } from '#lib/relations/remote/clickhouse.ts';

let server: Server | undefined;

afterEach(() => server?.close());

/** Answers plain requests alone: what a page sees of a server that refuses a setting without the header of its consent. */
async function oldServer(reply: string | null): Promise<ClickHouse> {
  server = createServer((request, response) => {
    if (request.url === '/ping') response.end('Ok.\n');
    else if (request.method === 'GET' && reply !== null) response.end(`${reply}\n`);
    else request.socket.destroy();
  });
  await new Promise<void>((ready) => server!.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return new ClickHouse({
    name: 'warehouse',
    kind: 'clickhouse',
    url: `http://127.0.0.1:${port}/`,
    user: '',
    password: '',
    database: '',
    token: ''
  });
}

async function problemOf(engine: ClickHouse) {
  const error: unknown = await engine
    .version(new AbortController().signal)
    .catch((e: unknown) => e);
  return error instanceof ProblemError ? error.problem : error;
}

test('a server that knows none of the settings is told as too old, with its version', async () => {
  expect(await problemOf(await oldServer('18.16.1'))).toMatchObject({
    code: 'remote.too-old',
    data: { version: '18.16.1' }
  });
});

test('one that answers no page at all is told as such', async () => {
  expect(await problemOf(await oldServer(null))).toMatchObject({ code: 'remote.cors' });
});
