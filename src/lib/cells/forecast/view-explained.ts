import { toRows, type Columns } from '#lib/base/columns.ts';
import {
  autocorrelationWeights,
  diagnose,
  type Diagnostics
} from '#lib/analytics/forecast/diagnostics.ts';
import { marginOf, type Margin } from '#lib/analytics/forecast/margin.ts';
import type { TimeSeries } from '#lib/charts/forecast-plot.ts';
import type { RelationInfo } from '../core/context.ts';
import { ident, literal } from '../core/sql.ts';
import type { ViewData } from '../core/view.ts';
import { isSeries, plotValues, seriesLimit } from '../core/view-series.ts';
import { numberOf, textOf, type ForecastNames } from './view-data.ts';

export interface Attempt {
  readonly description: string;
  readonly aicc: number | null;
  readonly delta: number | null;
  readonly note: string;
}

export interface Coefficient {
  readonly term: string;
  readonly estimate: number | null;
  readonly error: number | null;
}

export type Part = 'level' | 'trend' | 'seasonal' | 'remainder';

/** One component over the training rows. */
export interface Component {
  readonly part: Part;
  /** Of one of several seasons its length in rows, else null. */
  readonly length: number | null;
  readonly series: TimeSeries;
}

/** `start`, the lags and the other inputs add up to `total`, the sum of the forecast. */
export interface Attribution {
  /** The sum after a window as flat as its mean. */
  readonly start: number;
  /** What each row of the window did, the last row first. */
  readonly lags: Float64Array;
  /** What each covariate did, over the window or the horizon, the greatest first. */
  readonly others: readonly OtherInput[];
  readonly total: number;
}

/** A covariate over the `window` or the `horizon`; a static column or the calendar, which have no period. */
export interface OtherInput {
  readonly input: string;
  readonly period: string;
  readonly amount: number;
}

/** What one model on one series is made of. Lists are empty where there is nothing to tell. */
export interface Explanation {
  readonly description: string;
  readonly note: string;
  readonly tried: readonly Attempt[];
  readonly coefficients: readonly Coefficient[];
  readonly components: readonly Component[];
  readonly checks: Diagnostics;
  /** What made up the sum of a network's forecast; null for other models. */
  readonly attribution: Attribution | null;
  /** Absolute errors against those of seasonal naive, origin by origin; null for itself or without it. */
  readonly margin: { readonly margin: Margin; readonly share: number } | null;
}

/** Reads why a forecast is what it is. */
export async function explanationOf(
  data: ViewData,
  names: ForecastNames,
  season: number,
  key: string,
  model: string,
  residuals: Float64Array
): Promise<Explanation> {
  const own = isSeries(names.by, key);
  const where = `WHERE ${own} AND model = ${literal(model)}`;
  const from = (suffix: string) => ident(`${names.name}_${suffix}`);
  const seasons = seasonLengths(data.fields(`${names.name}_components`));
  const lists = ['level', 'trend', 'seasonal', 'remainder', ...seasons.map((n) => `seasonal_${n}`)];
  const rows = async (sql: string) => toRows(await data.query(sql, seriesLimit));
  const [fits, tried, stated, components, attribution, errors] = await Promise.all([
    rows(`SELECT description, parameters, note FROM ${from('models')} ${where}`),
    rows(`SELECT description, aicc, delta, note FROM ${from('tried')} ${where}`),
    rows(`SELECT term, estimate, std_error FROM ${from('coefficients')} ${where}`),
    data.query(
      `SELECT ${ident(names.time)} AS t, ${lists.map(ident).join(', ')} FROM ${from('components')} ${where} ORDER BY t`,
      seriesLimit
    ),
    rows(`SELECT * FROM ${from('attribution')} ${where} ORDER BY lag NULLS FIRST`),
    rows(
      `SELECT origin, avg(abs(actual - yhat)) FILTER (model = ${literal(model)}) AS ours, avg(abs(actual - yhat)) FILTER (model = 'seasonal_naive') AS theirs FROM ${from('backtest')} WHERE ${own} GROUP BY origin ORDER BY origin`
    )
  ]);
  const parameters = parametersOf(textOf(fits[0]?.['parameters']));
  return {
    description: textOf(fits[0]?.['description']),
    note: textOf(fits[0]?.['note']),
    tried: tried.map((row) => ({
      description: textOf(row['description']),
      aicc: numberOf(row['aicc']),
      delta: numberOf(row['delta']),
      note: textOf(row['note'])
    })),
    coefficients:
      stated.length > 0
        ? stated.map((row) => ({
            term: textOf(row['term']),
            estimate: numberOf(row['estimate']),
            error: numberOf(row['std_error'])
          }))
        : Object.entries(parameters).map(([term, estimate]) => ({ term, estimate, error: null })),
    components: componentsFrom(components, seasons),
    checks: diagnose(residuals, season, autocorrelationWeights(parameters)),
    attribution: attributionFrom(attribution),
    margin: model === 'seasonal_naive' ? null : marginBetween(errors)
  };
}

/** Every component that has values; of several seasons each one in place of their sum. */
function componentsFrom(table: Columns, seasons: readonly number[]): Component[] {
  const times = plotValues(table, 't');
  const read = (part: Part, length: number | null): Component[] => {
    const values = plotValues(table, length === null ? part : `${part}_${length}`);
    const some = values.some((value) => Number.isFinite(value));
    return some ? [{ part, length, series: { times, values } }] : [];
  };
  const each = seasons.flatMap((length) => read('seasonal', length));
  return [
    ...read('level', null),
    ...read('trend', null),
    ...(each.length > 1 ? each : read('seasonal', null)),
    ...read('remainder', null)
  ];
}

/** The seasons that NAME_components has a column for. */
function seasonLengths(relation: RelationInfo | undefined): number[] {
  return (relation?.fields ?? []).flatMap(({ name }) => {
    const length = /^seasonal_(\d+)$/.exec(name)?.[1];
    return length === undefined ? [] : [Number(length)];
  });
}

function attributionFrom(rows: ReturnType<typeof toRows>): Attribution | null {
  if (rows.length === 0) return null;
  const each = rows.map((row) => ({
    lag: numberOf(row['lag']),
    input: textOf(row['input']),
    period: textOf(row['period']),
    amount: numberOf(row['contribution']) ?? 0
  }));
  const others = each.filter(({ lag, input }) => lag === null && input !== '');
  const start = each.find(({ lag, input }) => lag === null && input === '')?.amount ?? 0;
  return {
    start,
    lags: Float64Array.from(
      each.filter(({ lag }) => lag !== null),
      ({ amount }) => amount
    ),
    others: others
      .map(({ input, period, amount }) => ({ input, period, amount }))
      .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount)),
    total: each.reduce((sum, { amount }) => sum + amount, 0)
  };
}

function marginBetween(rows: ReturnType<typeof toRows>): Explanation['margin'] {
  const pairs = rows.flatMap((row) => {
    const [ours, theirs] = [numberOf(row['ours']), numberOf(row['theirs'])];
    return ours === null || theirs === null ? [] : [{ ours, theirs }];
  });
  const theirs = pairs.map((pair) => pair.theirs);
  const margin = marginOf(
    pairs.map((pair) => pair.ours),
    theirs
  );
  const total = theirs.reduce((sum, error) => sum + error, 0);
  return margin && total > 0 ? { margin, share: (margin.mean * margin.trials) / total } : null;
}

function parametersOf(json: string): Record<string, number> {
  return json === '' ? {} : (JSON.parse(json) as Record<string, number>);
}
