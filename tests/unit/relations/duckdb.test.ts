import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';
import { timeUntil } from '../../support/in-time.ts';

let db: DuckDbRelations;
beforeAll(async () => {
  db = await openTestDuckDb();
  await db.createAs('orders', "SELECT i AS qty, 'c' || i AS customer FROM range(10) t(i)");
});
afterAll(() => db.close());

async function problemOf(sql: string): Promise<Problem> {
  const error: unknown = await db.createAs('~1~x', sql).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

describe('problems of SQL', () => {
  test.each([
    ['SELECT *\nFORM orders', 'sql.syntax', { line: 2, column: 6 }],
    ['SELECT qty FROM orders WHERE', 'sql.syntax', { line: 1, column: 29 }],
    ['SELECT qty,\n  custmer FROM orders', 'sql.no-column', { line: 2, column: 3 }],
    ["SELECT 'ü', qtty FROM orders", 'sql.no-column', { line: 1, column: 13 }],
    ['SELECT * FROM ordrs', 'sql.no-table', { line: 1, column: 15 }],
    ['SELECT summ(qty) FROM orders', 'sql.no-function', { line: 1, column: 8 }],
    ['SELECT sum(customer) FROM orders', 'sql.arguments', { line: 1, column: 8 }],
    ['SELECT qty FROM orders GROUP BY customer', 'sql.binding', { line: 1, column: 8 }],
    ["SELECT 'x'::INTEGER", 'sql.conversion', { line: 1, column: 11 }],
    ["SELECT json_extract('{}', '$.a')", 'sql.no-extension', undefined],
    ["SELECT * FROM 'somewhere.csv'", 'sql.permission', undefined],
    ['SELECT 9223372036854775807 + qty FROM orders', 'sql.value', undefined],
    ["SELECT strptime('x', '%Y')", 'sql.value', undefined]
  ])('%s', async (sql, code, span) => {
    const problem = await problemOf(sql);
    expect(problem.code).toBe(code);
    if (span) expect(problem.span).toMatchObject(span);
  });

  test('the nearest column and table are named', async () => {
    expect((await problemOf('SELECT custmer FROM orders')).data?.['nearest']).toBe('customer');
    expect((await problemOf('SELECT * FROM ordrs')).data?.['nearest']).toBe('orders');
  });
});

test('a heavy join stops within half a second and the engine goes on', async () => {
  const stop = new AbortController();
  const heavy = db.query(
    'SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x * y % 7 = 3',
    stop.signal
  );
  heavy.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 200));
  stop.abort();
  expect(await timeUntil(heavy)).toBeLessThan(500);
  await expect(heavy).rejects.toBeInstanceOf(Cancelled);
  expect(toRows(await db.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
});

test('an engine that cannot be stopped is given up, and says so', async () => {
  const stuck = await openTestDuckDb({ graceMs: 300 });
  const stop = new AbortController();
  const heavy = stuck.query(
    'SELECT x FROM range(1000000) a(x), range(1000000) b(y) WHERE x * y = -1',
    stop.signal
  );
  // Until it has come to where it cannot be stopped it can be.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  stop.abort();
  await expect(heavy).rejects.toBeInstanceOf(Cancelled);
  const after: unknown = await stuck.query('SELECT 1').catch((error: unknown) => error);
  expect((after as ProblemError).problem.code).toBe('engine.broken');
});

test('a short query runs while a long one does', async () => {
  const stop = new AbortController();
  const heavy = db
    .query(
      'SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x * y % 7 = 3',
      stop.signal
    )
    .catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await timeUntil(db.query('SELECT count(*) FROM orders'))).toBeLessThan(1000);
  stop.abort();
  expect(await heavy).toBeInstanceOf(Cancelled);
});

describe('hash', () => {
  test('equal content gives equal hashes; order, values, names and types count', async () => {
    await db.createAs('h1', 'FROM orders');
    await db.createAs('h2', 'FROM orders');
    await db.createAs('h3', 'FROM orders ORDER BY qty DESC');
    await db.createAs('h4', 'SELECT qty::DOUBLE AS qty, customer FROM orders');
    await db.createAs('h5', 'SELECT qty AS q, customer FROM orders');
    await db.createAs('h6', "SELECT qty, nullif(customer, 'c3') AS customer FROM orders");
    const [h1, ...others] = await Promise.all(
      ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(async (name) => db.hash((await db.describe(name))!))
    );
    expect(others[0]).toBe(h1);
    expect(new Set([h1, ...others.slice(1)]).size).toBe(5);
  });
});

test('memory is told with its limit', async () => {
  const { used, limit } = await db.memory();
  expect(limit).toBeGreaterThan(1e9);
  expect(used).toBeLessThan(limit);
});
