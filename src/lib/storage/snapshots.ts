import { database, type CellSnapshot } from './database.ts';

export type Snapshots = Readonly<Record<string, CellSnapshot>>;

/** The last results of a notebook, by cell name: painted before any engine starts. */
export async function loadSnapshots(id: string): Promise<Snapshots> {
  const db = await database();
  return (await db.get('snapshots', id))?.cells ?? {};
}

export async function saveSnapshots(id: string, cells: Snapshots): Promise<void> {
  const db = await database();
  await db.put('snapshots', { id, cells });
}
