import * as v from 'valibot';
import { boolean, columnList, text } from '../../core/fields.ts';
import { ident, quote } from '../../core/sql.ts';
import { rewritten, typedField } from '../fields.ts';
import { eitherColumns } from '../forms.ts';
import { defineStep } from '../step.ts';

/** Replaces a piece of text wherever it occurs, or what a regular expression (RE2) matches. For whole values take `map`. */
export default defineStep({
  name: 'replace',
  schema: v.object({
    column: columnList({ label: 'Column', help: 'The texts to change' }),
    find: v.pipe(
      text({ label: 'Find', help: 'The text to look for, or the pattern with `regex: true`' }),
      v.nonEmpty('a text to look for')
    ),
    with: v.optional(
      text({
        label: 'With',
        help: 'What takes its place; with `regex: true`, \\1 is the first group',
        fallback: 'nothing: the text is taken out'
      }),
      ''
    ),
    regex: v.optional(
      boolean({
        label: 'Regular expression',
        help: 'Read `find` as a regular expression',
        fallback: 'false'
      }),
      'false'
    )
  }),
  full: eitherColumns('column'),
  action: ({ column, find, with: by }) =>
    `replace ${find} with ${by || 'nothing'} in ${column.join(', ')}`,
  compile({ column, find, with: by, regex }, input) {
    const changed = column.map((name) => {
      const field = typedField(input, name, 'replace', ['text']);
      const args = `${ident(field.name)}, ${quote(find)}, ${quote(by)}`;
      return { field, expression: regex ? `regexp_replace(${args}, 'g')` : `replace(${args})` };
    });
    return {
      select: rewritten(input, changed),
      alters: changed.map((c) => c.field.name),
      local: true
    };
  }
});
