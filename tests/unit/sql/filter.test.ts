import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boolean, columns, numeric, text, toRows } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { searchSql, tableQuerySql, whereSql, type Filter } from '#lib/sql/filter.ts';
import { quoteName } from '#lib/sql/quote.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';

let db: DuckDbRelations;
beforeAll(async () => {
  db = await openTestDuckDb();
});
afterAll(() => db.close());

async function give(select: string, name = 'a "b"'): Promise<RelationInfo> {
  await db.drop([name]);
  return db.createAs(name, select);
}

/** The row numbers that a condition takes. */
async function kept({ name }: RelationInfo, where: string | undefined): Promise<number[]> {
  const condition = where === undefined ? '' : ` WHERE (${where})`;
  const rows = await db.query(
    `SELECT rowid::INTEGER AS r FROM ${quoteName(name)}${condition} ORDER BY rowid`
  );
  return Array.from(rows.vectors[0]!.values as Float64Array);
}

describe('filters', () => {
  it('take text by its letters, not as a pattern, and never a missing value', async () => {
    const info = await give(
      `SELECT unnest(['100%', 'a_b', 'AxB', NULL, 'it''s \\', '']) AS "my ""t"""`
    );
    const at = (filter: object) =>
      kept(info, whereSql([{ column: 'my "t"', ...filter } as Filter], info.fields));
    expect(await at({ op: 'contains', text: '%' })).toEqual([0]);
    expect(await at({ op: 'contains', text: '_' })).toEqual([1]);
    expect(await at({ op: 'contains', text: 'a' })).toEqual([1, 2]);
    expect(await at({ op: 'contains', text: '\\' })).toEqual([4]);
    expect(await at({ op: 'starts', text: "IT'S" })).toEqual([4]);
    expect(await at({ op: 'equals', text: 'AxB' })).toEqual([2]);
    expect(await at({ op: 'equals', text: '' })).toEqual([5]);
    expect(await at({ op: 'in', values: ['a_b', null] })).toEqual([1, 3]);
    expect(await at({ op: 'in', values: [] })).toEqual([]);
    expect(await at({ op: 'missing' })).toEqual([3]);
    expect(await at({ op: 'present' })).toEqual([0, 1, 2, 4, 5]);
  });

  it('leave out what is not a number, except where it is asked for as missing', async () => {
    const info = await give(
      `SELECT unnest(['1.5', 'nan', 'infinity', '-infinity', NULL, '-2']::DOUBLE[]) AS x`
    );
    const at = (filter: object) =>
      kept(info, whereSql([{ column: 'x', ...filter } as Filter], info.fields));
    expect(await at({ op: 'range', from: '0', to: null })).toEqual([0, 2]);
    expect(await at({ op: 'range', from: null, to: '1.5' })).toEqual([0, 3, 5]);
    expect(await at({ op: 'range', from: null, to: '1.5', below: true })).toEqual([3, 5]);
    expect(await at({ op: 'range', from: null, to: null })).toEqual([0, 2, 3, 5]);
    expect(await at({ op: 'missing' })).toEqual([1, 4]);
    expect(await at({ op: 'present' })).toEqual([0, 2, 3, 5]);
  });

  it('keep whole numbers exact, however long', async () => {
    const info = await give(
      `SELECT unnest([9007199254740993, 9007199254740992, 5]) AS b,
              unnest([170141183460469231731687303715884105727, 0, -1])::HUGEINT AS h,
              unnest([18446744073709551615, 0, 7])::UBIGINT AS u,
              unnest([1.25, 99999999999999.99, 3])::DECIMAL(18, 2) AS d`
    );
    const at = (column: string, from: string | null, to: string | null, below = false) =>
      kept(info, whereSql([{ column, op: 'range', from, to, below }], info.fields));
    expect(await at('b', '9007199254740993', null)).toEqual([0]);
    expect(await at('b', '4.5', '5.5')).toEqual([2]);
    expect(await at('b', null, '5.5', true)).toEqual([2]);
    expect(await at('b', '1e300', null)).toEqual([]);
    expect(await at('h', '170141183460469231731687303715884105727', null)).toEqual([0]);
    expect(await at('u', '18446744073709551615', null)).toEqual([0]);
    expect(await at('u', '-5', '7')).toEqual([1, 2]);
    expect(await at('d', '1.25', '3')).toEqual([0, 2]);
    expect(await at('d', '1.250000000001', null)).toEqual([1, 2]);
  });

  it('take times of every kind, also before 1970', async () => {
    const info = await give(
      `SELECT unnest(['1969-12-31', '1970-01-01', NULL, '2011-01-05'])::DATE AS d,
              unnest(['1969-12-31 23:59:59.999999', '1970-01-01', NULL, '2011-01-05 08:30'])::TIMESTAMP AS t,
              unnest(['1969-12-31 23:59:59', '1970-01-01', NULL, '2011-01-05 08:30'])::TIMESTAMPTZ AS z`
    );
    for (const column of ['d', 't', 'z']) {
      const at = (from: string | null, to: string | null, below = false) =>
        kept(info, whereSql([{ column, op: 'range', from, to, below }], info.fields));
      expect(await at('1970-01-01', null), column).toEqual([1, 3]);
      expect(await at(null, '1970-01-01', true), column).toEqual([0]);
      expect(await at('2011-01-05', '2011-01-06', true), column).toEqual([3]);
    }
    const precise = { op: 'range', from: '2011-01-05 08:00:00', to: null } as const;
    expect(await kept(info, whereSql([{ column: 't', ...precise }], info.fields))).toEqual([3]);
    expect(await kept(info, whereSql([{ column: 'd', ...precise }], info.fields))).toEqual([]);
  });

  it('refuse a bound that is none, so that nothing else gets into the SQL', () => {
    const fields = [{ name: 'x', type: 'integer' as const }];
    const bad = (from: string): Filter => ({ column: 'x', op: 'range', from, to: null });
    for (const from of ['1; DROP TABLE t', '', 'NaN', '1)'])
      expect(() => whereSql([bad(from)], fields)).toThrow();
    const times = [{ name: 'x', type: 'date' as const, sqlType: 'DATE' }];
    expect(() => whereSql([bad("2011-01-01' OR '1'='1")], times)).toThrow();
  });

  it('search every column that can show the text', async () => {
    const info = await give(
      `SELECT unnest(['Red', 'tour 2010', NULL]) AS t, unnest([2010, 7, 9]) AS n,
              unnest(['2010-02-01', '2011-02-01', '2012-01-01'])::DATE AS d, unnest([['a'], ['true'], NULL]) AS l,
              unnest([true, false, NULL]) AS b`
    );
    const found = (needle: string) => kept(info, searchSql(needle, info.fields));
    expect(await found('2010')).toEqual([0, 1]);
    expect(await found('red')).toEqual([0]);
    expect(await found('-02-')).toEqual([0, 1]);
    expect(await found('FALSE')).toEqual([1]);
    expect(await found('nowhere')).toEqual([]);
  });

  it('become a query that a person can read, and that runs', async () => {
    const info = await give(`SELECT 1 AS "order", 'x' AS "Unit Price", 3 AS n`, 'lines');
    const sql = tableQuerySql({
      ...{ table: 'lines', fields: info.fields, columns: ['order', 'n'], search: 'x' },
      filters: [{ column: 'n', op: 'range', from: '2', to: null }],
      sorts: [{ column: 'n', descending: true }]
    });
    expect(sql).toBe(
      `SELECT "order", n\nFROM lines\nWHERE n >= 2\n  AND ("Unit Price" ILIKE '%x%')\nORDER BY n DESC NULLS LAST`
    );
    expect(toRows(await db.query(sql))).toEqual([{ order: 1, n: 3 }]);
  });
});

