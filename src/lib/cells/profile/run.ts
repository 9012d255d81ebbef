import type { RelationInfo } from '../core/context.ts';
import type { SqlRunOf } from '../core/define.ts';
import { valuesSelect } from '../core/sql.ts';
import { findingOf } from './finding.ts';
import { detectAll } from './findings/index.ts';
import type profile from './index.ts';
import type { ColumnProfile, Finding, ProfileReport } from './index.ts';
import { duplicateRows, measure, type ColumnFacts } from './measure.ts';
import { rolesOf } from './roles.ts';
import { stepsText } from './steps-text.ts';

/** Measures the columns, counts copies of rows, then lets every detector look at the table. */
const run: SqlRunOf<typeof profile, ProfileReport> = async (cell, sql, ctx) => {
  const info = await sql.describe(cell.config.source);
  const facts = await measure(info, sql, ctx);
  await ctx.checkpoint();
  const roles = rolesOf(facts);
  const duplicates = await duplicateRows(info, facts, roles.money, sql);
  const findings = await detectAll({ info, columns: facts, roles, duplicates }, { sql, ctx });
  const columns = facts.map((f, i) => profileOf(f, i === 0 ? (duplicates?.rows ?? 0) : 0));
  await sql.output(cell.name, profileSelect(columns));
  await sql.output(`${cell.name}_findings`, findingsSelect(findings));
  return report(info, duplicates?.rows ?? null, columns, findings, roles.moneyWords);
};

export default run;

function report(
  info: RelationInfo,
  duplicates: number | null,
  columns: readonly ColumnProfile[],
  findings: readonly Finding[],
  money: string | null
): ProfileReport {
  return { source: info.name, rows: info.rows, duplicates, columns, findings, money };
}

function profileOf(f: ColumnFacts, duplicates: number): ColumnProfile {
  const key = !f.estimated && f.distinct > 1 && f.distinct === f.rows - f.missing;
  const { column, type, rows, missing, distinct, min, max, mean, sd, q05, q50, q95 } = f;
  return {
    ...{ column, type, rows, missing, distinct, min, max, mean, sd, q05, q50, q95 },
    top: key ? null : (f.frequent[0]?.value ?? null),
    finding: findingOf(f.field, f, duplicates),
    histogram: f.histogram,
    frequent: key ? [] : f.frequent,
    estimated: f.estimated
  };
}

function profileSelect(columns: readonly ColumnProfile[]): string {
  return valuesSelect(
    [
      { name: 'column', type: 'VARCHAR' },
      { name: 'type', type: 'VARCHAR' },
      { name: 'rows', type: 'BIGINT' },
      { name: 'missing', type: 'BIGINT' },
      { name: 'distinct', type: 'BIGINT' },
      { name: 'min', type: 'VARCHAR' },
      { name: 'max', type: 'VARCHAR' },
      { name: 'mean', type: 'DOUBLE' },
      { name: 'sd', type: 'DOUBLE' },
      { name: 'q05', type: 'DOUBLE' },
      { name: 'q50', type: 'DOUBLE' },
      { name: 'q95', type: 'DOUBLE' },
      { name: 'top', type: 'VARCHAR' },
      { name: 'finding', type: 'VARCHAR' }
    ],
    columns.map((c) => [
      ...[c.column, c.type, c.rows, c.missing, c.distinct, c.min, c.max],
      ...[c.mean, c.sd, c.q05, c.q50, c.q95, c.top, c.finding]
    ])
  );
}

function findingsSelect(findings: readonly Finding[]): string {
  return valuesSelect(
    [
      { name: 'finding', type: 'VARCHAR' },
      { name: 'severity', type: 'VARCHAR' },
      { name: 'column', type: 'VARCHAR' },
      { name: 'rows', type: 'BIGINT' },
      { name: 'value', type: 'DOUBLE' },
      { name: 'example', type: 'VARCHAR' },
      { name: 'step', type: 'VARCHAR' }
    ],
    findings.map((f) => [
      ...[f.finding, f.severity, f.column, f.rows, f.value, f.example],
      f.steps.length > 0 ? stepsText(f.steps) : null
    ])
  );
}
