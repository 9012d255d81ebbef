import { solveSymmetric } from '#lib/analytics/stats/cholesky.ts';
import { lower } from '#lib/analytics/stats/minimum.ts';
import { nelderMead } from '#lib/analytics/stats/nelder-mead.ts';
import { startingStates, type States } from './states.ts';
import { bestStarts, weightBox, type SmoothingForm, type Weights } from './weights.ts';

/** A smoothing model with additive errors, fitted. */
export interface AdditiveFit {
  readonly weights: Weights;
  readonly start: States;
  readonly sumOfSquares: number;
  /** How many states before the first row were estimated. */
  readonly states: number;
}

const longestFreeSeason = 24;

/**
 * Least squares (with normal errors the maximum likelihood) for simple, Holt's and additive Holt-Winters
 * smoothing. The errors are linear in the starting states, so for each set of weights those are solved
 * exactly and only the weights are searched (Nelder-Mead from the two best points of a grid, or from an earlier fit).
 * Seasons longer than 24 rows, and series under three seasons, keep decomposed seasonal states.
 * O(n·k²) an evaluation, k = number of starting states. Assumes equal steps and no gaps.
 */
export function fitAdditive(
  values: Float64Array,
  form: SmoothingForm,
  alpha?: number,
  earlier?: Weights
): AdditiveFit {
  const n = values.length;
  const m = form.season;
  const trends = form.trend ? 1 : 0;
  const freeSeason = m > 1 && m <= longestFreeSeason && n >= Math.max(3 * m, m + trends + 8);
  const fixedSeason = m > 1 && !freeSeason ? startingStates(values, form, false).season : null;
  const states = 1 + trends + (freeSeason ? m - 1 : 0);
  const work = workspace(n, m, states);
  const box = weightBox(form, alpha);
  const total = values.reduce((sum, v) => sum + v * v, 0);
  const floor = total * 1e-28 + Number.MIN_VALUE;
  const objective = (x: ArrayLike<number>): number => {
    const weights = box.weights(x);
    const start = bestStates(values, form, weights, freeSeason, fixedSeason, work);
    return Math.log(sumOfSquares(values, m, weights, start) + floor);
  };
  const finish = (weights: Weights): AdditiveFit => {
    const start = bestStates(values, form, weights, freeSeason, fixedSeason, work);
    return { weights, start, sumOfSquares: sumOfSquares(values, m, weights, start), states };
  };
  if (box.lower.length === 0) return finish(box.weights([]));
  const search = (from: readonly number[], edge: number) =>
    nelderMead(objective, from, { edge, lower: box.lower, upper: box.upper });
  let best = earlier
    ? search(box.coordinates(earlier), 0.05)
    : bestStarts(box, objective)
        .map((start) => search(start, 0.15))
        .reduce(lower);
  if (!earlier) best = lower(best, search(Array.from(best.x), 0.05));
  return finish(box.weights(best.x));
}

interface Workspace {
  readonly level: Float64Array;
  readonly trend: Float64Array;
  /** Row-major season × columns. */
  readonly season: Float64Array;
  readonly ahead: Float64Array;
  readonly normal: Float64Array;
  readonly right: Float64Array;
}

function workspace(n: number, m: number, states: number): Workspace {
  const columns = states + 1;
  return {
    level: new Float64Array(columns),
    trend: new Float64Array(columns),
    season: new Float64Array(m * columns),
    ahead: new Float64Array(columns),
    normal: new Float64Array(states * states),
    right: new Float64Array(states)
  };
}

/**
 * The starting states of least squared error for given weights. Column j < k runs the recursion on zeros
 * from the j-th unit state, column k runs it on the values from nothing: by linearity the errors are the
 * latter's minus the combination of the former's forecasts.
 */
function bestStates(
  values: Float64Array,
  form: SmoothingForm,
  { alpha, beta, gamma, phi }: Weights,
  freeSeason: boolean,
  fixedSeason: Float64Array | null,
  { level, trend, season, ahead, normal, right }: Workspace
): States {
  const m = form.season;
  const k = right.length;
  const columns = k + 1;
  level.fill(0);
  trend.fill(0);
  season.fill(0);
  normal.fill(0);
  right.fill(0);
  level[0] = 1;
  const firstSeason = form.trend ? 2 : 1;
  if (form.trend) trend[1] = 1;
  for (let i = 0; freeSeason && i < m - 1; i++) {
    season[i * columns + firstSeason + i] = 1;
    season[(m - 1) * columns + firstSeason + i] = -1;
  }
  for (let i = 0; fixedSeason && i < m; i++) season[i * columns + k] = fixedSeason[i]!;
  for (let t = 0; t < values.length; t++) {
    const s = (t % m) * columns;
    for (let j = 0; j <= k; j++) {
      const damped = phi * trend[j]!;
      const forecast = level[j]! + damped + season[s + j]!;
      const error = (j === k ? values[t]! : 0) - forecast;
      ahead[j] = j === k ? error : forecast;
      level[j] = level[j]! + damped + alpha * error;
      trend[j] = damped + beta * error;
      if (m > 1) season[s + j]! += gamma * error;
    }
    for (let i = 0; i < k; i++) {
      const forecast = ahead[i]!;
      if (forecast === 0) continue;
      right[i]! += forecast * ahead[k]!;
      for (let j = 0; j <= i; j++) normal[i * k + j]! += forecast * ahead[j]!;
    }
  }
  const x = solveSymmetric(normal, right);
  const indices = fixedSeason ?? new Float64Array(m > 1 ? m : 0);
  if (!freeSeason) return { level: x[0]!, trend: form.trend ? x[1]! : 0, season: indices };
  let sum = 0;
  for (let i = 0; i < m - 1; i++) {
    indices[i] = x[firstSeason + i]!;
    sum += indices[i]!;
  }
  indices[m - 1] = -sum;
  return { level: x[0]!, trend: form.trend ? x[1]! : 0, season: indices };
}

function sumOfSquares(
  values: Float64Array,
  m: number,
  { alpha, beta, gamma, phi }: Weights,
  start: States
): number {
  let { level, trend } = start;
  const season = start.season.slice();
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    const damped = phi * trend;
    const error = values[t]! - level - damped - (m > 1 ? season[t % m]! : 0);
    sum += error * error;
    level += damped + alpha * error;
    trend = damped + beta * error;
    if (m > 1) season[t % m]! += gamma * error;
  }
  return sum;
}
