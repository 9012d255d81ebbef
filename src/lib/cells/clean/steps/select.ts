import * as v from 'valibot';
import { columnList } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import { fieldsNamed } from '../fields.ts';
import { eitherColumns, keyed } from '../forms.ts';
import { defineStep } from '../step.ts';

/** Keeps the named columns, in that order. */
export default defineStep({
  name: 'select',
  schema: v.object({
    columns: columnList({ label: 'Columns', help: 'The columns to keep, in order' })
  }),
  full: (value) => eitherColumns('columns')(keyed('columns')(value)),
  action: ({ columns }) => `select ${columns.join(', ')}`,
  compile({ columns }, input) {
    const names = new Set(fieldsNamed(input, columns).map((f) => ident(f.name)));
    return {
      select: `SELECT ${[input.row, ...names].join(', ')} FROM ${input.from}`,
      alters: [],
      local: true
    };
  }
});
