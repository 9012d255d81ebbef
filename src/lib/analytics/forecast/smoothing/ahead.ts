import type { Forecast } from '../model.ts';
import type { SmoothingForm } from './form.ts';
import type { States } from './states.ts';
import { dampedSum, type Weights } from './weights.ts';

/** A smoothing model at the end of its training rows. */
export interface SmoothingEnd {
  readonly form: SmoothingForm;
  readonly weights: Weights;
  /** States after the last row; `season[i]` belongs to rows i, i + m, … counted from the first training row. */
  readonly last: States;
  readonly rows: number;
  /** Variance of the one-step errors, relative where the form multiplies them. */
  readonly sigma2: number;
}

/**
 * Mean and variance of the values ahead, exact and without simulation (Hyndman et al. 2008, chapter 6: classes
 * 1, 2 and 3 of their state space forms). O(h) with additive errors, O(h²) with relative ones, O(h·m) where
 * the season multiplies.
 */
export function smoothingAhead(end: SmoothingEnd, horizon: number): Forecast {
  const yhat = new Float64Array(horizon);
  const spread = new Float64Array(horizon);
  if (end.form.seasonal === 'M') scaledAhead(end, yhat, spread);
  else if (end.form.error === 'M') relativeAhead(end, yhat, spread);
  else additiveAhead(end, yhat, spread);
  return { yhat, below: spread, above: spread };
}

function additiveAhead(end: SmoothingEnd, yhat: Float64Array, spread: Float64Array): void {
  let variance = end.sigma2;
  for (let h = 1; h <= yhat.length; h++) {
    yhat[h - 1] = pointAt(end, h);
    spread[h - 1] = Math.sqrt(variance);
    variance += end.sigma2 * carriedAt(end, h) ** 2;
  }
}

/** Errors relative to the forecast feed back into it: E(forecast²) by its own recursion. */
function relativeAhead(end: SmoothingEnd, yhat: Float64Array, spread: Float64Array): void {
  const { sigma2 } = end;
  const horizon = yhat.length;
  const carried = Float64Array.from({ length: horizon }, (_, j) => carriedAt(end, j) ** 2);
  const moments = new Float64Array(horizon);
  for (let h = 1; h <= horizon; h++) {
    const mean = pointAt(end, h);
    let fedBack = 0;
    for (let j = 1; j < h; j++) fedBack += carried[j]! * moments[h - j - 1]!;
    moments[h - 1] = mean ** 2 + sigma2 * fedBack;
    yhat[h - 1] = mean;
    spread[h - 1] = Math.sqrt(sigma2 * moments[h - 1]! + sigma2 * fedBack);
  }
}

/**
 * For each place of the season the first two moments of level × factor (L) and trend × factor (B), which the
 * errors of that place's own rows move together and those of other rows in the level and trend alone.
 */
function scaledAhead(end: SmoothingEnd, yhat: Float64Array, spread: Float64Array): void {
  const { form, weights, last, rows, sigma2: v } = end;
  const { alpha, beta, gamma, phi } = weights;
  const horizon = yhat.length;
  const square = 1 + ((alpha + gamma) ** 2 + 2 * alpha * gamma) * v + 3 * (alpha * gamma * v) ** 2;
  const cross = 1 + gamma * (2 * alpha + gamma) * v;
  const turn = (alpha + 2 * gamma) * v + 3 * alpha * (gamma * v) ** 2;
  for (let place = 0; place < Math.min(form.season, horizon); place++) {
    const factor = last.season[(rows + place) % form.season]!;
    let l = last.level * factor;
    let b = last.trend * factor;
    let ll = l * l;
    let lb = l * b;
    let bb = b * b;
    for (let h = 0; h < horizon; h++) {
      const q = l + phi * b;
      const qq = ll + 2 * phi * lb + phi * phi * bb;
      const qb = lb + phi * bb;
      if (h % form.season === place) {
        yhat[h] = q;
        spread[h] = Math.sqrt(Math.max(0, qq * (1 + v) - q * q));
        l = q * (1 + alpha * gamma * v);
        b = phi * b + beta * gamma * v * q;
        ll = qq * square;
        lb = phi * qb * cross + beta * qq * turn;
        bb = phi * phi * bb * (1 + gamma * gamma * v) + 4 * phi * beta * gamma * v * qb;
        bb += beta * beta * qq * (v + 3 * (gamma * v) ** 2);
      } else {
        l = q;
        b = phi * b;
        ll = qq * (1 + alpha * alpha * v);
        lb = phi * qb + alpha * beta * v * qq;
        bb = phi * phi * bb + beta * beta * v * qq;
      }
    }
  }
}

function pointAt({ form, weights, last, rows }: SmoothingEnd, h: number): number {
  const season = form.season > 1 ? last.season[(rows + h - 1) % form.season]! : 0;
  return last.level + dampedSum(weights.phi, h) * last.trend + season;
}

/** How much of one error is still in the forecast `steps` later. */
function carriedAt({ form, weights }: SmoothingEnd, steps: number): number {
  const { alpha, beta, gamma, phi } = weights;
  const sameSeason = form.season > 1 && steps % form.season === 0;
  return alpha + beta * dampedSum(phi, steps) + (sameSeason ? gamma : 0);
}
