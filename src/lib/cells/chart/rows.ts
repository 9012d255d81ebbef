import type { Field } from '#lib/base/columns.ts';
import { ident, idents } from '../core/sql.ts';
import { aggregated } from './aggregate.ts';
import type { JsonMap, SpecReading } from './walk.ts';

/** A chart draws at most this many rows of a table. */
export const mostRows = 50_000;

/** What a chart fetches from one relation. */
export interface ChartSource {
  readonly relation: string;
  readonly sql: string;
}

export interface ChartPlan {
  /** The specification to draw: equal to the written one, or reading sums the engine has taken already. */
  readonly spec: JsonMap;
  readonly sources: readonly ChartSource[];
}

/**
 * The SQL behind a chart: the columns it uses and no others; where its encodings aggregate, the aggregates
 * themselves, so that totals are those of all rows and few rows travel.
 */
export function planRows(
  spec: JsonMap,
  reading: SpecReading,
  fieldsOf: ReadonlyMap<string, readonly Field[]>
): ChartPlan {
  const only = reading.relations.length === 1 ? reading.relations[0] : undefined;
  const pushed = only === undefined ? null : aggregated(spec, only, fieldsOf.get(only) ?? []);
  if (pushed) return { spec: pushed.spec, sources: [{ relation: only!, sql: pushed.sql }] };
  const sources = reading.relations.map((relation) => {
    const names = (fieldsOf.get(relation) ?? []).map((f) => f.name);
    const used = new Set(reading.uses.filter((u) => u.relation === relation).map((u) => u.field));
    const columns = reading.opaque.has(relation) ? names : names.filter((name) => used.has(name));
    const list = columns.length > 0 ? idents(columns) : '1 AS row';
    return { relation, sql: `SELECT ${list} FROM ${ident(relation)}` };
  });
  return { spec, sources };
}
