import { isIntermittent } from '#lib/analytics/time/demand-class.ts';
import { isSeasonal } from '#lib/analytics/time/season-test.ts';
import type { Model } from './model.ts';
import { longestSeason } from './models/ets.ts';

/** What is to be fitted to one series. */
export interface Route {
  /** Models to fit, in the order of the registry. */
  readonly names: readonly string[];
  /** Those whose combination is the ensemble; empty when none is wanted or fewer than two can be fitted. */
  readonly members: readonly string[];
  /** Fitted for the ensemble alone. */
  readonly hidden: readonly string[];
  /** Shown beside the others to compare with, never chosen while there is another. */
  readonly yardstick: string | null;
  /** Chosen unless another is clearly better in the backtest. */
  readonly favourite: string | null;
  /** Named, but the series is too short or has no season. */
  readonly skipped: readonly string[];
}

export interface RouteRequest {
  readonly values: Float64Array;
  readonly season: number;
  /** Whether there are regressors. */
  readonly explained: boolean;
  /** Names as the analyst wrote them: models, `ensemble`, `auto`. */
  readonly wanted: readonly string[];
  readonly models: readonly Model[];
  /** How many rows a model needs under its options. */
  needs(model: Model): number;
}

/** Models that are another one without a season. */
const needSeason: ReadonlySet<string> = new Set(['holt_winters', 'mstl_ets', 'sarima']);

const rateModels = ['moving_average', 'croston', 'sba', 'tsb', 'adida'];

/**
 * Which models fit a series. `auto` looks at the demand: where it comes rarely (ADI ≥ 1.32) methods for a rate
 * of demand, else ETS, Theta, ARIMA, where a season shows MSTL+ETS, and their ensemble; always with the seasonal
 * naive forecast (the naive one without a season) beside, and the regression where there are regressors. Of `arima` and `sarima` the one that fits the season.
 * Rare demand is not given to the naive forecast though a backtest of few rows may favour it: on the car
 * parts subset that choice had an RMSSE of 0.76 against 0.65 without.
 */
export function routeModels(request: RouteRequest): Route {
  const { values, season, explained, wanted, models } = request;
  const able = new Set(
    models
      .filter((m) => values.length >= request.needs(m) && (season > 1 || !needSeason.has(m.name)))
      .map((m) => m.name)
  );
  const auto = wanted.includes('auto');
  const rare = auto && isIntermittent(values);
  const yardstick = season > 1 && able.has('seasonal_naive') ? 'seasonal_naive' : 'naive';
  const combined = wanted.includes('ensemble') || (auto && !rare);
  const candidates = combined ? ensembleMembers(request, able) : [];
  const members = candidates.length > 1 ? candidates : [];
  const steady = explained ? [...candidates, 'regression'] : candidates;
  const automatic = auto ? [yardstick, ...(rare ? rateModels : steady)] : [];
  const shown = new Set([...automatic, ...wanted.filter((name) => able.has(name))]);
  const fitted = (name: string) => able.has(name) && (shown.has(name) || members.includes(name));
  const names = models.map((m) => m.name).filter(fitted);
  return {
    names,
    members,
    hidden: names.filter((name) => !shown.has(name)),
    yardstick: rare && !wanted.includes(yardstick) ? yardstick : null,
    favourite: auto && members.length > 0 ? 'ensemble' : null,
    skipped: wanted.filter((name) => models.some((m) => m.name === name) && !able.has(name))
  };
}

/**
 * ETS, Theta, ARIMA and MSTL+ETS, as far as the registry and the series have them. ETS does not see a season longer
 * than 24 rows, so that it would only spoil the mean of those that do: MSTL+ETS stands for it there.
 */
function ensembleMembers(
  { values, season, models }: RouteRequest,
  able: ReadonlySet<string>
): string[] {
  const seasonal = season > 1 && isSeasonal(values, season, 2);
  const arima = season > 1 && able.has('sarima') ? 'sarima' : 'arima';
  const blind = seasonal && season > longestSeason && able.has('mstl_ets');
  const names = [...(blind ? [] : ['ets']), 'theta', arima, ...(seasonal ? ['mstl_ets'] : [])];
  return names.filter((name) => able.has(name) && models.some((m) => m.name === name));
}
