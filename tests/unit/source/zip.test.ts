import fc from 'fast-check';
import { gzipSync, strToU8, zipSync, type Zippable } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';
import { loadSource } from './support.ts';

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(() => relations.close());

const zip = (members: Readonly<Record<string, string | Uint8Array>>) => {
  const entries = Object.entries(members).map(([name, contents]) => [
    name,
    typeof contents === 'string' ? strToU8(contents) : contents
  ]);
  return new Uint8Array(zipSync(Object.fromEntries(entries) as Zippable));
};

const load = (body: string, bytes: Uint8Array<ArrayBuffer>) =>
  loadSource(relations, body, { 'x.zip': bytes });

describe('archives of networks', () => {
  const model = (seed: number, paths = ['a.bin', 'b.bin']) =>
    JSON.stringify({ userDefinedMetadata: { recipe: { seed } }, weightsManifest: [{ paths }] });

  test('give one row per model with its weights in one', async () => {
    const archive = zip({
      'seed-1/model.json': model(1),
      'seed-1/b.bin': Uint8Array.of(2),
      'seed-1/a.bin': Uint8Array.of(1),
      'seed-2/model.json': model(2, ['a.bin']),
      'seed-2/a.bin': Uint8Array.of(3)
    });
    const { table, problems } = await load('file: x.zip', archive);
    expect(problems).toEqual([]);
    expect(toRows(table!)).toEqual([
      { seed: 1, model: model(1), weights: 'AQI=' },
      { seed: 2, model: model(2, ['a.bin']), weights: 'Aw==' }
    ]);
  });

  test('of a megabyte come whole', async () => {
    const weights = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 2654435761) >>> 24);
    const archive = zip({ 'model.json': model(1, ['weights.bin']), 'weights.bin': weights });
    const { table } = await load('file: x.zip', archive);
    const base64 = toRows(table!)[0]!['weights'] as string;
    expect(Buffer.from(base64, 'base64').equals(weights)).toBe(true);
  });

  test('without their weights are broken; other files called model.json are data', async () => {
    const broken = await load('file: x.zip', zip({ 'model.json': model(1) }));
    expect(broken.problems[0]).toMatchObject({ code: 'source.broken-file' });
    const plain = await load('file: x.zip', zip({ 'model.json': '[{"a": 1}]' }));
    expect(toRows(plain.table!)).toEqual([{ a: 1 }]);
  });
});

describe('ZIP archives', () => {
  const orders = zip({
    'README.md': '# Orders',
    '__MACOSX/._orders-1.csv': 'junk',
    '2011/orders-1.csv': 'sku,qty\na,1',
    '2011/orders-2.csv': 'qty,note\n2,late',
    'prices.json': '[{"sku": "a", "price": 2}]',
    'empty/': ''
  });

  test('members of the commonest format are one table by names; the rest is told', async () => {
    const { table, problems, report } = await load('file: x.zip', orders);
    expect(toRows(table!)).toEqual([
      { sku: 'a', qty: 1, note: null },
      { sku: null, qty: 2, note: 'late' }
    ]);
    expect(report.files.map((f) => f.name)).toEqual([
      'x.zip/2011/orders-1.csv',
      'x.zip/2011/orders-2.csv'
    ]);
    expect(problems).toMatchObject([
      {
        code: 'source.archive-left-out',
        data: { left: 'README.md, __MACOSX/._orders-1.csv, prices.json' }
      }
    ]);
  });

  test('a pattern behind the name picks members, by path or name', async () => {
    const first = await load('file: "x.zip/2011/orders-1*"', orders);
    expect(toRows(first.table!)).toEqual([{ sku: 'a', qty: 1 }]);
    const json = await load('file: "x.zip/PRICES.json"', orders);
    expect(toRows(json.table!)).toEqual([{ sku: 'a', price: 2 }]);
    const { problems } = await load('file: "x.zip/2011/orders-3.csv"', orders);
    expect(problems[0]).toMatchObject({
      code: 'source.archive-no-member',
      data: { nearest: '2011/orders-1.csv' }
    });
  });

  test('a stated format picks its members; gzip inside is unpacked', async () => {
    const { table } = await load('file: x.zip\nformat: json', orders);
    expect(toRows(table!)).toEqual([{ sku: 'a', price: 2 }]);
    const packed = zip({ 'a.csv.gz': gzipSync(strToU8('a\n1')) });
    expect(toRows((await load('file: x.zip', packed)).table!)).toEqual([{ a: 1 }]);
  });

  test('an archive without data, an empty one and one with a password are told', async () => {
    expect((await load('file: x.zip', zip({ 'a.pdf': 'x' }))).codes).toEqual([
      'source.archive-no-member'
    ]);
    expect((await load('file: x.zip', zip({}))).codes).toEqual(['source.archive-no-member']);
    const locked = zip({ 'a.csv': 'a\n1' });
    const view = new DataView(locked.buffer);
    for (let at = 0; at < locked.length - 4; at++) {
      if (view.getUint32(at, true) === 0x02014b50) locked[at + 8]! |= 1;
    }
    expect((await load('file: x.zip', locked)).codes).toEqual(['source.archive-locked']);
  });

  test('documents of other programs and damaged archives are told', async () => {
    expect((await load('file: x.zip', zip({ 'word/document.xml': '' }))).codes).toEqual([
      'source.not-a-table'
    ]);
    expect((await load('file: x.zip', orders.slice(0, orders.length - 40))).codes).toEqual([
      'source.broken-file'
    ]);
    const cut = zip({ 'a.csv': `a\n${'abcdefgh\n'.repeat(1000)}` });
    cut.fill(0xff, 60, 80);
    expect((await load('file: x.zip', cut)).codes).toEqual(['source.broken-file']);
  });

  test('what is packed reads back equal', async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(names, fc.array(fc.integer(), { minLength: 1 }), async (files, values) => {
        const csv = ['file,v', ...values.map((v) => `F,${v}`)].join('\n');
        const members = files.map((name): [string, string] => [
          `${name}x.csv`,
          csv.replaceAll('F', name)
        ]);
        const { table } = await load('file: x.zip', zip(Object.fromEntries(members)));
        const expected = [...files]
          .sort((a, b) => (`${a}x.csv` < `${b}x.csv` ? -1 : 1))
          .flatMap((file) => values.map((v) => ({ file, v })));
        expect(toRows(table!)).toEqual(expected);
      }),
      { numRuns: 15 }
    );
  });
});
