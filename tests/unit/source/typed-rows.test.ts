import { tableFromColumns, tableToIPC } from '@uwdata/flechette';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import source from '#lib/cells/source/index.ts';
import run from '#lib/cells/source/run.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { encoderOf } from '#lib/relations/load/field-encoder.ts';
import { conversion, duckDbType, type TextType } from '#lib/relations/load/types.ts';
import { openTestDuckDb, runLoadKindForTest } from '../../support/duckdb.ts';

let db: DuckDbRelations;
beforeAll(async () => {
  db = await openTestDuckDb();
});
afterAll(() => db.close());

const utf8 = new TextEncoder();

/** The fields an encoder takes, and the column it makes of them. */
function encoded(type: TextType, texts: readonly string[], decimal = '.') {
  const encoder = encoderOf(type, 1024, decimal)!;
  const taken: string[] = [];
  for (const text of texts) {
    const bytes = utf8.encode(text);
    if (encoder.put(taken.length, bytes, 0, bytes.length, false)) taken.push(text);
  }
  const ipc = tableToIPC(tableFromColumns([['v', encoder.take(taken.length)]]), {
    format: 'stream'
  });
  return { taken, ipc: ipc! };
}

const digits = fc.stringMatching(/^-?[0-9]{1,20}$/);
const decimals = fc.stringMatching(/^-?[0-9]{0,18}[.,]?[0-9]{0,18}(e[+-]?[0-9]{1,3})?$/);
const padded = (text: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom('', ' ', '  '), text, fc.constantFrom('', ' ')).map((t) => t.join(''));
const isoDates = fc.stringMatching(/^[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]$/);
const isoTimes = fc
  .tuple(isoDates, fc.stringMatching(/^[ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,7})?)?Z?$/))
  .map((t) => t.join(''));
const localDates = fc.stringMatching(/^[0-3]?[0-9]\.[01]?[0-9]\.[12][0-9]{3}$/);
const localTimes = fc.stringMatching(/^[01]?[0-9]\/[0-3]?[0-9]\/[0-9]{2} [0-2]?[0-9]:[0-5]?[0-9]$/);

const cases: readonly (readonly [name: string, type: TextType, texts: fc.Arbitrary<string>])[] = [
  ['integer', { as: 'integer' }, fc.oneof(digits, decimals)],
  ['number', { as: 'number' }, fc.oneof(digits, decimals)],
  ['boolean', { as: 'boolean' }, fc.constantFrom('true', 'TRUE', 'False', 'yes', '1', 'truE')],
  ['date', { as: 'date', format: null }, fc.oneof(isoDates, isoTimes, digits)],
  ['timestamp', { as: 'timestamp', format: null }, fc.oneof(isoDates, isoTimes)],
  ['date by format', { as: 'date', format: '%d.%m.%Y' }, localDates],
  ['time by format', { as: 'timestamp', format: '%m/%d/%y %H:%M' }, localTimes]
];

describe('what an encoder takes, SQL takes too, with the same value', () => {
  test.each(cases)('%s', async (_, type, texts) => {
    const column = duckDbType(type);
    await fc.assert(
      fc.asyncProperty(fc.array(padded(texts), { minLength: 40, maxLength: 200 }), async (all) => {
        const { taken, ipc } = encoded(type, all);
        if (taken.length === 0) return;
        await db.drop(['ours']);
        await db.insertIpc('ours', ipc, true);
        const list = taken.map((text, i) => `(${i}, '${text}')`).join(', ');
        const sql = `(${conversion('t.v', type, {}, true)})::${column}`;
        const differs = await db.query(
          `SELECT t.v, ${sql}::VARCHAR AS sql, o.v::VARCHAR AS ours
           FROM (VALUES ${list}) t(i, v) JOIN ours o ON o.rowid = t.i
           WHERE ${sql} IS DISTINCT FROM o.v::${column}`
        );
        expect(toRows(differs)).toEqual([]);
      }),
      { numRuns: 15 }
    );
  });

  test('plain values are taken, so that SQL is the exception', () => {
    const takes = (type: TextType, texts: string[]) =>
      expect(encoded(type, texts).taken).toEqual(texts);
    takes({ as: 'integer' }, ['0', '-7', '123456789012345678', ' 12 ']);
    takes({ as: 'number' }, ['0.5', '-3', '1e5', '0.12345678901234567890']);
    takes({ as: 'timestamp', format: null }, ['2011-12-09 09:15', '2011-12-09T09:15:30.5Z']);
    takes({ as: 'timestamp', format: '%d/%m/%Y %H:%M' }, ['9/12/2011 9:05']);
  });
});

