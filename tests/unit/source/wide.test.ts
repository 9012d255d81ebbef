import { afterAll, beforeAll, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import source from '#lib/cells/source/index.ts';
import run from '#lib/cells/source/run.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb, runLoadKindForTest } from '../../support/duckdb.ts';

let db: DuckDbRelations;
beforeAll(async () => {
  db = await openTestDuckDb();
});
afterAll(() => db.close());

test('three thousand columns', { timeout: 120_000 }, async () => {
  const width = 3000;
  const columns = Array.from({ length: width }, (_, c) => c);
  const value = (c: number, row: number) =>
    c % 3 === 0 ? `${row + c}` : c % 3 === 1 ? `t${row}` : `2011-01-${10 + (row % 20)}`;
  const lines = Array.from({ length: 40 }, (_, row) => columns.map((c) => value(c, row)).join());
  const csv = [columns.map((c) => `c${c}`).join(), ...lines].join('\n');
  const { relations, problems } = await runLoadKindForTest(db, source, run, {
    body: 'file: wide.csv',
    name: 'wide',
    files: { 'wide.csv': csv }
  });
  expect(problems).toEqual([]);
  const wide = relations['wide']!;
  expect(wide.vectors.slice(0, 3).map((v) => v.type)).toEqual(['integer', 'text', 'date']);
  expect(toRows(wide)[39]).toMatchObject({ c2997: 39 + 2997, c1: 't39' });
  expect(wide.names).toHaveLength(width);
});
