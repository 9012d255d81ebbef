import { planBacktest, type BacktestPlan } from '#lib/analytics/forecast/backtest.ts';
import type { Model } from '#lib/analytics/forecast/model.ts';
import { modelNamed, seriesModels } from '#lib/analytics/forecast/models.ts';
import { routeModels, type Route } from '#lib/analytics/forecast/route-models.ts';
import { listSeries } from '#lib/analytics/time/faults.ts';
import type { Series } from '#lib/analytics/time/panel.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import { problem } from '#lib/problems/index.ts';
import { optionsFor, type ForecastConfig, type Known, type Settings } from './settings.ts';

/** Series that a named model cannot be fitted to, by model. */
export type Skips = Map<string, { needs: number; series: Series[] }>;

/** The models of one series; those that were named and cannot be fitted are noted in `skips`. */
export function routeOf(
  series: Series,
  config: ForecastConfig,
  { season, names }: Settings,
  known: Known,
  skips: Skips
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
export function planFor(
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

export function warnOfShortSeries(
  skips: Skips,
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
