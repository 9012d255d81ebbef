import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';
import { loadSource } from './support.ts';

let relations: DuckDbRelations;
let server: Server;
let root: string;

beforeAll(async () => {
  relations = await openTestDuckDb();
  server = createServer(({ url }, answer) => {
    if (url === '/orders.csv' || url === '/100%.csv') answer.end('sku,qty\na,1\n');
    else if (url === '/api?x=1') {
      answer.setHeader('content-type', 'application/json; charset=utf-8');
      answer.end('[{"a": 1}]');
    } else if (url === '/page') answer.end('<!DOCTYPE html><title>Sign in</title>');
    else if (url === '/slow.csv') answer.write('a\n1\n');
    else {
      answer.statusCode = Number(url?.slice(1));
      answer.end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await relations.close();
});

test('an address with a stray percent sign is read', async () => {
  const { report } = await loadSource(relations, `url: ${root}/100%.csv`);
  expect(report.files[0]).toMatchObject({ name: '100%.csv', rows: 1 });
});

test('a file is fetched with progress and read like one that was given', async () => {
  const seen: number[] = [];
  const progress = ({ done }: { done?: number }) => void seen.push(done ?? 0);
  const { table, report } = await loadSource(
    relations,
    `url: ${root}/orders.csv`,
    {},
    { progress }
  );
  expect(toRows(table!)).toEqual([{ sku: 'a', qty: 1 }]);
  expect(report.files[0]).toMatchObject({ name: 'orders.csv', format: 'csv', bytes: 12 });
  expect(seen).toContain(12);
});

test('the media type tells the format where the address does not', async () => {
  const { table, report } = await loadSource(relations, `url: ${root}/api?x=1`);
  expect(toRows(table!)).toEqual([{ a: 1 }]);
  expect(report.files[0]).toMatchObject({ name: 'api.json', format: 'json' });
});

test.each([
  ['/401', 'source.url-status', 'where you are signed in'],
  ['/403', 'source.url-status', 'drop it here'],
  ['/404', 'source.url-status', 'correct it'],
  ['/503', 'source.url-status', 'again'],
  ['/page', 'source.url-page', 'Raw']
])('%s is told with what to do', async (path, code, hint) => {
  const { problems } = await loadSource(relations, `url: ${root}${path}`);
  expect(problems[0]).toMatchObject({ code });
  expect(problems[0]?.hint).toContain(hint);
});

test('a server that is not there, or keeps other sites out, is told with the header it must send', async () => {
  const { problems } = await loadSource(relations, 'url: http://127.0.0.1:9/a.csv');
  expect(problems[0]).toMatchObject({ code: 'source.url-unreachable' });
  expect(problems[0]?.hint).toContain('Access-Control-Allow-Origin');
});

test('what is no address is told', async () => {
  for (const url of ['orders.csv', 'ftp://x/y.csv', 'javascript:1']) {
    const { codes } = await loadSource(relations, `url: ${url}`);
    expect(codes).toEqual(['source.url-bad']);
  }
});

test('a fetch stops when asked', async () => {
  const controller = new AbortController();
  const context = { signal: controller.signal };
  const fetching = loadSource(relations, `url: ${root}/slow.csv`, {}, context);
  setTimeout(() => controller.abort(), 100);
  await expect(fetching).rejects.toThrow(Cancelled);
});
