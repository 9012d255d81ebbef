import { database } from './database.ts';

/** Leaves files for the notebook page that opens next. */
export async function putInbox(files: readonly File[]): Promise<void> {
  const db = await database();
  const tx = db.transaction('inbox', 'readwrite');
  await tx.store.clear();
  await tx.store.add({ files, at: Date.now() });
  await tx.done;
}

/** Takes the files left, once; those older than five minutes were meant for a page that never opened. */
export async function takeInbox(): Promise<File[]> {
  const db = await database();
  const tx = db.transaction('inbox', 'readwrite');
  const left = await tx.store.getAll();
  await tx.store.clear();
  await tx.done;
  return left.filter((e) => e.at > Date.now() - 300_000).flatMap((e) => [...e.files]);
}
