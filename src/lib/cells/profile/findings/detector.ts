import type { RelationInfo, RunContext, Sql } from '../../core/context.ts';
import type { Finding } from '../index.ts';
import type { ColumnFacts, Duplicates } from '../measure.ts';
import type { Roles } from '../roles.ts';

/** What a detector looks at. */
export interface Facts {
  readonly info: RelationInfo;
  readonly columns: readonly ColumnFacts[];
  readonly roles: Roles;
  readonly duplicates: Duplicates | null;
}

/** How a detector asks for more. */
export interface Means {
  readonly sql: Sql;
  readonly ctx: RunContext;
}

/** Looks for one thing that can be wrong with a table. */
export type Detector = (facts: Facts, means: Means) => Promise<readonly Finding[]>;

/** The money in rows as an aggregate, `NULL` where the table has no amount. */
export function moneySum({ roles }: Facts, where = ''): string {
  if (roles.money === null) return 'max(NULL::DOUBLE)';
  const filter = where ? ` FILTER (WHERE ${where})` : '';
  return `CAST(sum(${roles.money})${filter} AS DOUBLE)`;
}
