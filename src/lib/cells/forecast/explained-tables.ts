import { numeric, text, type Columns } from '#lib/base/columns.ts';
import { autocorrelationWeights, diagnose } from '#lib/analytics/forecast/diagnostics.ts';
import type { Series } from '#lib/analytics/time/panel.ts';
import type { Judged, SeriesResult } from './results.ts';
import { TableBuilder, timeVector, type TableContext } from './tables.ts';

/** The relations that say why: what automatic choices tried, and what the chosen model of each series is made of. */
export function explainedTables(
  name: string,
  results: readonly SeriesResult[],
  context: TableContext
): Record<string, () => Columns> {
  return {
    [`${name}_tried`]: () => triedTable(results, context),
    [`${name}_coefficients`]: () => coefficientsTable(results, context),
    [`${name}_components`]: () => componentsTable(results, context),
    [`${name}_residuals`]: () => residualsTable(results, context),
    [`${name}_attribution`]: () => attributionTable(results, context)
  };
}

/** One row per form that an automatic choice within a model considered. */
function triedTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const every = results.flatMap(({ series, judged }) =>
    judged.flatMap(({ candidate: { model, tried = [] } }) => {
      const best = tried.reduce((least, { aicc }) => Math.min(least, aicc), Infinity);
      return tried.map((attempt) => ({ series, model, attempt, best }));
    })
  );
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return rowsOf(every, context).build([
    ['model', text(every.map(({ model }) => model))],
    ['description', text(every.map(({ attempt }) => attempt.description))],
    ['aicc', numeric(every.map(({ attempt }) => finite(attempt.aicc)))],
    ['delta', numeric(every.map(({ attempt, best }) => finite(attempt.aicc - best)))],
    ['note', text(every.map(({ attempt }) => attempt.note || null))]
  ]);
}

/** One row per parameter of the chosen model. */
function coefficientsTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const every = chosenOf(results).flatMap(({ series, judged: { candidate } }) =>
    Object.entries(candidate.parameters).map(([term, estimate]) => {
      const error = candidate.standardErrors?.[term];
      const known = error !== undefined && Number.isFinite(error);
      return { series, model: candidate.model, term, estimate, error: known ? error : null };
    })
  );
  return rowsOf(every, context).build([
    ['model', text(every.map(({ model }) => model))],
    ['term', text(every.map(({ term }) => term))],
    ['estimate', numeric(every.map(({ estimate }) => estimate))],
    ['std_error', numeric(every.map(({ error }) => error))],
    ['statistic', numeric(every.map(({ estimate, error }) => (error ? estimate / error : null)))]
  ]);
}

/** Every training row under the chosen model, where it is made of components. The remainder is the one-step error. */
function componentsTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const { panel } = context;
  const every = chosenOf(results).filter(({ judged }) => judged.candidate.components);
  const rows = every.reduce((sum, { series }) => sum + series.values.length, 0);
  const table = new TableBuilder(context, rows);
  const times = new Float64Array(rows);
  const parts = ['level', 'trend', 'seasonal'] as const;
  const values = parts.map(() => new Float64Array(rows).fill(Number.NaN));
  const remainder = new Float64Array(rows);
  const bySeason = new Map<number, Float64Array>();
  for (const { series, judged } of every) {
    const { model, components, residuals } = judged.candidate;
    const at = table.add(series.row, model, series.values.length);
    times.set(series.times, at);
    parts.forEach((part, i) => {
      const own = components![part];
      if (own) values[i]!.set(own, at);
    });
    for (const { length, values: own } of components!.seasons ?? []) {
      if (!bySeason.has(length)) bySeason.set(length, new Float64Array(rows).fill(Number.NaN));
      bySeason.get(length)!.set(own, at);
    }
    remainder.set(residuals, at);
  }
  return table.build([
    [panel.time, timeVector(times, panel.timeType)],
    ['model', table.models()],
    ...parts.map((part, i) => [part, numeric(values[i]!)] as const),
    ['remainder', numeric(remainder)],
    ...[...bySeason]
      .sort(([a], [b]) => a - b)
      .map(([length, list]) => [`seasonal_${length}`, numeric(list)] as const)
  ]);
}

/** One row per series: what the errors of its chosen model say of it. */
function residualsTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const { season } = context.settings;
  const every = chosenOf(results).map(({ series, judged: { candidate } }) => ({
    series,
    model: candidate.model,
    checks: diagnose(candidate.residuals, season, autocorrelationWeights(candidate.parameters))
  }));
  const figure = (read: (checks: (typeof every)[number]['checks']) => number) =>
    numeric(every.map(({ checks }) => read(checks)));
  return rowsOf(every, context).build([
    ['model', text(every.map(({ model }) => model))],
    ['rows', figure((c) => c.rows)],
    ['mean', figure((c) => c.mean)],
    ['mean_error', figure((c) => c.meanError)],
    ['lags', figure((c) => c.lags)],
    ['degrees', figure((c) => c.degrees)],
    ['ljung_box', figure((c) => c.ljungBox)],
    ['ljung_box_p', figure((c) => c.ljungBoxP)],
    ['jarque_bera', figure((c) => c.jarqueBera)],
    ['jarque_bera_p', figure((c) => c.jarqueBeraP)],
    ['acf_1', figure((c) => c.acf[0] ?? Number.NaN)]
  ]);
}

/**
 * What a network starts from, without `input` and `lag`; one row per row that it looked back at, the last one being
 * lag 1; and one per regressor over window and horizon, of the calendar, and per static column.
 */
function attributionTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const every = results.flatMap(({ series, judged }) =>
    judged.flatMap(({ candidate: { model, attribution } }) => {
      if (!attribution) return [];
      const { lags, baseline, others } = attribution;
      const start = { input: null, period: null, lag: null, amount: baseline };
      const values = Array.from(lags, (_, i) => {
        return { input: null, period: 'window', lag: i + 1, amount: lags[lags.length - 1 - i]! };
      });
      const told = others.map((other) => ({ ...other, lag: null }));
      return [start, ...values, ...told].map((row) => ({ series, model, ...row }));
    })
  );
  return rowsOf(every, context).build([
    ['model', text(every.map(({ model }) => model))],
    ['input', text(every.map(({ input }) => input))],
    ['period', text(every.map(({ period }) => period))],
    [
      'lag',
      numeric(
        every.map(({ lag }) => lag),
        'integer'
      )
    ],
    ['contribution', numeric(every.map(({ amount }) => amount))]
  ]);
}

function chosenOf(results: readonly SeriesResult[]): { series: Series; judged: Judged }[] {
  return results.map(({ series, judged, chosen }) => ({ series, judged: judged[chosen]! }));
}

function rowsOf(every: readonly { series: Series; model: string }[], context: TableContext) {
  const table = new TableBuilder(context, every.length);
  for (const { series, model } of every) table.add(series.row, model, 1);
  return table;
}
