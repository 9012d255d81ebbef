import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import { carriedType } from '#lib/relations/remote/clickhouse-types.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import source from '#lib/cells/source/index.ts';
import load from '#lib/cells/source/run.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { loadRemote } from '#lib/relations/remote/load.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import {
  openChdb,
  serveClickHouse,
  type ClickHouseServer,
  type ServerOptions
} from '../../support/clickhouse.ts';
import { openTestDuckDb, runLoadKindForTest } from '../../support/duckdb.ts';
import { eventually } from '../../support/eventually.ts';
import { timeUntil } from '../../support/in-time.ts';

const chdb = openChdb();
let relations: DuckDbRelations;
let server: ClickHouseServer | undefined;

beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => relations.close());

test.each([
  ['LowCardinality(Nullable(String))', 'Nullable(String)'],
  ["Nullable(DateTime('Europe/London'))", "Nullable(DateTime64(0, 'UTC'))"],
  ['Array(LowCardinality(String))', 'Array(String)'],
  [
    "Tuple(a Enum8('x, y' = 1), `b c` Map(String, UUID))",
    'Tuple(a String, `b c` Map(String, String))'
  ],
  ['Tuple(UInt8, Date)', 'Tuple(UInt8, Date32)'],
  ['SimpleAggregateFunction(sum, UInt64)', 'UInt64'],
  ['Decimal(76, 3)', 'String'],
  ['Decimal(18, 2)', 'Decimal(18, 2)'],
  ['Nullable(Nothing)', 'Nullable(String)'],
  ['FixedString(3)', 'String']
])('%s travels as %s', (type, carried) => {
  expect(carriedType(type)).toBe(carried);
});

