import { database } from './database.ts';

/** Remembers where the reader's files are, so that a reload can offer them again. Only Chromium has such handles. */
export async function keepHandles(
  notebook: string,
  handles: readonly FileSystemFileHandle[]
): Promise<void> {
  const db = await database();
  const tx = db.transaction('handles', 'readwrite');
  for (const handle of handles) await tx.store.put({ notebook, name: handle.name, handle });
  await tx.done;
}

/** The handles kept for a notebook, with those already readable opened. */
export async function knownHandles(
  notebook: string
): Promise<{ ready: File[]; asking: FileSystemFileHandle[] }> {
  const db = await database();
  const kept = await db.getAllFromIndex('handles', 'notebook', notebook);
  const ready: File[] = [];
  const asking: FileSystemFileHandle[] = [];
  for (const { handle } of kept) {
    if ((await permission(handle, 'queryPermission')) !== 'granted') asking.push(handle);
    else await handle.getFile().then((file) => ready.push(file), gone);
  }
  return { ready, asking };
}

/** Asks for the files again; must be called from a click. Files that are gone or refused are left out. */
export async function reopen(handles: readonly FileSystemFileHandle[]): Promise<File[]> {
  const files: File[] = [];
  for (const handle of handles) {
    if ((await permission(handle, 'requestPermission')) !== 'granted') continue;
    await handle.getFile().then((file) => files.push(file), gone);
  }
  return files;
}

type Ask = (descriptor: { mode: 'read' }) => Promise<PermissionState>;

async function permission(
  handle: FileSystemFileHandle,
  how: 'queryPermission' | 'requestPermission'
): Promise<PermissionState> {
  const ask = (handle as unknown as Partial<Record<typeof how, Ask>>)[how];
  return ask ? ask.call(handle, { mode: 'read' }) : 'denied';
}

/** The file was moved or deleted: the page asks for it by name instead. */
function gone(): void {}