function load(body: string, files: Record<string, string>) {
  return runLoadKindForTest(db, source, run, { body, name: 'orders', files });
}

async function rowsOf(body: string, files: Record<string, string>) {
  const { relations, problems } = await load(body, files);
  return { rows: toRows(relations['orders']!), rejects: relations['orders_rejects']!, problems };
}

const many = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

describe('long files', () => {
  test('every row comes through once and in order, whichever way it went', async () => {
    const odd = new Map([
      [9_000, '+5'],
      [20_000, ''],
      [20_001, '1e3'],
      [30_000, '" 7 "']
    ]);
    const csv = `n,qty,note\n${many(40_000, (i) => `${i},${odd.get(i) ?? i % 10},"a ""note"", ${i}"`)}`;
    const { rows } = await rowsOf('file: a.csv\ncolumns: { qty: number }', { 'a.csv': csv });
    expect(rows).toHaveLength(40_000);
    expect(rows.every((row, i) => row['n'] === i && row['note'] === `a "note", ${i}`)).toBe(true);
    expect(rows[9_000]!['qty']).toBe(5);
    expect(rows[20_000]!['qty']).toBe(null);
    expect(rows[20_001]!['qty']).toBe(1000);
    expect(rows[30_000]!['qty']).toBe(7);
  });

  test('a column that is empty for long, and one that turns out wider', async () => {
    const csv = `late,wide,text\n${many(30_000, (i) =>
      i < 20_000 ? `,${i},${i}` : `2011-12-09,${i}.5,${i === 25_000 ? 'x1' : i}`
    )}`;
    const { relations } = await load('file: a.csv', { 'a.csv': csv });
    const orders = relations['orders']!;
    expect(orders.vectors.map((v) => v.type)).toEqual(['date', 'number', 'text']);
    const rows = toRows(orders);
    expect(rows[0]).toEqual({ late: null, wide: 0, text: '0' });
    expect(rows[29_999]).toMatchObject({ wide: 29_999.5, text: '29999' });
    expect(rows).toHaveLength(30_000);
  });

  test('bad rows far in are put aside with their lines', async () => {
    const csv = `sku,qty\n${many(30_000, (i) =>
      i === 15_000 ? 'a,b,c' : i === 25_000 ? 'x,many' : `s${i},${i}`
    )}`;
    const { rows, rejects } = await rowsOf('file: a.csv\ncolumns: { qty: integer }', {
      'a.csv': csv
    });
    expect(rows).toHaveLength(29_998);
    expect(toRows(rejects).map(({ line, column, value }) => ({ line, column, value }))).toEqual([
      { line: 15_002, column: null, value: 'a,b,c' },
      { line: 25_002, column: 'qty', value: 'many' }
    ]);
  });

  test('more bad rows than a batch holds, and a first line that a quote spoils', async () => {
    const bad = many(150_000, (i) => `${i}`);
    const { rows, rejects } = await rowsOf('file: a.csv', {
      'a.csv': `"never closed\nsku,qty\na,1\n${bad}\nb,2`
    });
    expect(rows).toEqual([
      { sku: 'a', qty: 1 },
      { sku: 'b', qty: 2 }
    ]);
    expect(rejects.length).toBe(150_001);
    expect(toRows(rejects)[0]).toMatchObject({ line: 1, reason: 'A quote is not closed.' });
    expect(toRows(rejects)[150_000]).toMatchObject({ line: 150_003, value: '149999' });
  });

  test('files with columns in another order and of their own', async () => {
    const one = `a,b\n${many(10_000, (i) => `${i},x${i}`)}`;
    const two = `c,b,a\n${many(10_000, (i) => `true,y${i},${i}`)}`;
    const { rows } = await rowsOf('file: f*.csv', { 'f1.csv': one, 'f2.csv': two });
    expect(rows).toHaveLength(20_000);
    expect(rows[9_999]).toEqual({ a: 9_999, b: 'x9999', c: null });
    expect(rows[19_999]).toEqual({ a: 9_999, b: 'y9999', c: true });
  });
});

