import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import { choice, columnList, relation } from '../../core/fields.ts';
import { ident, quote } from '../../core/sql.ts';
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
import { defineStep, type Compiled, type StepInput } from '../step.ts';
import { lossOf } from './cast.ts';

type Method = 'zscore' | 'minmax' | 'robust' | 'log1p';

/**
 * Brings columns to one scale, in place: (x − a) / b. zscore: a = mean, b = sample sd. minmax: a = least value, b =
 * range, so onto 0 to 1. robust: a = median, b = IQR. log1p: ln(1 + x), missing where x ≤ −1. A column without
 * spread becomes 0. With `parameters` a and b are those kept from other rows (columns `column`, `method`, `a`, `b` and
 * the columns of `by` as text; the latest step of that column and method); a group that is not in them becomes missing.
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
    ),
    parameters: v.optional(
      relation({
        label: 'Parameters',
        help: 'NAME_parameters of the cell that was normalised first: the same transform for new rows',
        fallback: 'found from these rows'
      })
    )
  }),
  full: (value) => eitherColumns('columns')(keyed('columns')(value)),
  action: ({ columns, method, by }) =>
    [
      `normalise ${columns.join(', ')} ${method}`,
      ...(by.length > 0 ? [`by ${by.join(', ')}`] : [])
    ].join(' '),
  reads: ({ parameters }) => (parameters === undefined ? [] : [parameters]),
  parameters({ columns, method, by, parameters }, input) {
    if (parameters !== undefined) return null;
    const groups = fieldsNamed(input, by);
    const selects = columns.map((name) => {
      const field = numericField(input, name, 'normalise');
      const [a, b] = figuresOf(field, method);
      const as = groups.map((g) => `CAST(${ident(g.name)} AS VARCHAR) AS ${ident(g.name)}, `);
      const from = method === 'log1p' ? `(SELECT 1)` : `${input.from} ${grouping(groups)}`;
      const keyed = method === 'log1p' ? '' : as.join('');
      return `SELECT ${quote(field.name)} AS "column", ${quote(method)} AS method, ${keyed}CAST(${a} AS DOUBLE) AS a, CAST(${b} AS DOUBLE) AS b FROM ${from}`;
    });
    return selects.join(' UNION ALL BY NAME ');
  },
  compile({ columns, method, by, parameters }, input) {
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
    if (parameters !== undefined) return applied(fields, groups, method, parameters, input);
    const figures = fields.map((field, i) => {
      const [a, b] = figuresOf(field, method);
      return `${a} AS c${i}, ${b} AS s${i}`;
    });
    const list = fields.map((field, i) => scaled(field, `g.c${i}`, `g.s${i}`));
    const stats = `SELECT ${keys(groups)}${figures.join(', ')} FROM ${input.from} ${grouping(groups)}`;
    return {
      select: `SELECT t.* REPLACE (${list.join(', ')}) FROM ${input.from} AS t LEFT JOIN (${stats}) AS g ON ${sameGroup(groups, 't', 'g')}`,
      alters
    };
  }
});

/** Centre and spread as aggregates. */
function figuresOf(field: Field, method: Method): [string, string] {
  const x = `CAST(${present(field)} AS DOUBLE)`;
  switch (method) {
    case 'zscore':
      return [`avg(${x})`, `stddev_samp(${x})`];
    case 'minmax':
      return [`min(${x})`, `max(${x}) - min(${x})`];
    case 'robust':
      return [`median(${x})`, `quantile_cont(${x}, 0.75) - quantile_cont(${x}, 0.25)`];
    case 'log1p':
      return ['NULL', 'NULL'];
  }
}

function scaled(field: Field, a: string, b: string): string {
  const off = `CAST(${present(field, 't.')} AS DOUBLE) - ${a}`;
  return `CASE WHEN coalesce(${b}, 0) = 0 THEN (${off}) * 0 ELSE (${off}) / ${b} END AS ${ident(field.name)}`;
}

/** The transform of other rows: their figures joined by the keys as text. */
function applied(
  fields: readonly Field[],
  groups: readonly Field[],
  method: Method,
  parameters: string,
  input: StepInput
): Compiled {
  const joins = fields.map((field, i) => {
    const named = groups.map((g) => ident(g.name));
    const partition = named.length > 0 ? `PARTITION BY ${named.join(', ')} ` : '';
    const own = `SELECT ${[...named, 'a', 'b'].join(', ')} FROM ${ident(parameters)} WHERE "column" = ${quote(field.name)} AND method = ${quote(method)} QUALIFY row_number() OVER (${partition}ORDER BY step DESC) = 1`;
    const same = named.map(
      (name) => `CAST(t.${name} AS VARCHAR) IS NOT DISTINCT FROM p${i}.${name}`
    );
    return `LEFT JOIN (${own}) AS p${i} ON ${same.length > 0 ? same.join(' AND ') : 'true'}`;
  });
  const list = fields.map((field, i) => scaled(field, `p${i}.a`, `p${i}.b`));
  return {
    select: `SELECT t.* REPLACE (${list.join(', ')}) FROM ${input.from} AS t ${joins.join(' ')}`,
    alters: fields.map((f) => f.name)
  };
}
