import type { ColumnType, Field } from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import type { Scalar } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { ident, literal, quote } from '../core/sql.ts';
import type { StepInput } from './step.ts';

const typeWords: Readonly<Record<ColumnType, string>> = {
  integer: 'whole numbers',
  number: 'numbers',
  date: 'dates',
  timestamp: 'times',
  boolean: 'true or false',
  text: 'text',
  other: 'lists or records'
};

export function wordsOf(type: ColumnType): string {
  return typeWords[type];
}

/** The column under `name`, upper and lower case alike; a problem that names the nearest one if there is none. */
export function fieldOf(input: StepInput, name: string): Field {
  const found = findField(input, name);
  if (found) return found;
  const names = input.fields.map((f) => f.name);
  throw fail(
    'prepare.column-unknown',
    { column: name, nearest: nearest(name, names), known: names.join(', ') },
    input.span
  );
}

export function findField(input: StepInput, name: string): Field | undefined {
  return (
    input.fields.find((f) => f.name === name) ??
    input.fields.find((f) => f.name.toLowerCase() === name.toLowerCase())
  );
}

export function fieldsNamed(input: StepInput, names: readonly string[]): Field[] {
  return names.map((name) => fieldOf(input, name));
}

/** The column, which must hold one of `types`. */
export function typedField(
  input: StepInput,
  name: string,
  step: string,
  types: readonly ColumnType[]
): Field {
  const field = fieldOf(input, name);
  if (types.includes(field.type)) return field;
  const expected = types.map(wordsOf).join(' or ');
  throw fail(
    'prepare.column-type',
    { column: field.name, type: wordsOf(field.type), expected, step },
    input.span
  );
}

export function numericField(input: StepInput, name: string, step: string): Field {
  return typedField(input, name, step, ['integer', 'number']);
}

/** The column's value with "not a number" read as missing. */
export function present(field: Field, table = ''): string {
  const name = table + ident(field.name);
  const floating = field.type === 'number' && /^(double|float|real)?$/i.test(field.sqlType ?? '');
  return floating ? `nullif(${name}, 'nan')` : name;
}

/** A value of the configuration as SQL that fits the column; a problem if it cannot. */
export function fitting(input: StepInput, field: Field, value: Scalar): string {
  if (value === null) return 'NULL';
  const text = String(value);
  const fits =
    field.type === 'integer' || field.type === 'number'
      ? typeof value === 'number'
      : field.type === 'boolean'
        ? typeof value === 'boolean'
        : field.type === 'date' || field.type === 'timestamp'
          ? /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(text)
          : field.type === 'text';
  if (!fits) {
    const type = wordsOf(field.type);
    throw fail('prepare.value-type', { column: field.name, value: text, type }, input.span);
  }
  if (field.type === 'date') return `CAST(${quote(text)} AS DATE)`;
  if (field.type === 'timestamp') return `CAST(${quote(text)} AS TIMESTAMP)`;
  return field.type === 'text' ? quote(text) : literal(value);
}

/** `t."a" IS NOT DISTINCT FROM s."a" AND …`: groups where a missing key is a group of its own. `true` without keys. */
export function sameGroup(by: readonly Field[], left: string, right: string): string {
  const same = by.map(
    (f) => `${left}.${ident(f.name)} IS NOT DISTINCT FROM ${right}.${ident(f.name)}`
  );
  return same.length > 0 ? same.join(' AND ') : 'true';
}

/** `PARTITION BY …`, or nothing without keys. */
export function partition(by: readonly Field[]): string {
  return by.length > 0 ? `PARTITION BY ${by.map((f) => ident(f.name)).join(', ')}` : '';
}

/** `GROUP BY …`, or nothing without keys. */
export function grouping(by: readonly Field[]): string {
  return by.length > 0 ? `GROUP BY ${by.map((f) => ident(f.name)).join(', ')}` : '';
}

/** Key columns as the head of a SELECT list, with a comma after it. */
export function keys(by: readonly Field[], table = ''): string {
  return by.map((f) => `${table}${ident(f.name)}, `).join('');
}

/** A name that no column of the table has, made from `wanted`. */
export function freeName(input: StepInput, wanted: string): string {
  let name = wanted;
  for (let i = 2; findField(input, name); i++) name = `${wanted}_${i}`;
  return name;
}

/** `SELECT` of every column with `expression` as `name`: in its place if it is there, else at the end. */
export function withColumn(input: StepInput, name: string, expression: string): string {
  const field = findField(input, name);
  return field
    ? `SELECT * REPLACE (${expression} AS ${ident(field.name)}) FROM ${input.from}`
    : `SELECT *, ${expression} AS ${ident(name)} FROM ${input.from}`;
}

/** Columns rewritten in place. */
export function rewritten(
  input: StepInput,
  columns: readonly { readonly field: Field; readonly expression: string }[]
): string {
  if (columns.length === 0) return `SELECT * FROM ${input.from}`;
  const list = columns.map((c) => `${c.expression} AS ${ident(c.field.name)}`);
  return `SELECT * REPLACE (${list.join(', ')}) FROM ${input.from}`;
}

/** Whether a reader's expression looks at its own row alone and gives the same each time. */
export function isLocal(expression: string): boolean {
  return !/\b(over|select|from|random|setseed|uuid|gen_random_uuid)\b/i.test(expression);
}
