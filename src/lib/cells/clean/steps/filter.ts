import * as v from 'valibot';
import { listOf, nested } from '../../core/fields.ts';
import { enclosed } from '../../core/sql.ts';
import { isLocal } from '../fields.ts';
import { keyed } from '../forms.ts';
import { defineStep } from '../step.ts';

const condition = v.pipe(v.string('a SQL condition'), v.nonEmpty('a SQL condition'));

/** Keeps the rows for which every condition is true; a row whose condition is missing goes. */
export default defineStep({
  name: 'filter',
  schema: v.object({
    where: nested(listOf(condition), {
      label: 'Condition',
      help: 'A SQL condition on the row; of several all must hold'
    })
  }),
  full: keyed('where'),
  action: ({ where }) => `filter ${where.join(' and ')}`,
  expressions: ({ where }) => where,
  compile: ({ where }, input) => ({
    select: `SELECT * FROM ${input.from} WHERE ${where.map(enclosed).join(' AND ')}`,
    alters: [],
    local: where.every(isLocal)
  })
});
