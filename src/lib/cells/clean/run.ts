import { ProblemError, type Scalar } from '#lib/base/problem.ts';
import { fieldsOf, valueAt, vectorOf, type Field } from '#lib/base/columns.ts';
import { problem } from '#lib/problems/index.ts';
import type { RunContext, Sql } from '../core/context.ts';
import type { SqlRunOf } from '../core/define.ts';
import { ident, valuesSelect } from '../core/sql.ts';
import {
  alteredRows,
  compile,
  kindOf,
  numbered,
  ordinalFor,
  parametersOf,
  recipeOf,
  recipeSql,
  valueOf
} from './compile.ts';
import type clean from './index.ts';
import type { CleanReport, StepReport } from './index.ts';
import type { Compiled, Step } from './step.ts';

/**
 * Does the steps one after the other over numbered rows, so that their order lasts, and keeps the account.
 * Steps that look at one row at a time stay SQL; the others are given a table and make one.
 */
const run: SqlRunOf<typeof clean, CleanReport> = async (cell, sql, ctx) => {
  const { source, steps, value } = cell.config;
  const info = await sql.describe(source);
  const row = ordinalFor(info.fields);
  const schemas: (readonly Field[])[] = [info.fields];
  const reports: StepReport[] = [];
  /** Tables of what normalise steps found, by step. */
  const kept: { readonly step: number; readonly table: string }[] = [];
  const from = `(${numbered(info.name, row)})`;
  let table: Table = {
    from,
    stored: null,
    inOrder: true,
    fields: info.fields,
    rows: info.rows,
    value: null
  };
  if (value !== undefined)
    table = { ...table, value: await sumAtStart(cell.body, value, table, sql) };
  for (const [i, step] of steps.entries()) {
    await ctx.checkpoint();
    const action = kindOf(step).action(step.options);
    ctx.progress({ done: i, total: steps.length, unit: 'steps', note: action });
    const { before, next, report } = await take(step, table, row, value, sql, ctx);
    reports.push({ step: i + 1, action, ...report });
    const figures = parametersOf(step, { ...before, row });
    if (figures !== null) kept.push({ step: i + 1, table: await sql.temp(figures) });
    schemas.push(next.fields);
    if (before.stored !== null && before.stored !== next.stored) await sql.release(before.stored);
    table = next;
  }
  await ctx.checkpoint();
  ctx.progress({ done: steps.length, total: steps.length, unit: 'steps' });
  const order = table.inOrder ? '' : ` ORDER BY ${row}`;
  await sql.output(cell.name, `SELECT * EXCLUDE (${row}) FROM ${table.from}${order}`);
  if (kept.length > 0) await sql.output(`${cell.name}_parameters`, parametersSelect(kept));
  await sql.output(`${cell.name}_steps`, stepsSelect(reports, value !== undefined));
  const recipe = recipeOf(info.name, row, steps, schemas);
  return { steps: reports, recipe, sql: recipeSql(recipe), value: value ?? null };
};

export default run;

interface Table {
  /** A temp table's name, or a subquery over one. */
  readonly from: string;
  /** The temp table behind it; null while it is the source. */
  readonly stored: string | null;
  readonly inOrder: boolean;
  readonly fields: readonly Field[];
  readonly rows: number;
  readonly value: number | null;
}

async function take(
  step: Step,
  given: Table,
  row: string,
  value: string | undefined,
  sql: Sql,
  ctx: RunContext
): Promise<{ before: Table; next: Table; report: Omit<StepReport, 'step' | 'action'> }> {
  let before = given;
  let compiled = compile(step, { ...before, row });
  if (!compiled.local && before.from !== before.stored) {
    const stored = await sql.temp(`SELECT * FROM ${before.from}`);
    if (before.stored !== null) await sql.release(before.stored);
    before = { ...before, from: stored, stored };
    compiled = compile(step, { ...before, row });
  }
  await refuseTooMany(step, compiled, sql);
  await placed(step, () => tellLosses(step, compiled, sql, ctx));
  const after = await placed(step, () => applied(compiled, before, row, sql));
  const altered = alteredRows(compiled, before, after, row);
  const changed = altered === null ? 0 : Number(await placed(step, () => single(sql, altered)));
  const sum =
    value === undefined || before.value === null
      ? null
      : await sumAfter(step, value, after, sql, ctx);
  return {
    before,
    next: { ...after, value: sum },
    report: {
      rowsBefore: before.rows,
      rowsAfter: after.rows,
      rowsChanged: changed + Math.abs(after.rows - before.rows),
      valueBefore: before.value,
      valueAfter: sum,
      sql: compiled.select.replaceAll(before.from, 'before')
    }
  };
}

