import type { Attribution } from './attribution.ts';
import type { Attempt, Components, Fitted, Forecast, Model, ModelOptions } from './model.ts';

/** A forecast made from the first `origin` rows. */
export interface Trial {
  readonly origin: number;
  readonly forecast: Forecast;
}

/** A model on one series: fitted to all rows, and tried at past origins. */
export interface Candidate {
  readonly model: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly logLikelihood: number;
  readonly aicc: number;
  readonly sigma2: number;
  readonly note: string;
  readonly fitted: Float64Array;
  readonly residuals: Float64Array;
  readonly forecast: Forecast;
  readonly trials: readonly Trial[];
  /** What each row of a network's window did to the sum of its forecast. */
  readonly attribution?: Attribution;
  /** Of the fit to all rows, as far as the model says. */
  readonly standardErrors?: Readonly<Record<string, number>>;
  readonly tried?: readonly Attempt[];
  readonly components?: Components;
}

export interface BacktestPlan {
  /** Training lengths, ascending. */
  readonly origins: readonly number[];
  readonly horizon: number;
}

/**
 * The last `wanted` origins, `step` rows apart, that leave `horizon` rows to compare with and at least
 * `needs` rows to learn from; fewer where the series is too short. A series with room for none is tried
 * once over the last third of its rows at most.
 */
export function planBacktest(
  length: number,
  needs: number,
  { wanted, step, horizon }: { wanted: number; step: number; horizon: number }
): BacktestPlan {
  const origins: number[] = [];
  for (let i = 0; i < wanted; i++) {
    const origin = length - horizon - i * step;
    if (origin < needs) break;
    origins.unshift(origin);
  }
  if (origins.length > 0) return { origins, horizon };
  const shorter = Math.min(horizon, Math.floor(length / 3), length - needs);
  return shorter < 1 || wanted < 1
    ? { origins: [], horizon }
    : { origins: [length - shorter], horizon: shorter };
}

/**
 * Fits a model to the whole series and, for the rolling-origin backtest, anew at every origin where it has
 * rows enough, from those rows alone. Later origins start their search at the earlier origin's answer.
 */
export function tryModel(
  model: Model,
  values: Float64Array,
  options: ModelOptions,
  horizon: number,
  plan: BacktestPlan
): Candidate {
  const trials: Trial[] = [];
  let earlier: Fitted | undefined;
  for (const origin of plan.origins) {
    if (origin < model.needs(options)) continue;
    earlier = model.fit(values.subarray(0, origin), options, earlier);
    trials.push({ origin, forecast: earlier.forecast(plan.horizon) });
  }
  const fit =
    earlier && model.again ? model.again(values, options, earlier) : model.fit(values, options);
  return {
    model: model.name,
    description: fit.description,
    parameters: fit.parameters,
    logLikelihood: fit.logLikelihood,
    aicc: fit.aicc,
    sigma2: fit.sigma2,
    note: '',
    fitted: fit.fitted,
    residuals: fit.residuals,
    forecast: fit.forecast(horizon),
    trials,
    ...(fit.standardErrors ? { standardErrors: fit.standardErrors } : {}),
    ...(fit.tried ? { tried: fit.tried } : {}),
    ...(fit.components ? { components: fit.components } : {})
  };
}
