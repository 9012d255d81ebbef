import { toRows } from '#lib/base/columns.ts';
import type { ForecastSeries } from '#lib/charts/forecast-plot.ts';
import { ident, literal } from '../core/sql.ts';
import type { ViewData } from '../core/view.ts';
import { plotValues, seriesKey, seriesLimit } from '../core/view-series.ts';
import { numberOf, scoreOf, textOf, type ForecastNames, type Score } from './view-data.ts';

/** One sum of forecasts: of all series with one value in a `by` column, or of all. */
export interface RolledRow extends Omit<Score, 'model'> {
  /** The `by` column, or `total`. */
  readonly level: string;
  /** The value in words; '' for the total. */
  readonly label: string;
  /** Over all steps. */
  readonly sum: number;
  readonly series: number;
}

/** Every sum of NAME_rollup with its accuracy of NAME_pooled, the greatest of each level first. */
export async function rollupRows(data: ViewData, names: ForecastNames): Promise<RolledRow[]> {
  const [rollup, pooled] = ['rollup', 'pooled'].map((part) => ident(`${names.name}_${part}`));
  const measures = ['mase', 'wape', 'bias', ...names.levels.map((l) => ident(`coverage_${l}`))];
  const table = await data.query(
    `WITH s AS (SELECT level, ${labelOf(names.by)} AS label, sum(yhat) AS "#sum", max(series_count) AS "#count" FROM ${rollup} GROUP BY ALL), p AS (SELECT level, ${labelOf(names.by)} AS label, ${measures.join(', ')} FROM ${pooled} WHERE level <> 'series') SELECT * FROM s LEFT JOIN p USING (level, label) ORDER BY "#sum" DESC, label`,
    seriesLimit
  );
  return toRows(table).map((row) => ({
    ...scoreOf(row, names),
    level: textOf(row['level']),
    label: textOf(row['label']),
    sum: numberOf(row['#sum']) ?? 0,
    series: numberOf(row['#count']) ?? 0
  }));
}

/** History, forecast and bands of one sum. The history is that of the series in the sum, those that go on to the end. */
export async function rolledSeries(
  data: ViewData,
  names: ForecastNames,
  { level, label }: RolledRow
): Promise<ForecastSeries> {
  const time = ident(names.time);
  const ends = names.levels.flatMap((l) => [ident(`lo_${l}`), ident(`hi_${l}`)]);
  const key = seriesKey(names.by);
  const member = level === 'total' ? 'true' : `${seriesKey([level])} = ${literal(label)}`;
  const [past, ahead] = await Promise.all([
    data.query(
      `WITH h AS (SELECT ${key} AS k, ${time} AS t, value, max(${time}) OVER (PARTITION BY ${key}) AS own FROM ${ident(`${names.name}_plan`)} WHERE kind = 'history' AND ${member}), m AS (SELECT * FROM h WHERE own = (SELECT max(t) FROM h)) SELECT t, sum(value) AS v FROM m GROUP BY t HAVING count(*) = (SELECT count(DISTINCT k) FROM m) ORDER BY t`,
      seriesLimit
    ),
    data.query(
      `SELECT ${[`${time} AS t`, 'yhat', ...ends].join(', ')} FROM ${ident(`${names.name}_rollup`)} WHERE level = ${literal(level)} AND ${labelOf(names.by)} = ${literal(label)} ORDER BY t`,
      seriesLimit
    )
  ]);
  const times = plotValues(past, 't');
  return {
    name: label,
    actual: { times, values: plotValues(past, 'v') },
    forecast: { times: plotValues(ahead, 't'), values: plotValues(ahead, 'yhat') },
    intervals: names.levels.map((l) => ({
      level: l,
      low: plotValues(ahead, `lo_${l}`),
      high: plotValues(ahead, `hi_${l}`)
    })),
    cutoff: times.at(-1)
  };
}

/** SQL for the value that names a sum: that of its level's own column. */
function labelOf(by: readonly string[]): string {
  const cases = by.map((name) => `WHEN ${literal(name)} THEN ${seriesKey([name])}`);
  return cases.length > 0 ? `CASE level ${cases.join(' ')} ELSE '' END` : `''`;
}
