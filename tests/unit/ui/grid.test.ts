import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boolean, columns, numeric, take, text, type Columns } from '#lib/base/columns.ts';
import {
  cellText,
  cellValue,
  columnWidths,
  commonDecimals,
  isIdentifier
} from '#lib/ui/grid/cells.ts';
import { copyArea, copyLimit, tsvField } from '#lib/ui/grid/copy.ts';
import { PageCache } from '#lib/ui/grid/pages.ts';
import { barHeight, highest, reveal, toBar, toContent, visible } from '#lib/ui/grid/scroll.ts';
import { areaOf, contains, moved } from '#lib/ui/grid/selection.ts';
import { nextSorts, sortedRows } from '#lib/ui/grid/sort.ts';

const words = { missing: 'missing', emptyList: 'empty list', emptyText: 'empty text' };

describe('cells', () => {
  it('show values by type and missing ones in words', () => {
    const show = (vector: Parameters<typeof cellText>[0], row = 0) =>
      cellText(vector, row, words, 'en');
    expect(show(numeric([-74215], 'integer'))).toEqual({ text: '−74,215', look: 'negative' });
    expect(show(numeric([null]))).toEqual({ text: 'missing', look: 'missing' });
    expect(show(text([null]))).toEqual({ text: 'missing', look: 'missing' });
    expect(show(text(['']))).toEqual({ text: 'empty text', look: 'empty' });
    expect(show(boolean([false]))).toEqual({ text: 'false', look: 'plain' });
    expect(show({ type: 'other', sqlType: 'VARCHAR[]', values: [[]] }).look).toBe('empty');
    expect(show({ type: 'other', sqlType: 'VARCHAR[]', values: [['milk', 'yogurt']] }).text).toBe(
      '["milk","yogurt"]'
    );
    expect(cellText(numeric([17850], 'integer'), 0, words, 'en', null, false).text).toBe('17850');
  });

  it('know identifiers by their names', () => {
    expect(['CustomerID', 'id', 'order_no', 'year', 'zip_code'].every(isIdentifier)).toBe(true);
    expect(['Quantity', 'paid', 'units', 'known', 'UnitPrice'].some(isIdentifier)).toBe(false);
  });

  it('line up the decimals of a column, unless its sizes differ too much', () => {
    expect(commonDecimals(numeric([2.55, 3, 7.6]))).toBe(2);
    expect(commonDecimals(numeric([1, 2, 3]))).toBe(0);
    expect(commonDecimals(numeric([1, 1e-7]))).toBeNull();
    expect(commonDecimals(numeric([1], 'integer'))).toBeNull();
  });

  it('copy exact values, quoted where a spreadsheet needs it', () => {
    expect(cellValue(numeric([-1234567.5]), 0)).toBe('-1234567.5');
    expect(cellValue(numeric([null]), 0)).toBe('');
    expect(tsvField('a\tb "c"')).toBe('"a\tb ""c"""');
  });

  it('size columns by their widest text, within limits', () => {
    const [narrow, wide] = columnWidths(['a', 'Description'], [['1', 'x'.repeat(100)]]);
    expect(narrow).toBe(72);
    expect(wide).toBe(320);
  });
});

describe('pages', () => {
  const page = (offset: number, limit: number): Columns =>
    columns({
      n: numeric(Array.from({ length: Math.min(limit, 1000 - offset) }, (_, i) => offset + i))
    });

  it('load once what is asked twice, and give each row its own place', async () => {
    const asked: number[] = [];
    const cache = new PageCache(async (o, l) => (asked.push(o), page(o, l)), {
      changed: () => undefined,
      failed: () => undefined,
      size: 100
    });
    await Promise.all([cache.want(0, 150), cache.want(90, 110)]);
    expect(asked).toEqual([0, 100]);
    expect(cache.at(142)).toMatchObject({ index: 42 });
    expect(cache.at(200)).toBeNull();
    expect(cache.has(0, 200)).toBe(true);
  });

  it('keep the pages used last', async () => {
    const cache = new PageCache(async (o, l) => page(o, l), {
      changed: () => undefined,
      failed: () => undefined,
      size: 10,
      most: 3
    });
    for (const from of [0, 10, 20]) await cache.want(from, from + 10);
    await cache.want(0, 10);
    await cache.want(30, 40);
    expect(cache.at(0)).not.toBeNull();
    expect(cache.at(10)).toBeNull();
  });

  it('report a failure and ask again', async () => {
    let fail = true;
    const failures: unknown[] = [];
    const cache = new PageCache(
      async (o, l) => {
        if (fail) throw new Error('gone');
        return page(o, l);
      },
      { changed: () => undefined, failed: (e) => failures.push(e), size: 10 }
    );
    await cache.want(0, 10);
    fail = false;
    await cache.want(0, 10);
    expect(failures).toHaveLength(1);
    expect(cache.at(5)).not.toBeNull();
  });
});

