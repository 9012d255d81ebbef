import { gzipSync, zipSync, unzipSync, strFromU8, strToU8 } from 'fflate';
import fc from 'fast-check';
import { writeXlsx, type CellValue, type WriteSheet } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb, type LoadCase } from '../../support/duckdb.ts';
import { loadSource, types } from './support.ts';

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(() => relations.close());

const load = (body: string, files: LoadCase['files'], context?: LoadCase['context']) =>
  loadSource(relations, body, files, context);

type Rows = CellValue[][];

async function book(...sheets: (Omit<WriteSheet, 'name'> & { name?: string; rows: Rows })[]) {
  const whole = sheets.map((sheet, i) => ({ name: `S${i + 1}`, ...sheet }));
  return new Uint8Array(await writeXlsx({ sheets: whole }));
}

/** The workbook with a part of its markup changed, as other programs write it. */
function edited(bytes: Uint8Array, path: string, change: (xml: string) => string) {
  const parts = unzipSync(bytes);
  parts[path] = strToU8(change(strFromU8(parts[path]!)));
  return new Uint8Array(zipSync(parts));
}

const day = (text: string) => new Date(`${text}Z`);

describe('XLSX', () => {
  test('types are those of the sheet: ids stay text, dates become dates', async () => {
    const bytes = await book({
      rows: [
        ['id', 'long', 'qty', 'price', 'on', 'at', 'ok', 'time'],
        [
          '0012',
          '12345678901234567890',
          3,
          1.25,
          day('2011-12-09T00:00'),
          day('2011-12-09T08:26'),
          true,
          null
        ],
        ['0013', '1', 4, 2, day('2011-12-10T00:00'), day('2011-12-10T00:00'), false, null]
      ]
    });
    const { table, codes, report } = await load('file: a.xlsx', { 'a.xlsx': bytes });
    expect(codes).toEqual([]);
    expect(types(table)).toBe(
      'id text, long text, qty integer, price number, on date, at timestamp, ok boolean, time text'
    );
    expect(toRows(table!)[0]).toMatchObject({
      id: '0012',
      qty: 3,
      on: Date.UTC(2011, 11, 9),
      at: Date.UTC(2011, 11, 9, 8, 26),
      ok: true
    });
    expect(report.files[0]).toMatchObject({ format: 'xlsx', rows: 2, part: 'S1', parts: ['S1'] });
  });

  test('the first sheet with data is read, or the one named or numbered', async () => {
    const bytes = await book(
      { name: 'Notes', rows: [] },
      { name: 'Orders & more', rows: [['a'], [1]] },
      { name: 'Prices', rows: [['b'], [2]] }
    );
    const first = await load('file: a.xlsx', { 'a.xlsx': bytes });
    expect(toRows(first.table!)).toEqual([{ a: 1 }]);
    expect(first.codes).toEqual(['source.sheet-chosen']);
    for (const sheet of ['Prices', 'prices', '3']) {
      const named = await load(`file: a.xlsx\noptions: { sheet: ${sheet} }`, { 'a.xlsx': bytes });
      expect(toRows(named.table!)).toEqual([{ b: 2 }]);
      expect(named.codes).toEqual([]);
    }
    const { problems } = await load('file: a.xlsx\noptions: { sheet: Price }', { 'a.xlsx': bytes });
    expect(problems[0]).toMatchObject({
      code: 'source.no-sheet',
      data: { nearest: 'Prices', sheets: '1 Notes, 2 Orders & more, 3 Prices' }
    });
  });

  test('ranges, rows above the header, no header', async () => {
    const bytes = await book({
      rows: [
        ['made by x'],
        [],
        [null, 'sku', 'qty', null, 'note'],
        [null, 'a', 1],
        [],
        [null, 'b', 2, null, 'late'],
        [null, 'c', 3]
      ]
    });
    const names = async (options: string) =>
      toRows((await load(`file: a.xlsx\noptions: { ${options} }`, { 'a.xlsx': bytes })).table!);
    expect(await names('skip: 2')).toEqual([
      { sku: 'a', qty: 1, column_3: null, note: null },
      { sku: 'b', qty: 2, column_3: null, note: 'late' },
      { sku: 'c', qty: 3, column_3: null, note: null }
    ]);
    expect(await names('range: "B3:C6"')).toEqual([
      { sku: 'a', qty: 1 },
      { sku: 'b', qty: 2 }
    ]);
    expect(await names('range: "B:C", skip: 3, header: false')).toEqual([
      { column_1: 'a', column_2: 1 },
      { column_1: 'b', column_2: 2 },
      { column_1: 'c', column_2: 3 }
    ]);
    expect(
      (await load('file: a.xlsx\noptions: { range: B-C }', { 'a.xlsx': bytes })).codes
    ).toEqual(['source.bad-range']);
    expect(
      (await load('file: a.xlsx\noptions: { range: "X1:Z9" }', { 'a.xlsx': bytes })).codes
    ).toEqual(['source.empty-sheet']);
  });

  test('merged cells: titles left out, headers joined, data in the top left', async () => {
    const merge = (startRow: number, startCol: number, endRow: number, endCol: number) => ({
      startRow,
      startCol,
      endRow,
      endCol
    });
    const bytes = await book({
      rows: [['Stock 2011'], ['sku', 'qty', null], [null, 'Jan', 'Feb'], ['a', 1, 2], [null, 3, 4]],
      merges: [merge(0, 0, 0, 2), merge(1, 0, 2, 0), merge(1, 1, 1, 2), merge(3, 0, 4, 0)]
    });
    const { table, problems } = await load('file: a.xlsx', { 'a.xlsx': bytes });
    expect(toRows(table!)).toEqual([
      { sku: 'a', 'qty Jan': 1, 'qty Feb': 2 },
      { sku: null, 'qty Jan': 3, 'qty Feb': 4 }
    ]);
    expect(problems).toMatchObject([
      { code: 'source.sheet-header', data: { titles: '1', header: 2 } },
      { code: 'source.sheet-merged', data: { merged: 1, first: 'A4' } }
    ]);
  });

  test('error cells are missing and told, a failed formula does not make a column text', async () => {
    const bytes = await book({ rows: [['v'], [1], ['#N/A'], ['#DIV/0!'], [4]] });
    const { table, problems } = await load('file: a.xlsx', { 'a.xlsx': bytes });
    expect(types(table)).toBe('v integer');
    expect(toRows(table!).map((r) => r['v'])).toEqual([1, 4]);
    expect(problems).toMatchObject([
      { code: 'source.sheet-errors', data: { cells: 2, first: 'A3: #N/A' } }
    ]);
  });

  test('formulas give the values they were saved with; those without one are told', async () => {
    const plain = await book({
      rows: [
        ['a', 'b'],
        [1, 10],
        [2, 20]
      ]
    });
    const bytes = edited(plain, 'xl/worksheets/sheet1.xml', (xml) =>
      xml.replace('<v>10</v>', '<f>A2*10</f><v>10</v>').replace('<v>20</v>', '<f>A3*10</f>')
    );
    const { table, problems } = await load('file: a.xlsx', { 'a.xlsx': bytes });
    expect(toRows(table!)).toEqual([
      { a: 1, b: 10 },
      { a: 2, b: null }
    ]);
    expect(problems).toMatchObject([{ code: 'source.sheet-unreckoned', data: { unreckoned: 1 } }]);
  });

  test('dates of the 1904 system', async () => {
    const sheets = [{ name: 'x', rows: [['d'], [day('2011-12-09T00:00')]] }];
    const bytes = new Uint8Array(await writeXlsx({ sheets, dateSystem: '1904' }));
    const { table } = await load('file: a.xlsx', { 'a.xlsx': bytes });
    expect(toRows(table!)).toEqual([{ d: Date.UTC(2011, 11, 9) }]);
  });

  test('names: repeated, empty; a contract puts rows aside by the row of the sheet', async () => {
    const bytes = await book({
      rows: [['qty', 'qty', '', 'on'], [1, 2, 3, '2011-01-02'], [], ['many', 2, 3, '2011-01-03']]
    });
    const { table, rejects } = await load('file: a.xlsx\ncolumns: { qty: integer, on: date }', {
      'a.xlsx': bytes
    });
    expect(types(table)).toBe('qty integer, qty_1 integer, column_3 integer, on date');
    expect(toRows(rejects!)).toMatchObject([{ line: 4, column: 'qty', value: 'many' }]);
  });

  test('several workbooks are one table by names; gzip is unpacked', async () => {
    const one = await book({
      rows: [
        ['a', 'b'],
        [1, 'x']
      ]
    });
    const two = await book({
      rows: [
        ['b', 'c'],
        ['y', 2]
      ]
    });
    const { table } = await load('file: "*.xlsx*"', {
      '1.xlsx': one,
      '2.xlsx.gz': new Uint8Array(gzipSync(two))
    });
    expect(toRows(table!)).toEqual([
      { a: 1, b: 'x', c: null },
      { a: null, b: 'y', c: 2 }
    ]);
  });

  test.each([
    ['an old .xls', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0, 0, 0, 0]), 'source.old-office'],
    ['no workbook', new TextEncoder().encode('a,b\n1,2'), 'source.wrong-format'],
    ['cut short', null, 'source.broken-file']
  ])('%s is told', async (_, given, code) => {
    const bytes = given ?? (await book({ rows: [['a'], [1]] })).slice(0, 900);
    expect((await load('file: a.xlsx', { 'a.xlsx': bytes })).codes).toEqual([code]);
  });

  test('a workbook with a password is told', async () => {
    const sheets = [{ name: 'x', rows: [['a'], [1]] }];
    const encryption = { password: 'secret', spinCount: 10 };
    const bytes = new Uint8Array(await writeXlsx({ sheets, encryption }));
    expect((await load('file: a.xlsx', { 'a.xlsx': bytes })).codes).toEqual(['source.book-locked']);
  });

  test('many rows come in several batches, and stop when asked', async () => {
    const rows: Rows = [['id', 'n', 'day']];
    for (let i = 0; i < 70_000; i++) rows.push([`K${i % 50}`, i, day('2011-01-01T00:00')]);
    rows.push(['K1', 'last', null]);
    const bytes = await book({ rows });
    const { table } = await load('file: a.xlsx', { 'a.xlsx': bytes });
    expect(table?.length).toBe(70_001);
    expect(types(table)).toBe('id text, n text, day date');
    expect(toRows(table!).at(-1)).toEqual({ id: 'K1', n: 'last', day: null });
    const checkpoint = () => Promise.reject(new Cancelled());
    await expect(load('file: a.xlsx', { 'a.xlsx': bytes }, { checkpoint })).rejects.toThrow(
      Cancelled
    );
  });

  test('what is written reads back equal', async () => {
    const value = {
      text: fc.string({ minLength: 1, maxLength: 12 }).filter((s) => /^[a-z ]*[a-z]$/.test(s)),
      integer: fc.integer(),
      number: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
      boolean: fc.boolean()
    };
    const row = fc.record(value);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const bytes = await book({
          rows: [['t', 'i', 'n', 'b'], ...rows.map((r) => [r.text, r.integer, r.number, r.boolean])]
        });
        const { table } = await load('file: a.xlsx', { 'a.xlsx': bytes });
        expect(toRows(table!)).toEqual(
          rows.map((r) => ({ t: r.text, i: r.integer, n: r.number + 0, b: r.boolean }))
        );
      }),
      { numRuns: 15 }
    );
  });
});
