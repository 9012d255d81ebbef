import { describe, expect, test } from 'vitest';
import type { FolderStore } from '#lib/base/folder-store.ts';
import { SavedRuns, type SavedRunsLimits } from '#lib/runtime/saved-runs.ts';
import { memoryStore } from '../../support/result-store.ts';

const bytes = (length: number) => new Uint8Array(length).fill(7);
const open = (store: FolderStore | null) => async () => store;

describe('what runs save for themselves', () => {
  test('is found by a run of the same fingerprint alone, until one ends well', async () => {
    const store = memoryStore();
    const run = new SavedRuns(open(store), { now: () => 0 }).of('f1');
    await run.save('final-0', bytes(5));
    const later = new SavedRuns(open(store), { now: () => 0 });
    expect(await later.of('f1').load('final-0')).toEqual(bytes(5));
    expect(await later.of('f1').load('final-1')).toBeNull();
    expect(await later.of('f2').load('final-0')).toBeNull();
    await later.of('f1').forget();
    expect(await store.folders()).toEqual([]);
  });

  test('is gone also when it was still being written', async () => {
    const store = memoryStore();
    const run = new SavedRuns(open(store), { now: () => 0 }).of('f1');
    const written = run.save('final-0', bytes(5));
    await run.forget();
    await written;
    expect(await store.folders()).toEqual([]);
  });

  test('goes by age and by size, the oldest first', async () => {
    const store = memoryStore();
    for (const name of ['a', 'b', 'c', 'd']) await store.write(`${name}/x`, new Blob([bytes(10)]));
    const sweep = (limits: SavedRunsLimits) => new SavedRuns(open(store), limits).of('e').load('x');
    await sweep({ ageMs: 100, now: () => 101.5 });
    expect(await store.folders()).toEqual(['b', 'c', 'd']);
    await sweep({ bytes: 25, now: () => 0 });
    expect(await store.folders()).toEqual(['c', 'd']);
  });

  test('is nothing, and no failure, where storage is absent or refuses', async () => {
    const no = () => Promise.reject(new Error('refused'));
    const refusing: FolderStore = { write: no, read: no, folders: no, files: no, remove: no };
    const unwritable: FolderStore = { ...memoryStore(), write: no, remove: no };
    const failing = () => Promise.reject<FolderStore | null>(new Error('no folder'));
    for (const opened of [open(null), open(refusing), open(unwritable), failing]) {
      const run = new SavedRuns(opened).of('f');
      await run.save('x', bytes(1));
      expect(await run.load('x')).toBeNull();
      await run.forget();
    }
  });
});