describe('scrolling', () => {
  const window = (rows: number) => ({ rows, row: 28, view: 336 });

  it('never makes the bar higher than a browser can draw, and reaches both ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (rows) => {
        const w = window(rows);
        expect(barHeight(w)).toBeLessThanOrEqual(highest);
        expect(toContent(w, 0)).toBe(0);
        const end = Math.max(0, barHeight(w) - w.view);
        expect(visible(w, toContent(w, end)).last).toBe(rows);
      })
    );
  });

  it('maps to the content and back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 1_000_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, at) => {
          const w = window(rows);
          const top = at * (rows * 28 - w.view);
          expect(Math.abs(toContent(w, toBar(w, top)) - top)).toBeLessThan(
            1e-3 * Math.max(1, top / 1e6)
          );
        }
      )
    );
  });

  it('reveals a row by moving as little as possible', () => {
    const w = window(1000);
    expect(reveal(w, 280, 12)).toBe(280);
    expect(reveal(w, 280, 3)).toBe(84);
    expect(reveal(w, 0, 12)).toBe(28);
  });
});

describe('keys', () => {
  const size = { rows: 100, columns: 5, page: 10 };
  const at = { row: 4, column: 2, anchorRow: 4, anchorColumn: 2 };
  const press = (key: string, shiftKey = false, mod = false) =>
    moved(at, size, { key, shiftKey, mod });

  it('move by the grid pattern', () => {
    expect(press('ArrowDown')).toMatchObject({ row: 5, column: 2, anchorRow: 5 });
    expect(press('PageDown')).toMatchObject({ row: 14 });
    expect(press('Home')).toMatchObject({ row: 4, column: 0 });
    expect(press('End', false, true)).toMatchObject({ row: 99, column: 4 });
    expect(press('x')).toBeNull();
  });

  it('go into the head where there is one, and never stretch the selection there', () => {
    const first = { row: 0, column: 2, anchorRow: 0, anchorColumn: 2 };
    const up = { key: 'ArrowUp', shiftKey: false, mod: false };
    expect(moved(first, size, up)).toMatchObject({ row: 0 });
    expect(moved(first, { ...size, head: true }, up)).toMatchObject({ row: -1, anchorRow: -1 });
    expect(moved(first, { ...size, head: true }, { ...up, shiftKey: true })).toMatchObject({
      row: 0
    });
  });

  it('stretch the selection with Shift', () => {
    const next = press('ArrowRight', true)!;
    expect(areaOf(next)).toEqual({ top: 4, bottom: 4, left: 2, right: 3 });
    expect(contains(areaOf(next), 4, 3)).toBe(true);
    expect(contains(areaOf(next), 5, 3)).toBe(false);
  });

  it('never leave the table', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'ArrowUp',
            'ArrowDown',
            'ArrowLeft',
            'ArrowRight',
            'PageUp',
            'PageDown',
            'Home',
            'End'
          )
        ),
        (keys) => {
          let s = at;
          for (const key of keys) s = moved(s, size, { key, shiftKey: false, mod: false })!;
          expect(s.row >= 0 && s.row < 100 && s.column >= 0 && s.column < 5).toBe(true);
        }
      )
    );
  });
});

describe('copying and sorting', () => {
  const table = columns({
    sku: text(['b', null, 'a', 'b']),
    units: numeric([2, 10, null, 1], 'integer')
  });
  const load = async (offset: number, limit: number) =>
    take(
      table,
      Array.from({ length: Math.min(limit, 4 - offset) }, (_, i) => offset + i)
    );

  it('reads the area in pages', async () => {
    const area = { top: 1, bottom: 3, left: 0, right: 1 };
    expect(await copyArea(area, load, 'tsv', 2)).toBe('\t10\na\t\nb\t1');
  });

  it('writes CSV and Markdown with their heads', async () => {
    const area = { top: 0, bottom: 1, left: 0, right: 1 };
    expect(await copyArea(area, load, 'csv', 1)).toBe('sku,units\nb,2\n,10');
    expect(await copyArea(area, load, 'markdown')).toBe(
      '| sku | units |\n| --- | ---: |\n| b | 2 |\n|  | 10 |'
    );
  });

  it('adds a column to the order, turns it, and takes it out', () => {
    const a = { column: 'a', descending: false };
    const b = { column: 'b', descending: false };
    expect(nextSorts([], 'a')).toEqual([a]);
    expect(nextSorts([a], 'a')).toEqual([{ ...a, descending: true }]);
    expect(nextSorts([{ ...a, descending: true }], 'a')).toEqual([]);
    expect(nextSorts([a], 'b', true)).toEqual([a, b]);
    expect(nextSorts([a, { ...b, descending: true }], 'b', true)).toEqual([a]);
    expect(nextSorts([a, b], 'a')).toEqual([a]);
  });

  it('refuses more cells than a clipboard should hold', async () => {
    expect(await copyArea({ top: 0, bottom: copyLimit, left: 0, right: 0 }, load)).toBeNull();
  });

  it('sorts with missing values last and equal ones in table order', () => {
    expect([...sortedRows(table, [{ column: 'sku', descending: false }])]).toEqual([2, 0, 3, 1]);
    expect([...sortedRows(table, [{ column: 'sku', descending: true }])]).toEqual([0, 3, 2, 1]);
    expect([...sortedRows(table, [{ column: 'units', descending: true }])]).toEqual([1, 0, 3, 2]);
  });
});
