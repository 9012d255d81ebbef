import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import { problem } from '#lib/problems/index.ts';
import { ProblemError, type Scalar } from '#lib/base/problem.ts';
import { choice, columnList, listOf, nested, scalar } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import {
  fieldOf,
  fieldsNamed,
  fitting,
  grouping,
  keys,
  numericField,
  partition,
  present,
  rewritten,
  sameGroup,
  typedField
} from '../fields.ts';
import { eitherColumns } from '../forms.ts';
import { orderTerms } from '../order.ts';
import { defineStep, type StepInput } from '../step.ts';

const ways = ['mean', 'median', 'mode', 'forward', 'backward', 'interpolate', 'value'] as const;
type Way = (typeof ways)[number];

/**
 * Fills missing values: by a figure of the group, by the neighbour before or after, by a straight line
 * between both, or by a fixed value. A group without any value stays missing. Mean, median and
 * interpolation make whole-number columns numbers.
 */
export default defineStep({
  name: 'fill',
  schema: v.object({
    column: columnList({ label: 'Column', help: 'Where missing values are filled' }),
    with: v.optional(
      choice(ways, {
        label: 'With',
        help: 'What fills them',
        fallback: 'value, where `value` is given'
      })
    ),
    value: v.optional(scalar({ label: 'Value', help: 'The fixed value for `with: value`' })),
    by: v.optional(
      columnList({
        label: 'By',
        help: 'Each group is filled from its own values',
        fallback: 'one group'
      }),
      []
    ),
    order: v.optional(
      nested(listOf(v.pipe(v.string('a column'), v.nonEmpty('a column'))), {
        label: 'Order',
        help: 'What comes before and after, for forward, backward and interpolate',
        fallback: '`time`, else the order of the rows'
      })
    ),
    time: v.optional(
      columnList({
        label: 'Time',
        help: 'A time or number: the order, and for interpolate the distance between rows'
      })
    )
  }),
  full: eitherColumns('column'),
  action: ({ column, with: way, value, by }) =>
    [
      `fill ${column.join(', ')} with ${way === undefined || way === 'value' ? String(value) : way}`,
      ...(by.length > 0 ? [`by ${by.join(', ')}`] : [])
    ].join(' '),
  expressions: ({ order }) => order ?? [],
  compile(options, input) {
    const way = wayOf(options, input);
    const by = fieldsNamed(input, options.by);
    const order = orderTerms(input, options.order ?? options.time ?? []);
    const fields = options.column.map((name) =>
      way === 'mean' || way === 'median' || way === 'interpolate'
        ? numericField(input, name, `fill with ${way}`)
        : fieldOf(input, name)
    );
    const alters = fields.map((f) => f.name);
    if (way === 'value') {
      const filled = fields.map((field) => ({
        field,
        expression: `coalesce(${present(field)}, ${fitting(input, field, options.value ?? null)})`
      }));
      return { select: rewritten(input, filled), alters, local: true };
    }
    if (way === 'forward' || way === 'backward') {
      const filled = fields.map((field) => ({
        field,
        expression: neighbour(field, way, `${partition(by)} ORDER BY ${order}`)
      }));
      return { select: rewritten(input, filled), alters };
    }
    if (way === 'interpolate') {
      const select = interpolated(input, fields, by, order, options.time?.[0]);
      return { select, alters };
    }
    return { select: byFigure(input, fields, by, way), alters };
  }
});

function wayOf(
  options: { with?: Way | undefined; value?: Scalar | undefined },
  input: StepInput
): Way {
  const way = options.with ?? 'value';
  if (way !== 'value' || options.value !== undefined) return way;
  const key = options.with === undefined ? 'with' : 'value';
  const expected = key === 'with' ? `one of ${ways.join(', ')}` : 'the value that fills the gaps';
  throw new ProblemError(problem('config.missing', { key, expected }, input.span));
}

function neighbour(field: Field, way: 'forward' | 'backward', window: string): string {
  const frame =
    way === 'forward'
      ? 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'
      : 'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING';
  const pick = way === 'forward' ? 'last_value' : 'first_value';
  return `${pick}(${present(field)} IGNORE NULLS) OVER (${window} ${frame})`;
}

/** Linear between the nearest present values before and after; what lies outside them stays missing. */
function interpolated(
  input: StepInput,
  fields: readonly Field[],
  by: readonly Field[],
  order: string,
  time: string | undefined
): string {
  const window = `${partition(by)} ORDER BY ${order}`;
  const place = time === undefined ? `row_number() OVER (${window})` : placeOf(input, time);
  const placed = `SELECT *, CAST(${place} AS DOUBLE) AS "#place" FROM ${input.from}`;
  const back = `OVER (${window} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  const ahead = `OVER (${window} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)`;
  const list = fields.map((field) => {
    const x = present(field);
    const at = `CASE WHEN ${x} IS NOT NULL THEN "#place" END`;
    const v0 = `last_value(${x} IGNORE NULLS) ${back}`;
    const v1 = `first_value(${x} IGNORE NULLS) ${ahead}`;
    const p0 = `last_value(${at} IGNORE NULLS) ${back}`;
    const p1 = `first_value(${at} IGNORE NULLS) ${ahead}`;
    const line = `${v0} + CAST(${v1} - ${v0} AS DOUBLE) * coalesce(("#place" - ${p0}) / nullif(${p1} - ${p0}, 0), 0)`;
    return `CAST(coalesce(${x}, ${line}) AS DOUBLE) AS ${ident(field.name)}`;
  });
  return `SELECT * EXCLUDE ("#place") REPLACE (${list.join(', ')}) FROM (${placed})`;
}

function placeOf(input: StepInput, time: string): string {
  const field = typedField(input, time, 'fill with interpolate', [
    'date',
    'timestamp',
    'integer',
    'number'
  ]);
  return field.type === 'date' || field.type === 'timestamp'
    ? `epoch_us(CAST(${ident(field.name)} AS TIMESTAMP))`
    : ident(field.name);
}

/** Mean, median, or the most frequent value (of equally frequent ones the least) of each group. */
function byFigure(
  input: StepInput,
  fields: readonly Field[],
  by: readonly Field[],
  way: 'mean' | 'median' | 'mode'
): string {
  const joins = fields.map((field, i) => {
    const x = present(field);
    const figure =
      way === 'mode'
        ? `SELECT ${keys(by)}x FROM (SELECT ${keys(by)}${x} AS x, count(*) AS n FROM ${input.from} WHERE ${x} IS NOT NULL GROUP BY ALL) QUALIFY row_number() OVER (${partition(by)} ORDER BY n DESC, x) = 1`
        : `SELECT ${keys(by)}${way === 'mean' ? 'avg' : 'median'}(CAST(${x} AS DOUBLE)) AS x FROM ${input.from} ${grouping(by)}`;
    return `LEFT JOIN (${figure}) AS s${i} ON ${sameGroup(by, 't', `s${i}`)}`;
  });
  const list = fields.map((field, i) => {
    const x = present(field, 't.');
    const value = way === 'mode' ? x : `CAST(${x} AS DOUBLE)`;
    return `coalesce(${value}, s${i}.x) AS ${ident(field.name)}`;
  });
  return `SELECT t.* REPLACE (${list.join(', ')}) FROM ${input.from} AS t ${joins.join(' ')}`;
}
