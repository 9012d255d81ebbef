import { vectorOf, valueAt, type Columns } from '#lib/base/columns.ts';
import type { Scalar } from '#lib/base/problem.ts';
import {
  planBacktest,
  type BacktestPlan,
  type Candidate
} from '#lib/analytics/forecast/backtest.ts';
import { ensembleOf } from '#lib/analytics/forecast/ensemble.ts';
import type { SeriesTask } from '#lib/analytics/forecast/fit-series.ts';
import type { Model } from '#lib/analytics/forecast/model.ts';
import { modelNamed, seriesModels } from '#lib/analytics/forecast/models.ts';
import { routeModels, type Route } from '#lib/analytics/forecast/route-models.ts';
import { faultOf, leaveOutFaulty, listSeries } from '#lib/analytics/time/faults.ts';
import {
  detectFrequency,
  frequencies,
  futureTimes,
  type Frequency
} from '#lib/analytics/time/frequency.ts';
import { readPanel, type Panel, type Series } from '#lib/analytics/time/panel.ts';
import type { Cell, RunContext } from '#lib/cells/core/context.ts';
import type { ComputeRunOf } from '#lib/cells/core/define.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { explainedTables } from './explained-tables.ts';
import { fitAll } from './fit-all.ts';
import type kind from './index.ts';
import { runNetwork } from './network.ts';
import { overridden } from './overrides.ts';
import { planTable } from './plan-table.ts';
import { readRegressors, readsRegressors, type Explained } from './regressors.ts';
import type { ForecastReport, TrainingCurve } from './report.ts';
import { rollUp } from './rollup.ts';
import { pooledTable, rollupTable } from './rollup-tables.ts';
import { judge, type Tried } from './results.ts';
import {
  optionsFor,
  settingsOf,
  type ForecastConfig,
  type Known,
  type Settings
} from './settings.ts';
import { summarise } from './summary.ts';
import { backtestTable, fittedTable, forecastTable, modelsTable, scoresTable } from './tables.ts';

const run: ComputeRunOf<typeof kind, ForecastReport> = async (cell, inputs, ctx) => {
  const { config } = cell;
  const source = inputs[config.source]!;
  const usable = usableSeries(cell, source, ctx);
  const lengths = usable.panel.series.map((series) => series.values.length);
  const settings = settingsOf(config, usable.frequency, lengths);
  warnOfIdleKeys(config, settings, ctx);
  const explained = readRegressors(cell, inputs, usable.panel, settings, ctx);
  const { panel } = explained;
  const training: TrainingCurve[] = [];
  const tried = await tryAll(cell, explained, settings, training, ctx);
  const results = judge(tried, settings);
  await ctx.checkpoint();
  const context = { source, panel, settings };
  const sums = config.rollup ? rollUp(results, source, panel, settings) : [];
  const { name } = cell;
  const tables: Record<string, Columns> = {};
  const writers: Readonly<Record<string, () => Columns>> = {
    [name]: () => forecastTable(results, context, 'chosen'),
    [`${name}_all`]: () => forecastTable(results, context, 'all'),
    [`${name}_fitted`]: () => fittedTable(results, context),
    [`${name}_backtest`]: () => backtestTable(results, context),
    [`${name}_scores`]: () => scoresTable(results, context),
    [`${name}_models`]: () => modelsTable(results, context),
    ...explainedTables(name, results, context),
    [`${name}_plan`]: () => planTable(results, overridden(cell, results, context, ctx), context),
    [`${name}_pooled`]: () => pooledTable(results, sums, context),
    ...(config.rollup ? { [`${name}_rollup`]: () => rollupTable(sums, context) } : {})
  };
  for (const [relation, write] of Object.entries(writers)) {
    await ctx.checkpoint();
    tables[relation] = write();
  }
  return {
    tables,
    report: summarise(results, {
      panel,
      settings,
      value: config.value,
      skipped: usable.skipped + explained.skipped,
      training,
      keyOf: (series) => keyOf(source, panel, series)
    })
  };
};

