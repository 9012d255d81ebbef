import type { Revision } from '#lib/cells/core/context.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from './duckdb.ts';

/**
 * Writes a batch of revisions (an Arrow IPC stream) to a table, all at once: of the rows with equal keys the last one
 * counts; it stands in the place of the table's, or takes that away. `staged` is a name free for the while. The rows of
 * a batch come in order of keys. O(rows of the table that are not below the batch's least first key).
 */
export async function reviseTable(
  relations: DuckDbRelations,
  table: string,
  ipc: Uint8Array,
  { keys, change }: Revision,
  { staged, create }: { readonly staged: string; readonly create: boolean }
): Promise<void> {
  const [into, from, flag] = [table, staged, change].map(quoteName);
  const names = keys.map(quoteName);
  const list = names.join(', ');
  const same = names.map((name) => `${into}.${name} IS NOT DISTINCT FROM gone.${name}`);
  await relations.drop([staged]);
  await relations.insertIpc(staged, ipc, true);
  await relations.transact([
    ...(create ? [`CREATE TABLE ${into} AS SELECT * EXCLUDE (${flag}) FROM ${from} LIMIT 0`] : []),
    `DELETE FROM ${into} USING (SELECT DISTINCT ${list} FROM ${from} WHERE ${flag} > 0) AS gone
     WHERE ${into}.${names[0]} >= (SELECT min(${names[0]}) FROM ${from} WHERE ${flag} > 0) AND ${same.join(' AND ')}`,
    `INSERT INTO ${into} SELECT * EXCLUDE (${flag}) FROM (
       SELECT * FROM ${from} QUALIFY row_number() OVER (PARTITION BY ${list} ORDER BY rowid DESC) = 1
     ) WHERE ${flag} < 2 ORDER BY ${list}`,
    `DROP TABLE ${from}`
  ]);
}

/** Puts the rows of a revised table into the order of its keys: how they were batched no longer shows. */
export async function inOrderOfKeys(
  relations: DuckDbRelations,
  table: string,
  keys: readonly string[],
  staged: string
): Promise<void> {
  const order = keys.map(quoteName).join(', ');
  await relations.drop([staged]);
  await relations.createAs(staged, `SELECT * FROM ${quoteName(table)} ORDER BY ${order}`);
  await relations.publish([{ from: staged, to: table }], []);
}
