import { profileQuantiles } from '#lib/base/table-profile.ts';
import { quoteName, quoteText } from '../quote.ts';
import type { Edges } from './bins.ts';
import { milliseconds, type ProfiledColumn } from './columns.ts';

const topValues = 8;

/** The quantiles asked for: those of the profile, then 1 % and 99 %, between which the classes lie. */
const quantileList = `[${[...profileQuantiles, 0.01, 0.99].join(', ')}]`;

/** One pass over the table: per column `p` present, `i` without an end, `d` different, `l` least, `g` greatest, `m` mean, `s` deviation, `y` true. */
export function figuresSql(
  table: string,
  columns: readonly ProfiledColumn[],
  exact: boolean
): string {
  const list = columns.flatMap(({ shape, present, finite, field }, c) => {
    const { name, type, sqlType = '' } = field;
    const out = [`count(${present}) AS p${c}`];
    const add = (letter: string, expression: string) => out.push(`${expression} AS ${letter}${c}`);
    if (finite !== present) add('i', `count(${present}) - count(${finite})`);
    if (shape === 'boolean') add('y', `count_if(${quoteName(name)})`);
    else if (shape !== 'nested') {
      add('d', exact ? `count(DISTINCT ${present})` : `approx_count_distinct(${present})`);
    }
    if (shape === 'number') {
      add('l', `CAST(min(${finite}) AS DOUBLE)`);
      add('g', `CAST(max(${finite}) AS DOUBLE)`);
      add('m', `CAST(avg(${finite}) AS DOUBLE)`);
      const small = type === 'integer' && !/HUGE|DECIMAL/.test(sqlType);
      const safe = small ? finite : `CASE WHEN abs(${finite}) < 1e100 THEN ${finite} END`;
      add('s', `stddev_samp(${safe})`);
    }
    if (shape === 'time') {
      add('l', milliseconds(`min(${finite})`));
      add('g', milliseconds(`max(${finite})`));
    }
    return out;
  });
  return `SELECT ${list.join(', ')} FROM ${quoteName(table)}`;
}

/**
 * Over the rows that `sample` keeps: quantiles of numbers and times (`q` by column, a list), and where that is not known
 * yet, how many values there are and how many of them differ (`p`, `d`).
 */
export function sampleSql(
  table: string,
  columns: readonly ProfiledColumn[],
  sample: string
): string | null {
  const list = columns.flatMap(({ shape, present, figure }, c) => [
    ...(shape === 'number' || shape === 'time'
      ? [`CAST(quantile_cont(${figure}, ${quantileList}) AS DOUBLE[]) AS q${c}`]
      : []),
    ...(sample && shape !== 'boolean' && shape !== 'nested'
      ? [`count(${present}) AS p${c}`, `count(DISTINCT ${present}) AS d${c}`]
      : [])
  ]);
  return list.length > 0 ? `SELECT ${list.join(', ')} FROM ${quoteName(table)}${sample}` : null;
}

/** The most frequent values of text columns over the rows that `sample` keeps: place of the column, value, rows. */
export function topSql(table: string, columns: readonly ProfiledColumn[], sample: string): string {
  const parts = columns.map(
    ({ present }, c) =>
      `(SELECT ${c} AS c, ${present} AS v, CAST(count(*) AS DOUBLE) AS n FROM ${quoteName(table)}${sample}
        GROUP BY ALL HAVING v IS NOT NULL ORDER BY n DESC, v LIMIT ${topValues})`
  );
  return parts.join(' UNION ALL ');
}

/** A column with the classes or the values that its rows are counted in. */
export type Counted =
  | { readonly column: ProfiledColumn; readonly edges: Edges }
  | { readonly column: ProfiledColumn; readonly values: readonly string[] };

/** One pass over the table: the rows in each class, and with each of the given values (`h` by column, a list). */
export function countsSql(table: string, counted: readonly Counted[]): string {
  const maps = counted.map((entry, c) => {
    const { column } = entry;
    return 'edges' in entry
      ? `histogram(${classed(column)}, ${boundaries(column, entry.edges.edges)}) AS m${c}`
      : `histogram_exact(${column.present}, ${textList(entry.values)}) AS m${c}`;
  });
  const lists = counted.map((entry, c) => {
    const list =
      'edges' in entry
        ? `map_values(m${c})`
        : `list_transform(${textList(entry.values)}, lambda v: m${c}[v])`;
    return `CAST(${list} AS DOUBLE[]) AS h${c}`;
  });
  return `SELECT ${lists.join(', ')} FROM (SELECT ${maps.join(', ')} FROM ${quoteName(table)})`;
}

function textList(values: readonly string[]): string {
  return `[${values.map(quoteText).join(', ')}]`;
}

function classed({ shape, finite, figure }: ProfiledColumn): string {
  return shape === 'time' ? finite : figure;
}

/** DuckDB's classes take their upper end: that is the greatest value below the next edge. The last one takes all the rest. */
function boundaries({ shape, field }: ProfiledColumn, edges: readonly number[]): string {
  const inner = edges.slice(1, -1);
  if (shape === 'number') {
    const ends = [...inner.map((edge) => String(nextDown(edge))), "'infinity'"];
    return `[${ends.map((end) => `CAST(${end} AS DOUBLE)`).join(', ')}]`;
  }
  if (field.sqlType === 'DATE') {
    const ends = inner.map((edge) => `DATE '1970-01-01' + ${Math.ceil(edge / 86_400_000) - 1}`);
    return `[${[...ends, "DATE 'infinity'"].join(', ')}]`;
  }
  const ends = inner.map((edge) => `make_timestamp(${BigInt(Math.ceil(edge)) * 1000n - 1n})`);
  return `[${[...ends, "TIMESTAMP 'infinity'"].join(', ')}]`;
}

/** The greatest double below a finite one. */
function nextDown(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return view.getFloat64(0);
}
