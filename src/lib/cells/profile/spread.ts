import type { Field } from '#lib/base/columns.ts';
import type { RelationInfo, RunContext, Sql } from '../core/context.ts';
import { ident } from '../core/sql.ts';
import { isNumeric, isTimed, readingOf } from './columns.ts';
import type { FirstFigures } from './figures.ts';
import type { Histogram } from './index.ts';
import { chunks, count, figure, rowOf, rowsOf, word, type Row } from './rows.ts';
import { classesOf } from './weighted.ts';

/** What is told of a column with too many different values for a dictionary. */
export interface Spread {
  readonly distinct: number;
  readonly min: string | null;
  readonly max: string | null;
  /** Numbers, milliseconds for times. */
  readonly least: number | null;
  readonly greatest: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly quantiles: readonly (number | null)[];
  readonly negative: number;
  readonly zero: number;
  readonly days: number;
  readonly histogram: Histogram | null;
  readonly frequent: readonly { value: string; count: number }[];
}

const columnsPerPass = 32;

/**
 * Columns of many different values: one SELECT of their figures for every 32 of them (quantiles exact, of type 7),
 * one of their histograms, one of their most frequent values. With `estimate` distinct counts are HyperLogLog's
 * (2 to 5 % off), and histogram and most frequent values those of every nth row, times n.
 */
export async function spreads(
  columns: readonly FirstFigures[],
  info: RelationInfo,
  estimate: { readonly everyNth: number } | null,
  sql: Sql,
  ctx: RunContext
): Promise<Map<string, Spread>> {
  const out = new Map<string, Spread>();
  for (const part of chunks(columns, columnsPerPass)) {
    await ctx.checkpoint();
    const lists = part.map(({ field }, i) => aggregates(field, i, estimate === null));
    const row = await rowOf(sql, `SELECT ${lists.flat().join(', ')} FROM ${ident(info.name)}`);
    const figures = part.map(({ present }, i) => figuresOf(row, i, present));
    await ctx.checkpoint();
    const ends = part.map(({ field }, i) => ({ field, ...figures[i]! }));
    const histograms = await histogramsOf(ends, info, estimate?.everyNth ?? 1, sql);
    await ctx.checkpoint();
    const repeated = part.map((column, i) =>
      figures[i]!.distinct < column.present || estimate ? column.field : null
    );
    const frequent = await frequentOf(repeated, info, estimate?.everyNth ?? 1, sql);
    for (const [i, { field }] of part.entries())
      out.set(field.name, {
        ...figures[i]!,
        histogram: histograms[i] ?? null,
        frequent: frequent[i]!
      });
  }
  return out;
}

function aggregates(field: Field, i: number, exact: boolean): string[] {
  const { present, number, ordered } = readingOf(field);
  const list = [`${exact ? 'count(DISTINCT ' : 'approx_count_distinct('}${present}) AS d${i}`];
  if (ordered)
    list.push(
      `CAST(min(${present}) AS VARCHAR) AS min${i}`,
      `CAST(max(${present}) AS VARCHAR) AS max${i}`
    );
  if (isTimed(field)) {
    const ms = (x: string) => `CAST(epoch_ms(CAST(${x} AS TIMESTAMP)) AS DOUBLE)`;
    const days = `count(DISTINCT CAST(${ident(field.name)} AS DATE)) AS y${i}`;
    list.push(`${ms(`min(${present})`)} AS a${i}`, `${ms(`max(${present})`)} AS b${i}`, days);
  }
  if (!isNumeric(field)) return list;
  const q = `quantile_cont(${number}, [0.05, 0.5, 0.95])`;
  return [
    ...list,
    `CAST(min(${present}) AS DOUBLE) AS a${i}`,
    `CAST(max(${present}) AS DOUBLE) AS b${i}`,
    `avg(${number}) AS m${i}`,
    `CASE WHEN isfinite(min(${number})) AND isfinite(max(${number})) THEN sqrt(regr_sxx(${number}, ${number}) / nullif(count(${present}) - 1, 0)) END AS s${i}`,
    `count(*) FILTER (WHERE ${number} < 0) AS neg${i}`,
    `count(*) FILTER (WHERE ${number} = 0) AS z${i}`,
    ...[1, 2, 3].map((k) => `${q}[${k}] AS q${i}_${k}`)
  ];
}

