import { columnsFromIpc, ipcFromColumns } from './arrow.ts';
import type { DuckDbRelations } from './duckdb.ts';

/** Puts an Arrow stream into a table; types that the engine's Arrow reader does not know go through our columns. */
export async function insertAny(
  relations: DuckDbRelations,
  table: string,
  ipc: Uint8Array,
  create: boolean
): Promise<void> {
  try {
    await relations.insertIpc(table, ipc.slice(), create);
  } catch {
    if (create) await relations.drop([table]);
    await relations.insertIpc(table, ipcFromColumns(columnsFromIpc(ipc)), create);
  }
}
