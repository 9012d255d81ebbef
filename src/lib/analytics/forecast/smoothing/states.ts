import { solveSymmetric } from '#lib/analytics/stats/cholesky.ts';
import { decompose } from '#lib/analytics/time/decompose.ts';
import type { SmoothingForm } from './form.ts';
import type { Weights } from './weights.ts';

/** The states before the first row. `season[i]` belongs to rows i, i + m, …; empty without a season. */
export interface States {
  readonly level: number;
  readonly trend: number;
  readonly season: Float64Array;
}

/**
 * Starting states as Hyndman et al. (2002) take them: seasonal indices by classical decomposition, level and
 * trend by a line through the first ten rows (two seasons, if that is more) seasonally adjusted. Needs two
 * seasons.
 */
export function decomposedStates(values: Float64Array, form: SmoothingForm): States {
  const { season: m } = form;
  const multiplicative = form.seasonal === 'M';
  const season = m > 1 ? seasonalIndices(values, m, multiplicative) : new Float64Array(0);
  const count = Math.min(values.length, Math.max(10, 2 * m));
  const plain = values.slice(0, count).map((value, t) => {
    if (m === 1) return value;
    return multiplicative ? value / season[t % m]! : value - season[t % m]!;
  });
  if (form.trend === 'N') {
    return { level: plain.reduce((sum, v) => sum + v, 0) / count, trend: 0, season };
  }
  const { intercept, slope } = line(plain);
  return { level: intercept, trend: slope, season };
}

function seasonalIndices(values: Float64Array, m: number, multiplicative: boolean): Float64Array {
  const { indices } = decompose(values, m, multiplicative);
  if (!multiplicative) return indices;
  const floored = indices.map((v) => Math.max(v, 0.05));
  const average = floored.reduce((sum, v) => sum + v, 0) / m;
  return floored.map((v) => v / average);
}

/** The least-squares line over t = 1, 2, …; `intercept` is its value at 0. */
function line(values: Float64Array): { intercept: number; slope: number } {
  const n = values.length;
  if (n < 2) return { intercept: values[0] ?? 0, slope: 0 };
  const centre = (n + 1) / 2;
  let sum = 0;
  let cross = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    sum += values[i]!;
    cross += (i + 1 - centre) * values[i]!;
    squares += (i + 1 - centre) ** 2;
  }
  const slope = cross / squares;
  return { intercept: sum / n - slope * centre, slope };
}

/**
 * The starting states of least squared error for given weights, for a season that is added or none: the
 * errors are linear in the states. Column j < k runs the recursion on zeros from the j-th unit state, column
 * k runs it on the values from nothing; the errors are the latter's minus the combination of the former's
 * forecasts. A given `season` stays as it is. O(n·k²), k = number of states sought.
 */
export class BestStates {
  readonly #values: Float64Array;
  readonly #form: SmoothingForm;
  readonly #given: Float64Array | null;
  readonly #states: number;
  readonly #level: Float64Array;
  readonly #trend: Float64Array;
  /** Row-major season × columns. */
  readonly #season: Float64Array;
  readonly #ahead: Float64Array;
  readonly #normal: Float64Array;
  readonly #right: Float64Array;

  constructor(values: Float64Array, form: SmoothingForm, given: Float64Array | null) {
    const trends = form.trend === 'N' ? 0 : 1;
    this.#values = values;
    this.#form = form;
    this.#given = given;
    this.#states = 1 + trends + (given ? 0 : form.season - 1);
    const columns = this.#states + 1;
    this.#level = new Float64Array(columns);
    this.#trend = new Float64Array(columns);
    this.#season = new Float64Array(form.season * columns);
    this.#ahead = new Float64Array(columns);
    this.#normal = new Float64Array(this.#states * this.#states);
    this.#right = new Float64Array(this.#states);
  }

  at(weights: Weights): States {
    this.#start();
    this.#run(weights);
    const x = solveSymmetric(this.#normal, this.#right);
    const m = this.#form.season;
    const firstSeason = this.#form.trend === 'N' ? 1 : 2;
    const season = new Float64Array(m > 1 ? m : 0);
    if (this.#given) season.set(this.#given);
    else {
      for (let i = 0; i < m - 1; i++) {
        season[i] = x[firstSeason + i]!;
        season[m - 1]! -= season[i]!;
      }
    }
    return { level: x[0]!, trend: firstSeason === 2 ? x[1]! : 0, season };
  }

  #start(): void {
    const m = this.#form.season;
    const columns = this.#states + 1;
    this.#level.fill(0);
    this.#trend.fill(0);
    this.#season.fill(0);
    this.#normal.fill(0);
    this.#right.fill(0);
    this.#level[0] = 1;
    const firstSeason = this.#form.trend === 'N' ? 1 : 2;
    if (firstSeason === 2) this.#trend[1] = 1;
    for (let i = 0; i < m; i++) {
      if (this.#given) this.#season[i * columns + this.#states] = this.#given[i]!;
      else if (i < m - 1) {
        this.#season[i * columns + firstSeason + i] = 1;
        this.#season[(m - 1) * columns + firstSeason + i] = -1;
      }
    }
  }

  #run({ alpha, beta, gamma, phi }: Weights): void {
    const m = this.#form.season;
    const k = this.#states;
    const values = this.#values;
    const level = this.#level;
    const trend = this.#trend;
    const season = this.#season;
    const ahead = this.#ahead;
    const normal = this.#normal;
    const right = this.#right;
    for (let t = 0, s = 0; t < values.length; t++) {
      for (let j = 0; j <= k; j++) {
        const damped = phi * trend[j]!;
        const base = level[j]! + damped;
        const forecast = base + season[s + j]!;
        const error = (j === k ? values[t]! : 0) - forecast;
        ahead[j] = j === k ? error : forecast;
        level[j] = base + alpha * error;
        trend[j] = damped + beta * error;
        if (m > 1) season[s + j]! += gamma * error;
      }
      for (let i = 0; i < k; i++) {
        const forecast = ahead[i]!;
        if (forecast === 0) continue;
        right[i]! += forecast * ahead[k]!;
        for (let j = 0; j <= i; j++) normal[i * k + j]! += forecast * ahead[j]!;
      }
      s = s + k + 1 === m * (k + 1) ? 0 : s + k + 1;
    }
  }
}
