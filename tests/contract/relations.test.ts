import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { boolean, columns, numeric, text, toRows } from '#lib/base/columns.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { MemoryRelations } from '#lib/relations/memory.ts';
import type { Relations } from '#lib/relations/relations.ts';
import { openTestDuckDb } from '../support/duckdb.ts';

let duckdb: DuckDbRelations;
beforeAll(async () => {
  duckdb = await openTestDuckDb();
});
afterAll(() => duckdb.close());

const implementations: [string, () => Relations][] = [
  ['DuckDB', () => duckdb],
  ['memory', () => new MemoryRelations()]
];

const orders = columns({
  id: text(['a', 'b', 'c', null]),
  qty: numeric([1, 2, null, 4], 'integer'),
  price: numeric([0.5, null, 2.5, 4]),
  day: numeric([0, 86_400_000, null, 3 * 86_400_000], 'date'),
  at: numeric([0, 1.5, 86_400_001, null], 'timestamp'),
  paid: boolean([true, false, null, true])
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem.code;
}

describe.each(implementations)('relations in %s', (_, make) => {
  let relations: Relations;
  beforeEach(async () => {
    relations = make();
    await relations.drop((await relations.list()).map(({ name }) => name));
  });

  test('what is written is read back, types and gaps included', async () => {
    const info = await relations.write('orders', orders);
    expect(info.rows).toBe(4);
    expect(info.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id text',
      'qty integer',
      'price number',
      'day date',
      'at timestamp',
      'paid boolean'
    ]);
    expect(toRows(await relations.read('orders'))).toEqual(toRows(orders));
  });

  test('names are found in any case and keep how they were written', async () => {
    await relations.write('Bestellungen 2024 "neu"', orders);
    expect((await relations.describe('bestellungen 2024 "NEU"'))?.name).toBe(
      'Bestellungen 2024 "neu"'
    );
    expect(await relations.describe('nothing')).toBeUndefined();
  });

  test('writing again replaces', async () => {
    await relations.write('orders', orders);
    await relations.write('ORDERS', columns({ only: numeric([7]) }));
    expect((await relations.list()).length).toBe(1);
    expect(toRows(await relations.read('orders'))).toEqual([{ only: 7 }]);
  });

  test('a window of rows and columns', async () => {
    await relations.write('orders', orders);
    const window = await relations.read('orders', { columns: ['QTY', 'id'], offset: 1, limit: 2 });
    expect(toRows(window)).toEqual([
      { qty: 2, id: 'b' },
      { qty: null, id: 'c' }
    ]);
    expect((await relations.read('orders', { offset: 9, limit: 5 })).length).toBe(0);
  });

  test('append makes, then adds, and refuses other columns', async () => {
    await relations.append('log', columns({ n: numeric([1], 'integer'), s: text(['x']) }));
    await relations.append('LOG', columns({ n: numeric([2], 'integer'), s: text(['y']) }));
    expect(toRows(await relations.read('log'))).toEqual([
      { n: 1, s: 'x' },
      { n: 2, s: 'y' }
    ]);
    expect(await codeOf(relations.append('log', columns({ m: numeric([2]) })))).toBe(
      'data.columns-differ'
    );
  });

  test('publish renames, replaces and drops at once; hidden names are not listed', async () => {
    await relations.write('out', columns({ old: numeric([1]) }));
    await relations.write('out_extra', columns({ old: numeric([1]) }));
    await relations.write('~1~out', columns({ fresh: numeric([2]) }));
    expect((await relations.list()).map(({ name }) => name)).toEqual(['out', 'out_extra']);
    await relations.publish([{ from: '~1~out', to: 'out' }], ['out_extra', 'never_was']);
    expect((await relations.list()).map(({ name }) => name)).toEqual(['out']);
    expect(toRows(await relations.read('out'))).toEqual([{ fresh: 2 }]);
    expect(await relations.describe('~1~out')).toBeUndefined();
  });

  test('a publish that cannot be done changes nothing', async () => {
    await relations.write('out', columns({ old: numeric([1]) }));
    await expect(
      relations.publish([{ from: '~9~missing', to: 'out' }], ['out'])
    ).rejects.toBeInstanceOf(ProblemError);
    expect(toRows(await relations.read('out'))).toEqual([{ old: 1 }]);
  });

  test('an unknown relation or column is a problem with the nearest name', async () => {
    await relations.write('orders', orders);
    expect(await codeOf(relations.read('ordrs'))).toBe('data.no-relation');
    expect(await codeOf(relations.read('orders', { columns: ['qtty'] }))).toBe('sql.no-column');
  });

  test('an aborted read rejects with Cancelled', async () => {
    await relations.write('orders', orders);
    const stop = AbortSignal.abort();
    await expect(relations.read('orders', {}, stop)).rejects.toBeInstanceOf(Cancelled);
  });

  test('dropping what is not there is no problem', async () => {
    await relations.drop(['nothing']);
    expect(await relations.list()).toEqual([]);
  });
});
