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

/** What the step keeps of the rows before it, to treat other rows alike; null for most steps. */
export function parametersOf(step: Step, input: Omit<StepInput, 'span'>): string | null {
  return kindOf(step).parameters?.(step.options, { ...input, span: step.span }) ?? null;
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
  const differs = alteredPairs(compiled, before, after).map((pair) => pair.differs);
  const join = compiled.local
    ? `${before.from} AS b POSITIONAL JOIN ${after.from} AS a`
    : `${before.from} AS b JOIN ${after.from} AS a ON a.${row} = b.${row}`;
  return `SELECT count(*) AS n FROM ${join} WHERE ${differs.join(' OR ')}`;
}

/** The columns that a step alters, and the condition under which a row reads differently. */
function alteredPairs(compiled: Compiled, before: Side, after: Side) {
  const find = (fields: readonly Field[], name: string) =>
    fields.find((f) => f.name.toLowerCase() === name.toLowerCase());
  return compiled.alters.map((name) => {
    const now = defined(find(after.fields, name), `column ${name}`);
    const was = find(before.fields, name) ?? null;
    const a = `a.${ident(now.name)}`;
    if (was === null) return { now, was, differs: `${a} IS NOT NULL` };
    const b = `b.${ident(was.name)}`;
    const as = comparedAs(now, was);
    const differs =
      as === null
        ? `${b} IS DISTINCT FROM ${a}`
        : `CAST(${b} AS ${as}) IS DISTINCT FROM CAST(${a} AS ${as})`;
    return { now, was, differs };
  });
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

/** A recipe as SQL: a named table for the source and for what each step leaves, and the way to look at each step. */
export interface Recipe {
  /** `step_0 AS (…)`, `step_1 AS (…)`, in order. */
  readonly parts: readonly string[];
  readonly row: string;
  /** For each step a SELECT over its two tables of the rows that it dropped, added or changed. */
  readonly previews: readonly string[];
}

/** The recipe given each step's columns, before the first step and after every one. */
export function recipeOf(
  source: string,
  row: string,
  steps: readonly Step[],
  fields: readonly (readonly Field[])[]
): Recipe {
  const parts = [`step_0 AS (\n  ${numbered(source, row)}\n)`];
  const previews: string[] = [];
  for (const [i, step] of steps.entries()) {
    const before = { from: `step_${i}`, fields: fields[i]! };
    const after = { from: `step_${i + 1}`, fields: fields[i + 1]! };
    const compiled = compile(step, { ...before, row });
    parts.push(`step_${i + 1} AS (\n  ${compiled.select}\n)`);
    previews.push(previewOf(compiled, before, after, row));
  }
  return { parts, row, previews };
}

/** The recipe up to step `last` as one statement to read or to put into a query cell. */
export function recipeSql({ parts, row }: Recipe, last = parts.length - 1): string {
  return `WITH ${parts.slice(0, last + 1).join(',\n')}\nSELECT * EXCLUDE (${row}) FROM step_${last} ORDER BY ${row}`;
}

interface Side {
  readonly from: string;
  readonly fields: readonly Field[];
}

/** Rows that a step touched: `#what` is dropped, added or changed; a changed column is there twice, as `x#before` too. */
function previewOf(compiled: Compiled, before: Side, after: Side, row: string): string {
  if (compiled.adds) {
    const names = before.fields.map((f) => ident(f.name)).join(', ');
    return `SELECT 'added' AS "#what", * FROM (SELECT ${names} FROM ${after.from} EXCEPT ALL SELECT ${names} FROM ${before.from})`;
  }
  const dropped = `SELECT 'dropped' AS "#what", b.* FROM ${before.from} AS b ANTI JOIN ${after.from} AS a ON a.${row} = b.${row}`;
  const pairs = alteredPairs(compiled, before, after);
  if (compiled.counts !== undefined)
    return `SELECT 'changed' AS "#what", * EXCLUDE (${row}) FROM ${after.from} WHERE ${compiled.counts} ORDER BY ${row}`;
  if (pairs.length === 0) return `SELECT * EXCLUDE (${row}) FROM (${dropped}) ORDER BY ${row}`;
  const was = pairs
    .filter((p) => p.was !== null)
    .map((p) => `b.${ident(p.was.name)} AS ${ident(`${p.now.name}#before`)}`);
  const changed = `SELECT ${['\'changed\' AS "#what"', 'a.*', ...was].join(', ')} FROM ${before.from} AS b JOIN ${after.from} AS a ON a.${row} = b.${row} WHERE ${pairs.map((p) => p.differs).join(' OR ')}`;
  return `SELECT * EXCLUDE (${row}) FROM (${dropped} UNION ALL BY NAME ${changed}) ORDER BY ${row}`;
}
