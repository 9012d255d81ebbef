import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { database } from '#lib/storage/database.ts';
import { putInbox, takeInbox } from '#lib/storage/inbox.ts';
import { Journal, journalDelay } from '#lib/storage/journal.ts';
import {
  clearBin,
  copyNotebook,
  knownNotebooks,
  listNotebooks,
  loadNotebook,
  noteNotebook,
  removeNotebook,
  restoreNotebook,
  saveNotebook
} from '#lib/storage/library.ts';
import { loadSnapshots, saveSnapshots } from '#lib/storage/snapshots.ts';

const day = 86_400_000;
const save = (id: string, text: string, at = 1) => saveNotebook({ id, text, title: id, at });

beforeEach(async () => {
  const db = await database();
  for (const store of db.objectStoreNames) await db.clear(store);
});

describe('library', () => {
  test('lists the last edited first, without the texts', async () => {
    await save('a', 'one', 10);
    await save('b', 'two', 20);
    await save('a', 'one more', 30);
    const list = await listNotebooks();
    expect(list.map((n) => n.id)).toEqual(['a', 'b']);
    expect(list[0]).not.toHaveProperty('text');
  });

  test('saving the same text again is not an edit', async () => {
    await save('a', 'one', 10);
    await save('a', 'one', 99);
    expect((await loadNotebook('a'))?.edited).toBe(10);
  });

  test('origin, hash and creation stay those of the first save', async () => {
    await saveNotebook({ id: 'a', text: 'one', title: 'A', origin: 'opened', at: 10 });
    const first = await loadNotebook('a');
    await save('a', 'two', 20);
    const second = await loadNotebook('a');
    expect(second).toMatchObject({ origin: 'opened', hash: first?.hash, created: 10, edited: 20 });
  });

  test('facts are noted without touching the text, and not for a notebook never saved', async () => {
    await save('a', 'one');
    await noteNotebook('a', { files: ['orders.csv'], view: { scroll: 40, cell: 'x' } });
    await noteNotebook('never', { files: ['x'] });
    expect(await loadNotebook('a')).toMatchObject({
      text: 'one',
      files: ['orders.csv'],
      view: { scroll: 40, cell: 'x' }
    });
    expect(await loadNotebook('never')).toBeUndefined();
  });

  test('a removed notebook is in the bin, comes back whole, and is gone after thirty days', async () => {
    await save('a', 'one', 10);
    const before = await loadNotebook('a');
    await removeNotebook('a', 100);
    expect(await listNotebooks()).toEqual([]);
    await clearBin(100 + 30 * day);
    expect([...(await knownNotebooks())]).toEqual(['a']);
    expect(await restoreNotebook('a')).toBe(true);
    expect(await loadNotebook('a')).toEqual(before);
    await removeNotebook('a', 100);
    await clearBin(101 + 30 * day);
    expect(await knownNotebooks()).toEqual(new Set());
    expect(await restoreNotebook('a')).toBe(false);
  });

  test('one that was saved again after it was removed keeps its results', async () => {
    await save('a', 'one');
    await save('b', 'one');
    const outcome = { relations: [], report: { n: 1 }, problems: [], hash: 'h' };
    const results = { q: { outcome, ms: 3, answers: {} } };
    for (const id of ['a', 'b']) {
      await saveSnapshots(id, results);
      await removeNotebook(id, 1);
    }
    await save('a', 'two');
    await clearBin(2 + 30 * day);
    expect([...(await knownNotebooks())]).toEqual(['a']);
    expect(await loadSnapshots('a')).toEqual(results);
    expect(await loadSnapshots('b')).toEqual({});
  });

  test('what was journaled when it was removed is in the bin too', async () => {
    await save('a', 'one');
    const journal = new Journal('a');
    journal.note('one and more');
    await journal.flush();
    await removeNotebook('a', 5);
    await restoreNotebook('a');
    expect((await loadNotebook('a'))?.text).toBe('one and more');
  });

  test('a copy stands on its own', async () => {
    await save('a', 'one');
    await copyNotebook('a', { id: 'b', title: 'Copy', at: 5 });
    await save('a', 'changed', 9);
    expect((await loadNotebook('b'))?.text).toBe('one');
  });
});

describe('journal', () => {
  test('what is typed is on disk within the delay, also while typing goes on', async () => {
    await save('a', 'start');
    const journal = new Journal('a');
    const typing = setInterval(() => journal.note(`typed at ${Date.now()}`), 20);
    journal.note('first');
    await new Promise((done) => setTimeout(done, journalDelay + 150));
    const entry = await (await database()).get('journal', 'a');
    clearInterval(typing);
    await journal.flush();
    expect(entry?.text).toMatch(/^typed at /);
  });

  test('a killed tab loses nothing: the journaled text is loaded and then saved', async () => {
    await save('a', 'start', 1);
    const journal = new Journal('a');
    journal.note('typed and killed');
    await journal.flush();
    expect((await loadNotebook('a'))?.text).toBe('typed and killed');
    const db = await database();
    expect(await db.get('journal', 'a')).toBeUndefined();
    expect((await db.get('notebooks', 'a'))?.text).toBe('typed and killed');
  });

  test('saving clears the journal, so an older entry never comes back', async () => {
    await save('a', 'start');
    const journal = new Journal('a');
    journal.note('draft');
    await journal.flush();
    await save('a', 'final', 9);
    expect((await loadNotebook('a'))?.text).toBe('final');
  });

  test('writes keep their order when flushed twice', async () => {
    const written: string[] = [];
    const slow = async (_id: string, text: string) => {
      await new Promise((done) => setTimeout(done, text === 'one' ? 20 : 0));
      written.push(text);
    };
    const journal = new Journal('a', {}, slow);
    journal.note('one');
    void journal.flush();
    journal.note('two');
    await journal.flush();
    expect(written).toEqual(['one', 'two']);
  });

  test('a refused write is told, and the next one is tried', async () => {
    const failures: unknown[] = [];
    let refuse = true;
    const write = async () => {
      if (refuse) throw new Error('full');
    };
    const journal = new Journal('a', { onFailure: (e) => failures.push(e) }, write);
    journal.note('one');
    await journal.flush();
    refuse = false;
    journal.note('two');
    await journal.flush();
    expect(failures).toHaveLength(1);
  });
});

describe('inbox and snapshots', () => {
  // Node does not clone a File; its name is what tells whether the right one came back.
  const file = (name: string) => ({ name }) as File;

  test('files are taken once', async () => {
    await putInbox([file('orders.csv')]);
    expect((await takeInbox()).map((f) => f.name)).toEqual(['orders.csv']);
    expect(await takeInbox()).toEqual([]);
  });

  test('only the last files left are taken', async () => {
    await putInbox([file('old.csv')]);
    await putInbox([file('new.csv')]);
    expect((await takeInbox()).map((f) => f.name)).toEqual(['new.csv']);
  });

  test('typed arrays survive the way to disk and back', async () => {
    const answer = {
      length: 2,
      names: ['x'],
      vectors: [{ type: 'number' as const, values: new Float64Array([1, 2.5]), valid: null }]
    };
    const outcome = { relations: [], report: { n: 1 }, problems: [], hash: 'h' };
    await saveSnapshots('a', {
      q: { outcome, ms: 3, answers: { page: answer } }
    });
    const back = (await loadSnapshots('a'))['q'];
    expect(back?.answers['page']).toEqual(answer);
    expect(await loadSnapshots('b')).toEqual({});
  });
});
