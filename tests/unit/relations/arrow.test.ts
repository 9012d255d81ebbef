import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boolean, columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';

const day = 86_400_000;

function through(table: Columns): Columns {
  return columnsFromIpc(ipcFromColumns(table));
}

describe('columns through Arrow and back', () => {
  test('every type keeps its values and its gaps', () => {
    const table = columns({
      i: numeric([1, null, -9_007_199_254_740_991], 'integer'),
      n: numeric([0.5, null, -1e300]),
      d: numeric([0, null, -day], 'date'),
      t: numeric([1_577_934_245_678.901, null, -1], 'timestamp'),
      b: boolean([true, null, false]),
      s: text(['häß', null, '']),
      l: { type: 'other', sqlType: 'VARCHAR[]', values: [['a', 'b'], null, []] }
    });
    expect(toRows(through(table))).toEqual(toRows(table));
  });

  test('no rows keep their schema', () => {
    const table = columns({ a: numeric([], 'integer'), b: text([]) });
    expect(through(table)).toEqual(table);
  });

  test('property: any text survives, repeated or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.string({ unit: 'binary' }))),
        fc.nat(3),
        (values, repeats) => {
          const all = Array.from({ length: repeats + 1 }, () => values).flat();
          const table = columns({ s: text(all) });
          expect(through(table).vectors[0]!.values).toEqual(all);
        }
      )
    );
  });

  test('property: any safe integer survives', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.maxSafeInteger())), (values) => {
        const table = columns({ i: numeric(values, 'integer') });
        expect(toRows(through(table))).toEqual(toRows(table));
      })
    );
  });
});

describe('types of DuckDB', () => {
  let db: DuckDbRelations;
  beforeAll(async () => {
    db = await openTestDuckDb();
  });
  afterAll(() => db.close());

  async function value(expression: string): Promise<unknown> {
    return toRows(await db.query(`SELECT ${expression} AS v`))[0]!['v'];
  }

  test.each([
    ['170::HUGEINT', 170],
    ['-5::BIGINT', -5],
    ['7::UBIGINT', 7],
    ['3::UHUGEINT', 3],
    ['1.25::DECIMAL(18,2)', 1.25],
    ['1.5::FLOAT', 1.5],
    ["'nan'::DOUBLE", null],
    ['true', true],
    ["DATE '2020-01-02'", Date.UTC(2020, 0, 2)],
    ["TIMESTAMP '2020-01-02 03:04:05.678901'", Date.UTC(2020, 0, 2, 3, 4, 5, 678) + 0.901],
    ["TIMESTAMP_S '2020-01-02 03:04:05'", Date.UTC(2020, 0, 2, 3, 4, 5)],
    ["TIMESTAMP_MS '1969-12-31 23:59:59.5'", -500],
    ["TIMESTAMP_NS '2020-01-02 03:04:05.25'", Date.UTC(2020, 0, 2, 3, 4, 5, 250)],
    ["TIMESTAMPTZ '2020-01-02 03:04:05+02'", Date.UTC(2020, 0, 2, 1, 4, 5)],
    ["TIME '03:04:05.5'", '03:04:05.5'],
    ["INTERVAL '14 months 2 days 3 seconds'", '1 year 2 months 2 days 00:00:03'],
    ["'b'::ENUM('a','b')", 'b'],
    ["UUID '0696638f-815c-4db9-89ec-94b1d3539f3e'", '0696638f-815c-4db9-89ec-94b1d3539f3e'],
    ["['x','y',NULL]", ['x', 'y', null]],
    ["{'a': 1, 'b': 'x'}", { a: 1, b: 'x' }],
    ["MAP {'k': 1}", [['k', 1]]],
    ["'ab'::BLOB", new Uint8Array([97, 98])],
    ['NULL', null]
  ])('%s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  test('our columns become the types that the readme names, and come back equal', async () => {
    const table = columns({
      i: numeric([1, null], 'integer'),
      n: numeric([0.5, 2]),
      d: numeric([0, day], 'date'),
      t: numeric([1.5, null], 'timestamp'),
      b: boolean([true, null]),
      s: text(['0012', '0012']),
      l: { type: 'other', sqlType: 'VARCHAR[]', values: [['a'], null] }
    });
    const info = await db.write('round', table);
    expect(info.fields.map((f) => f.sqlType)).toEqual([
      'BIGINT',
      'DOUBLE',
      'DATE',
      'TIMESTAMP',
      'BOOLEAN',
      'VARCHAR',
      'VARCHAR[]'
    ]);
    expect(toRows(await db.read('round'))).toEqual(toRows(table));
  });
});
