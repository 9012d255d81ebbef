import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as parquet from 'parquet-wasm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cancelled } from '#lib/base/problem.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { exportRelation } from '#lib/relations/export/index.ts';
import { parquetByRanges } from '#lib/relations/remote/range-blob.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';
import { timeUntil } from '../../support/in-time.ts';
import { loadSource } from '../source/support.ts';

let relations: DuckDbRelations;
let file: Uint8Array;
let server: Server;
let sent = 0;
let ranges = true;
/** How many parts the server still gives, and whether it then says nothing. */
let left = Infinity;
let silent = false;

beforeAll(async () => {
  relations = await openTestDuckDb();
  await relations.createAs(
    'wide',
    `SELECT i AS id, i % 7 AS k, hash(i)::VARCHAR AS noise, hash(i + 1)::VARCHAR AS more FROM range(600000) t(i)`
  );
  const blob = await exportRelation(
    { relations, loadParquet: async () => parquet },
    (await relations.describe('wide'))!,
    { format: 'parquet' },
    new AbortController().signal,
    () => undefined
  );
  file = new Uint8Array(await blob.arrayBuffer());
  server = createServer((request, response) => {
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'Content-Length': file.length }).end();
      return;
    }
    if (--left < 0) {
      if (!silent) response.writeHead(503).end();
      return;
    }
    const [, from = '', to = ''] = /bytes=(\d*)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from);
    const end = to === '' ? file.length : Number(to) + 1;
    const part = ranges ? file.subarray(start, end) : file;
    sent += part.length;
    response.writeHead(ranges ? 206 : 200, {
      'Content-Length': part.length,
      ...(ranges ? { 'Content-Range': `bytes ${start}-${end - 1}/${file.length}` } : {})
    });
    response.end(part);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await relations.close();
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/wide.parquet`;

const load = (body: string, context: Partial<RunContext> = {}) =>
  loadSource(relations, body, {}, context);

test('two columns of four come by their ranges alone', async () => {
  sent = 0;
  const { table, report } = await load(`url: ${address()}\nonly: [id, k]`);
  expect(table).toMatchObject({ names: ['id', 'k'], length: 600_000 });
  expect(table!.vectors[0]!.values[599_999]).toBe(599_999);
  expect(report.files).toMatchObject([
    { name: 'wide.parquet', format: 'parquet', bytes: file.length, rows: 600_000 }
  ]);
  expect(sent).toBeLessThan(file.length / 3);
});

test('a first part of the rows leaves the rest where it is', async () => {
  sent = 0;
  const { table } = await load(`url: ${address()}\nonly: [id]\nsample: 10`);
  expect(table!.length).toBe(10);
  expect(sent).toBeLessThan(file.length / 3);
});

test('from a server without ranges the file comes whole', async () => {
  ranges = false;
  const { table } = await load(`url: ${address()}\nonly: [k]`);
  ranges = true;
  expect(table).toMatchObject({ names: ['k'], length: 600_000 });
});

test('a server that stops giving parts is a problem in words', async () => {
  left = 2;
  const { codes } = await load(`url: ${address()}`);
  left = Infinity;
  expect(codes).toEqual(['remote.range']);
});

test('a stop while a part is on its way ends the run at once', async () => {
  left = 2;
  silent = true;
  const controller = new AbortController();
  const loading = load(`url: ${address()}`, { signal: controller.signal });
  await expect.poll(() => left, { timeout: 20_000 }).toBeLessThan(0);
  controller.abort();
  expect(await timeUntil(loading)).toBeLessThan(500);
  await expect(loading).rejects.toThrow(Cancelled);
  left = Infinity;
  silent = false;
});

test('it is read as a Blob is', async () => {
  const { signal } = new AbortController();
  const blob = (await parquetByRanges(address(), { signal, onRead: () => undefined }))!;
  expect(await blob.slice(-4).text()).toBe('PAR1');
  expect(await blob.slice(0, 9).slice(0, 4).text()).toBe('PAR1');
  expect(await blob.slice(100, 90).bytes()).toHaveLength(0);
  const whole = await new Response(blob.stream()).arrayBuffer();
  expect(Buffer.compare(Buffer.from(whole), file)).toBe(0);
});
