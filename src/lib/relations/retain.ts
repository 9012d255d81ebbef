import type { RelationInfo, Retention } from '#lib/cells/core/context.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from './duckdb.ts';
import { fieldOf } from './page-sql.ts';

/** A bound by number from so many rows on is kept by letting go of a tenth at once: small batches cost no scan each. */
const many = 10_000;

/** Lets go of the rows of a table that any bound excludes, and says what it is then. */
export async function retainRows(
  relations: DuckDbRelations,
  info: RelationInfo,
  retain: readonly Retention[]
): Promise<RelationInfo> {
  const excluded = retain.flatMap((bound) => excludedBy(info, bound));
  if (excluded.length === 0) return info;
  await relations.execute(`DELETE FROM ${quoteName(info.name)} WHERE ${excluded.join(' OR ')}`);
  return (await relations.describe(info.name))!;
}

/** Rows of a table are numbered in the order they were written, as far as they are there. */
function excludedBy(info: RelationInfo, bound: Retention): string[] {
  if ('latest' in bound) {
    const { latest } = bound;
    if (info.rows <= (latest < many ? latest : 1.1 * latest)) return [];
    if (latest === 0) return ['true'];
    const table = quoteName(info.name);
    return [`rowid < (SELECT rowid FROM ${table} LIMIT 1 OFFSET ${info.rows - latest})`];
  }
  const [name] = fieldOf(info, bound.column);
  const type = info.fields.find((field) => field.name === name)?.type;
  const isTime = type === 'date' || type === 'timestamp';
  const from = isTime ? `make_timestamp(${Math.round(bound.from * 1000)})` : String(bound.from);
  return [`${quoteName(name)} < ${from}`];
}
