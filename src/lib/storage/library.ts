import { hash128 } from '#lib/base/hash.ts';
import {
  database,
  type NotebookEntry,
  type Origin,
  type StoredNotebook,
  type ViewState
} from './database.ts';

const binDays = 30;

/** The notebooks of this browser, the last edited first. */
export async function listNotebooks(): Promise<NotebookEntry[]> {
  const db = await database();
  const all = await db.getAllFromIndex('notebooks', 'edited');
  return all.reverse().map(({ text: _text, ...entry }) => entry);
}

/** Ids of every notebook that is here, or could be brought back from the bin. */
export async function knownNotebooks(): Promise<ReadonlySet<string>> {
  const db = await database();
  const [here, binned] = await Promise.all([db.getAllKeys('notebooks'), db.getAllKeys('bin')]);
  return new Set([...here, ...binned]);
}

/**
 * A notebook with everything typed into it, also what was only journaled when its tab was killed.
 * Undefined when there is none under `id`.
 */
export async function loadNotebook(id: string): Promise<StoredNotebook | undefined> {
  const db = await database();
  const tx = db.transaction(['notebooks', 'journal'], 'readwrite');
  const saved = await tx.objectStore('notebooks').get(id);
  const entry = await tx.objectStore('journal').get(id);
  if (!saved || !entry) {
    await tx.done;
    return saved;
  }
  const recovered = { ...saved, text: entry.text, edited: Math.max(saved.edited, entry.at) };
  await tx.objectStore('notebooks').put(recovered);
  await tx.objectStore('journal').delete(id);
  await tx.done;
  return recovered;
}

/** What `saveNotebook` takes: the text and whatever else is known about it. */
export interface Save {
  readonly id: string;
  readonly text: string;
  readonly title: string;
  readonly origin?: Origin;
  readonly at: number;
}

/** Writes a notebook and clears its journal, both or neither. Facts not given keep their stored values. */
export async function saveNotebook({ id, text, title, origin, at }: Save): Promise<StoredNotebook> {
  const db = await database();
  const tx = db.transaction(['notebooks', 'journal'], 'readwrite');
  const before = await tx.objectStore('notebooks').get(id);
  const record: StoredNotebook = {
    id,
    text,
    title,
    origin: origin ?? before?.origin ?? 'written',
    hash: before?.hash ?? hash128(text),
    created: before?.created ?? at,
    edited: before?.text === text ? before.edited : at,
    view: before?.view ?? { scroll: 0, cell: null },
    files: before?.files ?? []
  };
  await tx.objectStore('notebooks').put(record);
  await tx.objectStore('journal').delete(id);
  await tx.done;
  return record;
}

/** Changes facts about a notebook that are not its text. Does nothing for one that was never saved. */
export async function noteNotebook(
  id: string,
  facts: { readonly view?: ViewState; readonly files?: readonly string[] }
): Promise<void> {
  const db = await database();
  const tx = db.transaction('notebooks', 'readwrite');
  const before = await tx.store.get(id);
  if (before) await tx.store.put({ ...before, ...facts });
  await tx.done;
}

/** Puts a notebook into the bin, where it stays for thirty days. */
export async function removeNotebook(id: string, at: number): Promise<void> {
  const saved = await loadNotebook(id);
  if (!saved) return;
  const db = await database();
  const tx = db.transaction(['notebooks', 'bin'], 'readwrite');
  await tx.objectStore('bin').put({ ...saved, removed: at });
  await tx.objectStore('notebooks').delete(id);
  await tx.done;
}

/** Takes a notebook out of the bin again; false when it is no longer there. */
export async function restoreNotebook(id: string): Promise<boolean> {
  const db = await database();
  const tx = db.transaction(['notebooks', 'bin'], 'readwrite');
  const binned = await tx.objectStore('bin').get(id);
  if (binned) {
    const { removed: _removed, ...record } = binned;
    await tx.objectStore('notebooks').put(record);
    await tx.objectStore('bin').delete(id);
  }
  await tx.done;
  return binned !== undefined;
}

/** Takes away for good what has lain in the bin for more than thirty days. */
export async function clearBin(now: number): Promise<void> {
  const db = await database();
  for (const { id, removed } of await db.getAll('bin')) {
    if (removed >= now - binDays * 86_400_000) continue;
    await db.delete('bin', id);
    // A tab that had it open may have saved it again.
    if ((await db.getKey('notebooks', id)) === undefined) await db.delete('snapshots', id);
  }
}

/** A copy under a new id, as written here. */
export async function copyNotebook(
  id: string,
  copy: { readonly id: string; readonly title: string; readonly at: number }
): Promise<StoredNotebook | undefined> {
  const source = await loadNotebook(id);
  if (!source) return undefined;
  const db = await database();
  const record: StoredNotebook = {
    ...source,
    id: copy.id,
    title: copy.title,
    created: copy.at,
    edited: copy.at
  };
  await db.put('notebooks', record);
  return record;
}
