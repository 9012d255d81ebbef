import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';

/** The time to plan a statement grows much faster than the number of its expressions. */
const atOnce = 250;

/** Makes a table of many expressions over another: a few hundred columns at a time, put side by side. */
export async function createInParts(
  relations: DuckDbRelations,
  table: string,
  expressions: readonly string[],
  from: string,
  signal: AbortSignal
): Promise<void> {
  await relations.drop([table]);
  const create = (name: string, list: string, rows: string) =>
    relations.execute(`CREATE TABLE ${quoteName(name)} AS SELECT ${list} FROM ${rows}`, signal);
  if (expressions.length <= atOnce) return create(table, expressions.join(', '), from);
  const parts: string[] = [];
  try {
    for (let at = 0; at < expressions.length; at += atOnce) {
      const part = `${table}~${parts.length}`;
      parts.push(part);
      await create(part, expressions.slice(at, at + atOnce).join(', '), from);
    }
    await create(table, '*', parts.map(quoteName).join(' POSITIONAL JOIN '));
  } finally {
    await relations.drop(parts);
  }
}