export default run;

const reserved = ['model', 'yhat', 'actual', 'fitted', 'residual', 'origin', 'step', 'level'];

/** The series that have one value per equal step. The others are named in a warning; a source of others alone is a problem. */
function usableSeries(
  cell: Cell<ForecastConfig>,
  source: Columns,
  ctx: RunContext
): { panel: Panel; frequency: Frequency; skipped: number } {
  const { config } = cell;
  const spanOf = spansOf(cell);
  const by = config.by ?? [];
  const names = { relation: config.source, time: config.time, value: config.value, by };
  const panel = readPanel(source, names, spanOf);
  if (source.length === 0)
    throw fail('demand.no-rows', { relation: config.source }, spanOf('source'));
  for (const column of [config.time, ...by]) {
    if (reserved.includes(column)) {
      throw fail('demand.name-clash', { column, relation: config.source }, spanOf('source'));
    }
  }
  const frequency = frequencyOf(config, panel);
  if (!frequency) throw fail('demand.no-step', { relation: config.source }, spanOf('time'));
  const judge = (series: Series) => faultOf(series, panel, frequency, config.value, spanOf('time'));
  const cleared = leaveOutFaulty(panel, judge, spanOf('source'));
  if (cleared.warning) ctx.warn(cleared.warning);
  return { panel: cleared.panel, frequency, skipped: cleared.skipped };
}

function frequencyOf(config: ForecastConfig, panel: Panel): Frequency | null {
  const calendar = panel.timeType === 'date' || panel.timeType === 'timestamp';
  const stated = config.frequency ?? 'auto';
  if (stated !== 'auto' && calendar) return frequencies[stated];
  const found = detectFrequency(
    panel.series.map((series) => series.times),
    calendar
  );
  return found && stated !== 'auto' ? { ...found, name: stated } : found;
}

/** ARIMA models, and what fits or combines one. */
const ordersReaders: readonly string[] = ['auto', 'arima', 'sarima', 'ensemble'];

function warnOfIdleKeys(config: ForecastConfig, settings: Settings, ctx: RunContext): void {
  const { names } = settings;
  const models = names.join(', ');
  const explains = config.regressors !== undefined && readsRegressors(names);
  const orders = names.some((name) => ordersReaders.includes(name));
  const keys = [
    ...(explains ? [] : (['regressors', 'future'] as const)),
    ...(orders ? [] : (['arima'] as const))
  ];
  for (const key of keys) {
    if (config[key] !== undefined) ctx.warn(problem('forecast.no-effect', { key, models }));
  }
}

