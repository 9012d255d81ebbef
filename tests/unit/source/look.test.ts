import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from '@uwdata/flechette';
import { expect, test } from 'vitest';
import { lookAt } from '#lib/relations/load/look.ts';

const look = (name: string, content: string | Uint8Array<ArrayBuffer>) =>
  lookAt(new File([content], name, { lastModified: 5 }), () => import('parquet-wasm'));

const rows = (count: number) =>
  `day,sku,qty,price\n${Array.from(
    { length: count },
    (_, i) => `2024-01-${String((i % 28) + 1).padStart(2, '0')},0${i % 500},${i % 40},${i / 4}\n`
  ).join('')}`;

test('a small CSV file is counted, its columns typed as far as its rows show', async () => {
  const found = await look('orders.csv', rows(100));
  expect(found).toMatchObject({ format: 'csv', rows: 100, exact: true, modified: 5 });
  expect(found.columns?.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'day date',
    'sku text',
    'qty integer',
    'price number'
  ]);
});

test('the rows of a larger one are foretold within a few percent', async () => {
  const text = rows(200_000);
  for (const found of [
    await look('orders.csv', text),
    await look('orders.csv.gz', gzipSync(text))
  ]) {
    expect(found.exact).toBe(false);
    expect(Math.abs(found.rows! / 200_000 - 1), found.name).toBeLessThan(0.06);
  }
});

test('NDJSON is looked at line by line', async () => {
  const found = await look('a.ndjson', '{"sku":"a","qty":1}\n{"sku":"b","qty":2.5}\n');
  expect(found).toMatchObject({ format: 'ndjson', rows: 2, exact: true });
  expect(found.columns?.map((c) => c.type)).toEqual(['text', 'number']);
});

test('a Parquet file tells its rows and columns itself', async () => {
  const bytes = await readFile('static/data/online-retail/online_retail.parquet');
  const found = await look('online_retail.parquet', new Uint8Array(bytes));
  expect(found).toMatchObject({ format: 'parquet', rows: 541_909, exact: true });
  expect(found.columns).toHaveLength(8);
  expect(found.columns?.find((c) => c.name === 'Quantity')?.type).toBe('integer');
});

test('a JSON list of objects is looked at as far as its first bytes go', async () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => ({
    id: i,
    sku: `a]}${i}"`,
    at: { x: [i] }
  }));
  const found = await look('lines.json', JSON.stringify(rows));
  expect(found.columns!.map(({ name, type }) => [name, type])).toEqual([
    ['id', 'integer'],
    ['sku', 'text'],
    ['at', 'text']
  ]);
  expect(found.rows! / 40_000).toBeCloseTo(1, 1);
  expect(found.exact).toBe(false);
  expect(await look('few.json', '[{"a": 1}, {"a": 2}]')).toMatchObject({ rows: 2, exact: true });
});

test.each(['stream', 'file'] as const)(
  'an Arrow %s is looked at by its first batch',
  async (format) => {
    const qty = Array.from({ length: 30_000 }, (_, i) => i);
    const table = tableFromArrays({ qty, sku: qty.map((i) => `sku ${i}`) }, { maxBatchRows: 5000 });
    const found = await look('lines.arrow', new Uint8Array(tableToIPC(table, { format })!));
    expect(found.columns!.map(({ name }) => name)).toEqual(['qty', 'sku']);
    expect(found.rows! / 30_000).toBeCloseTo(1, 0);
    expect(found).toMatchObject({ format: 'arrow', exact: false });
  }
);

test('of anything else nothing is known, and nothing fails', async () => {
  const nothing = { columns: null, rows: null };
  expect(await look('a.csv', '')).toMatchObject(nothing);
  expect(await look('a.parquet', 'PAR1 and no more')).toMatchObject(nothing);
  expect(await look('a.xlsx', 'PK\x03\x04')).toMatchObject(nothing);
});
