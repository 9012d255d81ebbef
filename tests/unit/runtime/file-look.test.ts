import { expect, test } from 'vitest';
import {
  estimateLoad,
  fittingShare,
  isLarge,
  isTooLarge,
  type FileLook
} from '#lib/runtime/file-look.ts';

const gb = 1e9;
const orders: FileLook = {
  name: 'orders.csv',
  size: 1.1 * gb,
  modified: 0,
  format: 'csv',
  columns: [
    { name: 'day', type: 'date', width: 4 },
    { name: 'sku', type: 'text', width: 16 },
    { name: 'qty', type: 'integer', width: 2 },
    { name: 'note', type: 'text', width: 78 }
  ],
  rows: 10_000_000,
  exact: false
};

test('memory is rows by the widths of the columns, time the bytes by the pace of text', () => {
  const all = estimateLoad([orders])!;
  expect(all).toMatchObject({ rows: 10_000_000, bytes: gb, columns: 4, atMost: false });
  expect(all.ms).toBe(100_000);
});

test('fewer columns take less memory, and less time than in proportion', () => {
  const some = estimateLoad([orders], { only: ['DAY', 'qty'] })!;
  expect(some).toMatchObject({ bytes: 60_000_000, columns: 2 });
  expect(some.ms).toBe(70_000);
});

test('samples by share and by rows', () => {
  expect(estimateLoad([orders], { sample: 0.1 })).toMatchObject({
    rows: 1_000_000,
    bytes: gb / 10
  });
  expect(estimateLoad([orders], { sample: 5000 })).toMatchObject({ rows: 5000 });
  expect(estimateLoad([orders], { sample: 5e9 })).toMatchObject({ rows: 10_000_000 });
});

test('a filter makes it a bound, which holds nothing back', () => {
  const bound = estimateLoad([orders], { filter: 'qty > 0' })!;
  expect(bound.atMost).toBe(true);
  expect(isTooLarge(bound, gb)).toBe(false);
  expect(isTooLarge(estimateLoad([orders])!, gb)).toBe(true);
  expect(isTooLarge(estimateLoad([orders])!, 3 * gb)).toBe(false);
});

test('several files add up; one unknown makes the whole unknown', () => {
  expect(estimateLoad([orders, orders])!.rows).toBe(20_000_000);
  expect(estimateLoad([orders, { ...orders, rows: null }])).toBeNull();
  expect(estimateLoad([])).toBeNull();
});

test('large is a large file or a large part of the memory', () => {
  const small = { ...orders, size: 1000, rows: 10 };
  expect(isLarge(estimateLoad([small])!, 3 * gb)).toBe(false);
  expect(isLarge(estimateLoad([orders])!, 30 * gb)).toBe(true);
  expect(isLarge(estimateLoad([{ ...orders, size: 30e6 }])!, 3 * gb)).toBe(true);
});

test('the share offered fills a quarter of the memory at most', () => {
  const all = estimateLoad([orders])!;
  const share = fittingShare(all, 3 * gb)!;
  expect(share).toBe(0.7);
  expect(fittingShare(all, gb / 10)).toBe(0.02);
  expect(fittingShare(all, 5 * gb)).toBeNull();
});
