import { describe, expect, test } from 'vitest';
import { LiveTabs, type Wish } from '#lib/storage/live-tabs.ts';
import { NotebookLock, type Leadership } from '#lib/storage/lock.ts';
import { defaults, readPreferences, writePreferences } from '#lib/storage/preferences.ts';
import { grant, isGranted } from '#lib/storage/trust.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryLocks } from '../../support/locks.ts';

class MemoryStorage implements Storage {
  readonly #map = new Map<string, string>();
  get length() {
    return this.#map.size;
  }
  clear() {
    this.#map.clear();
  }
  getItem(key: string) {
    return this.#map.get(key) ?? null;
  }
  key(index: number) {
    return [...this.#map.keys()][index] ?? null;
  }
  removeItem(key: string) {
    this.#map.delete(key);
  }
  setItem(key: string, value: string) {
    this.#map.set(key, value);
  }
}

describe('preferences', () => {
  test('what was written is read again', () => {
    const store = new MemoryStorage();
    const chosen = {
      autoRun: false,
      face: 'both',
      closedPanels: ['files', 'graph'],
      tell: { system: true, sound: false, replays: true }
    } as const;
    writePreferences(chosen, store);
    expect(readPreferences(store)).toEqual(chosen);
  });

  test.each(['', '{', 'null', '{"face":"sideways","autoRun":"yes"}'])(
    'unreadable preferences %j are the defaults',
    (raw) => {
      const store = new MemoryStorage();
      store.setItem('quartermaster:preferences', raw);
      expect(readPreferences(store)).toEqual(defaults);
    }
  );
});

describe('trust', () => {
  test('is remembered for one text and not for another', () => {
    const store = new MemoryStorage();
    grant('script', 'abc', store);
    expect(isGranted('script', 'abc', store)).toBe(true);
    expect(isGranted('script', 'abd', store)).toBe(false);
  });
});

test('tabs of a notebook hear which streams run in the one that leads and its text, whenever they come', async () => {
  const heard: (readonly string[])[] = [];
  const texts: string[] = [];
  const wishes: Wish[] = [];
  const ears = (wanted: object) => ({
    onLead: () => undefined,
    onRunning: () => expect.unreachable(),
    onText: () => expect.unreachable(),
    onWish: () => expect.unreachable(),
    ...wanted
  });
  const leading = new LiveTabs('n', ears({ onWish: (wish: Wish) => wishes.push(wish) }));
  leading.tellText('one');
  leading.tell(['desk', 'watch']);
  const following = new LiveTabs(
    'n',
    ears({
      onRunning: (cells: readonly string[]) => heard.push(cells),
      onText: (text: string) => texts.push(text)
    })
  );
  const other = new LiveTabs('other', ears({}));
  await eventually(() => expect(heard.at(-1)).toEqual(['desk', 'watch']));
  leading.tell([]);
  await eventually(() => expect(heard.at(-1)).toEqual([]));
  leading.tellText('two');
  await eventually(() => expect(texts).toEqual(['one', 'two']));
  following.wish({ wish: 'speed', speed: 2 });
  await eventually(() => expect(wishes).toEqual([{ wish: 'speed', speed: 2 }]));
  for (const tabs of [leading, following, other]) tabs.close();
});

test('a tab hears of each that comes to lead, and its text from then on', async () => {
  const heard: string[] = [];
  const deaf = { onRunning: () => undefined, onText: () => undefined, onWish: () => undefined };
  const following = new LiveTabs('n', {
    onLead: () => heard.push('led'),
    onRunning: (cells) => heard.push(`runs ${cells.join(', ')}`),
    onText: (text) => heard.push(text),
    onWish: () => expect.unreachable()
  });
  for (const [text, next] of [
    ['one', 'two'],
    ['three', 'four']
  ] as const) {
    heard.length = 0;
    const leading = new LiveTabs('n', { ...deaf, onLead: () => expect.unreachable() });
    leading.tellText(text);
    // Before it leads it says nothing.
    leading.tell(null);
    leading.tell([]);
    await eventually(() => expect(heard).toEqual(['led', text, 'runs ']));
    leading.tell([]);
    leading.tellText(next);
    await eventually(() => expect(heard).toEqual(['led', text, 'runs ', next]));
    leading.close();
  }
  following.close();
});

describe('notebook lock', () => {
  const tab = (locks: LockManager) => {
    const told: Leadership[] = [];
    return { told, lock: new NotebookLock('n', (l) => told.push(l), locks) };
  };

  test('the first tab leads, the second follows', async () => {
    const locks = memoryLocks();
    expect(await tab(locks).lock.acquire()).toBe('leader');
    expect(await tab(locks).lock.acquire()).toBe('follower');
  });

  test('taking over tells the tab that led', async () => {
    const locks = memoryLocks();
    const first = tab(locks);
    const second = tab(locks);
    await first.lock.acquire();
    await second.lock.acquire();
    expect(await second.lock.takeOver()).toBe('leader');
    await Promise.resolve();
    expect(first.told).toEqual(['leader', 'lost']);
  });

  test('a tab that waits inherits the lead once the first is gone, or declines it and waits again', async () => {
    const locks = memoryLocks();
    const waiting = tab(locks);
    const turns: (() => void)[] = [];
    const inherit = () => waiting.lock.inherit((decline) => turns.push(decline));
    for (let round = 1; round <= 3; round++) {
      const first = tab(locks);
      expect(await first.lock.acquire()).toBe('leader');
      expect(await waiting.lock.acquire()).toBe('follower');
      inherit();
      // It waits already.
      inherit();
      first.lock.release();
      await eventually(() => expect(turns.length).toBe(round));
      expect(await tab(locks).lock.acquire()).toBe('follower');
      turns.at(-1)!();
      await new Promise((done) => setTimeout(done, 20));
      expect(turns.length).toBe(round);
    }
    expect(await tab(locks).lock.acquire()).toBe('leader');
  });

  test('a released notebook can be led again', async () => {
    const locks = memoryLocks();
    const first = tab(locks);
    await first.lock.acquire();
    first.lock.release();
    await new Promise((done) => setTimeout(done));
    expect(await tab(locks).lock.acquire()).toBe('leader');
  });
});
