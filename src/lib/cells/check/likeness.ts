import type { RelationInfo, Sql } from '../core/context.ts';
import { driftAspects, driftBetween, type Drift } from '../core/drift.ts';
import { shapeOf } from '../core/shape.ts';
import { ident, quote } from '../core/sql.ts';
import { numbers } from './numbers.ts';
import type { Verdict } from './judge.ts';

/** Compares the table with another: a verdict on columns, types, rows, missing values, ranges and categories each. */
export async function likeness(
  check: string,
  other: string,
  source: RelationInfo,
  sql: Sql
): Promise<Verdict[]> {
  const query = (select: string) => sql.query(select);
  const before = await shapeOf(await sql.describe(other), query);
  const after = await shapeOf(source, query);
  const drift = driftBetween(before, after);
  const verdicts: Verdict[] = [];
  for (const aspect of driftAspects) {
    const own = drift.filter((d) => d.aspect === aspect);
    const detail = own.length === 0 ? `As in ${other}.` : own.map((d) => d.detail).join(' ');
    const rows = freshRows(own);
    const failing = own.length === 0 ? 0 : rows === null ? null : await countOf(rows, source, sql);
    const where = rows === null ? {} : { rows };
    verdicts.push({
      check: `${check}: ${aspect}`,
      passed: own.length === 0,
      failing,
      detail,
      ...where
    });
  }
  return verdicts;
}

/** The rows with values that were not there before. */
function freshRows(drift: readonly Drift[]): string | null {
  const tests = drift.flatMap(({ column, fresh }) =>
    column !== null && fresh !== undefined && fresh.length > 0
      ? [`${ident(column)} IN (${fresh.map(quote).join(', ')})`]
      : []
  );
  return tests.length > 0 ? tests.join(' OR ') : null;
}

async function countOf(rows: string, source: RelationInfo, sql: Sql): Promise<number> {
  const [n] = numbers(await sql.query(`SELECT count(*) FROM ${ident(source.name)} WHERE ${rows}`));
  return n;
}
