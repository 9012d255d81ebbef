import { toRows, valueAt, type Field, type Value } from '#lib/base/columns.ts';
import type { RelationInfo, Sql } from '../core/context.ts';
import type { SqlRunOf } from '../core/define.ts';
import { ident, idents, valuesSelect } from '../core/sql.ts';
import { findingOf, type Figures } from './finding.ts';
import type profile from './index.ts';
import type { ColumnProfile, Histogram, ProfileReport } from './index.ts';

/** Above this many rows, distinct values are estimated and copies of rows not counted. */
const exactRows = 5_000_000;
const classes = 20;

/** Looks at one column after the other: its figures, its most frequent values, its histogram. */
const run: SqlRunOf<typeof profile, ProfileReport> = async (cell, sql, ctx) => {
  const info = await sql.describe(cell.config.source);
  const duplicates = await duplicateRows(info, sql);
  const columns: ColumnProfile[] = [];
  for (const [i, field] of info.fields.entries()) {
    await ctx.checkpoint();
    ctx.progress({ done: i, total: info.fields.length, unit: 'columns', note: field.name });
    columns.push(await profileOf(field, info, i === 0 ? (duplicates ?? 0) : 0, sql));
  }
  ctx.progress({ done: info.fields.length, total: info.fields.length, unit: 'columns' });
  await sql.output(cell.name, profileSelect(columns));
  return { source: info.name, rows: info.rows, duplicates, columns };
};

export default run;

async function duplicateRows(info: RelationInfo, sql: Sql): Promise<number | null> {
  if (info.rows > exactRows) return null;
  const group = idents(info.fields.map((f) => f.name));
  const copies = `SELECT count(*) - 1 AS n FROM ${ident(info.name)} GROUP BY ${group}`;
  const result = await sql.query(
    `SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM (${copies})`
  );
  return Number(valueAt(result.vectors[0]!, 0));
}

async function profileOf(
  field: Field,
  info: RelationInfo,
  duplicates: number,
  sql: Sql
): Promise<ColumnProfile> {
  const figures = await figuresOf(field, info, sql);
  const frequent = await frequentValues(field, info, sql);
  const histogram = await histogramOf(field, figures, info, sql);
  const key = figures.distinct > 1 && figures.distinct === figures.rows - figures.missing;
  const { column, type, rows, missing, distinct, min, max, mean, sd, q05, q50, q95 } = figures;
  return {
    ...{ column, type, rows, missing, distinct, min, max, mean, sd, q05, q50, q95 },
    top: key ? null : (frequent[0]?.value ?? null),
    finding: findingOf(field, figures, duplicates),
    histogram,
    frequent: key ? [] : frequent
  };
}

/** One pass over one column. "Not a number" counts as missing. */
async function figuresOf(field: Field, info: RelationInfo, sql: Sql): Promise<Figures> {
  const numeric = field.type === 'integer' || field.type === 'number';
  const timed = field.type === 'date' || field.type === 'timestamp';
  const x = numeric ? `nullif(CAST(x AS DOUBLE), 'nan')` : 'x';
  const number = numeric
    ? x
    : field.type === 'boolean'
      ? 'CAST(x AS DOUBLE)'
      : 'CAST(NULL AS DOUBLE)';
  const text = field.type === 'text' ? 'x' : 'CAST(NULL AS VARCHAR)';
  const distinct = info.rows > exactRows ? `approx_count_distinct(${x})` : `count(DISTINCT ${x})`;
  const list: Record<string, string> = {
    present: `count(${x})`,
    distinct,
    min:
      field.type === 'other' ? 'NULL' : `CAST(min(x) FILTER (WHERE ${x} IS NOT NULL) AS VARCHAR)`,
    max:
      field.type === 'other' ? 'NULL' : `CAST(max(x) FILTER (WHERE ${x} IS NOT NULL) AS VARCHAR)`,
    mean: `avg(${number})`,
    sd: `stddev_samp(${number})`,
    q05: `quantile_cont(${numeric ? x : 'CAST(NULL AS DOUBLE)'}, 0.05)`,
    q50: `quantile_cont(${numeric ? x : 'CAST(NULL AS DOUBLE)'}, 0.5)`,
    q95: `quantile_cont(${numeric ? x : 'CAST(NULL AS DOUBLE)'}, 0.95)`,
    negative: `count(*) FILTER (WHERE ${number} < 0)`,
    zero: `count(*) FILTER (WHERE ${number} = 0)`,
    least: `min(${timed ? 'CAST(epoch_ms(CAST(x AS TIMESTAMP)) AS DOUBLE)' : number})`,
    greatest: `max(${timed ? 'CAST(epoch_ms(CAST(x AS TIMESTAMP)) AS DOUBLE)' : number})`,
    days: timed ? 'count(DISTINCT CAST(x AS DATE))' : '0',
    span: timed ? `date_diff('day', CAST(min(x) AS DATE), CAST(max(x) AS DATE)) + 1` : '0',
    padded: `count(*) FILTER (WHERE ${text} <> trim(${text}))`,
    numberlike: `count(TRY_CAST(${text} AS DOUBLE))`,
    datelike: `count(TRY_CAST(${text} AS TIMESTAMP))`,
    zeros: `count(*) FILTER (WHERE regexp_matches(${text}, '^0[0-9]'))`
  };
  const select = Object.entries(list).map(([name, sqlText]) => `${sqlText} AS ${ident(name)}`);
  const result = await sql.query(
    `SELECT ${select.join(', ')} FROM (SELECT ${ident(field.name)} AS x FROM ${ident(info.name)})`
  );
  const row = toRows(result)[0] ?? {};
  const count = (name: string) => Number(row[name] ?? 0);
  const figure = (name: string) => (typeof row[name] === 'number' ? row[name] : null);
  const word = (name: string) => asText(row[name] ?? null);
  return {
    column: field.name,
    type: field.sqlType ?? field.type,
    rows: info.rows,
    missing: info.rows - count('present'),
    distinct: count('distinct'),
    min: word('min'),
    max: word('max'),
    mean: figure('mean'),
    sd: figure('sd'),
    q05: figure('q05'),
    q50: figure('q50'),
    q95: figure('q95'),
    negative: count('negative'),
    zero: count('zero'),
    least: figure('least'),
    greatest: figure('greatest'),
    days: count('days'),
    span: count('span'),
    padded: count('padded'),
    numberlike: count('numberlike'),
    datelike: count('datelike'),
    leadingZeros: count('zeros')
  };
}

