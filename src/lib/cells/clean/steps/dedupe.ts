import * as v from 'valibot';
import { choice, columnList, listOf, nested } from '../../core/fields.ts';
import { idents } from '../../core/sql.ts';
import { fieldsNamed, partition } from '../fields.ts';
import { keyed } from '../forms.ts';
import { orderTerms } from '../order.ts';
import { defineStep } from '../step.ts';

/** Keeps one row of each group of equal rows, or of rows with equal keys. Missing values equal each other. */
export default defineStep({
  name: 'dedupe',
  schema: v.object({
    by: v.optional(
      columnList({
        label: 'By',
        help: 'Rows with equal values here count as one',
        fallback: 'every column'
      })
    ),
    keep: v.optional(
      choice(['first', 'last'], {
        label: 'Keep',
        help: 'Which of the equal rows stays',
        fallback: 'first'
      }),
      'first'
    ),
    order: v.optional(
      nested(
        listOf(
          v.pipe(v.string('a column or an expression'), v.nonEmpty('a column or an expression'))
        ),
        {
          label: 'Order',
          help: 'What makes a row first or last: columns, with desc where the greatest is first',
          fallback: 'the order of the rows'
        }
      )
    )
  }),
  full: keyed('by'),
  action: ({ by, keep }) =>
    [
      'dedupe',
      ...(by ? [`by ${by.join(', ')}`] : []),
      ...(keep === 'last' ? ['keep last'] : [])
    ].join(' '),
  expressions: ({ order }) => order ?? [],
  compile({ by, keep, order }, input) {
    const fields = by ? fieldsNamed(input, by) : input.fields;
    if (order === undefined) {
      const pick = `${keep === 'last' ? 'max' : 'min'}(${input.row})`;
      const group = idents(fields.map((f) => f.name));
      const kept = `SELECT ${pick} AS r FROM ${input.from} GROUP BY ${group}`;
      return {
        select: `SELECT t.* FROM ${input.from} AS t JOIN (${kept}) AS k ON t.${input.row} = k.r`,
        alters: []
      };
    }
    const terms = orderTerms(input, order, keep === 'last');
    const rank = `row_number() OVER (${partition(fields)} ORDER BY ${terms})`;
    return { select: `SELECT * FROM ${input.from} QUALIFY ${rank} = 1`, alters: [] };
  }
});
