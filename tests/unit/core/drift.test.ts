import { describe, expect, test } from 'vitest';
import check from '#lib/cells/check/index.ts';
import run from '#lib/cells/check/run.ts';
import { driftBetween } from '#lib/cells/core/drift.ts';
import type { ColumnShape, Shape } from '#lib/cells/core/shape.ts';
import { rowsOf, sqlKind } from '../cells/support.ts';

const column = (name: string, more: Partial<ColumnShape> = {}): ColumnShape => ({
  name,
  type: 'number',
  missing: 0,
  least: 0,
  greatest: 10,
  mean: 5,
  sd: 2,
  categories: null,
  ...more
});
const shape = (columns: readonly ColumnShape[], rows = 100): Shape => ({ rows, columns });
const text = (name: string, categories: Record<string, number>) =>
  column(name, { type: 'text', least: null, greatest: null, mean: null, sd: null, categories });
const told = (before: Shape, after: Shape) =>
  driftBetween(before, after).map((d) => [d.aspect, d.column]);

describe('driftBetween', () => {
  test('values named like what every object has are values like others', () => {
    const before = shape([text('c', { x: 1 })]);
    const after = shape([text('c', { x: 0.5, constructor: 0.5 })]);
    expect(driftBetween(before, after).map((d) => d.fresh)).toEqual([['constructor']]);
    expect(told(after, before)).toEqual([['categories', 'c']]);
  });

  test('a shape does not drift from itself', () => {
    const same = shape([column('a'), text('c', { x: 0.5, y: 0.5 })]);
    expect(driftBetween(same, same)).toEqual([]);
  });

  test.each<[string, Shape, Shape, [string, string | null][]]>([
    [
      'added and gone',
      shape([column('a'), column('price')]),
      shape([column('a'), text('zone', {})]),
      [
        ['columns', 'zone'],
        ['columns', 'price']
      ]
    ],
    [
      'renamed',
      shape([column('Unit Price')]),
      shape([column('unit_price')]),
      [['columns', 'unit_price']]
    ],
    ['type', shape([column('a')]), shape([text('a', {})]), [['types', 'a']]],
    ['rows', shape([], 100), shape([], 201), [['rows', null]]],
    ['missing', shape([column('a')]), shape([column('a', { missing: 0.06 })]), [['missing', 'a']]],
    ['range', shape([column('a')]), shape([column('a', { greatest: 15.1 })]), [['ranges', 'a']]],
    [
      'range within',
      shape([column('a')]),
      shape([column('a', { greatest: 15, missing: 0.05 })]),
      []
    ],
    ['mean', shape([column('a')]), shape([column('a', { mean: 7.1 })]), [['ranges', 'a']]],
    [
      'category',
      shape([text('c', { x: 1 })]),
      shape([text('c', { x: 0.9, z: 0.1 })]),
      [['categories', 'c']]
    ],
    ['rare one gone', shape([text('c', { x: 0.97, y: 0.03 })]), shape([text('c', { x: 1 })]), []]
  ])('%s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });
});

describe('check like', () => {
  const judged = sqlKind(check, run);
  const last = 'sku,units,site\na,5,North\nb,7,North\nc,6,North\nd,5,South\ne,9,South\nf,4,South';

  test('tells what next week’s file has changed, and gates', async () => {
    const now =
      'SKU,units,site\na,5000,North\nb,7000,North\nc,6000,North\nd,5000,East\ne,9000,East\nf,4000,East';
    const outcome = await judged({
      body: 'source: now\ngate: true\nexpect:\n  - like: last',
      given: { last, now }
    });
    const rows = rowsOf(outcome, 'example');
    expect(rows.map((row) => [row[0], row[1], row[2]])).toEqual([
      ['like last: columns', true, 0],
      ['like last: types', true, 0],
      ['like last: rows', true, 0],
      ['like last: missing', true, 0],
      ['like last: ranges', false, null],
      ['like last: categories', false, 3]
    ]);
    expect(rows[5]![3]).toBe('Values of site, new: East; gone: South.');
    expect(outcome.failed).toEqual({ gate: true });
  });

  test('the same file passes', async () => {
    const outcome = await judged({
      body: 'source: now\nexpect:\n  - like: last',
      given: { last, now: last }
    });
    expect(rowsOf(outcome, 'example').every((row) => row[1] === true)).toBe(true);
    expect(outcome.failed).toBeUndefined();
  });
});