/** By count, then by the value itself. */
async function frequentValues(
  field: Field,
  info: RelationInfo,
  sql: Sql
): Promise<ColumnProfile['frequent']> {
  const name = ident(field.name);
  const counted = `SELECT ${name} AS x, count(*) AS n FROM ${ident(info.name)} WHERE ${name} IS NOT NULL GROUP BY ${name}`;
  const result = await sql.query(
    `SELECT CAST(x AS VARCHAR) AS value, n AS count FROM (${counted}) ORDER BY n DESC, x LIMIT 5`
  );
  return toRows(result).map((row) => ({
    value: asText(row['value'] ?? null) ?? '',
    count: Number(row['count'])
  }));
}

/** At most 20 classes of equal width; whole numbers with few values get one class each. */
async function histogramOf(
  field: Field,
  { least, greatest }: Figures,
  info: RelationInfo,
  sql: Sql
): Promise<Histogram | null> {
  const timed = field.type === 'date' || field.type === 'timestamp';
  if (!(timed || field.type === 'integer' || field.type === 'number')) return null;
  if (least === null || greatest === null) return null;
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) return null;
  const name = ident(field.name);
  const x = timed
    ? `CAST(epoch_ms(CAST(${name} AS TIMESTAMP)) AS DOUBLE)`
    : `CAST(${name} AS DOUBLE)`;
  const whole = field.type === 'integer' && greatest - least < classes;
  const from = least;
  const to = whole ? greatest + 1 : greatest;
  const bins = whole ? to - from : greatest === least ? 1 : classes;
  const width = (to - from) / bins || 1;
  const bin = `least(${bins - 1}, CAST(floor((x - ${from}::DOUBLE) / ${width}::DOUBLE) AS BIGINT))`;
  const result = await sql.query(
    `SELECT ${bin} AS bin, count(*) AS n FROM (SELECT ${x} AS x FROM ${ident(info.name)}) WHERE x IS NOT NULL AND NOT isnan(x) GROUP BY bin ORDER BY bin`
  );
  const counts = new Array<number>(bins).fill(0);
  for (const row of toRows(result)) counts[Number(row['bin'])] = Number(row['n']);
  return { from, to, counts };
}

function asText(value: Value): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function profileSelect(columns: readonly ColumnProfile[]): string {
  return valuesSelect(
    [
      { name: 'column', type: 'VARCHAR' },
      { name: 'type', type: 'VARCHAR' },
      { name: 'rows', type: 'BIGINT' },
      { name: 'missing', type: 'BIGINT' },
      { name: 'distinct', type: 'BIGINT' },
      { name: 'min', type: 'VARCHAR' },
      { name: 'max', type: 'VARCHAR' },
      { name: 'mean', type: 'DOUBLE' },
      { name: 'sd', type: 'DOUBLE' },
      { name: 'q05', type: 'DOUBLE' },
      { name: 'q50', type: 'DOUBLE' },
      { name: 'q95', type: 'DOUBLE' },
      { name: 'top', type: 'VARCHAR' },
      { name: 'finding', type: 'VARCHAR' }
    ],
    columns.map((c) => [
      ...[c.column, c.type, c.rows, c.missing, c.distinct, c.min, c.max],
      ...[c.mean, c.sd, c.q05, c.q50, c.q95, c.top, c.finding]
    ])
  );
}
