import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { columns, numeric } from '#lib/base/columns.ts';
import { LogStore } from '#lib/runtime/log-store.ts';
import { database } from '#lib/storage/database.ts';
import { EventLogs } from '#lib/storage/event-logs.ts';
import { removeNotebook, restoreNotebook, saveNotebook } from '#lib/storage/library.ts';
import { NotebookLock } from '#lib/storage/lock.ts';
import { sweepLogs } from '#lib/storage/sweep-logs.ts';
import { directoryOf } from '../../support/directory.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryLocks } from '../../support/locks.ts';
import { MemoryFolder } from '../../support/log-folder.ts';

let disk: MemoryFolder;
let locks: LockManager;
let logs: EventLogs;

beforeEach(async () => {
  disk = new MemoryFolder();
  locks = memoryLocks();
  logs = new EventLogs(directoryOf(disk), locks);
  vi.stubGlobal('navigator', { locks });
  const db = await database();
  for (const store of db.objectStoreNames) await db.clear(store);
});
afterEach(() => vi.unstubAllGlobals());

/** The stream worker's own log of a cell, open, with so many events. */
async function written(notebook: string, cell: string, events: number, source = 'here') {
  const store = new LogStore({ folder: () => Promise.resolve(disk), locks });
  store.notebook = notebook;
  const opened = await store.open(cell, { source }, new AbortController().signal, () => undefined);
  const { log } = opened!;
  const seq = Float64Array.from({ length: events }, (_, i) => log.rows + i + 1);
  await log.append(columns({ seq: numeric(seq, 'integer') }), null);
  await log.saveState('what the intake knows');
  return opened!;
}

const listed = async () =>
  (await logs.list()).map(({ owner, events }) => [owner?.notebook, owner?.cell, events]);

function bytesIn(folder: MemoryFolder): number {
  const own = [...folder.contents.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  return [...folder.below.values()].reduce((sum, below) => sum + bytesIn(below), own);
}

test('logs are told by notebook and stream, with their events and all their bytes', async () => {
  (await written('n', 'desk', 5000)).close();
  const open = await written('n', 'gate', 300);
  (await written('other', 'desk', 40)).close();
  (await written('other', 'desk', 2)).close();
  await (await open.log.follower('watch')).save(300, { much: 'of it' });
  expect(await listed()).toEqual([
    ['n', 'desk', 5000],
    ['n', 'gate', 300],
    ['other', 'desk', 42]
  ]);
  const all = await logs.list();
  expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bytesIn(disk));
});

test('one is let go of unless a tab has it open, and its stream begins anew', async () => {
  (await written('n', 'desk', 10)).close();
  const open = await written('n', 'gate', 10);
  for (const log of await logs.list())
    expect(await logs.letGo(log)).toBe(log.owner!.cell === 'desk');
  expect(await listed()).toEqual([['n', 'gate', 10]]);
  open.close();
  await eventually(async () => expect(await logs.letGo((await logs.list())[0]!)).toBe(true));
  expect(await listed()).toEqual([]);
  (await written('n', 'desk', 3)).close();
  expect(await listed()).toEqual([['n', 'desk', 3]]);
});

test('the logs of a removed notebook stay as long as it can be restored, and go with it', async () => {
  const day = 86_400_000;
  for (const id of ['kept', 'restored', 'gone']) {
    await saveNotebook({ id, text: id, title: id, at: 1 });
    (await written(id, 'desk', 7)).close();
  }
  const names = async () => (await listed()).map(([notebook]) => notebook).sort();
  const sweep = (now: number) => sweepLogs(now, [], () => Promise.resolve(logs));
  await removeNotebook('restored', 1000);
  await removeNotebook('gone', 1000);
  await sweep(1000 + 30 * day);
  expect(await names()).toEqual(['gone', 'kept', 'restored']);
  expect(await restoreNotebook('restored')).toBe(true);
  await sweep(1001 + 30 * day);
  expect(await names()).toEqual(['kept', 'restored']);
  expect(disk.below.size).toBe(2);
  expect(await restoreNotebook('gone')).toBe(false);
});

test('logs without a notebook are swept, unless it is open in a tab or its stream runs', async () => {
  (await written('orphan', 'desk', 7)).close();
  (await written('unsaved', 'desk', 7)).close();
  (await written('own', 'desk', 7)).close();
  const running = await written('running', 'desk', 7);
  const lock = new NotebookLock('unsaved', () => undefined, locks);
  await lock.acquire();
  await sweepLogs(1, ['own'], () => Promise.resolve(logs));
  const left = (await listed()).map(([notebook]) => notebook);
  expect(left.sort()).toEqual(['own', 'running', 'unsaved']);
  running.close();
  lock.release();
  await eventually(async () => {
    await sweepLogs(1, [], () => Promise.resolve(logs));
    expect(disk.below.size).toBe(0);
  });
});

test('a disk that is not there, or not to be read, is no failure', async () => {
  await sweepLogs(1, [], () => Promise.resolve(null));
  await sweepLogs(1, [], () => Promise.reject(new DOMException('no', 'SecurityError')));
  expect(await EventLogs.open()).toBe(null);
});
