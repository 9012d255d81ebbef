import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import type { Handlers, Transferred } from '#lib/rpc/contract.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import type { DataContract } from '#lib/relations/data-contract.ts';
import { dataHandlers } from '#lib/relations/data-service.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { ResultCache } from '#lib/relations/result-cache.ts';
import type { Job, Outcome } from '#lib/runtime/engine.ts';
import type { RunId } from '#lib/runtime/states.ts';
import { openTestDuckDb, testFormats } from '../../support/duckdb.ts';
import { timeUntil } from '../../support/in-time.ts';
import { memoryStore } from '../../support/result-store.ts';

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(() => relations.close());

let store: ReturnType<typeof memoryStore>;
let service: Handlers<DataContract>;

async function startService(): Promise<void> {
  service = dataHandlers({
    openRelations: async () => relations,
    ...testFormats,
    examplesAt: (root) => async (path) =>
      new Blob([await readFile(`static/data/${path}`)], { type: root }),
    openCache: async () => new ResultCache(store),
    now: () => 0
  });
  await call('start', { assets: 'https://site.test/', notebook: 'n' });
}

beforeEach(async () => {
  store = memoryStore();
  await relations.drop((await relations.list()).map(({ name }) => name));
  await startService();
});

async function call<M extends keyof DataContract>(
  method: M,
  params: DataContract[M]['params'],
  signal = new AbortController().signal
): Promise<DataContract[M]['result']> {
  const handler = service[method] as (
    params: unknown,
    context: unknown
  ) => Promise<DataContract[M]['result'] | Transferred<DataContract[M]['result']>>;
  const answer = await handler(params, { signal, progress: () => undefined });
  return answer !== null && typeof answer === 'object' && 'transfer' in answer
    ? answer.value
    : answer;
}

async function rowsOf(promise: Promise<Uint8Array>) {
  return toRows(columnsFromIpc(await promise));
}

let run = 100;
function queryJob(name: string, statement: string, more: Partial<Job> = {}): Job {
  const cell: Cell = {
    name,
    kind: 'query',
    body: statement,
    config: { text: statement, statement },
    params: {}
  };
  return {
    run: ++run as RunId,
    cell,
    mode: 'sql',
    needsNetwork: false,
    inputs: [],
    follows: [],
    outputs: [name],
    seed: 1,
    now: 0,
    ...more
  };
}

async function write(name: string, table: Columns): Promise<void> {
  await call('writeTable', { run: 1, relation: name, ipc: ipcFromColumns(table) });
  await call('publish', { run: 1, outputs: [name] });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem.code;
}

const goods = columns({
  sku: text(['a', 'b', 'c', 'd', 'e']),
  qty: numeric([3, 1, 3, null, 2], 'integer')
});

