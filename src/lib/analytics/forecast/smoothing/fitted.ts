import type { Fitted } from '../model.ts';
import { residualsOf } from '../residuals.ts';
import { smoothingAhead } from './ahead.ts';
import type { Estimate } from './estimate.ts';
import { describeForm } from './form.ts';

/** A smoothing model as a fitted model, with its weights kept for a later, longer fit. */
export interface SmoothingFitted extends Fitted {
  readonly smoothing: Estimate;
}

/**
 * Runs the recursion once and gives fitted values, states, likelihood and forecasts. AICc and σ² count
 * parameters as R's `ets` does. The components are the states after each row: level, slope per row, and the
 * season (a factor where it multiplies).
 */
export function smoothingFitted(values: Float64Array, estimate: Estimate): SmoothingFitted {
  const { form, weights, start, deviance } = estimate;
  const { alpha, beta, gamma, phi } = weights;
  const n = values.length;
  const m = form.season;
  const scaled = form.seasonal === 'M';
  let { level, trend } = start;
  const season = start.season.slice();
  const fitted = new Float64Array(n);
  const levels = new Float64Array(n);
  const trends = new Float64Array(n);
  const seasons = new Float64Array(m > 1 ? n : 0);
  let squares = 0;
  for (let t = 0; t < n; t++) {
    const base = level + phi * trend;
    const s = m > 1 ? season[t % m]! : 0;
    fitted[t] = scaled ? base * s : base + s;
    const error = values[t]! - fitted[t]!;
    squares += (form.error === 'M' ? error / fitted[t]! : error) ** 2;
    const moved = scaled ? error / s : error;
    level = base + alpha * moved;
    trend = phi * trend + beta * moved;
    if (m > 1) season[t % m] = s + gamma * (scaled ? error / base : error);
    levels[t] = level;
    trends[t] = trend;
    if (m > 1) seasons[t] = season[t % m]!;
  }
  const sigma2 = squares / Math.max(1, n - estimate.estimated);
  const end = { form, weights, last: { level, trend, season }, rows: n, sigma2 };
  return {
    smoothing: estimate,
    fitted,
    residuals: residualsOf(values, fitted),
    description: describeForm(form),
    parameters: parametersOf(estimate),
    sigma2,
    logLikelihood: -deviance / 2,
    aicc: aiccOf(estimate, n),
    components: {
      level: levels,
      ...(form.trend === 'N' ? {} : { trend: trends }),
      ...(m > 1 ? { seasonal: seasons } : {})
    },
    forecast: (horizon) => smoothingAhead(end, horizon)
  };
}

/** Corrected AIC, σ² counted among the parameters; NaN where the series is too short for it. */
export function aiccOf({ deviance, estimated }: Estimate, n: number): number {
  const k = estimated + 1;
  return n - k - 1 > 0 ? deviance + 2 * k + (2 * k * (k + 1)) / (n - k - 1) : Number.NaN;
}

function parametersOf({ form, weights, start }: Estimate): Record<string, number> {
  const { alpha, beta, gamma, phi } = weights;
  const trend = form.trend !== 'N';
  const seasons = Array.from(start.season, (value, i) => [`s${i + 1}`, value] as const);
  return {
    alpha,
    ...(trend ? { beta } : {}),
    ...(form.season > 1 ? { gamma } : {}),
    ...(form.trend === 'Ad' ? { phi } : {}),
    l0: start.level,
    ...(trend ? { b0: start.trend } : {}),
    ...Object.fromEntries(seasons)
  };
}
