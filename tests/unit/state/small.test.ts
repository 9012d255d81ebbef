import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitsPattern, nameFromFile } from '#lib/state/file-match.ts';
import { History } from '#lib/state/history.ts';
import { decodeLink, encodeLink } from '#lib/state/share.ts';

describe('history', () => {
  test('undo and redo walk through the same states', () => {
    const history = new History<number>();
    history.record(1, 'to two', null, 0);
    history.record(2, 'to three', null, 10_000);
    expect(history.undo(3)).toEqual({ state: 2, label: 'to three' });
    expect(history.undo(2)).toEqual({ state: 1, label: 'to two' });
    expect(history.undo(1)).toBeNull();
    expect(history.redo(1)).toEqual({ state: 2, label: 'to two' });
    expect(history.redo(2)).toEqual({ state: 3, label: 'to three' });
  });

  test('typing in one place within a second is one step', () => {
    const history = new History<string>();
    history.record('', 'typing', 'a', 0);
    history.record('x', 'typing', 'a', 500);
    history.record('xy', 'typing', 'a', 1300);
    expect(history.undo('xyz')?.state).toBe('');
  });

  test('a pause, or another place, begins a new step', () => {
    const history = new History<string>();
    history.record('', 'typing', 'a', 0);
    history.record('x', 'typing', 'b', 100);
    history.record('y', 'typing', 'b', 5000);
    expect(history.undo('z')?.state).toBe('y');
    expect(history.undo('y')?.state).toBe('x');
  });

  test('a new edit forgets what was undone', () => {
    const history = new History<number>();
    history.record(1, 'a', null, 0);
    history.undo(2);
    history.record(1, 'b', null, 1);
    expect(history.redo(3)).toBeNull();
  });
});

describe('links', () => {
  test('any text comes back, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (text) => {
        const code = await encodeLink(text);
        expect(code).toMatch(/^[\w-]*$/);
        expect(await decodeLink(code)).toBe(text);
      }),
      { numRuns: 50 }
    );
  });

  test('a byte-order mark and Windows line ends survive', async () => {
    const text = '\ufeff# One\r\n\r\nTwo\r\n';
    expect(await decodeLink(await encodeLink(text))).toBe(text);
  });

  test('a link cut short or not one at all is refused', async () => {
    const code = await encodeLink('x'.repeat(5000) + Math.PI);
    expect(await decodeLink(code.slice(0, -8))).toBeNull();
    expect(await decodeLink('%%%')).toBeNull();
  });

  test('a link that unpacks to more than the limit is refused', async () => {
    const code = await encodeLink('a'.repeat(100_000));
    expect(await decodeLink(code, 50_000)).toBeNull();
  });
});

describe('files', () => {
  test.each([
    ['orders.csv', 'orders.csv', true],
    ['Orders.CSV', 'orders.csv', true],
    ['orders_2011.csv', 'orders*.csv', true],
    ['orders.csv.bak', 'orders.csv', false],
    ['ordersXcsv', 'orders.csv', false],
    ['a1.csv', 'a?.csv', true],
    ['a12.csv', 'a?.csv', false],
    ['库存 2024.csv', '库存*.csv', true]
  ])('%s against %s: %s', (name, pattern, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits);
  });

  test.each([
    ['orders 2011.csv', 'orders_2011'],
    ['2011-orders.csv.gz', 'orders'],
    ['订单.parquet', '订单'],
    ['2011.csv', 'table']
  ])('%s becomes the cell name %s', (file, name) => {
    expect(nameFromFile(file)).toBe(name);
  });
});
