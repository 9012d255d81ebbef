import { database } from './database.ts';

/** Where a file of the reader is, and what it was like when it was last given. */
export interface KnownHandle {
  readonly name: string;
  readonly handle: FileSystemFileHandle;
  readonly size?: number;
  readonly modified?: number;
}

/** What came of asking for files again. */
interface Reopened {
  readonly files: readonly File[];
  readonly handles: readonly FileSystemFileHandle[];
  /** Names of files that are no longer where they were. */
  readonly gone: readonly string[];
  /** Files whose reading the reader refused. */
  readonly refused: readonly KnownHandle[];
  /** Names of files that are not as they were on the last visit. */
  readonly changed: readonly string[];
}

/** Remembers where the reader's files are, so that a reload can offer them again. Only Chromium has such handles. */
export async function keepHandles(
  notebook: string,
  handles: readonly FileSystemFileHandle[]
): Promise<void> {
  const known = await Promise.all(
    handles.map(async (handle) => {
      const file = await handle.getFile().catch(() => null);
      const facts = file ? { size: file.size, modified: file.lastModified } : {};
      return { notebook, name: handle.name, handle, ...facts };
    })
  );
  const db = await database();
  const tx = db.transaction('handles', 'readwrite');
  for (const entry of known) await tx.store.put(entry);
  await tx.done;
}

/** The handles kept for a notebook: those that can be read without asking, and those to ask for. */
export async function knownHandles(
  notebook: string
): Promise<{ ready: readonly KnownHandle[]; asking: readonly KnownHandle[] }> {
  const db = await database();
  const kept: readonly KnownHandle[] = await db.getAllFromIndex('handles', 'notebook', notebook);
  const states = await Promise.all(kept.map(({ handle }) => permission(handle, 'queryPermission')));
  return {
    ready: kept.filter((_, i) => states[i] === 'granted'),
    asking: kept.filter((_, i) => states[i] !== 'granted')
  };
}

/** Opens files again. Where the browser has to ask, it must be called from a click. */
export async function reopen(known: readonly KnownHandle[]): Promise<Reopened> {
  const files: File[] = [];
  const handles: FileSystemFileHandle[] = [];
  const gone: string[] = [];
  const refused: KnownHandle[] = [];
  const changed: string[] = [];
  for (const entry of known) {
    if ((await permission(entry.handle, 'requestPermission')) !== 'granted') {
      refused.push(entry);
      continue;
    }
    const file = await entry.handle.getFile().catch(() => null);
    if (!file) {
      gone.push(entry.name);
      continue;
    }
    files.push(file);
    handles.push(entry.handle);
    const { size = file.size, modified = file.lastModified } = entry;
    if (size !== file.size || modified !== file.lastModified) changed.push(entry.name);
  }
  return { files, handles, gone, refused, changed };
}

/** Forgets where a file is. */
export async function forgetHandle(notebook: string, name: string): Promise<void> {
  const db = await database();
  await db.delete('handles', [notebook, name]);
}

type Ask = (descriptor: { mode: 'read' }) => Promise<PermissionState>;

async function permission(
  handle: FileSystemFileHandle,
  how: 'queryPermission' | 'requestPermission'
): Promise<PermissionState> {
  const ask = (handle as unknown as Partial<Record<typeof how, Ask>>)[how];
  return ask ? ask.call(handle, { mode: 'read' }) : 'denied';
}
