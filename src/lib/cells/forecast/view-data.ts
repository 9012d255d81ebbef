import { toRows, type Columns, type Value } from '#lib/base/columns.ts';
import type { ForecastSeries, Interval } from '#lib/charts/forecast-plot.ts';
import { ident, literal } from '../core/sql.ts';
import type { ViewData } from '../core/view.ts';
import { isSeries, plotValues, seriesKey, seriesLimit } from '../core/view-series.ts';

/** The score of one model on one series, as NAME_scores has it. */
export interface Score {
  readonly key: string;
  readonly model: string;
  readonly mase: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  readonly coverage80: number | null;
  readonly coverage95: number | null;
  readonly origins: number;
  readonly chosen: boolean;
}

/** What the view has to know to ask for rows: the cell's name and the columns it was told. */
export interface ForecastNames {
  readonly name: string;
  readonly time: string;
  readonly by: readonly string[];
}

/** All scores, one row a series and model; the key of a series is its `by` values in words. */
export async function scoresOf(data: ViewData, names: ForecastNames): Promise<Score[]> {
  const table = await data.query(
    `SELECT ${seriesKey(names.by)} AS "key", model, mase, wape, bias, coverage_80, coverage_95, origins, chosen FROM ${ident(`${names.name}_scores`)}`,
    seriesLimit
  );
  return toRows(table).map((row) => ({
    key: String(row['key'] as string),
    model: String(row['model'] as string),
    mase: numberOf(row['mase']),
    wape: numberOf(row['wape']),
    bias: numberOf(row['bias']),
    coverage80: numberOf(row['coverage_80']),
    coverage95: numberOf(row['coverage_95']),
    origins: numberOf(row['origins']) ?? 0,
    chosen: row['chosen'] === true
  }));
}

/** Keys of the series, those with the largest error of their chosen model first. */
export function seriesKeys(scores: readonly Score[]): string[] {
  const errors = new Map<string, number>();
  for (const score of scores) {
    const error = score.chosen ? (score.mase ?? -1) : -1;
    errors.set(score.key, Math.max(errors.get(score.key) ?? -1, error));
  }
  return [...errors].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([key]) => key);
}

/** One line of the leaderboard: a model over all series (unweighted means), or over the one given. */
export interface Standing extends Omit<Score, 'key' | 'chosen' | 'origins'> {
  readonly won: number;
  readonly series: number;
}

export function leaderboard(scores: readonly Score[], key: string | null): Standing[] {
  const models = new Map<string, Score[]>();
  for (const score of scores) {
    if (key !== null && score.key !== key) continue;
    models.set(score.model, [...(models.get(score.model) ?? []), score]);
  }
  return [...models]
    .map(([model, all]) => ({
      model,
      mase: mean(all.map((s) => s.mase)),
      wape: mean(all.map((s) => s.wape)),
      bias: mean(all.map((s) => s.bias)),
      coverage80: mean(all.map((s) => s.coverage80)),
      coverage95: mean(all.map((s) => s.coverage95)),
      won: all.filter((s) => s.chosen).length,
      series: all.length
    }))
    .sort((a, b) => (a.mase ?? Infinity) - (b.mase ?? Infinity));
}

/** History, fit, forecast and past forecasts of one model on one series. */
export async function seriesOf(
  data: ViewData,
  names: ForecastNames,
  key: string,
  model: string
): Promise<{ future: ForecastSeries; past: ForecastSeries }> {
  const where = `WHERE ${isSeries(names.by, key)} AND model = ${literal(model)}`;
  const time = ident(names.time);
  const from = (suffix: string) => ident(`${names.name}_${suffix}`);
  const [fitted, ahead, back] = await Promise.all([
    data.query(
      `SELECT ${time} AS t, actual, fitted FROM ${from('fitted')} ${where} ORDER BY t`,
      seriesLimit
    ),
    data.query(
      `SELECT ${time} AS t, yhat, lo_80, hi_80, lo_95, hi_95 FROM ${from('all')} ${where} ORDER BY t`,
      seriesLimit
    ),
    data.query(
      `SELECT origin AS o, ${time} AS t, yhat FROM ${from('backtest')} ${where} ORDER BY o, t`,
      seriesLimit
    )
  ]);
  const actual = { times: plotValues(fitted, 't'), values: plotValues(fitted, 'actual') };
  const forecast = { times: plotValues(ahead, 't'), values: plotValues(ahead, 'yhat') };
  const intervals: Interval[] = [95, 80].map((level) => ({
    level,
    low: plotValues(ahead, `lo_${level}`),
    high: plotValues(ahead, `hi_${level}`)
  }));
  const cutoff = actual.times.at(-1);
  const origins = originsOf(back);
  const begin = origins[0]?.at ?? cutoff ?? 0;
  const shown = recent(actual, begin);
  return {
    future: {
      name: model,
      actual,
      fitted: { times: actual.times, values: plotValues(fitted, 'fitted') },
      forecast,
      intervals,
      cutoff
    },
    past: { name: model, actual: shown, forecast: none, intervals: [], origins }
  };
}

const none = { times: new Float64Array(0), values: new Float64Array(0) };

function originsOf(back: Columns) {
  const at = plotValues(back, 'o');
  const times = plotValues(back, 't');
  const yhat = plotValues(back, 'yhat');
  const origins: { at: number; forecast: { times: Float64Array; values: Float64Array } }[] = [];
  for (let from = 0; from < at.length;) {
    let to = from;
    while (to < at.length && at[to] === at[from]) to++;
    const forecast = { times: times.slice(from, to), values: yhat.slice(from, to) };
    origins.push({ at: at[from] ?? 0, forecast });
    from = to;
  }
  return origins;
}

/** The part of a series that the backtest covers, with as much again before it. */
function recent(series: { times: Float64Array; values: Float64Array }, begin: number) {
  const from = series.times.findIndex((t) => t >= begin);
  const covered = series.times.length - Math.max(0, from);
  const start = Math.max(0, series.times.length - 2 * covered - 2);
  return { times: series.times.slice(start), values: series.values.slice(start) };
}

function mean(values: readonly (number | null)[]): number | null {
  const there = values.filter((v): v is number => v !== null && Number.isFinite(v));
  return there.length === 0 ? null : there.reduce((a, b) => a + b, 0) / there.length;
}

function numberOf(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