interface Row {
  n: number | null;
  i: number | null;
  t: string | null;
  b: boolean | null;
  d: number | null;
}

describe('the rows that SQL keeps', () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'B', '%', '_', '\\', "'", 'é'),
    maxLength: 4
  });
  const number = fc.oneof(
    fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
    fc.constantFrom(Infinity, -Infinity)
  );
  const row = fc.record({
    n: fc.option(number),
    i: fc.option(fc.integer({ min: -5, max: 5 })),
    t: fc.option(letters),
    b: fc.option(fc.boolean()),
    d: fc.option(fc.integer({ min: -3, max: 3 }).map((day) => day * 86_400_000))
  });
  const bound = fc.option(fc.integer({ min: -24, max: 24 }).map((n) => String(n / 4)));
  const day = fc.option(
    fc.integer({ min: -3, max: 3 }).map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10))
  );
  const filter: fc.Arbitrary<Filter> = fc.oneof(
    fc.record({
      column: fc.constantFrom('n', 'i'),
      ...{ op: fc.constant('range' as const), from: bound, to: bound, below: fc.boolean() }
    }),
    fc.record({
      column: fc.constant('d'),
      ...{ op: fc.constant('range' as const), from: day, to: day, below: fc.boolean() }
    }),
    fc.record({
      column: fc.constant('t'),
      op: fc.constantFrom('contains' as const, 'starts' as const, 'equals' as const),
      text: letters
    }),
    fc.record({
      column: fc.constant('t'),
      op: fc.constant('in' as const),
      values: fc.array(fc.option(letters), { maxLength: 3 })
    }),
    fc.record({
      column: fc.constant('b'),
      op: fc.constant('in' as const),
      values: fc.array(fc.constantFrom('true', 'false', null), { maxLength: 2 })
    }),
    fc.record({
      column: fc.constantFrom('n', 'i', 't', 'b', 'd'),
      op: fc.constantFrom('missing' as const, 'present' as const)
    })
  );

  function takes(f: Filter, value: Row[keyof Row]): boolean {
    if (f.op === 'missing') return value === null;
    if (f.op === 'in') return f.values.includes(value === null ? null : String(value));
    if (value === null) return false;
    if (f.op === 'present') return true;
    if (f.op === 'range') {
      const of = (s: string) => (f.column === 'd' ? Date.parse(s) : Number(s));
      const x = Number(value);
      if (f.from !== null && !(x >= of(f.from))) return false;
      return f.to === null || (f.below ? x < of(f.to) : x <= of(f.to));
    }
    if (!('text' in f)) return false;
    const own = String(value).toLowerCase();
    const asked = f.text.toLowerCase();
    if (f.op === 'equals') return value === f.text;
    return f.op === 'contains' ? own.includes(asked) : own.startsWith(asked);
  }

  it('are those that a plain filter in TypeScript keeps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.array(filter, { maxLength: 3 }),
        async (rows: Row[], filters) => {
          const info = await db.write(
            'random',
            columns({
              n: numeric(rows.map((r) => r.n)),
              i: numeric(
                rows.map((r) => r.i),
                'integer'
              ),
              t: text(rows.map((r) => r.t)),
              b: boolean(rows.map((r) => r.b)),
              d: numeric(
                rows.map((r) => r.d),
                'date'
              )
            })
          );
          const plain = rows.flatMap((r, i) =>
            filters.every((f) => takes(f, r[f.column as keyof Row])) ? [i] : []
          );
          expect(await kept(info, whereSql(filters, info.fields))).toEqual(plain);
        }
      ),
      { numRuns: 150 }
    );
  });
});
