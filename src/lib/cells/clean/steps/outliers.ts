import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import { choice, columnList, number } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import {
  fieldsNamed,
  freeName,
  grouping,
  keys,
  numericField,
  present,
  sameGroup
} from '../fields.ts';
import { eitherColumns, keyed } from '../forms.ts';
import { defineStep, type StepInput } from '../step.ts';

const defaults = { iqr: 1.5, zscore: 3, mad: 3.5 } as const;

/**
 * Finds values outside fences computed within each group, and drops, caps, flags or blanks them.
 * iqr: quartiles (type 7) ∓ threshold · IQR. zscore: mean ∓ threshold · sample sd. mad: median ∓
 * threshold · 1.4826 · median absolute deviation; a group whose deviation is zero is not judged.
 * A value on a fence is inside; a missing value is never an outlier.
 */
export default defineStep({
  name: 'outliers',
  schema: v.object({
    column: columnList({ label: 'Column', help: 'The numbers to judge' }),
    method: v.optional(
      choice(['iqr', 'zscore', 'mad'], {
        label: 'Method',
        help: 'How the fences are set: quartiles, mean and sd, or median and its deviation',
        fallback: 'iqr'
      }),
      'iqr'
    ),
    threshold: v.optional(
      number({
        label: 'Threshold',
        help: 'How far the fences stand off',
        min: 0,
        fallback: '1.5 for iqr, 3 for zscore, 3.5 for mad'
      })
    ),
    by: v.optional(
      columnList({ label: 'By', help: 'Each group has its own fences', fallback: 'one group' }),
      []
    ),
    action: v.optional(
      choice(['drop', 'cap', 'flag', 'null'], {
        label: 'Action',
        help: 'Drop the row, pull the value to the fence, mark it in column_outlier, or make it missing',
        fallback: 'drop'
      }),
      'drop'
    )
  }),
  full: (value) => eitherColumns('column')(keyed('column')(value)),
  action: ({ column, method, by, action }) =>
    [
      `outliers ${column.join(', ')} ${method} ${action}`,
      ...(by.length > 0 ? [`by ${by.join(', ')}`] : [])
    ].join(' '),
  compile({ column, method, threshold, by, action }, input) {
    const groups = fieldsNamed(input, by);
    const fields = column.map((name) => numericField(input, name, 'outliers'));
    const limit = threshold ?? defaults[method];
    const joins = fields.map(
      (field, i) =>
        `LEFT JOIN (${fences(input, field, groups, method, limit)}) AS s${i} ON ${sameGroup(groups, 't', `s${i}`)}`
    );
    const outside = fields.map((field, i) => {
      const x = `CAST(${present(field, 't.')} AS DOUBLE)`;
      return `coalesce(${x} < s${i}.lo OR ${x} > s${i}.hi, false)`;
    });
    const from = `FROM ${input.from} AS t ${joins.join(' ')}`;
    switch (action) {
      case 'drop':
        return { select: `SELECT t.* ${from} WHERE NOT (${outside.join(' OR ')})`, alters: [] };
      case 'flag': {
        const flags = fields.map((field) => freeName(input, `${field.name}_outlier`));
        const list = flags.map((flag, i) => `${outside[i]!} AS ${ident(flag)}`);
        return {
          select: `SELECT t.*, ${list.join(', ')} ${from}`,
          alters: [],
          counts: flags.map(ident).join(' OR ')
        };
      }
      case 'cap':
      case 'null': {
        const list = fields.map((field, i) => {
          const x = present(field, 't.');
          const fence = `CASE WHEN CAST(${x} AS DOUBLE) < s${i}.lo THEN s${i}.lo ELSE s${i}.hi END`;
          const value =
            action === 'cap'
              ? `CASE WHEN ${outside[i]!} THEN ${fence} ELSE CAST(${x} AS DOUBLE) END`
              : `CASE WHEN NOT ${outside[i]!} THEN ${x} END`;
          return `${value} AS ${ident(field.name)}`;
        });
        return {
          select: `SELECT t.* REPLACE (${list.join(', ')}) ${from}`,
          alters: fields.map((f) => f.name)
        };
      }
    }
  }
});

function fences(
  input: StepInput,
  field: Field,
  by: readonly Field[],
  method: keyof typeof defaults,
  k: number
): string {
  const x = `CAST(${present(field)} AS DOUBLE)`;
  const group = grouping(by);
  if (method === 'mad') {
    const median = `SELECT ${keys(by)}median(${x}) AS m FROM ${input.from} ${group}`;
    const deviation = `SELECT ${keys(by, 'g.')}c.m AS m, abs(CAST(${present(field, 'g.')} AS DOUBLE) - c.m) AS d FROM ${input.from} AS g JOIN (${median}) AS c ON ${sameGroup(by, 'g', 'c')}`;
    const scale = `SELECT ${keys(by)}any_value(m) AS m, nullif(median(d) * 1.4826, 0) AS s FROM (${deviation}) ${group}`;
    return `SELECT ${keys(by)}m - ${k} * s AS lo, m + ${k} * s AS hi FROM (${scale})`;
  }
  const [lo, hi] =
    method === 'iqr'
      ? [
          `quantile_cont(${x}, 0.25) - ${k} * (quantile_cont(${x}, 0.75) - quantile_cont(${x}, 0.25))`,
          `quantile_cont(${x}, 0.75) + ${k} * (quantile_cont(${x}, 0.75) - quantile_cont(${x}, 0.25))`
        ]
      : [`avg(${x}) - ${k} * stddev_samp(${x})`, `avg(${x}) + ${k} * stddev_samp(${x})`];
  return `SELECT ${keys(by)}${lo} AS lo, ${hi} AS hi FROM ${input.from} ${group}`;
}
