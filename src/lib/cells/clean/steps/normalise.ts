import * as v from 'valibot';
import { choice, columnList } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import {
  fieldsNamed,
  grouping,
  keys,
  numericField,
  present,
  rewritten,
  sameGroup
} from '../fields.ts';
import { eitherColumns, keyed } from '../forms.ts';
import { defineStep } from '../step.ts';
import { lossOf } from './cast.ts';

/**
 * Brings columns to one scale, in place. zscore: (x − mean) / sample sd. minmax: onto 0 to 1. robust:
 * (x − median) / IQR. log1p: ln(1 + x), missing where x ≤ −1. A column without spread becomes 0.
 */
export default defineStep({
  name: 'normalise',
  schema: v.object({
    columns: columnList({ label: 'Columns', help: 'The numbers to rescale' }),
    method: v.optional(
      choice(['zscore', 'minmax', 'robust', 'log1p'], {
        label: 'Method',
        help: 'Mean and sd, least and greatest, median and IQR, or the logarithm of 1 + x',
        fallback: 'zscore'
      }),
      'zscore'
    ),
    by: v.optional(
      columnList({ label: 'By', help: 'Each group is rescaled by itself', fallback: 'one group' }),
      []
    )
  }),
  full: (value) => eitherColumns('columns')(keyed('columns')(value)),
  action: ({ columns, method, by }) =>
    [
      `normalise ${columns.join(', ')} ${method}`,
      ...(by.length > 0 ? [`by ${by.join(', ')}`] : [])
    ].join(' '),
  compile({ columns, method, by }, input) {
    const groups = fieldsNamed(input, by);
    const fields = columns.map((name) => numericField(input, name, 'normalise'));
    const alters = fields.map((f) => f.name);
    if (method === 'log1p') {
      const logs = fields.map((field) => {
        const x = `CAST(${present(field)} AS DOUBLE)`;
        return { field, expression: `CASE WHEN ${x} > -1 THEN ln(1 + ${x}) END` };
      });
      const losses = logs.map((l) => lossOf(input, l.field, l.expression, 'a number above −1'));
      return { select: rewritten(input, logs), alters, losses, local: true };
    }
    const figures = fields.map((field, i) => {
      const x = `CAST(${present(field)} AS DOUBLE)`;
      const [centre, spread] = {
        zscore: [`avg(${x})`, `stddev_samp(${x})`],
        minmax: [`min(${x})`, `max(${x}) - min(${x})`],
        robust: [`median(${x})`, `quantile_cont(${x}, 0.75) - quantile_cont(${x}, 0.25)`]
      }[method] as [string, string];
      return `${centre} AS c${i}, ${spread} AS s${i}`;
    });
    const list = fields.map((field, i) => {
      const off = `CAST(${present(field, 't.')} AS DOUBLE) - g.c${i}`;
      return `CASE WHEN coalesce(g.s${i}, 0) = 0 THEN (${off}) * 0 ELSE (${off}) / g.s${i} END AS ${ident(field.name)}`;
    });
    const stats = `SELECT ${keys(groups)}${figures.join(', ')} FROM ${input.from} ${grouping(groups)}`;
    return {
      select: `SELECT t.* REPLACE (${list.join(', ')}) FROM ${input.from} AS t LEFT JOIN (${stats}) AS g ON ${sameGroup(groups, 't', 'g')}`,
      alters
    };
  }
});
