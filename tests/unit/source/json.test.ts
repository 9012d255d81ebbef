import fc from 'fast-check';
import { gzipSync, strToU8 } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb, type LoadCase } from '../../support/duckdb.ts';
import { loadSource, types } from './support.ts';

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(() => relations.close());

const load = (body: string, files: LoadCase['files']) => loadSource(relations, body, files);

describe('JSON', () => {
  test('types come from JSON; texts are never numbers; objects and lists are kept', async () => {
    const rows = [
      { sku: '12', qty: 5, ok: true, at: '2011-03-01', tags: ['a', 'b'] },
      { sku: '13', qty: 1.5, ok: null, more: { x: 1 } }
    ];
    const { table } = await load('file: a.json', { 'a.json': JSON.stringify(rows) });
    expect(types(table)).toBe('sku text, qty number, ok boolean, at date, tags other, more other');
    expect(toRows(table!)[1]).toEqual({
      sku: '13',
      qty: 1.5,
      ok: null,
      at: null,
      tags: null,
      more: { x: 1 }
    });
  });

  test('one object a line; lines that are none are put aside', async () => {
    const { table, rejects } = await load('file: a.ndjson', {
      'a.ndjson': '{"a": 1}\r\n\n{"a": 2, "b": "x"}\nnonsense\n[1]\n'
    });
    expect(toRows(table!)).toEqual([
      { a: 1, b: null },
      { a: 2, b: 'x' }
    ]);
    expect(toRows(rejects!).map((r) => r['line'])).toEqual([4, 5]);
  });

  test('a list inside an object, found by its text', async () => {
    const { table, report } = await load('file: rows', {
      rows: '{\n "count": 2,\n "rows": [{"a": 1}, {"a": 2}]}'
    });
    expect(report.files[0]?.format).toBe('json');
    expect(toRows(table!)).toEqual([{ a: 1 }, { a: 2 }]);
  });
});

const lines = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');

