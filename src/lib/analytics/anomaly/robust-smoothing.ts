import { decompose } from '#lib/analytics/time/decompose.ts';
import { median } from '#lib/analytics/stats/descriptive.ts';

/** Weights of error correction: level += α·e, trend ← φ·trend + β·e, season += γ·e. */
export interface SmoothingWeights {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

export interface SmoothingState {
  level: number;
  trend: number;
  /** One entry per place of the season, the first belonging to row 0 of the series; empty without a season. */
  readonly season: Float64Array;
}

const damping = 0.95;
const alphas = [0.02, 0.1, 0.2, 0.4, 0.7, 0.95];
const betas = [0, 0.1];
const gammas = [0.02, 0.1, 0.3, 0.6];

/** Level and season before the first row, from at least two seasons: medians after a classical decomposition. */
export function startOf(values: Float64Array, season: number): SmoothingState {
  if (season < 2)
    return { level: median(values.subarray(0, 10)), trend: 0, season: new Float64Array(0) };
  const indices = decompose(values.subarray(0, 3 * season), season, false).indices;
  const plain = values.subarray(0, season).map((value, t) => value - indices[t]!);
  return { level: median(plain), trend: 0, season: indices };
}

/** The forecast of row `t` before it is seen. */
export function ahead({ level, trend, season }: SmoothingState, t: number): number {
  return level + damping * trend + (season.length > 0 ? season[t % season.length]! : 0);
}

/** Takes the error of row `t` in. */
export function follow(
  state: SmoothingState,
  t: number,
  error: number,
  { alpha, beta, gamma }: SmoothingWeights
): void {
  state.level += damping * state.trend + alpha * error;
  state.trend = damping * state.trend + alpha * beta * error;
  if (state.season.length > 0)
    state.season[t % state.season.length]! += gamma * (1 - alpha) * error;
}

/**
 * The weights of a coarse grid whose one-step errors over rows `from` … are least in sum of sizes, which
 * single outliers hardly sway; the smoothest of equals. Damped trend, φ = 0.95. O(48 · rows).
 */
export function bestWeights(
  values: Float64Array,
  from: number,
  to: number,
  start: SmoothingState
): SmoothingWeights {
  let best: SmoothingWeights = { alpha: alphas[0]!, beta: 0, gamma: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const alpha of alphas) {
    for (const beta of betas) {
      for (const gamma of start.season.length > 0 ? gammas : [0]) {
        const weights = { alpha, beta, gamma };
        const state = { ...start, season: start.season.slice() };
        let sum = 0;
        for (let t = from; t < to; t++) {
          const error = values[t]! - ahead(state, t);
          sum += Math.abs(error);
          follow(state, t, error, weights);
        }
        if (sum < least) {
          least = sum;
          best = weights;
        }
      }
    }
  }
  return best;
}
