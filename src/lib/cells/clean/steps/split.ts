import * as v from 'valibot';
import { fail } from '#lib/problems/index.ts';
import { boolean, column, columnList, text } from '../../core/fields.ts';
import { ident, quote } from '../../core/sql.ts';
import { findField, typedField } from '../fields.ts';
import { defineStep } from '../step.ts';

/** Splits a text at a separator into new columns. Missing parts are missing; surplus parts stay joined in the last column. */
export default defineStep({
  name: 'split',
  schema: v.object({
    column: column({ label: 'Column', help: 'The text to split' }),
    by: v.pipe(
      text({ label: 'Separator', help: 'The text between the parts' }),
      v.nonEmpty('the text between the parts')
    ),
    into: columnList({ label: 'Into', help: 'The names of the new columns' }),
    keep: v.optional(
      boolean({ label: 'Keep', help: 'Keep the column that was split', fallback: 'true' }),
      'true'
    )
  }),
  full: (value) => value,
  action: ({ column: name, by, into }) => `split ${name} by ${by} into ${into.join(', ')}`,
  compile({ column: name, by, into, keep }, input) {
    const field = typedField(input, name, 'split', ['text']);
    for (const part of into) {
      const there = findField(input, part);
      if (there && (keep || there.name !== field.name))
        throw fail('prepare.column-exists', { column: part }, input.span);
    }
    const separator = quote(by);
    const list = into.map((part, i) => {
      const text =
        i < into.length - 1
          ? `"#parts"[${i + 1}]`
          : `nullif(array_to_string("#parts"[${i + 1}:], ${separator}), '')`;
      return `trim(${text}) AS ${ident(part)}`;
    });
    const parts = `SELECT *, string_split(${ident(field.name)}, ${separator}) AS "#parts" FROM ${input.from}`;
    const out = keep ? '"#parts"' : `"#parts", ${ident(field.name)}`;
    return {
      select: `SELECT * EXCLUDE (${out}), ${list.join(', ')} FROM (${parts})`,
      alters: into,
      local: true
    };
  }
});