/** What models may be told of the rows of a series besides its values. */
function knownOf(
  series: Series,
  { panel, regressors }: Explained,
  { frequency, horizon }: Settings
): Known {
  const { times } = series;
  const calendar = panel.timeType === 'date' || panel.timeType === 'timestamp';
  const ahead = futureTimes(times, frequency, horizon);
  return {
    regressors: regressors.get(series),
    times: calendar ? joined(times, ahead) : undefined
  };
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const whole = new Float64Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Fits every model asked for to every series; the network first, as it is the longest part. */
async function tryAll(
  cell: Cell<ForecastConfig>,
  explained: Explained,
  settings: Settings,
  training: TrainingCurve[],
  ctx: RunContext
): Promise<Tried[]> {
  const { config } = cell;
  const { panel } = explained;
  const withNetwork = settings.names.includes('lstm');
  const total = panel.series.length * (withNetwork ? 3 : 1);
  const skips = new Map<string, { needs: number; series: Series[] }>();
  const short: Series[] = [];
  const known = panel.series.map((series) => knownOf(series, explained, settings));
  const routes = panel.series.map((series, i) =>
    routeOf(series, config, settings, known[i]!, skips)
  );
  const plans = panel.series.map((series, i) =>
    planFor(series, routes[i]!.names, config, settings, known[i]!)
  );
  const networks = withNetwork
    ? await runNetwork({ cell, panel, plans, settings, training, total }, ctx)
    : panel.series.map(() => null);
  const tasks = panel.series.map((series, i) => {
    const { names } = routes[i]!;
    const none = names.length === 0 && !networks[i];
    if (none) short.push(series);
    return taskFor(series, none ? ['naive'] : names, config, settings, known[i]!, plans[i]!);
  });
  const fitted = await fitAll(tasks, total, ctx);
  warnOfShortSeries(skips, short, settings, ctx);
  return panel.series.map((series, i) => {
    const { yardstick, favourite } = routes[i]!;
    const candidates = candidatesOf(series, fitted[i]!, routes[i]!, networks[i] ?? null);
    return { series, candidates, yardstick, favourite };
  });
}

/** The fits to be shown, then what is made of all of them, then the network. */
function candidatesOf(
  { values }: Series,
  fits: readonly Candidate[],
  { hidden, members }: Route,
  network: Candidate | null
): Candidate[] {
  const ensemble = ensembleOf(
    values,
    fits.filter((fit) => members.includes(fit.model))
  );
  const shown = fits.filter((fit) => !hidden.includes(fit.model));
  return [...shown, ...(ensemble ? [ensemble] : []), ...(network ? [network] : [])];
}

function taskFor(
  { values }: Series,
  names: readonly string[],
  config: ForecastConfig,
  { season, horizon }: Settings,
  known: Known,
  plan: BacktestPlan
): SeriesTask {
  const models = names.map((name) => ({ name, options: optionsFor(name, config, season, known) }));
  return { values, models, horizon, plan };
}

/** The models of one series; those that were named and cannot be fitted are noted in `skips`. */
function routeOf(
  series: Series,
  config: ForecastConfig,
  { season, names }: Settings,
  known: Known,
  skips: Map<string, { needs: number; series: Series[] }>
): Route {
  const needs = (model: Model) => model.needs(optionsFor(model.name, config, season, known));
  const { values } = series;
  const explained = known.regressors !== undefined;
  const route = routeModels({
    values,
    season,
    explained,
    wanted: names,
    models: seriesModels,
    needs
  });
  for (const name of route.skipped) {
    const skip = skips.get(name) ?? { needs: needs(modelNamed(name)!), series: [] };
    skip.series.push(series);
    skips.set(name, skip);
  }
  return route;
}

/** Origins that every model of the series can be fitted at, if there are such; else those that some can. */
function planFor(
  series: Series,
  names: readonly string[],
  config: ForecastConfig,
  settings: Settings,
  known: Known
): BacktestPlan {
  const { length } = series.values;
  const needs = names.map((name) =>
    modelNamed(name)!.needs(optionsFor(name, config, settings.season, known))
  );
  const all = Math.max(2, ...needs);
  const everyModel = planBacktest(length, all, settings.backtest);
  if (everyModel.origins.length > 0) return everyModel;
  return planBacktest(length, Math.max(2, Math.min(all, ...needs)), settings.backtest);
}

function warnOfShortSeries(
  skips: ReadonlyMap<string, { needs: number; series: Series[] }>,
  short: readonly Series[],
  { season }: Settings,
  ctx: RunContext
): void {
  for (const [model, { needs, series }] of skips) {
    const params = { model, needs, season, count: series.length, series: listSeries(series) };
    ctx.warn(problem('forecast.model-skipped', params));
  }
  if (short.length === 0) return;
  const values = Math.min(...short.map((series) => series.values.length));
  const params = { count: short.length, series: listSeries(short), values };
  ctx.warn(problem('forecast.too-short', params));
}

function keyOf(source: Columns, panel: Panel, series: Series): Scalar[] {
  return panel.by.map((name) => {
    const value = valueAt(vectorOf(source, name)!, series.row);
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  });
}
