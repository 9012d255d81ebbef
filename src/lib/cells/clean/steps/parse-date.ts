import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import { columnList, listOf, nested } from '../../core/fields.ts';
import { ident, quote } from '../../core/sql.ts';
import { rewritten, typedField } from '../fields.ts';
import { eitherColumns, keyed } from '../forms.ts';
import { defineStep } from '../step.ts';
import { lossOf } from './cast.ts';

/** Reads texts (or numbers such as 20111209) as dates or times. What does not fit becomes missing, with a warning that counts it. */
export default defineStep({
  name: 'parse_date',
  schema: v.object({
    column: columnList({ label: 'Column', help: 'The text to read' }),
    format: v.optional(
      nested(
        listOf(
          v.pipe(
            v.string('a format such as %d/%m/%Y'),
            v.includes('%', 'a format such as %d/%m/%Y')
          )
        ),
        {
          label: 'Format',
          help: 'strptime directives, such as %d/%m/%Y %H:%M; of several the first that fits is taken',
          fallback: 'ISO 8601, such as 2011-12-09 08:26'
        }
      )
    )
  }),
  full: (value) => eitherColumns('column')(keyed('column')(value)),
  action: ({ column, format }) =>
    `parse_date ${column.join(', ')}${format ? ` as ${format.join(' or ')}` : ''}`,
  compile({ column, format }, input) {
    const fields = column
      .map((name) =>
        typedField(input, name, 'parse_date', ['text', 'integer', 'number', 'date', 'timestamp'])
      )
      .filter((f) => f.type !== 'date' && f.type !== 'timestamp');
    const parsed = fields.map((field) => ({ field, expression: read(field, format) }));
    return {
      select: rewritten(input, parsed),
      alters: fields.map((f) => f.name),
      local: true,
      losses: parsed.map((p) =>
        lossOf(input, p.field, p.expression, format?.join(' or ') ?? 'a date')
      )
    };
  }
});

/** Directives of a time of day make a timestamp; without any the result is a date. */
function read(field: Field, format: readonly string[] | undefined): string {
  const text = `trim(CAST(${ident(field.name)} AS VARCHAR))`;
  if (format === undefined) return `TRY_CAST(${text} AS TIMESTAMP)`;
  const time = `try_strptime(${text}, [${format.map(quote).join(', ')}])`;
  return format.some((f) => /%-?[HIMSfgpnzZcXT]/.test(f)) ? time : `CAST(${time} AS DATE)`;
}
