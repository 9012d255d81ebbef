import * as v from 'valibot';
import { columnList } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import { rewritten, typedField } from '../fields.ts';
import { eitherColumns, keyed } from '../forms.ts';
import { defineStep } from '../step.ts';

const blanks = [9, 10, 11, 12, 13, 160, 8201, 8239, 12288, 65279];

/** Takes blanks off both ends of texts; a text of nothing but blanks becomes missing. */
export default defineStep({
  name: 'trim',
  schema: v.object({
    columns: v.optional(
      columnList({ label: 'Columns', help: 'The texts to trim', fallback: 'every text column' })
    )
  }),
  full: (value) => eitherColumns('columns')(keyed('columns')(value)),
  action: ({ columns }) => (columns ? `trim ${columns.join(', ')}` : 'trim'),
  compile({ columns }, input) {
    const fields = columns
      ? columns.map((name) => typedField(input, name, 'trim', ['text']))
      : input.fields.filter((f) => f.type === 'text');
    const set = [`' '`, ...blanks.map((code) => `chr(${code})`)].join(' || ');
    const trimmed = fields.map((field) => ({
      field,
      expression: `nullif(trim(${ident(field.name)}, ${set}), '')`
    }));
    return { select: rewritten(input, trimmed), alters: fields.map((f) => f.name), local: true };
  }
});
