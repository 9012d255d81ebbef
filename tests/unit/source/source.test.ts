import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldsOf, toRows, vectorOf } from '#lib/base/columns.ts';
import type { LoadReport } from '#lib/cells/core/loader.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import source from '#lib/cells/source/index.ts';
import run from '#lib/cells/source/run.ts';
import { openTestDuckDb, runLoadKindForTest, type LoadCase } from '../../support/duckdb.ts';

const shared = '../shared/data';
const sharedMissing = !existsSync(shared);

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(() => relations.close());

async function load(body: string, files: LoadCase['files'] = {}) {
  const outcome = await runLoadKindForTest(relations, source, run, {
    body,
    name: 't',
    files
  });
  return {
    ...outcome,
    report: outcome.report as LoadReport,
    table: outcome.relations['t'],
    rejects: outcome.relations['t_rejects'],
    codes: outcome.problems.map((p) => p.code)
  };
}

function types(table: Parameters<typeof fieldsOf>[0] | undefined): string {
  return table
    ? fieldsOf(table)
        .map((f) => `${f.name} ${f.type}`)
        .join(', ')
    : 'none';
}

describe('CSV', () => {
  test('types are found from all values', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},1,true,2011-01-02,2011-01-02 03:04`);
    const csv = ['a,b,c,d,e', ...rows, '7.5,x,false,2011-01-03,2011-01-03'].join('\n');
    const { table, codes } = await load('file: a.csv', { 'a.csv': csv });
    expect(codes).toEqual([]);
    expect(types(table)).toBe('a number, b text, c boolean, d date, e timestamp');
    expect(table?.length).toBe(5001);
  });

  test('a type that proves too narrow in a later batch is found in a second pass, text unharmed', async () => {
    const rows = Array.from({ length: 70_000 }, (_, i) => `${i},1.50`);
    const csv = ['id,v', ...rows, '0012,n/a'].join('\n');
    const { table } = await load('file: a.csv', { 'a.csv': csv });
    expect(types(table)).toBe('id text, v text');
    expect(toRows(table!).at(0)).toEqual({ id: '0', v: '1.50' });
    expect(toRows(table!).at(-1)).toEqual({ id: '0012', v: 'n/a' });
  });

  test('leading zeros and more than 18 digits stay text; numbers in many forms', async () => {
    const csv =
      'zip,long,short,n,plus,neg\n0123,1234567890123456789,123456789012345678,1e3,+5,-0.5\n1,2,3,.5,6,-7';
    const { table } = await load('file: a.csv', { 'a.csv': csv });
    expect(types(table)).toBe(
      'zip text, long text, short integer, n number, plus text, neg number'
    );
  });

  test.each([
    ['0.5\n-0\n1e300\n.5\n5.', 'number'],
    ['00.5', 'text'],
    ['-01.5', 'text'],
    ['+1.5', 'text'],
    ['1_000.5', 'text'],
    ['inf', 'text'],
    ['nan', 'text'],
    ['1234567890123456789.5', 'text'],
    ['0x1F', 'text'],
    ['1.5.2', 'text']
  ])('%j is a column of type %s', async (values, type) => {
    const { table } = await load('file: a.csv', { 'a.csv': `v\n1.5\n${values}\n` });
    expect(types(table)).toBe(`v ${type}`);
  });

  test('quotes hold delimiters, line ends and doubled quotes', async () => {
    const csv = 'a,b\n"x, ""y""","two\r\nlines"\n1,"3"\n';
    const { table } = await load('file: a.csv', { 'a.csv': csv });
    expect(toRows(table!)).toEqual([
      { a: 'x, "y"', b: 'two\r\nlines' },
      { a: '1', b: '3' }
    ]);
  });

  test('mixed line ends, blank lines, a mark at the start and none at the end', async () => {
    const { table, report } = await load('file: a.csv', {
      'a.csv': '\ufeffa;b\r\n1;2\r3;4\n\n5;6\r\n\r\n7;8'
    });
    expect(toRows(table!)).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
      { a: 5, b: 6 },
      { a: 7, b: 8 }
    ]);
    expect(report.files[0]).toMatchObject({ delimiter: ';', encoding: 'utf-8', rows: 4 });
  });

  test('rows too short, too long or badly quoted are put aside with the line they start on', async () => {
    const csv = 'a,b\n"x\ny",1\n2\n3,4,5\n"6"z,7\n8,9\n"open,10';
    const { table, rejects, codes } = await load('file: a.csv', { 'a.csv': csv });
    expect(table?.length).toBe(2);
    expect(
      toRows(rejects!).map(({ line, column, value, reason }) => [line, column, value, reason])
    ).toEqual([
      [4, null, '2', '1 field, but 2 columns.'],
      [5, null, '3,4,5', '3 fields, but 2 columns.'],
      [6, null, '"6"z,7', 'Text follows a closing quote.'],
      [8, null, '"open,10', 'A quote is not closed.']
    ]);
    expect(codes).toEqual(['source.rejected']);
  });

  test('names: repeated, empty, in another case', async () => {
    const { table } = await load('file: a.csv', { 'a.csv': 'qty, qty ,,QTY,qty_1\n1,2,3,4,5' });
    expect(table?.names).toEqual(['qty', 'qty_2', 'column_3', 'QTY_3', 'qty_1']);
    const plain = await load('file: a.csv', { 'a.csv': 'qty,qty\n1,2' });
    expect(plain.table?.names).toEqual(['qty', 'qty_1']);
  });

  test('0 bytes are a problem, a header alone is no rows', async () => {
    expect((await load('file: a.csv', { 'a.csv': '' })).codes).toEqual(['source.empty']);
    expect((await load('file: a.csv', { 'a.csv': '\n\n' })).codes).toEqual(['source.empty']);
    const { table, codes } = await load('file: a.csv', { 'a.csv': 'a,b' });
    expect(codes).toEqual([]);
    expect(table).toMatchObject({ length: 0, names: ['a', 'b'] });
  });

  test('without a header columns are numbered; skip leaves lines out', async () => {
    const { table } = await load('file: a.csv\noptions: { header: false, skip: 2 }', {
      'a.csv': 'made by x\n\n1,2\n3,4'
    });
    expect(toRows(table!)).toEqual([
      { column_1: 1, column_2: 2 },
      { column_1: 3, column_2: 4 }
    ]);
  });

  test('a first row that looks like data is told', async () => {
    const { codes } = await load('file: a.csv', { 'a.csv': 'x,1.5\ny,2.5' });
    expect(codes).toEqual(['source.header-doubtful']);
  });

  test('decimal comma, thousands point, dates in German order, tokens for missing', async () => {
    const body =
      'file: a.csv\noptions: { decimal: ",", thousands: ".", date_format: "%d.%m.%Y", null: ["-", NA] }';
    const { table } = await load(body, {
      'a.csv': 'd;v;w\n31.12.2011;1.234.567,5;NA\n01.02.2011;-;7'
    });
    expect(types(table)).toBe('d date, v number, w integer');
    expect(toRows(table!)).toEqual([
      { d: Date.UTC(2011, 11, 31), v: 1_234_567.5, w: null },
      { d: Date.UTC(2011, 1, 1), v: null, w: 7 }
    ]);
  });

  test('dates in other orders are found where the data decides, else stay text with a warning', async () => {
    const sure = await load('file: a.csv', {
      'a.csv': 'd,t\n12/31/2010,12/1/2010 8:26\n1/2/2011,1/13/2011 9:01'
    });
    expect(types(sure.table)).toBe('d date, t timestamp');
    expect(toRows(sure.table!)[1]).toEqual({
      d: Date.UTC(2011, 0, 2),
      t: Date.UTC(2011, 0, 13, 9, 1)
    });
    const unsure = await load('file: a.csv', { 'a.csv': 'd\n01/02/2011\n03/04/2011' });
    expect(types(unsure.table)).toBe('d text');
    expect(unsure.codes).toEqual(['source.ambiguous-date']);
  });

  test('times with a zone become UTC', async () => {
    const { table } = await load('file: a.csv', {
      'a.csv': 't\n2020-01-01T00:00:00Z\n2020-01-01 02:00:00+02:00'
    });
    expect(toRows(table!)).toEqual([{ t: Date.UTC(2020, 0, 1) }, { t: Date.UTC(2020, 0, 1) }]);
  });
});

describe('contract', () => {
  const csv =
    'day,sku,qty,extra\n2011-03-01,0012,5,a\nsoon,0013,6,b\n2011-03-03,0014,many,c\n2011-03-04,0015,,d';

  test('values that do not fit put their row aside; other columns stay', async () => {
    const body = 'file: a.csv\ncolumns: { day: date, sku: integer, qty: integer }';
    const { table, rejects } = await load(body, { 'a.csv': csv });
    expect(toRows(table!)).toEqual([
      { day: Date.UTC(2011, 2, 1), sku: 12, qty: 5, extra: 'a' },
      { day: Date.UTC(2011, 2, 4), sku: 15, qty: null, extra: 'd' }
    ]);
    expect(toRows(rejects!)).toEqual([
      {
        line: 3,
        column: 'day',
        value: 'soon',
        reason: 'It is not a date such as 2011-12-09.',
        file: 'a.csv'
      },
      { line: 4, column: 'qty', value: 'many', reason: 'It is not a whole number.', file: 'a.csv' }
    ]);
  });

  test('on_bad_rows: fail stops at the first', async () => {
    const body = 'file: a.csv\ncolumns: { qty: integer }\non_bad_rows: fail';
    const { problems } = await load(body, { 'a.csv': csv });
    expect(problems[0]).toMatchObject({ code: 'source.bad-row', data: { line: 4, value: 'many' } });
    const short = await load('file: a.csv\non_bad_rows: fail', { 'a.csv': 'a,b\n1' });
    expect(short.codes).toEqual(['source.bad-row']);
  });

  test('a missing column is a problem with the nearest name', async () => {
    const { problems } = await load('file: a.csv\ncolumns: { quantity: integer, qtty: integer }', {
      'a.csv': 'qty,quantity\n1,2'
    });
    expect(problems[0]).toMatchObject({
      code: 'source.column-missing',
      data: { column: 'qtty', nearest: 'qty' }
    });
  });

  test('an integer is not rounded, a decimal keeps its scale', async () => {
    const { table, rejects } = await load(
      'file: a.csv\ncolumns: { n: integer, d: "decimal(10,2)" }',
      {
        'a.csv': 'n,d\n5.0,1.25\n5.5,2'
      }
    );
    expect(toRows(table!)).toEqual([{ n: 5, d: 1.25 }]);
    expect(rejects?.length).toBe(1);
  });

  test('an unknown type is a problem', async () => {
    const { codes } = await load('file: a.csv\ncolumns: { a: colour }', { 'a.csv': 'a\n1' });
    expect(codes).toEqual(['source.type-unknown']);
  });
});

describe('encodings', () => {
  const latin = new Uint8Array([0x61, 0x0a, 0x63, 0x61, 0x66, 0xe9, 0x0a]);

  test.each([
    ['utf-16le', new Uint8Array([0xff, 0xfe, ...utf16('a\ncafé\n')])],
    ['utf-16le', utf16('a\ncafé\n')],
    [
      'utf-16be',
      new Uint8Array([0xfe, 0xff, ...utf16('a\ncafé\n').map((_, i, all) => all[i ^ 1]!)])
    ],
    ['windows-1252', latin]
  ])('%s is found', async (encoding, bytes) => {
    const { table, report } = await load('file: a.csv', { 'a.csv': new Uint8Array(bytes) });
    expect(report.files[0]?.encoding).toBe(encoding);
    expect(toRows(table!)).toEqual([{ a: 'café' }]);
  });

  test('GBK, found and stated', async () => {
    const name = [0xc3, 0xfb, 0xb3, 0xc6];
    const rows = [0xb1, 0xb1, 0xbe, 0xa9, 0xc9, 0xcf, 0xba, 0xa3];
    const bytes = new Uint8Array([...name, 0x0a, ...rows, 0x0a]);
    expect(toRows((await load('file: a.csv', { 'a.csv': bytes })).table!)).toEqual([
      { 名称: '北京上海' }
    ]);
    const stated = await load('file: a.csv\noptions: { encoding: gbk }', { 'a.csv': bytes });
    expect(stated.codes).toEqual([]);
  });

  test('a byte far in that is not UTF-8 changes the guess', async () => {
    const head = new TextEncoder().encode(`a,b\n${'xxxxxxxxxx,1\n'.repeat(60_000)}`);
    const bytes = new Uint8Array([...head, 0xe9, 0x2c, 0x32, 0x0a]);
    const { table, codes } = await load('file: a.csv', { 'a.csv': bytes });
    expect(codes).toEqual(['source.encoding-guessed']);
    expect(toRows(table!).at(-1)).toEqual({ a: 'é', b: 2 });
    expect(table?.length).toBe(60_001);
  });

  test.each([
    ['utf-8', latin],
    ['utf-16le', new TextEncoder().encode('a,b\n1,2\n')],
    ['windows-1252', new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0x0a, 0x62])],
    ['gbk', new Uint8Array([0x61, 0x0a, 0x81, 0x0a])]
  ])('stated %s that the bytes contradict is a problem', async (encoding, bytes) => {
    const { codes } = await load(`file: a.csv\noptions: { encoding: ${encoding} }`, {
      'a.csv': bytes
    });
    expect(codes).toEqual(['source.encoding-contradicted']);
  });

  test('an unknown encoding is a problem', async () => {
    const { codes } = await load('file: a.csv\noptions: { encoding: klingon }', { 'a.csv': 'a' });
    expect(codes).toEqual(['source.encoding-unknown']);
  });
});

function utf16(text: string): Uint8Array<ArrayBuffer> {
  const units = Uint16Array.from(text, (c) => c.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

describe('files', () => {
  test('a pattern takes files in the order of their names, columns by name', async () => {
    const { table, report, rejects } = await load('file: "ORDERS*.csv"', {
      'orders-2.csv': 'qty,sku,note\n7,c,late\n1',
      'orders-1.csv': 'sku,qty\na,5\nb,6',
      'other.csv': 'x\n1'
    });
    expect(toRows(table!)).toEqual([
      { sku: 'a', qty: 5, note: null },
      { sku: 'b', qty: 6, note: null },
      { sku: 'c', qty: 7, note: 'late' }
    ]);
    expect(report.files.map((f) => f.name)).toEqual(['orders-1.csv', 'orders-2.csv']);
    expect(toRows(rejects!)).toMatchObject([{ line: 3, file: 'orders-2.csv' }]);
  });

  test('a file that is not there is named with the nearest', async () => {
    const { problems } = await load('file: order.csv', { 'orders.csv': 'a\n1' });
    expect(problems[0]).toMatchObject({ code: 'source.no-file', data: { nearest: 'orders.csv' } });
    expect((await load('example: online-retial')).problems[0]).toMatchObject({
      code: 'source.no-example',
      data: { nearest: 'online-retail' }
    });
  });

  test('gzip is unpacked', async () => {
    const { table } = await load('file: a.csv.gz', {
      'a.csv.gz': new Uint8Array(gzipSync('a,b\n1,2\n'))
    });
    expect(toRows(table!)).toEqual([{ a: 1, b: 2 }]);
  });

  test.each([
    [
      'a.csv',
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]),
      'source.not-a-table'
    ],
    ['a.csv', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]), 'source.broken-file'],
    ['a.csv', new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]), 'source.not-a-table'],
    ['a.parquet', new TextEncoder().encode('a,b\n1,2'), 'source.wrong-format'],
    ['a.parquet', new TextEncoder().encode('PAR1 cut short PAR'), 'source.broken-file'],
    [
      'a.arrow',
      new TextEncoder().encode('ARROW1\0\0 cut short in the middle'),
      'source.broken-file'
    ],
    ['a.json', new TextEncoder().encode('[{"a": 1},\n{"a": }]'), 'source.json']
  ])('%s that is something else: %#', async (name, bytes, code) => {
    expect((await load(`file: ${name}`, { [name]: bytes })).codes).toEqual([code]);
  });

  test('text whose format is stated as Parquet is a problem', async () => {
    const { codes } = await load('file: a.csv\nformat: parquet', { 'a.csv': 'a\n1' });
    expect(codes).toEqual(['source.wrong-format']);
  });
});

describe('bundled data', () => {
  // REFERENCE.md, Data: Online Retail.
  test('Online Retail gives its golden totals', async () => {
    const { table, rejects, codes } = await load('example: online-retail');
    expect(codes).toEqual([]);
    expect(table?.length).toBe(541_909);
    expect(rejects?.length).toBe(0);
    const quantity = vectorOf(table!, 'Quantity')!.values as Float64Array;
    const price = vectorOf(table!, 'UnitPrice')!.values as Float64Array;
    expect(quantity.reduce((sum, q) => sum + q, 0)).toBe(5_176_450);
    expect(quantity.reduce((sum, q, i) => sum + q * price[i]!, 0)).toBeCloseTo(9_747_747.934, 2);
  });
});

describe.skipIf(sharedMissing)('shared data sets (../shared/data)', () => {
  async function file(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await readFile(`${shared}/${path}`));
  }

  test('ten days of Online Retail as CSV', async () => {
    const days = ['2010-12-01', '2010-12-02', '2010-12-03', '2011-12-05', '2011-12-09'];
    const files = Object.fromEntries(
      await Promise.all(
        days.map(async (day) => [`${day}.csv`, await file(`online-retail/csv-days/${day}.csv`)])
      )
    ) as Record<string, Uint8Array<ArrayBuffer>>;
    const { table, rejects } = await load('file: 20*.csv', files);
    expect(types(table)).toBe(
      'InvoiceNo text, StockCode text, Description text, Quantity integer, InvoiceDate timestamp, UnitPrice number, CustomerID number, Country text'
    );
    expect(rejects?.length).toBe(0);
    await relations.write('bundled', (await load('example: online-retail')).table!);
    const golden = await relations.query(
      `SELECT count(*) AS n, sum(Quantity) AS q FROM bundled WHERE InvoiceDate::DATE IN (${days.map((d) => `DATE '${d}'`).join(', ')})`
    );
    const quantity = vectorOf(table!, 'Quantity')!.values as Float64Array;
    expect(toRows(golden)).toEqual([
      { n: table!.length, q: quantity.reduce((sum, q) => sum + q, 0) }
    ]);
  });

  // The counts are those of Python's csv module; messy-import/README.md counts header and blank lines too.
  test.each([
    ['bike_mixed_line_ends_blank_lines.csv', 'instant integer, dteday date'],
    ['online_retail_2011-01-18_giant_cancelled_order.csv', 'InvoiceNo text, StockCode text'],
    ['scms_cr_only_bom.csv', 'ID integer, Project Code text'],
    ['semicolon_mixed_units.csv', 'Week of Month (1-5) integer, Day (2-6) integer'],
    ['wholesale_nbsp_trailing_columns.csv', 'Channel integer, Region integer']
  ])('messy: %s', async (name, first) => {
    const { table, rejects, report } = await load(`file: ${name}`, {
      [name]: await file(`messy-import/${name}`)
    });
    expect(types(table).startsWith(first)).toBe(true);
    expect(rejects?.length).toBe(0);
    const expected: Record<string, [number, number]> = {
      'bike_mixed_line_ends_blank_lines.csv': [999, 17],
      'scms_cr_only_bom.csv': [300, 33],
      'semicolon_mixed_units.csv': [60, 13],
      'wholesale_nbsp_trailing_columns.csv': [440, 12]
    };
    if (expected[name]) expect([table?.length, table?.names.length]).toEqual(expected[name]);
    expect(report.rows).toBe(table?.length);
  });

  test('the giant order and its cancellation', async () => {
    const name = 'online_retail_2011-01-18_giant_cancelled_order.csv';
    const { table } = await load(`file: ${name}`, { [name]: await file(`messy-import/${name}`) });
    const quantity = [...(vectorOf(table!, 'Quantity')!.values as Float64Array)];
    expect([Math.max(...quantity), Math.min(...quantity)]).toEqual([74_215, -74_215]);
  });

  test.each([
    ['completejourney/products.parquet', 'products.parquet'],
    ['completejourney/transactions_sample.parquet', 'transactions_sample.parquet'],
    ['completejourney/coupons.parquet', 'coupons.parquet'],
    ['aus-retail/aus_retail.parquet', 'aus_retail.parquet'],
    ['us-air-network/flights-200k.arrow', 'flights-200k.arrow']
  ])('%s', async (path, name) => {
    const { table, codes } = await load(`file: ${name}`, { [name]: await file(path) });
    expect(codes).toEqual([]);
    expect(table!.length).toBeGreaterThan(1000);
  });
});