describe.skipIf(chdb === null)('the real engine', () => {
  const warned: Problem[] = [];

  async function serve(options: ServerOptions = {}): Promise<Connection> {
    server = await serveClickHouse(chdb!, options);
    return server.connection;
  }

  function context(signal = new AbortController().signal) {
    warned.length = 0;
    const ctx: Partial<RunContext> = {
      signal,
      progress: () => undefined,
      checkpoint: async () => undefined,
      warn: (problem) => warned.push(problem)
    };
    return ctx as RunContext;
  }

  async function rowsOf(
    connection: Connection,
    sql: string,
    limits?: Parameters<typeof loadRemote>[5]
  ) {
    await loadRemote(relations, connection, sql, 'got', context(), limits);
    return toRows(await relations.read('got'));
  }

  async function problemOf(promise: Promise<unknown>): Promise<Problem> {
    const error: unknown = await promise.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ProblemError);
    return (error as ProblemError).problem;
  }

  test('every type arrives as what it means', async () => {
    const [row] = await rowsOf(
      await serve(),
      `SELECT toUInt64(18446744073709551615) AS u64, toLowCardinality('a') AS lc, CAST(NULL AS Nullable(String)) AS n,
        toDecimal64(1.25, 2) AS d, toDateTime64('2020-01-01 00:00:00.123456', 6, 'UTC') AS dt64,
        toDateTime('2020-01-01 12:00:00', 'Europe/London') AS dt, CAST('b' AS Enum('a' = 1, 'b' = 2)) AS e,
        [1, 2000] AS arr, (1, 'x') AS tup, map('k', 1) AS m,
        toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0') AS uu, toDate('2020-01-02') AS day, toInt128(5) AS i128,
        toIPv4('1.2.3.4') AS ip, true AS b, toInt16(-3) AS i16, 'ü''"' AS "a b", NULL AS nothing`
    );
    expect(row).toEqual({
      u64: 18446744073709552000,
      lc: 'a',
      n: null,
      d: 1.25,
      dt64: Date.UTC(2020, 0, 1) + 123.456,
      dt: Date.UTC(2020, 0, 1, 12),
      e: 'b',
      arr: [1, 2000],
      tup: { 1: 1, 2: 'x' },
      m: [['k', 1]],
      uu: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
      day: Date.UTC(2020, 0, 2),
      i128: '5',
      ip: '1.2.3.4',
      b: true,
      i16: -3,
      'a b': `ü'"`,
      nothing: null
    });
    const types = (await relations.describe('got'))!.fields.map((f) => `${f.name} ${f.sqlType}`);
    expect(types).toContain('u64 UBIGINT');
    expect(types).toContain('dt TIMESTAMP');
    expect(types).toContain('d DECIMAL(18,2)');
  });

  test('no rows still have their columns', async () => {
    await rowsOf(
      await serve(),
      'SELECT number AS n, toString(number) AS s FROM numbers(3) WHERE 0'
    );
    expect(await relations.describe('got')).toMatchObject({
      rows: 0,
      fields: [{ name: 'n' }, { name: 's', type: 'text' }]
    });
  });

  test('order holds, and rows beyond the limit are cut and counted', async () => {
    const connection = await serve();
    const limits = { rows: 100_000, bytes: 1 << 30, seconds: 20 };
    const rows = await rowsOf(
      connection,
      'SELECT number AS n FROM numbers(250000) ORDER BY n DESC;\n',
      limits
    );
    expect(rows.length).toBe(100_000);
    expect(rows[0]).toEqual({ n: 249_999 });
    expect(rows.at(-1)).toEqual({ n: 150_000 });
    expect(warned).toMatchObject([{ code: 'remote.cut', data: { kept: 100_000, all: 250_000 } }]);
    expect(warned[0]!.message).toContain('150,000 were cut');
  });

  test('so are bytes', async () => {
    const limits = { rows: 1_000_000, bytes: 1 << 20, seconds: 20 };
    const rows = await rowsOf(
      await serve(),
      `SELECT repeat('x', 100) AS s FROM numbers(500000)`,
      limits
    );
    expect(rows.length).toBeGreaterThan(5_000);
    expect(rows.length).toBeLessThan(300_000);
    expect(warned).toMatchObject([
      { code: 'remote.cut', data: { kept: rows.length, all: 500_000 } }
    ]);
  });

  test('what goes wrong is said in words', async () => {
    const connection = await serve({ user: 'reader', password: 'right' });
    const go = (sql: string, more: Partial<Connection> = {}) =>
      problemOf(loadRemote(relations, { ...connection, ...more }, sql, 'got', context()));
    expect(await go('SELECT 1', { password: 'wrong' })).toMatchObject({ code: 'remote.auth' });
    const unknown = await go('SELECT\n  nope\nFROM numbers(3)');
    expect(unknown).toMatchObject({ code: 'remote.sql', span: { line: 2 } });
    expect(unknown.cause).toContain('nope');
    expect(await go('SELECT 1\nFROM numbers(3)\nWHERE AND')).toMatchObject({
      code: 'remote.sql',
      span: { line: 3 }
    });
    expect(await go('SELECT 1', { url: 'http://127.0.0.1:9/' })).toMatchObject({
      code: 'remote.unreachable'
    });
    expect(JSON.stringify(await go('SELECT 1', { url: 'http://127.0.0.1:9/' }))).not.toContain(
      'right'
    );
  });

  test('a user who may change no settings is asked without', async () => {
    const connection = await serve({ readonly: true });
    // The engine's own default is compressed Arrow, which is said in words.
    const problem = await problemOf(rowsOf(connection, 'SELECT number FROM numbers(2000)'));
    expect(problem.code).toBe('remote.compressed');
    expect(problem.hint).toContain('output_format_arrow_compression_method');
  });

  test('an answer that fails underway is no table', async () => {
    const words = 'Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)';
    const connection = await serve({ breaksWith: words });
    expect(await problemOf(rowsOf(connection, 'SELECT number FROM numbers(200000)'))).toMatchObject(
      {
        code: expect.stringMatching(/^remote\.(limit|broken)$/) as unknown
      }
    );
  });

  test('a stop ends it within half a second, here and there', async () => {
    const connection = await serve({ delayMs: 20_000 });
    const control = new AbortController();
    const going = loadRemote(
      relations,
      connection,
      'SELECT 1 AS a',
      'got',
      context(control.signal)
    );
    await new Promise((done) => setTimeout(done, 300));
    control.abort();
    expect(await timeUntil(going)).toBeLessThan(500);
    await expect(going).rejects.toBeInstanceOf(Cancelled);
    const isKilled = () =>
      server!.asked.some(({ statement }) => statement.startsWith('KILL QUERY'));
    await eventually(() => expect(isKilled()).toBe(true));
    const killed = server!.asked.find(({ statement }) => statement.startsWith('KILL'))!.statement;
    const asked = server!.asked.find(({ statement }) => statement.startsWith('SELECT'))!;
    expect(killed).toContain(asked.params.get('query_id'));
  });

  test('a source goes from a file to the engine, and its cell keeps its tables', async () => {
    const connections = new Map([['warehouse', await serve()]]);
    const outcome = await runLoadKindForTest(relations, source, load, {
      name: 'orders',
      body: [
        'engine:',
        '  connection: warehouse',
        '  query: |',
        `    SELECT toString(number) AS sku, number * 2 AS qty`,
        '    FROM numbers(4)',
        'columns: { sku: text, qty: integer }'
      ].join('\n'),
      connections
    });
    expect(outcome.problems).toEqual([]);
    expect(Object.keys(outcome.relations)).toEqual(['orders', 'orders_rejects']);
    expect(toRows(outcome.relations['orders']!)[3]).toEqual({ sku: '3', qty: 6 });
    expect(outcome.report).toMatchObject({ rows: 4, rejected: 0 });
    const less = await runLoadKindForTest(relations, source, load, {
      name: 'orders',
      body: [
        'engine: { connection: warehouse, query: "SELECT number AS n, number % 2 AS odd FROM numbers(9)" }',
        'only: [n]',
        'filter: n > $least'
      ].join('\n'),
      params: { least: 6 },
      connections
    });
    expect(toRows(less.relations['orders']!)).toEqual([{ n: 7 }, { n: 8 }]);
    expect(less.report).toMatchObject({ rows: 2, seen: 9 });
    const wrong = await runLoadKindForTest(relations, source, load, {
      name: 'orders',
      body: 'engine:\n  connection: warehouse\n  query: |\n    SELECT 1,\n      nope\n    FROM numbers(4)',
      connections
    });
    expect(wrong.problems).toMatchObject([{ code: 'remote.sql', span: { line: 5 } }]);
  });
});

test('a connection that is not known is a problem that says where it is kept', async () => {
  const outcome = await runLoadKindForTest(relations, source, load, {
    body: 'engine: { connection: warehose, query: SELECT 1 }',
    connections: new Map([['warehouse', {} as Connection]])
  });
  expect(outcome.problems).toMatchObject([
    { code: 'remote.no-connection', data: { nearest: 'warehouse' } }
  ]);
});
