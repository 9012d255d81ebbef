import { beforeEach, describe, expect, test } from 'vitest';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { Copies, type Room } from '#lib/storage/copies.ts';
import { memoryStore } from '../../support/result-store.ts';

let store: ReturnType<typeof memoryStore>;
let room: Room;
let copies: Copies;

beforeEach(() => {
  store = memoryStore();
  room = { used: 0, quota: 1 << 20 };
  copies = new Copies(store, async () => room);
});

const file = (name: string, text: string, lastModified = 7) =>
  new File([text], name, { lastModified });
const calm = () => ({ signal: new AbortController().signal, onBytes: () => undefined });

describe('copies of files', () => {
  test('come back with their bytes, names and times, for their notebook alone', async () => {
    await copies.keep('a', file('orders.csv', 'sku\nA'), 1, calm());
    await copies.keep('b', file('stock.csv', 'sku\nB'), 2, calm());
    const [back, ...none] = await copies.open('a');
    expect(none).toEqual([]);
    expect(back).toMatchObject({ name: 'orders.csv', lastModified: 7, size: 5 });
    expect(await back!.text()).toBe('sku\nA');
    expect((await copies.list()).map((c) => c.name)).toEqual(['stock.csv', 'orders.csv']);
  });

  test('report what is written and replace the older copy of the same name', async () => {
    const written: number[] = [];
    await copies.keep('a', file('orders.csv', 'old'), 1, calm());
    await copies.keep('a', file('orders.csv', 'newer', 9), 2, {
      ...calm(),
      onBytes: (bytes) => written.push(bytes)
    });
    expect(written.at(-1)).toBe(5);
    expect(await store.folders()).toHaveLength(1);
    expect(await (await copies.open('a'))[0]!.text()).toBe('newer');
  });

  test('cut short never count', async () => {
    await copies.keep('a', file('orders.csv', 'sku\nA\nB'), 1, calm());
    const [folder] = await store.folders();
    store.truncate(`${folder}/content`, 3);
    expect(await copies.open('a')).toEqual([]);
    expect(await copies.list()).toEqual([]);
  });

  test('stop when asked, leaving nothing and the older copy as it was', async () => {
    await copies.keep('a', file('orders.csv', 'old'), 1, calm());
    const controller = new AbortController();
    controller.abort();
    const stopped = copies.keep('a', file('orders.csv', 'newer'), 2, {
      ...calm(),
      signal: controller.signal
    });
    await expect(stopped).rejects.toThrow(Cancelled);
    expect(await (await copies.open('a'))[0]!.text()).toBe('old');
    expect(await store.folders()).toHaveLength(1);
  });

  test('without room are refused before a byte is written, naming what to let go', async () => {
    await copies.keep('a', file('last-year.csv', 'x'.repeat(2048)), 1, calm());
    room = { used: 1000, quota: 2024 };
    const refused = copies.keep('a', file('orders.csv', 'y'.repeat(5000)), 2, calm());
    const { problem } = (await refused.catch((e: unknown) => e)) as ProblemError;
    expect(problem.code).toBe('storage.full');
    expect(problem.cause).toBe('It needs 5 kB; 1 kB are free for this site.');
    expect(problem.hint).toContain('last-year.csv');
    expect(await store.folders()).toHaveLength(1);
  });

  test('that run into the quota while they are written leave nothing', async () => {
    const write = store.write.bind(store);
    store.write = async (path, content) => {
      await write(path, content);
      throw new DOMException('full', 'QuotaExceededError');
    };
    const refused = copies.keep('a', file('orders.csv', 'y'), 2, calm());
    await expect(refused).rejects.toMatchObject({ problem: { code: 'storage.full' } });
    expect(await store.folders()).toEqual([]);
  });

  test('go when let go, and when their notebook is gone for good', async () => {
    await copies.keep('a', file('orders.csv', '1'), 1, calm());
    await copies.keep('a', file('stock.csv', '2'), 2, calm());
    await copies.keep('gone', file('old.csv', '3'), 3, calm());
    await copies.letGo('a', 'stock.csv');
    await copies.keepOnly(new Set(['a']));
    expect((await copies.list()).map((c) => c.name)).toEqual(['orders.csv']);
  });
});
