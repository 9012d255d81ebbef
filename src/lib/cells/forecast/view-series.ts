import { toRows, vectorOf, type Columns, type NumericType } from '#lib/base/columns.ts';
import type { ForecastSeries, Interval, TimeSeries } from '#lib/charts/forecast-plot.ts';
import type { MiniSeries } from '#lib/charts/mini-forecast.ts';
import { ident, literal } from '../core/sql.ts';
import type { ViewData } from '../core/view.ts';
import { isSeries, plotValues, seriesKey, seriesLimit } from '../core/view-series.ts';
import type { ListedSeries } from './listed.ts';
import type { ForecastNames } from './view-data.ts';

/** One model on one series: what was, what it says and what it would have said. */
export interface SeriesView {
  readonly series: ForecastSeries;
  /** One-step errors, in order of time. */
  readonly residuals: Float64Array;
  readonly origins: readonly { readonly at: number; readonly forecast: TimeSeries }[];
  readonly timeType: NumericType;
}

/** History, fit, forecast and past forecasts of one model on one series. */
export async function seriesOf(
  data: ViewData,
  names: ForecastNames,
  key: string,
  model: string
): Promise<SeriesView> {
  const where = `WHERE ${isSeries(names.by, key)} AND model = ${literal(model)}`;
  const time = ident(names.time);
  const from = (suffix: string) => ident(`${names.name}_${suffix}`);
  const ends = names.levels.flatMap((level) => [ident(`lo_${level}`), ident(`hi_${level}`)]);
  const [fitted, ahead, back] = await Promise.all([
    data.query(
      `SELECT ${time} AS t, actual, fitted, residual FROM ${from('fitted')} ${where} ORDER BY t`,
      seriesLimit
    ),
    data.query(
      `SELECT ${[`${time} AS t`, 'yhat', ...ends].join(', ')} FROM ${from('all')} ${where} ORDER BY t`,
      seriesLimit
    ),
    data.query(
      `SELECT origin AS o, ${time} AS t, yhat FROM ${from('backtest')} ${where} ORDER BY o, t`,
      seriesLimit
    )
  ]);
  const times = plotValues(fitted, 't');
  const intervals: Interval[] = names.levels.map((level) => ({
    level,
    low: plotValues(ahead, `lo_${level}`),
    high: plotValues(ahead, `hi_${level}`)
  }));
  const type = vectorOf(fitted, 't')?.type;
  return {
    series: {
      name: model,
      actual: { times, values: plotValues(fitted, 'actual') },
      fitted: { times, values: plotValues(fitted, 'fitted') },
      forecast: { times: plotValues(ahead, 't'), values: plotValues(ahead, 'yhat') },
      intervals,
      cutoff: times.at(-1)
    },
    residuals: plotValues(fitted, 'residual'),
    origins: originsOf(back),
    timeType: type === 'date' || type === 'timestamp' || type === 'integer' ? type : 'number'
  };
}

/** The forecasts of several models for one series, by model. */
export async function forecastsOf(
  data: ViewData,
  names: ForecastNames,
  key: string,
  models: readonly string[]
): Promise<ReadonlyMap<string, TimeSeries>> {
  if (models.length === 0) return new Map();
  const table = await data.query(
    `SELECT model, ${ident(names.time)} AS t, yhat FROM ${ident(`${names.name}_all`)} WHERE ${isSeries(names.by, key)} AND model IN (${models.map(literal).join(', ')}) ORDER BY model, t`,
    seriesLimit
  );
  const found = new Map<string, TimeSeries>();
  for (const { label, from, to } of runsOf(table, 'model')) {
    found.set(label, {
      times: plotValues(table, 't').slice(from, to),
      values: plotValues(table, 'yhat').slice(from, to)
    });
  }
  return found;
}

const longestPast = 120;

/** The last rows and the forecast of several series under their chosen models, for a page of small charts. */
export async function miniaturesOf(
  data: ViewData,
  names: ForecastNames,
  entries: readonly ListedSeries[]
): Promise<ReadonlyMap<string, MiniSeries>> {
  if (entries.length === 0) return new Map();
  const key = seriesKey(names.by);
  const keys = entries.map((entry) => literal(entry.key)).join(', ');
  const models = [...new Set(entries.map((entry) => entry.model))].map(literal).join(', ');
  const time = ident(names.time);
  const inner = names.levels[0];
  const ends = inner === undefined ? [] : [ident(`lo_${inner}`), ident(`hi_${inner}`)];
  const [past, ahead] = await Promise.all([
    data.query(
      `SELECT ${key} AS "key", actual FROM ${ident(`${names.name}_fitted`)} WHERE model IN (${models}) AND ${key} IN (${keys}) QUALIFY row_number() OVER (PARTITION BY "key", ${time} ORDER BY model) = 1 AND dense_rank() OVER (PARTITION BY "key" ORDER BY ${time} DESC) <= ${longestPast} ORDER BY "key", ${time}`,
      seriesLimit
    ),
    data.query(
      `SELECT ${[`${key} AS "key"`, 'yhat', ...ends].join(', ')} FROM ${ident(names.name)} WHERE ${key} IN (${keys}) ORDER BY "key", ${time}`,
      seriesLimit
    )
  ]);
  const actual = new Map(
    runsOf(past, 'key').map(({ label, from, to }) => [
      label,
      plotValues(past, 'actual').slice(from, to)
    ])
  );
  const column = (name: string, from: number, to: number) =>
    inner === undefined && name !== 'yhat'
      ? new Float64Array(0)
      : plotValues(ahead, name).slice(from, to);
  return new Map(
    runsOf(ahead, 'key').map(({ label, from, to }) => [
      label,
      {
        actual: actual.get(label) ?? new Float64Array(0),
        forecast: column('yhat', from, to),
        low: column(`lo_${inner}`, from, to),
        high: column(`hi_${inner}`, from, to)
      }
    ])
  );
}

/** Stretches of rows with the same text in a column. */
function runsOf(table: Columns, name: string): { label: string; from: number; to: number }[] {
  const labels = toRows(table).map((row) => String(row[name] as string));
  const runs: { label: string; from: number; to: number }[] = [];
  labels.forEach((label, i) => {
    const last = runs.at(-1);
    if (last?.label === label) last.to = i + 1;
    else runs.push({ label, from: i, to: i + 1 });
  });
  return runs;
}

function originsOf(back: Columns): { at: number; forecast: TimeSeries }[] {
  const at = plotValues(back, 'o');
  const times = plotValues(back, 't');
  const yhat = plotValues(back, 'yhat');
  const origins: { at: number; forecast: TimeSeries }[] = [];
  for (let from = 0; from < at.length;) {
    let to = from;
    while (to < at.length && at[to] === at[from]) to++;
    const forecast = { times: times.slice(from, to), values: yhat.slice(from, to) };
    origins.push({ at: at[from] ?? 0, forecast });
    from = to;
  }
  return origins;
}
