import * as v from 'valibot';
import { fail } from '#lib/problems/index.ts';
import { map } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import { fieldOf } from '../fields.ts';
import { wrapped } from '../forms.ts';
import { defineStep } from '../step.ts';

/** Gives columns new names, all at once: two columns may trade theirs. */
export default defineStep({
  name: 'rename',
  schema: v.object({
    names: map(v.pipe(v.string('a new name'), v.nonEmpty('a new name')), {
      label: 'Names',
      help: 'Columns and their new names'
    })
  }),
  full: wrapped('names'),
  action: ({ names }) =>
    `rename ${Object.entries(names)
      .map(([from, to]) => `${from} to ${to}`)
      .join(', ')}`,
  compile({ names }, input) {
    const renamed = new Map(
      Object.entries(names).map(([from, to]) => [fieldOf(input, from).name, to] as const)
    );
    const seen = new Set<string>();
    for (const field of input.fields) {
      const name = renamed.get(field.name) ?? field.name;
      if (seen.has(name.toLowerCase()))
        throw fail('prepare.column-exists', { column: name }, input.span);
      seen.add(name.toLowerCase());
    }
    const list = input.fields.map((f) => {
      const to = renamed.get(f.name);
      return to === undefined ? ident(f.name) : `${ident(f.name)} AS ${ident(to)}`;
    });
    return {
      select: `SELECT ${[input.row, ...list].join(', ')} FROM ${input.from}`,
      alters: [],
      local: true
    };
  }
});
