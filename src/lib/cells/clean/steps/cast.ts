import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import { map } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import { fieldOf, rewritten } from '../fields.ts';
import { wrapped } from '../forms.ts';
import { defineStep, type Loss, type StepInput } from '../step.ts';

const sqlTypes: Readonly<Record<string, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP'
};

const typeName = v.pipe(
  v.string('a type'),
  v.check(
    (name) => name.toLowerCase() in sqlTypes || /^decimal\(\d{1,2}, ?\d{1,2}\)$/i.test(name),
    'one of text, integer, number, boolean, date, timestamp, or decimal(18,2)'
  )
);

/** Gives columns another type. A value that does not read as that type becomes missing, with a warning that counts them. */
export default defineStep({
  name: 'cast',
  schema: v.object({
    types: map(typeName, { label: 'Types', help: 'Columns and the types they get' })
  }),
  full: wrapped('types'),
  action: ({ types }) =>
    `cast ${Object.entries(types)
      .map(([name, type]) => `${name} to ${type.toLowerCase()}`)
      .join(', ')}`,
  compile({ types }, input) {
    const casts = Object.entries(types).map(([name, type]) => {
      const field = fieldOf(input, name);
      return { field, type: type.toLowerCase(), expression: converted(field, type.toLowerCase()) };
    });
    return {
      select: rewritten(input, casts),
      alters: casts.map((c) => c.field.name),
      local: true,
      losses: casts.map((c) => lossOf(input, c.field, c.expression, c.type))
    };
  }
});

/** A whole number held as a double becomes `17850`, not `17850.0`. */
function converted(field: Field, type: string): string {
  const name = ident(field.name);
  const sqlType = sqlTypes[type] ?? type.toUpperCase();
  if (type === 'text' && field.type === 'number') {
    return `CASE WHEN ${name} = trunc(${name}) AND abs(${name}) < 1e15 THEN CAST(CAST(${name} AS BIGINT) AS VARCHAR) ELSE CAST(${name} AS VARCHAR) END`;
  }
  return `TRY_CAST(${name} AS ${sqlType})`;
}

export function lossOf(input: StepInput, field: Field, expression: string, to: string): Loss {
  const name = ident(field.name);
  const lost = `${name} IS NOT NULL AND ${expression} IS NULL`;
  const example = `arg_min(CAST(${name} AS VARCHAR), ${input.row})`;
  return {
    column: field.name,
    to,
    select: `SELECT count(*) AS lost, ${example} AS example FROM ${input.from} WHERE ${lost}`
  };
}
