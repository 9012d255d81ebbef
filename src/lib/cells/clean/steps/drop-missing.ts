import * as v from 'valibot';
import { choice, columnList } from '../../core/fields.ts';
import { fieldsNamed, present } from '../fields.ts';
import { eitherColumns, keyed } from '../forms.ts';
import { defineStep } from '../step.ts';

/** Drops rows with a missing value in any (or all) of the columns. "Not a number" counts as missing. */
export default defineStep({
  name: 'drop_missing',
  schema: v.object({
    columns: v.optional(
      columnList({
        label: 'Columns',
        help: 'Where a value must be present',
        fallback: 'every column'
      })
    ),
    how: v.optional(
      choice(['any', 'all'], {
        label: 'How',
        help: 'Drop a row when any of the columns is missing, or only when all are',
        fallback: 'any'
      }),
      'any'
    )
  }),
  full: (value) => eitherColumns('columns')(keyed('columns')(value)),
  action: ({ columns, how }) =>
    [
      'drop_missing',
      ...(columns ? [columns.join(', ')] : []),
      ...(how === 'all' ? ['(all)'] : [])
    ].join(' '),
  compile({ columns, how }, input) {
    const fields = columns ? fieldsNamed(input, columns) : input.fields;
    const tests = fields.map((f) => `${present(f)} IS NOT NULL`);
    const keep = tests.join(how === 'all' ? ' OR ' : ' AND ') || 'true';
    return { select: `SELECT * FROM ${input.from} WHERE ${keep}`, alters: [], local: true };
  }
});