function figuresOf(row: Row, i: number, present: number) {
  return {
    distinct: Math.min(count(row, `d${i}`), present),
    min: word(row, `min${i}`),
    max: word(row, `max${i}`),
    least: figure(row, `a${i}`),
    greatest: figure(row, `b${i}`),
    mean: figure(row, `m${i}`),
    sd: figure(row, `s${i}`),
    quantiles: [1, 2, 3].map((k) => figure(row, `q${i}_${k}`)),
    negative: count(row, `neg${i}`),
    zero: count(row, `z${i}`),
    days: count(row, `y${i}`)
  };
}

/** A column and its ends as doubles. */
interface Ends {
  readonly field: Field;
  readonly least: number | null;
  readonly greatest: number | null;
}

async function histogramsOf(
  columns: readonly Ends[],
  info: RelationInfo,
  everyNth: number,
  sql: Sql
): Promise<(Histogram | null)[]> {
  const all = columns.map(({ field, least, greatest }) =>
    isNumeric(field) || isTimed(field) ? classesOf(least, greatest, field.type === 'integer') : null
  );
  const sampled = everyNth === 1 ? '' : ` AND rowid % ${everyNth} = 0`;
  const selects = columns.flatMap(({ field }, i) => {
    const classes = all[i];
    if (!classes) return [];
    const { from, to, bins } = classes;
    const x = readingOf(field).number!;
    const width = (to - from) / bins || 1;
    const bin = `CAST(least(${bins - 1}, floor((${x} - ${from}::DOUBLE) / ${width}::DOUBLE)) AS UTINYINT)`;
    return [
      `SELECT ${i} AS c, bin, count(*) AS n FROM (SELECT ${bin} AS bin FROM ${ident(info.name)} WHERE ${x} IS NOT NULL${sampled}) GROUP BY bin`
    ];
  });
  if (selects.length === 0) return [];
  const counts = all.map((classes) => new Array<number>(classes?.bins ?? 0).fill(0));
  for (const row of await rowsOf(sql, selects.join(' UNION ALL ')))
    counts[count(row, 'c')]![count(row, 'bin')] = count(row, 'n') * everyNth;
  return all.map((classes, i) =>
    classes ? { from: classes.from, to: classes.to, counts: counts[i]! } : null
  );
}

/** By count, then by the value itself. Of a sample only what it holds at least twice is told, times the rows that each sampled one stands for. */
async function frequentOf(
  fields: readonly (Field | null)[],
  info: RelationInfo,
  everyNth: number,
  sql: Sql
): Promise<{ value: string; count: number }[][]> {
  const out = fields.map(() => [] as { value: string; count: number }[]);
  const selects = fields.flatMap((field, i) => {
    if (!field || field.type === 'other') return [];
    const { present } = readingOf(field);
    const sampled = everyNth === 1 ? '' : ` AND rowid % ${everyNth} = 0`;
    const some = everyNth === 1 ? '' : ' HAVING count(*) > 1';
    const grouped = `SELECT ${present} AS x, count(*) AS n FROM ${ident(info.name)} WHERE ${present} IS NOT NULL${sampled} GROUP BY 1${some}`;
    return [
      `(SELECT ${i} AS c, row_number() OVER () AS place, CAST(x AS VARCHAR) AS v, n FROM (SELECT * FROM (${grouped}) ORDER BY n DESC, x LIMIT 5))`
    ];
  });
  if (selects.length === 0) return out;
  const rows: Row[] = await rowsOf(sql, selects.join(' UNION ALL ') + ' ORDER BY c, place');
  for (const row of rows)
    out[count(row, 'c')]!.push({ value: word(row, 'v') ?? '', count: count(row, 'n') * everyNth });
  return out;
}
