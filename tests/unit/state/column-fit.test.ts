import { expect, test } from 'vitest';
import { compareColumns, fitsColumns, typeWanted } from '#lib/state/column-fit.ts';

const wants = [
  { name: 'day', type: 'date' },
  { name: 'sku', type: 'text' },
  { name: 'qty', type: 'integer' },
  { name: 'price', type: 'number' }
] as const;

test('a file of the next week fits, in another order and case and with a column more', () => {
  const fit = compareColumns(
    [
      { name: 'SKU', type: 'integer' },
      { name: 'day', type: 'date' },
      { name: 'price', type: 'integer' },
      { name: 'qty', type: 'integer' },
      { name: 'note', type: 'text' }
    ],
    wants
  );
  expect(fitsColumns(fit)).toBe(true);
  expect(fit).toMatchObject({ missing: [], extra: ['note'], different: [], score: 1 });
});

test('a wrong file is told column by column', () => {
  const fit = compareColumns(
    [
      { name: 'Sku', type: 'text' },
      { name: 'qty', type: 'text' },
      { name: 'supplier', type: 'text' }
    ],
    wants
  );
  expect(fitsColumns(fit)).toBe(false);
  expect(fit.missing).toEqual(['day', 'price']);
  expect(fit.extra).toEqual(['supplier']);
  expect(fit.different).toEqual([{ name: 'qty', has: 'text', wants: 'integer' }]);
  expect(fit.score).toBeCloseTo(1.5 / 4);
});

test('a name written in another way is recognised, and said', () => {
  const fit = compareColumns(
    [
      { name: 'Order Date', type: 'date' },
      { name: 'qty', type: 'integer' }
    ],
    [
      { name: 'order_date', type: 'timestamp' },
      { name: 'qty', type: null }
    ]
  );
  expect(fit.renamed).toEqual([{ from: 'Order Date', to: 'order_date' }]);
  expect(fit).toMatchObject({ missing: [], extra: [], score: 1 });
  expect(fitsColumns(fit)).toBe(false);
});

test('types of a contract are read as a source reads them', () => {
  expect(['integer', 'decimal(18,2)', 'TEXT', 'date', 'timestamp', 'blob'].map(typeWanted)).toEqual(
    ['integer', 'number', 'text', 'date', 'timestamp', null]
  );
});
