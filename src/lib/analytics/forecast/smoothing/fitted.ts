import type { Fitted, Forecast } from '../model.ts';
import { residualsOf } from '../residuals.ts';
import type { States } from './states.ts';
import { dampedSum, type SmoothingForm, type Weights } from './weights.ts';

/** What the search found, for one run through the rows. */
export interface SmoothingResult {
  readonly form: SmoothingForm;
  readonly multiplicative: boolean;
  readonly weights: Weights;
  readonly start: States;
  /** −2 × the log-likelihood, constants dropped as in R's `ets`. */
  readonly deviance: number;
  /** Estimated weights and states, σ² not counted. */
  readonly estimated: number;
}

/** A smoothing model as a fitted model, with its weights kept for a later, longer fit. */
export interface SmoothingFitted extends Fitted {
  readonly smoothing: SmoothingResult;
}

/**
 * Runs the recursion once and gives fitted values, likelihood and forecasts. Forecast variances:
 * Hyndman et al. (2008), class 1 for additive and the exact formula of ETS(M,A,M) for multiplicative
 * errors. AICc and σ² count parameters as R's `ets` does.
 */
export function smoothingFitted(values: Float64Array, result: SmoothingResult): SmoothingFitted {
  const { form, multiplicative, weights, start } = result;
  const { alpha, beta, gamma, phi } = weights;
  const n = values.length;
  const m = form.season;
  let { level, trend } = start;
  const season = start.season.slice();
  const fitted = new Float64Array(n);
  let squares = 0;
  for (let t = 0; t < n; t++) {
    const base = level + phi * trend;
    const s = m > 1 ? season[t % m]! : multiplicative ? 1 : 0;
    fitted[t] = multiplicative ? base * s : base + s;
    const error = values[t]! - fitted[t]!;
    const relative = multiplicative ? error / fitted[t]! : error;
    squares += relative * relative;
    level = multiplicative ? base * (1 + alpha * relative) : base + alpha * error;
    trend = phi * trend + beta * (multiplicative ? base * relative : error);
    if (m > 1) season[t % m] = multiplicative ? s * (1 + gamma * relative) : s + gamma * error;
  }
  const k = result.estimated + 1;
  const sigma2 = squares / Math.max(1, n - result.estimated);
  const correction = n - k - 1 > 0 ? (2 * k * (k + 1)) / (n - k - 1) : Number.POSITIVE_INFINITY;
  const last = { level, trend, season };
  return {
    smoothing: result,
    fitted,
    residuals: residualsOf(values, fitted),
    description: describe(form, multiplicative),
    parameters: parametersOf(result),
    sigma2,
    logLikelihood: -result.deviance / 2,
    aicc: Number.isFinite(correction) ? result.deviance + 2 * k + correction : Number.NaN,
    forecast: (horizon) =>
      multiplicative
        ? multiplicativeForecast(horizon, n, form, weights, last, sigma2)
        : additiveForecast(horizon, n, form, weights, last, sigma2)
  };
}

function describe(form: SmoothingForm, multiplicative: boolean): string {
  const error = multiplicative ? 'M' : 'A';
  const trend = form.trend ? (form.damped ? 'Ad' : 'A') : 'N';
  const season = form.season > 1 ? error : 'N';
  return `ETS(${error},${trend},${season})`;
}

function parametersOf({ form, weights, start }: SmoothingResult): Record<string, number> {
  const { alpha, beta, gamma, phi } = weights;
  const seasons = Array.from(start.season, (value, i) => [`s${i + 1}`, value] as const);
  return {
    alpha,
    ...(form.trend ? { beta } : {}),
    ...(form.season > 1 ? { gamma } : {}),
    ...(form.damped ? { phi } : {}),
    l0: start.level,
    ...(form.trend ? { b0: start.trend } : {}),
    ...Object.fromEntries(seasons)
  };
}

function additiveForecast(
  horizon: number,
  n: number,
  form: SmoothingForm,
  { alpha, beta, gamma, phi }: Weights,
  last: States,
  sigma2: number
): Forecast {
  const m = form.season;
  const yhat = new Float64Array(horizon);
  const spread = new Float64Array(horizon);
  let variance = sigma2;
  for (let h = 1; h <= horizon; h++) {
    const s = m > 1 ? last.season[(n + h - 1) % m]! : 0;
    yhat[h - 1] = last.level + dampedSum(phi, h) * last.trend + s;
    spread[h - 1] = Math.sqrt(variance);
    const carried = alpha + beta * dampedSum(phi, h) + (h % m === 0 ? gamma : 0);
    variance += sigma2 * carried * carried;
  }
  return { yhat, below: spread, above: spread };
}

function multiplicativeForecast(
  horizon: number,
  n: number,
  form: SmoothingForm,
  { alpha, beta, gamma, phi }: Weights,
  last: States,
  sigma2: number
): Forecast {
  const m = form.season;
  const yhat = new Float64Array(horizon);
  const spread = new Float64Array(horizon);
  const theta = new Float64Array(horizon);
  for (let h = 1; h <= horizon; h++) {
    const base = last.level + dampedSum(phi, h) * last.trend;
    let moment = base * base;
    for (let j = 1; j < h; j++) {
      const carried = alpha + beta * dampedSum(phi, j);
      moment += sigma2 * carried * carried * theta[h - j - 1]!;
    }
    theta[h - 1] = moment;
    const s = last.season[(n + h - 1) % m]!;
    const seasons = Math.floor((h - 1) / m);
    const variance = moment * (1 + sigma2) * (1 + gamma * gamma * sigma2) ** seasons - base * base;
    yhat[h - 1] = base * s;
    spread[h - 1] = Math.abs(s) * Math.sqrt(Math.max(0, variance));
  }
  return { yhat, below: spread, above: spread };
}
