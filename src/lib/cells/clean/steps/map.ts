import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import type { Scalar } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { column, map, scalar, text } from '../../core/fields.ts';
import { ident, literal, quote } from '../../core/sql.ts';
import { fieldOf, withColumn, wordsOf } from '../fields.ts';
import { defineStep, type StepInput } from '../step.ts';

/**
 * Gives whole values new ones. Values that are not listed stay, or become `otherwise`. When old and new
 * values are of different types and the others stay, the column becomes text.
 */
export default defineStep({
  name: 'map',
  schema: v.object({
    column: column({ label: 'Column', help: 'The column whose values change' }),
    values: map(scalar({ label: 'New value', help: 'What the old value becomes' }), {
      label: 'Values',
      help: 'Old values and the new ones'
    }),
    otherwise: v.optional(
      scalar({
        label: 'Otherwise',
        help: 'For values not listed; null makes them missing',
        fallback: 'they stay'
      })
    ),
    into: v.optional(
      text({ label: 'Into', help: 'A new column for the result', fallback: 'the same column' })
    )
  }),
  full: (value) => value,
  action: ({ column: name, into }) => `map ${name}${into === undefined ? '' : ` into ${into}`}`,
  compile({ column: name, values, otherwise, into }, input) {
    const field = fieldOf(input, name);
    const targets = [...Object.values(values), ...(otherwise === undefined ? [] : [otherwise])];
    const type = commonType(targets, otherwise === undefined ? field : undefined);
    const as = (value: Scalar) =>
      value === null ? 'NULL' : type === 'text' ? quote(String(value)) : literal(value);
    const cases = Object.entries(values).map(
      ([from, to]) => `WHEN ${matches(input, field, from)} THEN ${as(to)}`
    );
    const rest = type === 'text' ? `CAST(${ident(field.name)} AS VARCHAR)` : ident(field.name);
    const expression = `CASE ${cases.join(' ')} ELSE ${otherwise === undefined ? rest : as(otherwise)} END`;
    const target = into ?? field.name;
    return { select: withColumn(input, target, expression), alters: [target], local: true };
  }
});

type Common = 'number' | 'boolean' | 'text';

function commonType(targets: readonly Scalar[], kept: Field | undefined): Common {
  const kinds = new Set(targets.filter((t) => t !== null).map((t) => typeof t as string));
  if (kept) {
    const numeric = kept.type === 'integer' || kept.type === 'number';
    kinds.add(numeric ? 'number' : kept.type === 'boolean' ? 'boolean' : 'text');
  }
  const only = kinds.size === 1 ? [...kinds][0] : 'text';
  return only === 'number' || only === 'boolean' ? only : 'text';
}

function matches(input: StepInput, field: Field, from: string): string {
  const name = ident(field.name);
  if (from === '') return `${name} IS NULL OR CAST(${name} AS VARCHAR) = ''`;
  if (field.type !== 'integer' && field.type !== 'number')
    return `CAST(${name} AS VARCHAR) = ${quote(from)}`;
  const value = Number(from);
  if (!Number.isFinite(value)) {
    const type = wordsOf(field.type);
    throw fail('prepare.value-type', { column: field.name, value: from, type }, input.span);
  }
  return `${name} = ${literal(value)}`;
}