describe('less of a file', () => {
  const csv = `sku,qty,country\n${many(20_000, (i) => `s${i % 7},${i},${i % 2 ? 'FR' : 'DE'}`)}`;
  const files = { 'a.csv': csv };

  test('only some columns', async () => {
    const { relations } = await load('file: a.csv\nonly: [country, qty]', files);
    expect(relations['orders']!.names).toEqual(['qty', 'country']);
    const { problems } = await load('file: a.csv\nonly: [qyt]', files);
    expect(problems[0]).toMatchObject({ code: 'source.column-missing' });
    expect(problems[0]!.hint).toContain('qty');
  });

  test('only the rows for which a filter is true', async () => {
    const { rows } = await rowsOf("file: a.csv\nfilter: country = 'FR' and qty >= 10000", files);
    expect(rows).toHaveLength(5_000);
    expect(rows[0]).toEqual({ sku: 's5', qty: 10_001, country: 'FR' });
  });

  test('a filter that cannot be run is told on its line', async () => {
    const { problems } = await load('file: a.csv\nfilter: contry = 1', files);
    expect(problems[0]).toMatchObject({ code: 'sql.no-column', span: { line: 2 } });
  });

  test('a share of the rows, the same ones each time', async () => {
    const first = await rowsOf('file: a.csv\nsample: 0.1', files);
    expect(first.rows.length).toBeGreaterThan(1_800);
    expect(first.rows.length).toBeLessThan(2_200);
    expect((await rowsOf('file: a.csv\nsample: 0.1', files)).rows).toEqual(first.rows);
  });

  test('the first rows', async () => {
    const { rows } = await rowsOf('file: a.csv\nsample: 9000', files);
    expect(rows.map((row) => row['qty'])).toEqual(Array.from({ length: 9_000 }, (_, i) => i));
  });

  test('a sample that is neither is refused', async () => {
    for (const sample of ['0', '2.5']) {
      const { problems } = await load(`file: a.csv\nsample: ${sample}`, files);
      expect(problems[0]).toMatchObject({ code: 'config.combination' });
    }
  });

  test('tokens that mean missing count in a typed file too', async () => {
    const body = [
      'example: online-retail',
      'columns: { Country: text }',
      'options: { null: [Unspecified] }'
    ].join('\n');
    const { relations } = await load(body, {});
    const { names, vectors } = relations['orders']!;
    const country = vectors[names.indexOf('Country')]!;
    const values = Array.from(country.values as ArrayLike<unknown>);
    expect(values.filter((value) => value === 'Unspecified')).toEqual([]);
    expect(values.filter((value) => value === null)).toHaveLength(446);
  });

  test('a Parquet file by its columns and rows', async () => {
    const body = 'example: online-retail\nonly: [Quantity, Country]\nfilter: Quantity < 0';
    const { relations } = await load(body, {});
    const { names, length } = relations['orders']!;
    expect({ names, length }).toEqual({ names: ['Quantity', 'Country'], length: 10_624 });
  });
});
