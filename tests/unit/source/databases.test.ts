import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import initSqlJs, { type SqlJsStatic, type SqlValue } from 'sql.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';
import { loadSource, types } from './support.ts';

let relations: DuckDbRelations;
let sqlite: SqlJsStatic;
beforeAll(async () => {
  relations = await openTestDuckDb();
  sqlite = await initSqlJs();
});
afterAll(() => relations.close());

function database(
  sql: string,
  rows: readonly SqlValue[][] = [],
  insert = ''
): Uint8Array<ArrayBuffer> {
  const db = new sqlite.Database();
  db.run(sql);
  for (const row of rows) db.run(insert, row);
  const bytes = new Uint8Array(db.export());
  db.close();
  return bytes;
}

describe('SQLite', () => {
  test('types come from what a column holds and how it is declared', async () => {
    const bytes = database(`
      CREATE TABLE t (id INTEGER, code TEXT, price NUMERIC, day DATE, at DATETIME, unix TIMESTAMP,
        ok BOOLEAN, mixed, long INTEGER, none REAL, "when" DATE, empty TEXT);
      INSERT INTO t VALUES
        (1, '0012', 2, '2011-12-09', '2011-12-09 08:26:00', 1323419160, 1, 5, 9007199254740993, NULL, 'soon', ''),
        (2, '13', 2.5, '2011-12-10', '2011-12-10', NULL, 0, 'x', -1, NULL, '2011-01-01', NULL)`);
    const { table, codes, report } = await loadSource(relations, 'file: a.sqlite', {
      'a.sqlite': bytes
    });
    expect(codes).toEqual([]);
    expect(types(table)).toBe(
      'id integer, code text, price number, day date, at timestamp, unix timestamp, ok boolean, mixed text, long integer, none number, when text, empty text'
    );
    expect(toRows(table!)[0]).toMatchObject({
      code: '0012',
      day: Date.UTC(2011, 11, 9),
      at: Date.UTC(2011, 11, 9, 8, 26),
      unix: Date.UTC(2011, 11, 9, 8, 26),
      ok: true,
      mixed: '5',
      when: 'soon',
      empty: ''
    });
    expect(report.files[0]).toMatchObject({ format: 'sqlite', rows: 2, part: 't', parts: ['t'] });
  });

  test('whole numbers beyond 2^53 stay exact', async () => {
    const bytes = database(`CREATE TABLE t (n INTEGER);
      INSERT INTO t VALUES (9007199254740993), (-9223372036854775808), (NULL)`);
    const { table } = await loadSource(relations, 'file: a.db\ncolumns: { n: text }', {
      'a.db': bytes
    });
    expect(toRows(table!).map((r) => r['n'])).toEqual([
      '9007199254740993',
      '-9223372036854775808',
      null
    ]);
  });

  test('one of several tables and views; blobs; an unknown name lists all', async () => {
    const bytes = database(`CREATE TABLE items (sku TEXT, pic BLOB); CREATE TABLE other (x);
      INSERT INTO items VALUES ('a', x'00ff'); INSERT INTO other VALUES (1);
      CREATE VIEW skus AS SELECT sku, 1 AS one FROM items`);
    const first = await loadSource(relations, 'file: a.db', { 'a.db': bytes });
    expect(first.codes).toEqual(['source.table-chosen', 'source.sqlite-blobs']);
    expect(toRows(first.table!)).toEqual([{ sku: 'a', pic: '00FF' }]);
    const view = await loadSource(relations, 'file: a.db\noptions: { table: SKUS }', {
      'a.db': bytes
    });
    expect(toRows(view.table!)).toEqual([{ sku: 'a', one: 1 }]);
    const { problems } = await loadSource(relations, 'file: a.db\noptions: { table: item }', {
      'a.db': bytes
    });
    expect(problems[0]).toMatchObject({
      code: 'source.no-table',
      data: { nearest: 'items', tables: 'items, other, skus' }
    });
  });

  test('gzip, an empty table, a database in write-ahead mode, an empty and a damaged one', async () => {
    const bytes = database('CREATE TABLE t (a INTEGER, b TEXT)');
    const packed = await loadSource(relations, 'file: a.db.gz', {
      'a.db.gz': new Uint8Array(gzipSync(bytes))
    });
    expect(types(packed.table)).toBe('a integer, b text');
    expect(packed.table?.length).toBe(0);
    const wal = bytes.slice();
    wal[18] = wal[19] = 2;
    expect((await loadSource(relations, 'file: a.db', { 'a.db': wal })).codes).toEqual([
      'source.sqlite-wal'
    ]);
    const none = database('CREATE TABLE t (a); DROP TABLE t');
    expect((await loadSource(relations, 'file: a.db', { 'a.db': none })).codes).toEqual([
      'source.empty-database'
    ]);
    const broken = bytes.slice(0, 4096).fill(0x55, 100);
    expect((await loadSource(relations, 'file: a.db', { 'a.db': broken })).codes).toEqual([
      'source.broken-file'
    ]);
  });

  test('many rows come in several batches, and stop when asked', async () => {
    const bytes = database(`CREATE TABLE t AS WITH RECURSIVE n(i) AS
      (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 69999) SELECT i, 'K' || i AS k FROM n`);
    const { table } = await loadSource(relations, 'file: a.db', { 'a.db': bytes });
    expect(table?.length).toBe(70_000);
    expect(toRows(table!).at(-1)).toEqual({ i: 69_999, k: 'K69999' });
    const checkpoint = () => Promise.reject(new Cancelled());
    const stopped = loadSource(relations, 'file: a.db', { 'a.db': bytes }, { checkpoint });
    await expect(stopped).rejects.toThrow(Cancelled);
  });

  test('what is written reads back equal', async () => {
    const row = fc.record({
      t: fc.option(fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\0'))),
      i: fc.option(fc.maxSafeInteger()),
      n: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const bytes = database(
          'CREATE TABLE t (t TEXT, i INTEGER, n REAL)',
          rows.map((r) => [r.t, r.i, r.n]),
          'INSERT INTO t VALUES (?, ?, ?)'
        );
        const { table } = await loadSource(relations, 'file: a.db', { 'a.db': bytes });
        expect(toRows(table!)).toEqual(
          rows.map((r) => ({ ...r, n: r.n === null ? null : r.n + 0 }))
        );
      }),
      { numRuns: 15 }
    );
  });
});

