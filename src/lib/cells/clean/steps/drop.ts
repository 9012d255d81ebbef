import * as v from 'valibot';
import { fail } from '#lib/problems/index.ts';
import { columnList } from '../../core/fields.ts';
import { idents } from '../../core/sql.ts';
import { fieldsNamed } from '../fields.ts';
import { eitherColumns, keyed } from '../forms.ts';
import { defineStep } from '../step.ts';

/** Takes the named columns out. At least one must remain. */
export default defineStep({
  name: 'drop',
  schema: v.object({ columns: columnList({ label: 'Columns', help: 'The columns to take out' }) }),
  full: (value) => eitherColumns('columns')(keyed('columns')(value)),
  action: ({ columns }) => `drop ${columns.join(', ')}`,
  compile({ columns }, input) {
    const names = [...new Set(fieldsNamed(input, columns).map((f) => f.name))];
    if (names.length === input.fields.length) {
      const detail = '`drop` would leave no column.';
      throw fail('config.combination', { detail, remedy: 'Keep at least one column.' }, input.span);
    }
    return {
      select: `SELECT * EXCLUDE (${idents(names)}) FROM ${input.from}`,
      alters: [],
      local: true
    };
  }
});