describe('nested JSON', () => {
  const sqlTypes = async (body: string, text: string) => {
    const loaded = await load(body, { 'a.ndjson': text });
    return loaded.table!.names.map((name, i) => [name, loaded.table!.vectors[i]!.type]);
  };

  test('objects are structs and lists are lists; missing keys are missing, whole numbers widen', async () => {
    const { table } = await load('file: a.ndjson', {
      'a.ndjson': lines(
        { id: 1, to: { city: 'Köln "x"', zip: '0012', at: [1, 2.5] }, tags: ['a', 'b\nc\\n'] },
        { id: 2, to: { city: null, at: [] }, tags: [] },
        {
          id: 3,
          tags: null,
          lines: [
            { sku: 'a', qty: 1 },
            { sku: 'b', note: 'late, "very"' }
          ]
        }
      )
    });
    expect(toRows(table!)).toEqual([
      {
        id: 1,
        to: { city: 'Köln "x"', zip: '0012', at: [1, 2.5] },
        tags: ['a', 'b\nc\\n'],
        lines: null
      },
      { id: 2, to: { city: null, zip: null, at: [] }, tags: [], lines: null },
      {
        id: 3,
        to: null,
        tags: null,
        lines: [
          { sku: 'a', qty: 1, note: null },
          { sku: 'b', qty: null, note: 'late, "very"' }
        ]
      }
    ]);
  });

  test('a column of several kinds is JSON text, and so is a part inside', async () => {
    const text = lines({ a: { x: 1 }, b: [1, { y: 2 }] }, { a: 'plain', b: ['z'] });
    expect(await sqlTypes('file: a.ndjson', text)).toEqual([
      ['a', 'text'],
      ['b', 'other']
    ]);
    const { table } = await load('file: a.ndjson', { 'a.ndjson': text });
    expect(toRows(table!)).toEqual([
      { a: '{"x":1}', b: ['1', '{"y":2}'] },
      { a: 'plain', b: ['z'] }
    ]);
  });

  test('a contract keeps a column as text; keys that differ in case only stay JSON', async () => {
    const text = lines({ a: { x: 1 }, b: { k: 1, K: 2 } });
    const { table } = await load('file: a.ndjson\ncolumns: { a: text }', { 'a.ndjson': text });
    expect(toRows(table!)).toEqual([{ a: '{"x":1}', b: '{"k":1,"K":2}' }]);
  });

  test('flatten makes columns of members; lists stay', async () => {
    const text = lines({ a: { b: { c: 1 }, d: [1] } }, { a: { b: { c: 2, e: 'x' } } });
    const { table } = await load('file: a.ndjson\noptions: { flatten: true }', {
      'a.ndjson': text
    });
    expect(toRows(table!)).toEqual([
      { 'a.b.c': 1, 'a.d': [1], 'a.b.e': null },
      { 'a.b.c': 2, 'a.d': null, 'a.b.e': 'x' }
    ]);
  });

  test('rows under a key are found, or named by a path', async () => {
    const rows = [{ a: 1 }, { a: 2 }];
    const found = await load('file: a.json', {
      'a.json': JSON.stringify({ meta: { pages: 1 }, data: { items: rows } })
    });
    expect(toRows(found.table!)).toEqual(rows);
    const two = JSON.stringify({ data: { items: rows, other: [{ b: 1 }] } });
    const named = await load('file: a.json\noptions: { path: data.items }', { 'a.json': two });
    expect(toRows(named.table!)).toEqual(rows);
    const { problems } = await load('file: a.json\noptions: { path: data.item }', {
      'a.json': two
    });
    expect(problems[0]).toMatchObject({
      code: 'source.json-path',
      data: { nearest: 'items', known: 'items, other' }
    });
  });

  test('gzip is unpacked; several files agree on one type', async () => {
    const { table } = await load('file: "*.ndjson*"', {
      '1.ndjson': lines({ a: { x: 1 } }),
      '2.ndjson.gz': new Uint8Array(gzipSync(strToU8(lines({ a: { x: 1.5, y: 'b' } }))))
    });
    expect(toRows(table!)).toEqual([{ a: { x: 1, y: null } }, { a: { x: 1.5, y: 'b' } }]);
  });

  test('the end of a list or an object in a text of one inside another is kept, in JSON text', async () => {
    const rows = [
      { o: { t: 'a]}', n: 1 }, flat: [']}'], l: [{ l: ['a', 'b]c'] }], i: { o: { t: '}', n: 1 } } },
      { o: { t: '', n: 2 }, flat: [], l: [], i: { o: { t: '', n: 2 } } }
    ];
    const { table } = await load('file: a.ndjson', { 'a.ndjson': lines(...rows) });
    const [l, i] = ['l', 'i'] as const;
    expect(toRows(table!)).toEqual(
      rows.map((row) => ({ ...row, l: JSON.stringify(row[l]), i: JSON.stringify(row[i]) }))
    );
    const keys = [{ a: [{ 'x}': 1 }], b: { 'x}]': ['}'] } }];
    const keyed = await load('file: a.ndjson', { 'a.ndjson': lines(...keys) });
    expect(toRows(keyed.table!)).toEqual([{ a: '[{"x}":1}]', b: { 'x}]': ['}'] } }]);
  });

  test('what is written reads back equal, or in JSON text where one inside another holds its own end', async () => {
    const unit = fc.oneof(
      { weight: 8, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.constantFrom(']', '[', '"', ',', '\\', '}') }
    );
    const text = fc.string({ unit }).filter((s) => !s.includes('\0'));
    const plain = text.map((s) => s.replace(/[\]}]/g, ''));
    const tables = fc.constantFrom(text, plain).chain((inside) => {
      const record = (own: typeof text) =>
        fc.record({ t: own, n: fc.maxSafeInteger(), l: fc.array(inside) });
      const row = fc.record({
        o: record(text),
        flat: fc.array(text),
        l: fc.array(record(inside), { minLength: 1, maxLength: 3 })
      });
      return fc.array(row, { minLength: 1, maxLength: 8 });
    });
    const has = (end: string, ...texts: string[]) => texts.some((one) => one.includes(end));
    /** How often a column came as it is, how often as text, and how often with brackets as it is. */
    const seen = { whole: 0, told: 0, bracketed: 0 };
    await fc.assert(
      fc.asyncProperty(tables, async (rows) => {
        const { table } = await load('file: a.ndjson', { 'a.ndjson': lines(...rows) });
        const isTold = {
          o: rows.some(({ o }) => has(']', ...o.l)),
          l: rows.some(({ l }) => l.some((item) => has('}', item.t) || has(']', ...item.l)))
        };
        for (const told of Object.values(isTold)) seen[told ? 'told' : 'whole']++;
        if (rows.some(({ o, flat }) => has(']', ...flat) || (!isTold.o && has('}', o.t))))
          seen.bracketed++;
        expect(toRows(table!)).toEqual(
          rows.map(({ o, flat, l }) => ({
            o: isTold.o ? JSON.stringify(o) : o,
            flat,
            l: isTold.l ? JSON.stringify(l) : l
          }))
        );
      }),
      { numRuns: 40 }
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(3);
  });
});