describe('DuckDB files', () => {
  let bytes: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'qm-')), 'a.duckdb');
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run(`CREATE TABLE orders AS SELECT i::INTEGER AS id, '00' || i AS sku,
      DATE '2011-12-09' + i::INTEGER AS day, (i / 4)::DECIMAL(10, 2) AS price, {'a': i} AS s,
      [i, i + 1] AS l, 'small'::ENUM ('small', 'large') AS size FROM range(5000) t(i)`);
    await connection.run('CREATE VIEW total AS SELECT count(*) AS n FROM orders');
    await connection.run('CREATE SCHEMA old; CREATE TABLE old.orders AS SELECT 1 AS x');
    await connection.run('CHECKPOINT');
    connection.closeSync();
    instance.closeSync();
    bytes = new Uint8Array(await readFile(path));
  });

  test('a table comes with its types', async () => {
    const { table, problems } = await loadSource(relations, 'file: a.duckdb', {
      'a.duckdb': bytes
    });
    expect(problems).toMatchObject([
      { code: 'source.table-chosen', data: { tables: 'orders, total, old.orders' } }
    ]);
    expect(types(table)).toBe(
      'id integer, sku text, day date, price number, s other, l other, size text'
    );
    expect(table?.length).toBe(5000);
    expect(toRows(table!)[7]).toMatchObject({ id: 7, sku: '007', price: 1.75, size: 'small' });
  });

  test.each([
    ['total', { n: 5000 }],
    ['old.orders', { x: 1 }]
  ])('%s, by name', async (name, row) => {
    const { table } = await loadSource(relations, `file: a.duckdb\noptions: { table: ${name} }`, {
      'a.duckdb': bytes
    });
    expect(toRows(table!)).toEqual([row]);
  });

  test('one that cannot be opened is told, with how to export', async () => {
    const broken = bytes.slice();
    broken.fill(0x77, 12, 20);
    const { problems } = await loadSource(relations, 'file: a.duckdb', { 'a.duckdb': broken });
    expect(problems[0]).toMatchObject({ code: 'source.duckdb-file' });
    expect(problems[0]?.hint).toContain('COPY');
  });
});