describe('jobs', () => {
  test('a query publishes its relation; the same content has the same hash', async () => {
    const first = await call('runJob', queryJob('q', 'SELECT 1 AS a UNION ALL SELECT 2'));
    expect(first.relations).toMatchObject([{ name: 'q', rows: 2 }]);
    const second = await call('runJob', queryJob('q', 'SELECT * FROM (VALUES (1), (2)) t(a)'));
    expect(second.hash).toBe(first.hash);
    expect(await rowsOf(call('page', { relation: 'Q' }))).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('a failure leaves what stood there, and no hidden table', async () => {
    await call('runJob', queryJob('q', 'SELECT 1 AS a'));
    expect(await codeOf(call('runJob', queryJob('q', 'SELECT b FROM q')))).toBe('sql.no-column');
    expect(await rowsOf(call('page', { relation: 'q' }))).toEqual([{ a: 1 }]);
    const names = await relations.query('SELECT table_name FROM duckdb_tables()');
    expect(toRows(names)).toEqual([{ table_name: 'q' }]);
  });

  test('the problem of a query has its place in the body', async () => {
    const body = 'SELECT a,\n  $n AS n,\n  wrong\nFROM q';
    await call('runJob', queryJob('q', 'SELECT 1 AS a'));
    const job = queryJob('r', body);
    const failed = call('runJob', { ...job, cell: { ...job.cell, params: { n: 5 } } });
    const error = await failed.catch((thrown: unknown) => thrown as ProblemError);
    expect((error as ProblemError).problem.span).toMatchObject({ line: 3 });
  });
});

describe('tables of other workers', () => {
  test('written in parts, public at once', async () => {
    await write('goods', goods);
    const part = { run: 7, relation: 'goods', ipc: ipcFromColumns(goods) };
    await call('writeTable', part);
    await call('writeTable', { ...part, ipc: ipcFromColumns(goods) });
    expect(await call('describeTable', { relation: 'goods' })).toMatchObject({ rows: 5 });
    const published = await call('publish', { run: 7, outputs: ['goods', 'goods_extra'] });
    expect(published.relations).toMatchObject([{ name: 'goods', rows: 10 }]);
  });

  test('discarded when the run fails', async () => {
    await call('writeTable', { run: 8, relation: 'goods', ipc: ipcFromColumns(goods) });
    await call('discard', { run: 8 });
    expect(await call('describeTable', { relation: 'goods' })).toBeNull();
    const names = await relations.query('SELECT table_name FROM duckdb_tables()');
    expect(names.length).toBe(0);
  });

  test('read in columns and order', async () => {
    await write('goods', goods);
    const rows = await rowsOf(
      call('readTable', { relation: 'goods', columns: ['SKU'], orderBy: ['qty'] })
    );
    expect(rows.map((row) => row['sku'])).toEqual(['b', 'e', 'a', 'c', 'd']);
  });

  test('live appends start anew with each run and forget old rows', async () => {
    const batch = (from: number) =>
      ipcFromColumns(columns({ at: numeric([from, from + 1000], 'timestamp') }));
    const params = { run: 20, relation: 'log' };
    expect(await call('appendTable', { ...params, ipc: batch(0) })).toMatchObject({ rows: 2 });
    expect(await call('appendTable', { ...params, ipc: batch(2000) })).toMatchObject({ rows: 4 });
    const retain = [{ column: 'at', from: 2000 }];
    expect(await call('appendTable', { ...params, ipc: batch(4000), retain })).toMatchObject({
      rows: 4
    });
    expect(await rowsOf(call('page', { relation: 'log', offset: 1, limit: 2 }))).toEqual([
      { at: 3000 },
      { at: 4000 }
    ]);
    const latest = (n: number) => [{ latest: n }];
    expect(
      await call('appendTable', { ...params, ipc: batch(0), retain: latest(7) })
    ).toMatchObject({ rows: 6 });
    expect(
      await call('appendTable', { ...params, ipc: batch(9000), retain: latest(3) })
    ).toMatchObject({ rows: 3 });
    expect(await rowsOf(call('page', { relation: 'log', offset: 0, limit: 9 }))).toEqual([
      { at: 1000 },
      { at: 9000 },
      { at: 10_000 }
    ]);
    expect(
      await call('appendTable', { ...params, ipc: batch(0), retain: latest(0) })
    ).toMatchObject({ rows: 0 });
    const again = await call('appendTable', { ...params, run: 21, ipc: batch(0) });
    expect(again).toMatchObject({ rows: 2 });
  });

  test('of a live table the latest rows stay, and it says how many were let go', async () => {
    const append = (from: number, count: number, run: number, latest: number) => {
      const n = numeric(Array.from({ length: count }, (_, i) => from + i));
      const ipc = ipcFromColumns(columns({ n }));
      return call('appendTable', { run, relation: 'log', ipc, retain: [{ latest }] });
    };
    expect(await append(0, 10_000, 22, 10_000)).not.toHaveProperty('letGo');
    expect(await append(10_000, 1000, 22, 10_000)).toMatchObject({ rows: 11_000 });
    expect(await append(11_000, 1, 22, 10_000)).toMatchObject({ rows: 10_000, letGo: 1001 });
    for (let at = 11_001; at < 300_000; at += 7000)
      expect((await append(at, 7000, 22, 10_000)).rows).toBeLessThanOrEqual(11_000);
    const kept = await rowsOf(call('readTable', { relation: 'log', orderBy: ['n'] }));
    const last = 11_001 + 7000 * 42 - 1;
    expect(kept.at(-1)).toEqual({ n: last });
    expect(kept[0]).toEqual({ n: last - kept.length + 1 });
    const again = await append(0, 3, 23, 2);
    expect(again).toMatchObject({ rows: 2, letGo: 1 });
    expect(await append(3, 1, 23, 0)).toMatchObject({ rows: 0, letGo: 4 });
  });

  test('live rows are revised by their keys, and stand in order of them at the end', async () => {
    const write = (rows: readonly (readonly [number, string | null, number, number])[]) =>
      call('appendTable', {
        run: 30,
        relation: 'windows',
        ipc: ipcFromColumns(
          columns({
            window_end: numeric(
              rows.map(([end]) => end),
              'timestamp'
            ),
            Key: text(rows.map(([, key]) => key)),
            n: numeric(rows.map(([, , n]) => n)),
            change: numeric(
              rows.map(([, , , change]) => change),
              'integer'
            )
          })
        ),
        revision: { keys: ['window_end', 'key'], change: 'change' }
      });
    const now = () => rowsOf(call('readTable', { relation: 'windows' }));
    const row = (end: number, Key: string | null, n: number) => ({ window_end: end, Key, n });
    expect(await write([])).toMatchObject({ rows: 0 });
    await write([
      [2000, 'b', 1, 0],
      [1000, null, 2, 0],
      [1000, 'a', 3, 0],
      [2000, 'b', 4, 1]
    ]);
    expect(await now()).toEqual([row(1000, 'a', 3), row(1000, null, 2), row(2000, 'b', 4)]);
    await write([
      [1000, null, 5, 1],
      [2000, 'b', 0, 2],
      [1000, 'c', 6, 0],
      [1000, 'c', 0, 2],
      [1000, 'c', 7, 0]
    ]);
    await call('settleLive', { relations: ['windows'] });
    expect(await now()).toEqual([row(1000, 'a', 3), row(1000, 'c', 7), row(1000, null, 5)]);
    const names = await relations.query('SELECT table_name FROM duckdb_tables()');
    expect(names.length).toBe(1);
  });
});

describe('pages', () => {
  test('orders are stable, filters are SQL, columns are chosen', async () => {
    await write('goods', goods);
    const orderBy = [{ column: 'qty', descending: true }];
    const page = (offset: number) =>
      rowsOf(call('page', { relation: 'goods', orderBy, offset, limit: 2, columns: ['sku'] }));
    const all = [...(await page(0)), ...(await page(2)), ...(await page(4))];
    expect(all.map((row) => row['sku'])).toEqual(['a', 'c', 'e', 'b', 'd']);
    const where = "qty > 1 AND sku <> 'a' -- not the first";
    expect(await rowsOf(call('page', { relation: 'goods', where }))).toEqual([
      { sku: 'c', qty: 3 },
      { sku: 'e', qty: 2 }
    ]);
  });

  test('deep windows', async () => {
    await relations.createAs('big', 'SELECT i FROM range(1000000) t(i)');
    const rows = await rowsOf(call('page', { relation: 'big', offset: 999_998, limit: 10 }));
    expect(rows).toEqual([{ i: 999_998 }, { i: 999_999 }]);
  });

  test('deep windows of an order, before and after the relation changes', async () => {
    const orderBy = [{ column: 'k', descending: true }];
    const window = () =>
      rowsOf(call('page', { relation: 'w', orderBy, where: 'i >= 10', offset: 9_000, limit: 3 }));
    for (const factor of [7, 11]) {
      await call(
        'runJob',
        queryJob('w', `SELECT i, i * ${factor} % 101 AS k FROM range(10000) t(i)`)
      );
      const golden = await relations.query(
        'SELECT i, k FROM w WHERE i >= 10 ORDER BY k DESC, i LIMIT 3 OFFSET 9000'
      );
      expect(await window()).toEqual(toRows(golden));
      expect(await window()).toEqual(toRows(golden));
    }
    const hiddenTables = await relations.query(
      "SELECT count(*) AS n FROM duckdb_tables() WHERE table_name LIKE '~order%'"
    );
    expect(toRows(hiddenTables)).toEqual([{ n: 1 }]);
  });

  test('a filter cannot smuggle in a second statement', async () => {
    await write('goods', goods);
    const where = 'true); DROP TABLE goods; SELECT (true';
    await expect(call('page', { relation: 'goods', where })).rejects.toBeInstanceOf(ProblemError);
    expect(await call('describeTable', { relation: 'goods' })).not.toBeNull();
  });

  test('a query reads, and gives no more than its limit', async () => {
    const rows = await rowsOf(call('query', { sql: 'SELECT * FROM range(100)', limit: 3 }));
    expect(rows.length).toBe(3);
    await expect(
      call('query', { sql: 'CREATE TABLE x AS SELECT 1', limit: 1 })
    ).rejects.toBeInstanceOf(ProblemError);
  });
});

describe('export', () => {
  const table = columns({
    sku: text(['0012', 'say "hi", you', 'two\nlines', '', null]),
    n: numeric([1, null, 0.5, -2, 1e21]),
    at: numeric([0, 1500, null, 86_400_000, 0], 'timestamp'),
    items: { type: 'other', sqlType: 'VARCHAR[]', values: [['a', 'b'], [], null, ['"c"'], ['ü']] }
  });

  async function exported(format: 'csv' | 'json' | 'ndjson' | 'parquet' | 'arrow'): Promise<Blob> {
    await write('t', table);
    return call('export', { relation: 't', format });
  }

  test('CSV keeps text exact and joins lists', async () => {
    expect(await (await exported('csv')).text()).toBe(
      [
        'sku,n,at,items',
        '0012,1.0,1970-01-01 00:00:00,"a, b"',
        '"say ""hi"", you",,1970-01-01 00:00:01.5,""',
        '"two\nlines",0.5,,',
        '"",-2.0,1970-01-02 00:00:00,"""c"""',
        ',1e+21,1970-01-01 00:00:00,ü',
        ''
      ].join('\n')
    );
  });

  test('JSON and NDJSON are JSON', async () => {
    const rows = JSON.parse(await (await exported('json')).text()) as unknown[];
    expect(rows).toEqual([
      { sku: '0012', n: 1, at: '1970-01-01T00:00:00', items: ['a', 'b'] },
      { sku: 'say "hi", you', n: null, at: '1970-01-01T00:00:01.5', items: [] },
      { sku: 'two\nlines', n: 0.5, at: null, items: null },
      { sku: '', n: -2, at: '1970-01-02T00:00:00', items: ['"c"'] },
      { sku: null, n: 1e21, at: '1970-01-01T00:00:00', items: ['ü'] }
    ]);
    const lines = (await (await exported('ndjson')).text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
  });

  test.each(['parquet', 'arrow'] as const)('%s comes back equal', async (format) => {
    const blob = await exported(format);
    await call('addFiles', { files: [new File([blob], `t.${format}`)] });
    const job = queryJob('back', '', { mode: 'load', outputs: ['back', 'back_rejects'] });
    const config = { file: `t.${format}`, format: 'auto', on_bad_rows: 'reject' };
    await call('runJob', { ...job, cell: { ...job.cell, kind: 'source', config } });
    const back = await rowsOf(call('page', { relation: 'back' }));
    expect(back).toEqual(await rowsOf(call('page', { relation: 't' })));
  });

  test('no rows make a file with names alone', async () => {
    await relations.createAs('none', 'SELECT 1 AS a, 2 AS b WHERE false');
    const csv = await call('export', { relation: 'none', format: 'csv' });
    expect(await csv.text()).toBe('a,b\n');
    const json = await call('export', { relation: 'none', format: 'json' });
    expect(JSON.parse(await json.text())).toEqual([]);
  });
});

describe('kept results', () => {
  async function keepOne(): Promise<Outcome> {
    const outcome = await call(
      'runJob',
      queryJob('q', 'SELECT i, i % 7 AS k FROM range(1000) t(i)')
    );
    await call('keep', { fingerprint: 'f1', cell: 'q', outcome });
    return outcome;
  }

  async function reopen(): Promise<void> {
    await relations.drop(['q']);
    await startService();
  }

  test('come back whole, and reach the engine only when they are read', async () => {
    const outcome = await keepOne();
    await reopen();
    expect(await call('restore', { fingerprint: 'f1', cell: 'q' })).toEqual(outcome);
    expect(await rowsOf(call('page', { relation: 'q', offset: 10, limit: 2 }))).toEqual([
      { i: 10, k: 3 },
      { i: 11, k: 4 }
    ]);
    expect(await call('describeTable', { relation: 'q' })).toMatchObject({ rows: 1000 });
    expect(await relations.describe('q')).toBeUndefined();
    const sum = await rowsOf(call('query', { sql: 'SELECT sum(i) AS s FROM q', limit: 1 }));
    expect(sum).toEqual([{ s: 499_500 }]);
    expect(await relations.describe('q')).toMatchObject({ rows: 1000 });
  });

  test('are there for the jobs that read them', async () => {
    await keepOne();
    await reopen();
    await call('restore', { fingerprint: 'f1', cell: 'q' });
    const job = queryJob('r', 'SELECT max(i) AS m FROM q', { inputs: [{ relation: 'q' }] });
    await call('runJob', job);
    expect(await rowsOf(call('page', { relation: 'r' }))).toEqual([{ m: 999 }]);
  });

  test('are nothing when never kept, torn or damaged', async () => {
    expect(await call('restore', { fingerprint: 'f1', cell: 'q' })).toBeNull();
    await keepOne();
    store.truncate('f1/table0', 20);
    await reopen();
    expect(await call('restore', { fingerprint: 'f1', cell: 'q' })).toBeNull();
    expect(await store.folders()).toEqual([]);
  });

  test('are not kept under a fingerprint that a later run overtook', async () => {
    const early = await call('runJob', queryJob('q', 'SELECT 1 AS a'));
    await call('runJob', queryJob('q', 'SELECT 2 AS a'));
    await call('keep', { fingerprint: 'early', cell: 'q', outcome: early });
    expect(await call('restore', { fingerprint: 'early', cell: 'q' })).toBeNull();
  });

  test('the least recently used go first', async () => {
    const cache = new ResultCache(store, 3000);
    const content = async function* (byte: number) {
      yield crypto.getRandomValues(new Uint8Array(700)).fill(byte, 0, 1);
    };
    const info = { name: 't', rows: 1, fields: [] };
    const preview = columns({ a: numeric([1]) });
    const outcome: Outcome = { relations: [info], report: NaN, problems: [], hash: '' };
    for (const name of ['one', 'two']) {
      await cache.keep(name, outcome, [{ info, preview, content: content(1) }]);
    }
    expect((await cache.restore('one'))?.outcome.report).toBeNaN();
    await cache.keep('three', outcome, [{ info, preview, content: content(2) }]);
    expect(await store.folders()).toEqual(['one', 'three']);
  });
});

describe('filtered windows', () => {
  test('far down are the rows that the filter takes, in their own order', async () => {
    await relations.createAs('long', 'SELECT CAST(i AS INTEGER) AS i FROM range(20000) AS r(i)');
    const request = { relation: 'long', where: 'i % 2 = 1', limit: 2 };
    const rows = await rowsOf(call('page', { ...request, offset: 5000 }));
    expect(rows).toEqual([{ i: 10_001 }, { i: 10_003 }]);
    expect(await rowsOf(call('page', { ...request, offset: 9999 }))).toEqual([{ i: 19_999 }]);
  });
});

describe('profiles', () => {
  const long = 'SELECT i, hash(i) AS h FROM range(4000000) AS r(i)';

  test('tell what each column holds', async () => {
    await write('goods', goods);
    const profile = await call('profile', { relation: 'GOODS' });
    expect(profile).toMatchObject({ rows: 5, exact: true });
    expect(profile.columns[1]).toMatchObject({ column: 'qty', missing: 1, distinct: 3, max: 3 });
    expect(await codeOf(call('profile', { relation: 'none' }))).toBe('data.no-relation');
  });

  test('give way to a run, and are whole all the same', async () => {
    await relations.createAs('long', long);
    const order: string[] = [];
    const profile = call('profile', { relation: 'long' }).then((p) => (order.push('profile'), p));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call('runJob', queryJob('q', 'SELECT 1 AS a')).then(() => order.push('run'));
    expect((await profile).columns[0]).toMatchObject({ min: 0, max: 3_999_999, missing: 0 });
    expect(order).toEqual(['run', 'profile']);
  });

  test('stop within half a second', async () => {
    await relations.createAs('long', long);
    const stop = new AbortController();
    const profile = call('profile', { relation: 'long' }, stop.signal);
    profile.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 80));
    stop.abort();
    expect(await timeUntil(profile)).toBeLessThan(500);
    await expect(profile).rejects.toThrow(Cancelled);
    expect(await rowsOf(call('query', { sql: 'SELECT 1 AS a', limit: 1 }))).toEqual([{ a: 1 }]);
  });
});

describe('files', () => {
  test('a mark changes with the file, and a pattern sees all it fits', async () => {
    const mark = () => call('fileMark', { file: '*.csv' });
    const empty = await mark();
    await call('addFiles', { files: [new File(['a'], 'a.csv', { lastModified: 1 })] });
    const one = await mark();
    await call('addFiles', { files: [new File(['a'], 'a.csv', { lastModified: 2 })] });
    const changed = await mark();
    await call('removeFile', { name: 'a.csv' });
    expect(new Set([empty, one, changed]).size).toBe(3);
    expect(await mark()).toBe(empty);
  });

  test('a bundled set loads by its name', async () => {
    const job = queryJob('lines', '', { mode: 'load', outputs: ['lines', 'lines_rejects'] });
    const config = { example: 'online-retail', format: 'auto', on_bad_rows: 'reject' };
    const outcome = await call('runJob', { ...job, cell: { ...job.cell, kind: 'source', config } });
    expect(outcome.relations.map(({ name, rows }) => [name, rows])).toEqual([
      ['lines', 541_909],
      ['lines_rejects', 0]
    ]);
  });
});
