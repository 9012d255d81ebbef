import * as v from 'valibot';
import { parseDuration } from '#lib/base/duration.ts';
import type { Field } from '#lib/base/columns.ts';
import { fail } from '#lib/problems/index.ts';
import { choice, column, columnList, map, nested, scalar } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import { fieldOf, fieldsNamed, fitting, grouping, keys, sameGroup, typedField } from '../fields.ts';
import { defineStep, type StepInput } from '../step.ts';

const months: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const day = 86_400_000;

const stepLength = v.pipe(
  v.string('a duration such as 1h, 1d or 1w, or month, quarter or year'),
  v.transform((s) => {
    const word = s.trim().toLowerCase().replace(/^1\s*/, '').replace(/s$/, '');
    const ms = ({ hour: 3_600_000, day, week: 7 * day } as Record<string, number>)[word];
    return months[word] ? { months: months[word] } : { ms: ms ?? parseDuration(s) ?? 0 };
  }),
  v.check(
    (step) => 'months' in step || step.ms > 0,
    'a duration such as 1h, 1d or 1w, or month, quarter or year'
  )
);

type Every = v.InferOutput<typeof stepLength>;

/**
 * Adds the rows that are missing from an equal time step, so that a series has no gaps. Each group runs
 * from its own first to its own last time (`range: all`: of the whole table), in steps counted from its
 * start; rows that are there stay as they are, also those off the step. Rows come out by group and time.
 */
export default defineStep({
  name: 'complete',
  schema: v.object({
    time: column({ label: 'Time', help: 'The date or time of a row' }),
    every: nested(stepLength, {
      label: 'Every',
      help: 'The step: 1h, 1d, 1w, month, quarter, year'
    }),
    by: v.optional(
      columnList({
        label: 'By',
        help: 'Each group is a series of its own',
        fallback: 'one series'
      }),
      []
    ),
    fill: v.optional(
      map(scalar({ label: 'Value', help: 'What the added rows hold' }), {
        label: 'Fill',
        help: 'Columns and the values of added rows',
        fallback: 'missing'
      }),
      {}
    ),
    range: v.optional(
      choice(['group', 'all'], {
        label: 'Range',
        help: 'From first to last time of each group, or of the whole table',
        fallback: 'group'
      }),
      'group'
    )
  }),
  full: (value) => value,
  action: ({ time, every, by }) =>
    [
      `complete ${time} every ${words(every)}`,
      ...(by.length > 0 ? [`by ${by.join(', ')}`] : [])
    ].join(' '),
  compile({ time, every, by, fill, range }, input) {
    const field = typedField(input, time, 'complete', ['date', 'timestamp']);
    if (field.type === 'date' && 'ms' in every && every.ms % day !== 0) {
      const detail = `\`every\` is no whole number of days, and \`${field.name}\` holds dates.`;
      throw fail(
        'config.combination',
        { detail, remedy: 'Write 1d, 1w or a multiple.' },
        input.span
      );
    }
    const groups = fieldsNamed(input, by);
    const values = Object.entries(fill).map(([name, value]) => {
      const filled = fieldOf(input, name);
      return `${fitting(input, filled, value)} AS ${ident(filled.name)}`;
    });
    const t = ident(field.name);
    const ends = endsOf(input, field, groups, every, range);
    const grid = gridOf(ends, field, groups, every);
    const missing = `SELECT ${keys(groups, 'g.')}${['g.at AS ' + t, ...values].join(', ')} FROM (${grid}) AS g ANTI JOIN ${input.from} AS h ON g.at = h.${t} AND ${sameGroup(groups, 'g', 'h')}`;
    const together = `SELECT * FROM ${input.from} UNION ALL BY NAME ${missing}`;
    const order = `ORDER BY ${keys(groups).replaceAll(', ', ' NULLS LAST, ')}${t} NULLS LAST, ${input.row}`;
    return {
      select: `SELECT * REPLACE (row_number() OVER (${order}) AS ${input.row}) FROM (${together})`,
      alters: [],
      adds: {
        select: `SELECT CAST(coalesce(sum(steps), 0) AS BIGINT) AS rows FROM (${ends})`,
        most: 20_000_000
      }
    };
  }
});

/** First time and number of steps of each group. */
function endsOf(
  input: StepInput,
  field: Field,
  by: readonly Field[],
  every: Every,
  range: 'group' | 'all'
): string {
  const name = ident(field.name);
  const t = `CAST(${name} AS TIMESTAMP)`;
  const whole = range === 'all' && by.length > 0;
  const first = whole ? `min(min(${t})) OVER ()` : `min(${t})`;
  const last = whole ? `max(max(${t})) OVER ()` : `max(${t})`;
  const ends = `SELECT ${keys(by)}${first} AS a, ${last} AS b FROM ${input.from} WHERE ${name} IS NOT NULL ${grouping(by)}`;
  const steps =
    'months' in every
      ? `date_diff('month', a, b) // ${every.months}`
      : `(epoch_ms(b) - epoch_ms(a)) // ${every.ms}`;
  return `SELECT *, CAST(${steps} AS BIGINT) AS steps FROM (${ends})`;
}

/** Every time of every group, on the step. */
function gridOf(ends: string, field: Field, by: readonly Field[], every: Every): string {
  const at =
    'months' in every
      ? `a + to_months(CAST(i * ${every.months} AS INTEGER))`
      : `a + to_milliseconds(i * ${every.ms})`;
  const type = field.type === 'date' ? 'DATE' : (field.sqlType ?? 'TIMESTAMP');
  const steps = `SELECT *, unnest(range(0, steps + 1)) AS i FROM (${ends})`;
  return `SELECT ${keys(by)}CAST(${at} AS ${type}) AS at FROM (${steps}) WHERE ${at} <= b`;
}

function words(every: Every): string {
  if ('months' in every) return { 1: 'month', 3: 'quarter' }[every.months] ?? 'year';
  const unit = [
    ['w', 7 * day],
    ['d', day],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000]
  ].find(([, ms]) => every.ms % Number(ms) === 0) ?? ['ms', 1];
  return `${every.ms / Number(unit[1])}${unit[0]}`;
}
