import * as v from 'valibot';
import { map } from '../../core/fields.ts';
import { enclosed } from '../../core/sql.ts';
import { isLocal, withColumn } from '../fields.ts';
import { wrapped } from '../forms.ts';
import { defineStep } from '../step.ts';

/** Computes columns, in the order written: each expression sees those before it. An existing name is replaced in its place. */
export default defineStep({
  name: 'derive',
  schema: v.object({
    columns: map(v.pipe(v.string('a SQL expression'), v.nonEmpty('a SQL expression')), {
      label: 'Columns',
      help: 'New columns and the SQL expressions that give them'
    })
  }),
  full: wrapped('columns'),
  action: ({ columns }) => `derive ${Object.keys(columns).join(', ')}`,
  expressions: ({ columns }) => Object.values(columns),
  compile({ columns }, input) {
    let { from, fields } = input;
    let select = `SELECT * FROM ${from}`;
    for (const [name, expression] of Object.entries(columns)) {
      const step = { ...input, from, fields };
      select = withColumn(step, name, enclosed(expression));
      from = `(${select})`;
      fields = [...fields, { name, type: 'other' }];
    }
    const local = Object.values(columns).every(isLocal);
    return { select, alters: Object.keys(columns), local };
  }
});
