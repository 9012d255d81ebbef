import type { Field } from '#lib/base/columns.ts';
import { defined } from '#lib/base/assert.ts';
import { enclosed, ident } from '../core/sql.ts';
import type { Compiled, Step, StepInput, StepKind } from './step.ts';
import { stepKinds } from './steps/index.ts';

export function kindOf(step: Step): StepKind {
  return defined(stepKinds.get(step.name), `step ${step.name}`);
}

/** A step as SQL over the table it starts from. Pure: the same step and columns give the same text. */
export function compile(step: Step, input: Omit<StepInput, 'span'>): Compiled {
  return kindOf(step).compile(step.options, { ...input, span: step.span });
}

/** A column name that the table does not have, for the rows' places. */
export function ordinalFor(fields: readonly Field[]): string {
  const names = new Set(fields.map((f) => f.name.toLowerCase()));
  let name = '#row';
  while (names.has(name)) name += '_';
  return ident(name);
}

/** A SELECT of how many rows that stay read differently than before, `n`; null when the step alters no values. */
export function alteredRows(
  compiled: Compiled,
  before: { readonly from: string; readonly fields: readonly Field[] },
  after: { readonly from: string; readonly fields: readonly Field[] },
  row: string
): string | null {
  if (compiled.counts !== undefined)
    return `SELECT count(*) AS n FROM ${after.from} WHERE ${compiled.counts}`;
  if (compiled.alters.length === 0) return null;
  const find = (fields: readonly Field[], name: string) =>
    fields.find((f) => f.name.toLowerCase() === name.toLowerCase());
  const differs = compiled.alters.map((name) => {
    const a = defined(find(after.fields, name), `column ${name}`);
    const b = find(before.fields, name);
    const now = `a.${ident(a.name)}`;
    if (!b) return `${now} IS NOT NULL`;
    const was = `b.${ident(b.name)}`;
    const as = comparedAs(a, b);
    return as === null
      ? `${was} IS DISTINCT FROM ${now}`
      : `CAST(${was} AS ${as}) IS DISTINCT FROM CAST(${now} AS ${as})`;
  });
  const join = compiled.local
    ? `${before.from} AS b POSITIONAL JOIN ${after.from} AS a`
    : `${before.from} AS b JOIN ${after.from} AS a ON a.${row} = b.${row}`;
  return `SELECT count(*) AS n FROM ${join} WHERE ${differs.join(' OR ')}`;
}

/** Numbers are compared as numbers, other values of different types by their text. */
function comparedAs(a: Field, b: Field): string | null {
  if ((a.sqlType ?? a.type) === (b.sqlType ?? b.type)) return null;
  const numeric = [a, b].every((f) => f.type === 'integer' || f.type === 'number');
  return numeric ? 'DOUBLE' : 'VARCHAR';
}

/** The sum of the reader's amount over a table. */
export function valueOf(expression: string, from: string): string {
  return `SELECT CAST(sum(${enclosed(expression)}) AS DOUBLE) AS v FROM ${from}`;
}

/** The first table of a recipe: the source with its rows numbered as they stand. */
export function numbered(source: string, row: string): string {
  return `SELECT row_number() OVER () AS ${row}, * FROM ${ident(source)}`;
}

/** The whole recipe as one statement to read or to put into a query cell, given each step's columns. */
export function recipeSql(
  source: string,
  row: string,
  steps: readonly Step[],
  fields: readonly (readonly Field[])[]
): string {
  const parts = [`step_0 AS (\n  ${numbered(source, row)}\n)`];
  for (const [i, step] of steps.entries()) {
    const { select } = compile(step, { from: `step_${i}`, fields: fields[i]!, row });
    parts.push(`step_${i + 1} AS (\n  ${select}\n)`);
  }
  return `WITH ${parts.join(',\n')}\nSELECT * EXCLUDE (${row}) FROM step_${steps.length} ORDER BY ${row}`;
}
