import { formatInteger } from '#lib/base/format.ts';
import type { RelationInfo, Sql } from '../../core/context.ts';
import { ident } from '../../core/sql.ts';
import type { ColumnFacts } from '../measure.ts';
import { count, figure, rowOf, rowsOf, word, type Row } from '../rows.ts';
import { gridOf, type Grid } from '../time-grid.ts';
import type { Detector, Facts, Means } from './detector.ts';

const mostSeries = 50_000;

/**
 * Gaps in the equal time step of a series. A table is a series, or one series for each value of a key, when time (or
 * key and time) occurs once: in 99.9 % of the rows. Keys tried are product, site and the first other columns of few
 * values, alone and as product with site. The step is the commonest distance between neighbours, which must be that
 * of 60 % of them; it may be some minutes, hours, days or weeks, or a month, quarter or year. A week that ends on
 * Friday or Saturday is no gap. Transactions (a table with an order column, or whose
 * rows share their times) have no step and give no finding. Rows are
 * those that are missing.
 */
const detect: Detector = async (facts, means) => {
  const { time, order } = facts.roles;
  if (!time || time.distinct < 8 || order) return [];
  const by = await seriesKey(facts, time, means);
  if (by === null) return [];
  await means.ctx.checkpoint();
  const steps = await distances(facts, time, by, means);
  const grid = gridOf(steps.map((row) => ({ ms: count(row, 'd'), n: count(row, 'n') })));
  if (!grid) return [];
  await means.ctx.checkpoint();
  return gaps(facts, time, by, grid, means);
};

export default detect;

/** The columns that together with time tell rows apart; empty for one series, null for transactions. */
async function seriesKey(
  { info, columns, roles }: Facts,
  time: ColumnFacts,
  { sql, ctx }: Means
): Promise<ColumnFacts[] | null> {
  const { sku, site } = roles;
  const able = (c: ColumnFacts | null): c is ColumnFacts =>
    c !== null && c.missing === 0 && c.distinct > 1 && c.distinct <= mostSeries;
  const known = [sku, site].filter(able);
  const others = columns.filter(
    (c) =>
      able(c) &&
      !known.includes(c) &&
      c !== time &&
      (c.field.type === 'text' || /(_id|id|code)$/i.test(c.column))
  );
  const tries = [
    [],
    ...known.map((c) => [c]),
    ...(known.length === 2 ? [known] : []),
    ...others.slice(0, 3).map((c) => [c])
  ];
  for (const by of tries) {
    // A key cannot tell the rows apart when it has too few values for them.
    const most = by.reduce((product, c) => product * c.distinct, time.distinct);
    if (most < info.rows * 0.999) continue;
    await ctx.checkpoint();
    const key = [...by, time].map((c) => ident(c.column)).join(', ');
    if ((await tellsApart(key, info, 20_000, sql)) && (await tellsApart(key, info, null, sql)))
      return by;
  }
  return null;
}

/** Whether a key occurs once, in the first rows or in all of them. */
async function tellsApart(key: string, info: RelationInfo, rows: number | null, sql: Sql) {
  const some = rows === null ? '' : ` LIMIT ${rows}`;
  const row = await rowOf(
    sql,
    `SELECT count(*) AS keys, CAST(sum(n) AS BIGINT) AS rows FROM (SELECT count(*) AS n FROM (SELECT ${key} FROM ${ident(info.name)}${some}) GROUP BY ${key})`
  );
  return count(row, 'keys') >= count(row, 'rows') * 0.999;
}

/** How often each distance between neighbours occurs, the commonest first. */
function distances(
  facts: Facts,
  time: ColumnFacts,
  by: readonly ColumnFacts[],
  { sql }: Means
): Promise<Row[]> {
  return rowsOf(
    sql,
    `SELECT CAST(d AS DOUBLE) AS d, count(*) AS n FROM (${neighbours(facts, time, by)}) WHERE d > 0 GROUP BY d ORDER BY n DESC, d LIMIT 200`
  );
}

function neighbours({ info }: Facts, time: ColumnFacts, by: readonly ColumnFacts[]): string {
  const t = ident(time.column);
  const keys = by.map((c) => ident(c.column));
  const partition = keys.length > 0 ? `PARTITION BY ${keys.join(', ')} ` : '';
  const before = `lag(${t}) OVER (${partition}ORDER BY ${t})`;
  const head = [...keys, `${t} AS t`, `${before} AS before`].join(', ');
  return `SELECT *, epoch_ms(CAST(t AS TIMESTAMP)) - epoch_ms(CAST(before AS TIMESTAMP)) AS d FROM (SELECT ${head} FROM ${ident(info.name)} WHERE ${t} IS NOT NULL)`;
}

async function gaps(
  facts: Facts,
  time: ColumnFacts,
  by: readonly ColumnFacts[],
  grid: Grid,
  { sql }: Means
) {
  const wide = `SELECT *, ${grid.missing} AS lost FROM (${neighbours(facts, time, by)}) WHERE ${grid.gap}`;
  const names = by.map((c) => `CAST(${ident(c.column)} AS VARCHAR)`);
  const key = names.length > 0 ? `concat_ws(' / ', ${names.join(', ')})` : `''`;
  const series = names.length > 0 ? `count(DISTINCT ${key})` : '1';
  const row = await rowOf(
    sql,
    `SELECT CAST(sum(lost) AS DOUBLE) AS lost, count(*) AS gaps, ${series} AS series, CAST(arg_max(before, lost) AS VARCHAR) AS a, CAST(arg_max(t, lost) AS VARCHAR) AS b, arg_max(${key}, lost) AS k FROM (${wide})`
  );
  const lost = Math.round(figure(row, 'lost') ?? 0);
  if (lost === 0) return [];
  const share = lost / (facts.info.rows + lost);
  const of = by.length > 0 ? ` in ${formatInteger(count(row, 'series'))} series` : '';
  const where = by.length > 0 ? `${word(row, 'k') ?? ''}: ` : '';
  const columns = by.map((c) => c.column);
  const measure = facts.roles.quantity;
  return [
    {
      finding: 'time-gaps',
      severity: share >= 0.01 ? 'severe' : 'moderate',
      column: time.column,
      rows: lost,
      value: null,
      example: `${where}nothing between ${word(row, 'a') ?? ''} and ${word(row, 'b') ?? ''}`,
      detail: `${formatInteger(lost)} ${grid.words}${lost === 1 ? '' : 's'} have no row${of}: a forecast would take the rows as neighbours. If nothing was sold then, fill in 0.`,
      steps: [
        {
          complete: {
            time: time.column,
            every: grid.every,
            ...(columns.length > 0 ? { by: columns.length === 1 ? columns[0] : columns } : {}),
            ...(measure ? { fill: { [measure.column]: 0 } } : {})
          }
        }
      ],
      show: `SELECT ${[...by.map((c) => ident(c.column)), 'before AS last_before', 't AS next_after', `CAST(lost AS BIGINT) AS missing`].join(', ')} FROM (${wide}) ORDER BY lost DESC`
    } as const
  ];
}
