import type { Keeper } from '#lib/state/keeper.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { noteNotebook } from '#lib/storage/library.ts';

/** Saves the notebook with the names of its files, for the next visit to ask for; false where nothing is written. */
export async function noteFiles(session: Session, keeper: Keeper): Promise<boolean> {
  if (session.readOnly || !(await keeper.save())) return false;
  await noteNotebook(session.id, { files: session.files.list.map((f) => f.name) });
  return true;
}
