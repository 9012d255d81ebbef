import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnProfile } from '#lib/base/table-profile.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { numberEdges, timeEdges } from '#lib/sql/profile/bins.ts';
import { profileTable } from '#lib/sql/profile/index.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';

let db: DuckDbRelations;
beforeAll(async () => {
  db = await openTestDuckDb();
});
afterAll(() => db.close());

async function profileOf(select: string): Promise<readonly ColumnProfile[]> {
  await db.drop(['a "table"']);
  const info = await db.createAs('a "table"', select);
  return (await profileTable(info, (sql) => db.query(sql))).columns;
}

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

describe('a profile', () => {
  it('tells numbers: missing, different, figures, quantiles and classes', async () => {
    const [x] = await profileOf(`SELECT unnest([1, 2, 2, 3, NULL, 10]) AS "the ""x"""`);
    expect(x).toMatchObject({
      ...{ column: 'the "x"', type: 'integer', missing: 1, infinite: 0, distinct: 4 },
      ...{ min: 1, max: 10, mean: 3.6, top: [] }
    });
    expect(x!.sd).toBeCloseTo(3.6469, 3);
    expect(x!.quantiles![2]).toBe(2);
    expect(x!.bins).toEqual({
      edges: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      counts: [1, 2, 1, 0, 0, 0, 0, 0, 0, 1],
      ...{ openBelow: false, openAbove: false }
    });
  });

  it('keeps what is not a number and what has no end out of the figures', async () => {
    const [x] = await profileOf(
      `SELECT unnest(['1.5', 'nan', 'infinity', '-infinity', NULL, '2.5']::DOUBLE[]) AS x`
    );
    expect(x).toMatchObject({ missing: 2, infinite: 2, distinct: 4, min: 1.5, max: 2.5, mean: 2 });
    expect(sum(x!.bins!.counts)).toBe(2);
  });

  it('counts text and truth by value, the most frequent first', async () => {
    const [t, b, e] = await profileOf(
      `SELECT unnest(['it''s', 'b', 'it''s', NULL, '']) AS t,
              unnest([true, false, false, NULL, false]) AS b,
              unnest(['lo', 'hi', 'lo', 'lo', NULL])::ENUM('lo', 'hi') AS e`
    );
    expect(t).toMatchObject({ missing: 1, distinct: 3, bins: null, min: null });
    expect(t!.top).toEqual([
      { value: "it's", rows: 2 },
      { value: '', rows: 1 },
      { value: 'b', rows: 1 }
    ]);
    expect(b).toMatchObject({ missing: 1, distinct: 2 });
    expect(b!.top).toEqual([
      { value: 'false', rows: 3 },
      { value: 'true', rows: 1 }
    ]);
    expect(e!.top[0]).toEqual({ value: 'lo', rows: 3 });
  });

  it('reads times before 1970, of every kind, and times without an end', async () => {
    const columns = await profileOf(
      `SELECT unnest(['1901-03-04', '1969-12-31', NULL, '2020-02-29', 'infinity'])::DATE AS d,
              unnest(['1901-03-04 05:06:07.000001', '1969-12-31 23:59:59.999999', NULL, '2020-02-29', 'infinity'])::TIMESTAMP AS t,
              unnest(['1901-03-04', '1969-12-31', NULL, '2020-02-29', 'infinity'])::TIMESTAMPTZ AS z,
              unnest(['1901-03-04', '1969-12-31', NULL, '2020-02-29', '2020-03-01'])::TIMESTAMP_NS AS n`
    );
    for (const x of columns) {
      expect(x.missing, x.column).toBe(1);
      expect(x.infinite, x.column).toBe(x.column === 'n' ? 0 : 1);
      expect(Math.floor(x.min! / 86_400_000)).toBe(Date.UTC(1901, 2, 4) / 86_400_000);
      expect(sum(x.bins!.counts), x.column).toBe(x.column === 'n' ? 4 : 3);
      expect(new Date(x.bins!.edges[0]!).toISOString()).toMatch(/-01-01T00:00:00.000Z$/);
    }
    expect(columns[0]!.max).toBe(Date.UTC(2020, 1, 29));
  });

  it('holds for whole numbers of any size and for decimals', async () => {
    const [h, u, d, w] = await profileOf(
      `SELECT unnest([-170141183460469231731687303715884105727, 0, 170141183460469231731687303715884105727])::HUGEINT AS h,
              unnest([0, 1, 18446744073709551615])::UBIGINT AS u,
              unnest([0.1, 0.2, 99999999999999999999.9])::DECIMAL(38, 1) AS d,
              unnest([-1.7e308, 0, 1.7e308])::DOUBLE AS w`
    );
    expect(h).toMatchObject({ min: -1.7014118346046923e38, max: 1.7014118346046923e38 });
    expect(u).toMatchObject({ min: 0, max: 18446744073709552000 });
    expect(d!.max).toBe(1e20);
    for (const x of [h, u, d, w]) expect(sum(x!.bins!.counts), x!.column).toBe(3);
  });

  it('has nothing to say of an empty table, of nested values only what is missing', async () => {
    const empty = await profileOf(
      `SELECT 1 AS i, 'a' AS t, DATE '2020-01-01' AS d, true AS b WHERE false`
    );
    for (const x of empty) {
      expect(x).toMatchObject({ missing: 0, distinct: 0, bins: null, quantiles: null, top: [] });
    }
    const [gone, list] = await profileOf(
      `SELECT NULL::INTEGER AS gone, unnest([[1], NULL, [2, 3]]) AS list`
    );
    expect(gone).toMatchObject({ missing: 3, distinct: 0, min: null, bins: null });
    expect(list).toMatchObject({ type: 'other', missing: 1, distinct: null, top: [] });
    const [one] = await profileOf(`SELECT 7.25::DOUBLE AS one`);
    expect(one).toMatchObject({ min: 7.25, max: 7.25, sd: null, distinct: 1 });
    expect(one!.bins).toMatchObject({ edges: [7.25, 7.25], counts: [1] });
  });

  it('names no frequent value where each comes once', async () => {
    const [id] = await profileOf(`SELECT 'row ' || i AS id FROM range(50) AS r(i)`);
    expect(id).toMatchObject({ distinct: 50, top: [] });
  });

  it('estimates on a long table within a few percent, and counts its classes exactly', async () => {
    const [n, word, key, at] = await profileOf(
      `SELECT (i * 7919) % 1000 AS n, 'w' || (i % 13) * (i % 2) AS word, 'k' || i AS key,
              TIMESTAMP '2020-01-01' + to_minutes(i) AS at FROM range(300000) AS r(i)`
    );
    expect(n!.distinct).toBe(1000);
    expect(key!.distinct).toBe(300_000);
    expect(Math.abs(n!.quantiles![2]! - 500)).toBeLessThan(15);
    expect(n!.bins!.counts).toEqual(Array.from({ length: 20 }, () => 15_000));
    expect(word!.distinct).toBe(13);
    expect(word!.top[0]).toEqual({ value: 'w0', rows: 161_538 });
    expect(key!.top).toEqual([]);
    expect(sum(at!.bins!.counts)).toBe(300_000);
  });

  it('takes thousands of columns', async () => {
    const columns = await profileOf(
      `SELECT ${Array.from({ length: 1000 }, (_, i) => `${i} AS c${i}`).join(', ')} FROM range(3)`
    );
    expect(columns.map((c) => c.mean)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
});

describe('classes', () => {
  const values = fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), {
    minLength: 1,
    maxLength: 40
  });
  const extentOf = (xs: readonly number[]) => {
    const sorted = [...xs].sort((a, b) => a - b);
    const at = (q: number) => sorted[Math.round(q * (sorted.length - 1))]!;
    return { min: at(0), max: at(1), low: at(0.1), high: at(0.9) };
  };

  it('rise, are at most twenty, and hold every value', () => {
    fc.assert(
      fc.property(values, fc.constantFrom('number', 'whole', 'time', 'days'), (xs, kind) => {
        const day = 86_400_000;
        const all = xs.map((x) =>
          kind === 'number' ? x : kind === 'days' ? Math.round(x / day) * day : Math.round(x)
        );
        const extent = extentOf(all);
        const { edges, openBelow, openAbove } =
          kind === 'time' || kind === 'days'
            ? timeEdges(extent, kind === 'days')
            : numberEdges(extent, kind === 'whole');
        expect(edges.length).toBeGreaterThan(1);
        expect(edges.length).toBeLessThanOrEqual(21);
        if (extent.max > extent.min) {
          for (let i = 1; i < edges.length; i++) expect(edges[i]!).toBeGreaterThan(edges[i - 1]!);
        }
        const slack = 1e-9 * Math.max(Math.abs(extent.min), Math.abs(extent.max));
        if (!openBelow) expect(edges[0]!).toBeLessThanOrEqual(extent.min + slack);
        if (!openAbove) expect(edges.at(-1)!).toBeGreaterThanOrEqual(extent.max - slack);
      })
    );
  });

  it('have round edges, and leave far values to the outermost', () => {
    expect(numberEdges({ min: 0.3, max: 97, low: 1, high: 96 }, false).edges.slice(0, 3)).toEqual([
      0, 5, 10
    ]);
    const far = numberEdges({ min: -80995, max: 80995, low: -4, high: 100 }, true);
    expect(far).toMatchObject({ openBelow: true, openAbove: true });
    expect(far.edges[0]).toBe(-10);
    const year = { min: Date.UTC(2010, 11, 1), max: Date.UTC(2011, 11, 9) };
    const months = timeEdges({ ...year, low: year.min, high: year.max }, false).edges;
    expect(months.map((ms) => new Date(ms).toISOString().slice(0, 10)).slice(0, 2)).toEqual([
      '2010-12-01',
      '2011-01-01'
    ]);
  });

  it('end and rise for any two numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (a, b) => {
          const [min, max] = [Math.min(a, b), Math.max(a, b)];
          const { edges } = numberEdges({ min, max, low: min, high: max }, false);
          expect(edges.length).toBeLessThanOrEqual(22);
          expect(edges.every((edge, i) => i === 0 || edge >= edges[i - 1]!)).toBe(true);
        }
      ),
      {
        examples: [
          [0, 2e-321],
          [5e-324, 1e-322],
          [-1.7e308, 1.7e308]
        ],
        numRuns: 2000
      }
    );
  });

  it('agree with a plain count in TypeScript', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (xs) => {
        const list = xs.map((x) => `CAST('${x}' AS DOUBLE)`).join(', ');
        const [column] = await profileOf(`SELECT unnest([${list}]) AS x`);
        const { edges, counts } = column!.bins!;
        const plain = counts.map(() => 0);
        for (const x of xs) {
          const above = edges.findIndex((edge, i) => i > 0 && x < edge);
          plain[above < 0 ? plain.length - 1 : above - 1]!++;
        }
        expect(counts).toEqual(plain);
      }),
      { numRuns: 40 }
    );
  });
});
