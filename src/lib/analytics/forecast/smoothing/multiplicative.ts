import { lower } from '#lib/analytics/stats/minimum.ts';
import { quasiNewton } from '#lib/analytics/stats/quasi-newton.ts';
import { startingStates, type States } from './states.ts';
import { bestStarts, weightBox, type SmoothingForm, type Weights } from './weights.ts';

/** Holt-Winters with multiplicative season and errors, fitted. */
export interface MultiplicativeFit {
  readonly weights: Weights;
  readonly start: States;
  /** n·log Σ(e/f)² + 2·Σ log f: −2 × the log-likelihood, as R's `ets` counts it. */
  readonly deviance: number;
  readonly states: number;
}

const longestFreeSeason = 24;

/**
 * Maximum likelihood for ETS(M,A,M) and ETS(M,Ad,M) (Hyndman et al. 2008): weights and starting states
 * together by BFGS in coordinates that have no walls, from decomposed states. Needs positive values.
 * Seasons longer than 24 rows and series under three seasons keep decomposed seasonal states.
 * O(n) an evaluation.
 */
export function fitMultiplicative(
  values: Float64Array,
  form: SmoothingForm,
  earlier?: Weights
): MultiplicativeFit {
  const n = values.length;
  const m = form.season;
  const initial = startingStates(values, form, true);
  const level = Math.max(initial.level, values.reduce((sum, v) => sum + v, 0) / n / 100);
  const free = m <= longestFreeSeason && n >= Math.max(3 * m, m + 9);
  const box = weightBox(form);
  const w = box.lower.length;
  const decode = (x: Float64Array): { weights: Weights; start: States } => {
    const coordinates = box.lower.map((low, i) => low + (box.upper[i]! - low) * sigmoid(x[i]!));
    return {
      weights: box.weights(coordinates),
      start: {
        level: level * Math.exp(x[w]!),
        trend: initial.trend + 0.05 * level * x[w + 1]!,
        season: free ? shiftedSeason(initial.season, x, w + 2) : initial.season
      }
    };
  };
  const objective = (x: Float64Array): number => {
    const { weights, start } = decode(x);
    return deviance(values, m, weights, start);
  };
  const point = (coordinates: readonly number[]) => {
    const x = new Float64Array(w + 2 + (free ? m - 1 : 0));
    coordinates.forEach((value, i) => {
      const share = (value - box.lower[i]!) / (box.upper[i]! - box.lower[i]!);
      x[i] = logit(Math.min(0.999, Math.max(0.001, share)));
    });
    return x;
  };
  const starts = earlier
    ? [box.coordinates(earlier)]
    : bestStarts(box, (start) => objective(point(start)));
  const best = starts
    .map((start) => quasiNewton(objective, point(start), { tolerance: 1e-5 }))
    .reduce(lower);
  return { ...decode(best.x), deviance: best.value, states: 2 + (free ? m - 1 : 0) };
}

function shiftedSeason(initial: Float64Array, x: Float64Array, from: number): Float64Array {
  const m = initial.length;
  const season = initial.map((v, i) => (i < m - 1 ? v * Math.exp(x[from + i]!) : v));
  const average = season.reduce((sum, v) => sum + v, 0) / m;
  return season.map((v) => v / average);
}

function deviance(
  values: Float64Array,
  m: number,
  { alpha, beta, gamma, phi }: Weights,
  start: States
): number {
  let { level, trend } = start;
  const season = start.season.slice();
  let squares = 0;
  let logs = 0;
  let product = 1;
  for (let t = 0; t < values.length; t++) {
    const base = level + phi * trend;
    const s = season[t % m]!;
    const forecast = base * s;
    if (!(base > 0) || !(s > 0)) return Number.POSITIVE_INFINITY;
    const error = (values[t]! - forecast) / forecast;
    squares += error * error;
    product *= forecast;
    if (product > 1e150 || product < 1e-150) {
      logs += Math.log(product);
      product = 1;
    }
    level = base * (1 + alpha * error);
    trend = phi * trend + beta * base * error;
    season[t % m] = s * (1 + gamma * error);
  }
  return values.length * Math.log(squares + 1e-28) + 2 * (logs + Math.log(product));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}