async function applied(compiled: Compiled, before: Table, row: string, sql: Sql): Promise<Table> {
  const withoutRow = (fields: readonly Field[]) => fields.filter((f) => ident(f.name) !== row);
  if (compiled.local) {
    const from = `(${compiled.select})`;
    const fields = withoutRow(await fieldsOfSelect(from, sql));
    const rows = Number(await single(sql, `SELECT count(*) AS n FROM ${from}`));
    return { ...before, from, fields, rows, value: null };
  }
  const stored = await sql.temp(compiled.select);
  const { fields, rows } = await sql.describe(stored);
  return { from: stored, stored, inOrder: false, fields: withoutRow(fields), rows, value: null };
}

/** The columns of a subquery: their types from an empty result, the engine's own from DESCRIBE. */
async function fieldsOfSelect(from: string, sql: Sql): Promise<Field[]> {
  const empty = await sql.query(`SELECT * FROM ${from} LIMIT 0`);
  const described = await sql.query(`DESCRIBE SELECT * FROM ${from}`);
  const types = vectorOf(described, 'column_type');
  return fieldsOf(empty).map((field, i) => ({
    ...field,
    ...(types ? { sqlType: String(valueAt(types, i) as string) } : {})
  }));
}

/** A problem of the engine is shown inside the step that met it. */
async function placed<T>(step: Step, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const line = error.problem.span?.line ?? 0;
    const inside = line >= step.span.line && line <= (step.span.toLine ?? step.span.line);
    throw inside ? error : new ProblemError({ ...error.problem, span: step.span });
  }
}

async function refuseTooMany(step: Step, { adds }: Compiled, sql: Sql): Promise<void> {
  if (!adds) return;
  const rows = Number(await single(sql, adds.select));
  if (rows <= adds.most) return;
  const params = { step: step.name, rows, most: adds.most };
  throw new ProblemError(problem('prepare.too-many-rows', params, step.span));
}

async function tellLosses(
  step: Step,
  { losses }: Compiled,
  sql: Sql,
  ctx: RunContext
): Promise<void> {
  for (const loss of losses ?? []) {
    const found = await sql.query(loss.select);
    const count = Number(valueAt(found.vectors[0]!, 0));
    if (count === 0) continue;
    const example = valueAt(found.vectors[1]!, 0) as string;
    const params = { column: loss.column, count, example, to: loss.to };
    ctx.warn(problem('prepare.values-lost', params, step.span));
  }
}

async function sumAtStart(
  body: string,
  value: string,
  table: Table,
  sql: Sql
): Promise<number | null> {
  try {
    return toNumber(await single(sql, valueOf(value, table.from)));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const line = body.split(/\r\n|\r|\n/).findIndex((text) => /^value\s*:/.test(text)) + 1;
    throw new ProblemError({ ...error.problem, span: { line: Math.max(line, 1) } });
  }
}

async function sumAfter(
  step: Step,
  value: string,
  table: Table,
  sql: Sql,
  ctx: RunContext
): Promise<number | null> {
  try {
    return toNumber(await single(sql, valueOf(value, table.from)));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    ctx.warn(problem('prepare.value-sum', { expression: value }, step.span));
    return null;
  }
}

async function single(sql: Sql, select: string): Promise<unknown> {
  const result = await sql.query(select);
  return result.length === 0 ? null : valueAt(result.vectors[0]!, 0);
}

/** An empty table sums to nothing: 0 in the account. */
function toNumber(value: unknown): number {
  return value === null ? 0 : Number(value);
}

function parametersSelect(kept: readonly { step: number; table: string }[]): string {
  const selects = kept.map(({ step, table }) => `SELECT ${step} AS step, * FROM ${table}`);
  return `SELECT * FROM (${selects.join(' UNION ALL BY NAME ')}) ORDER BY ALL`;
}

function stepsSelect(reports: readonly StepReport[], money: boolean): string {
  const columns = [
    { name: 'step', type: 'BIGINT' },
    { name: 'action', type: 'VARCHAR' },
    { name: 'rows_before', type: 'BIGINT' },
    { name: 'rows_after', type: 'BIGINT' },
    { name: 'rows_changed', type: 'BIGINT' },
    ...(money
      ? [
          { name: 'value_before', type: 'DOUBLE' } as const,
          { name: 'value_after', type: 'DOUBLE' } as const
        ]
      : [])
  ] as const;
  const rows = reports.map((r): Scalar[] => [
    r.step,
    r.action,
    r.rowsBefore,
    r.rowsAfter,
    r.rowsChanged,
    ...(money ? [r.valueBefore, r.valueAfter] : [])
  ]);
  return valuesSelect(columns, rows);
}
