import { boxQuasiNewton } from '#lib/analytics/stats/box-quasi-newton.ts';
import { isAdmissible } from './admissible.ts';
import type { SmoothingForm } from './form.ts';
import { Likelihood } from './likelihood.ts';
import { BestStates, decomposedStates, type States } from './states.ts';
import { weightBox, type WeightBox, type Weights } from './weights.ts';

/** Weights and starting states of one form, and how likely they make the series. */
export interface Estimate {
  readonly form: SmoothingForm;
  readonly weights: Weights;
  readonly start: States;
  /** −2 × the log-likelihood, constants dropped as in R's `ets`. */
  readonly deviance: number;
  /** Estimated weights and states, σ² not counted. */
  readonly estimated: number;
}

export interface SearchOptions {
  /** Keeps α as it is. */
  readonly alpha?: number | undefined;
  /** How near two steps' deviances must be to end. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

const longestFreeSeason = 24;

/** Whether the states of a season are estimated with the weights; else they are those of a decomposition. */
export function hasFreeSeason(form: SmoothingForm, n: number): boolean {
  const { season } = form;
  const others = form.trend === 'N' ? 4 : 6;
  return (
    season > 1 && season <= longestFreeSeason && n >= Math.max(2 * season, season + others + 2)
  );
}

/**
 * Maximum likelihood for one form: weights and starting states together by projected quasi-Newton steps with
 * exact gradients, inside R's usual and admissible region. A search starts where R's does, or at weights with
 * the states that fit them best (linear least squares; a multiplicative season keeps its decomposition). About 50 evaluations
 * of O(n + m²) a search.
 */
export class FormSearch {
  readonly form: SmoothingForm;
  readonly #values: Float64Array;
  readonly #likelihood: Likelihood;
  readonly #box: WeightBox;
  readonly #free: boolean;
  readonly #startingStates: (weights: Weights) => States;
  readonly #spread: number;

  constructor(values: Float64Array, form: SmoothingForm, alpha?: number) {
    this.form = form;
    this.#values = values;
    this.#box = weightBox(form, alpha);
    this.#free = hasFreeSeason(form, values.length);
    this.#spread = spreadOf(values);
    const floor = form.error === 'M' ? 1e-28 : 1e-28 * sumOfSquares(values) + Number.MIN_VALUE;
    this.#likelihood = new Likelihood(values, form, floor);
    this.#startingStates = startingStates(values, form, this.#free);
  }

  /** Where R's `ets` starts: small weights and decomposed states. */
  usualStart(): Estimate {
    return this.#estimate(
      this.#box.weights(this.#box.usual),
      decomposedStates(this.#values, this.form)
    );
  }

  /** The `count` likeliest of a coarse grid of weights. */
  starts(count: number): Estimate[] {
    return this.#box.starts
      .map((point) => this.at(this.#box.weights(point)))
      .sort((a, b) => a.deviance - b.deviance)
      .slice(0, count);
  }

  /** The states that go with given weights. */
  at(weights: Weights): Estimate {
    return this.#estimate(weights, this.#startingStates(weights));
  }

  /** Walks downhill from an estimate. */
  search(from: Estimate, { tolerance, maxIterations }: SearchOptions): Estimate {
    if (from.deviance === Infinity) return from;
    const box = this.#box;
    const w = box.lower.length;
    const units = this.#units(from.start);
    const count = w + units.length;
    const lower = new Float64Array(count).fill(-Infinity);
    const upper = new Float64Array(count).fill(Infinity);
    lower.set(box.lower);
    upper.set(box.upper);
    const x0 = new Float64Array(count);
    x0.set(box.coordinates(from.weights));
    const statesAt = (x: Float64Array) => moved(this.form, from.start, units, x, w);
    const likelihood = this.#likelihood;
    const objective = (x: Float64Array, gradient: Float64Array): number => {
      const weights = box.weights(x);
      if (!isAdmissible(this.form, weights)) return Infinity;
      const value = likelihood.value(weights, statesAt(x));
      if (!Number.isFinite(value)) return Infinity;
      likelihood.differentiate(weights);
      const by = likelihood.gradient;
      box.pullBack(x, by.weights, gradient);
      gradient[w] = units[0]! * by.level;
      let at = 1;
      if (this.form.trend !== 'N') gradient[w + at] = units[at++]! * by.trend;
      const last = by.season.length - 1;
      for (let i = 0; at < units.length; i++, at++) {
        gradient[w + at] = units[at]! * (by.season[i]! - by.season[last]!);
      }
      return value;
    };
    const best = boxQuasiNewton(objective, x0, { lower, upper, tolerance, maxIterations });
    return this.#estimate(box.weights(best.x), statesAt(best.x));
  }

  #estimate(weights: Weights, start: States): Estimate {
    const value = isAdmissible(this.form, weights)
      ? this.#likelihood.value(weights, start)
      : Infinity;
    const trends = this.form.trend === 'N' ? 0 : 1;
    const estimated = this.#box.lower.length + 1 + trends + (this.#free ? this.form.season - 1 : 0);
    const deviance = Number.isNaN(value) ? Infinity : value;
    return { form: this.form, weights, start, deviance, estimated };
  }

  /** How far a unit of each state's coordinate moves the state: level, trend, then the season. */
  #units(start: States): Float64Array {
    const { form } = this;
    const spread = this.#spread;
    const units = [spread];
    if (form.trend !== 'N') units.push(spread / 10);
    const relative = spread / Math.max(Math.abs(start.level), spread);
    for (let i = 0; this.#free && i < form.season - 1; i++) {
      units.push(form.seasonal === 'M' ? relative : spread);
    }
    return Float64Array.from(units);
  }
}

function startingStates(
  values: Float64Array,
  form: SmoothingForm,
  free: boolean
): (weights: Weights) => States {
  if (form.seasonal !== 'M') {
    const given = form.season > 1 && !free ? decomposedStates(values, form).season : null;
    const best = new BestStates(values, form, given);
    return (weights) => best.at(weights);
  }
  const states = decomposedStates(values, form);
  const floor = values.reduce((sum, v) => sum + v, 0) / values.length / 100;
  const start = { ...states, level: Math.max(states.level, floor) };
  return () => start;
}

/** The states `x` away from a start, in its units; a free season keeps its sum. */
function moved(
  form: SmoothingForm,
  start: States,
  units: Float64Array,
  x: Float64Array,
  from: number
): States {
  const level = start.level + units[0]! * x[from]!;
  const hasTrend = form.trend !== 'N';
  const trend = hasTrend ? start.trend + units[1]! * x[from + 1]! : 0;
  const first = hasTrend ? 2 : 1;
  if (units.length === first) return { level, trend, season: start.season };
  const season = start.season.slice();
  const last = season.length - 1;
  for (let i = 0; i < last; i++) {
    const shift = units[first + i]! * x[from + first + i]!;
    season[i]! += shift;
    season[last]! -= shift;
  }
  return { level, trend, season };
}

/** The mean size of a step from row to row, or of the values where there is no step. */
function spreadOf(values: Float64Array): number {
  let steps = 0;
  let sizes = 0;
  for (let t = 0; t < values.length; t++) {
    sizes += Math.abs(values[t]!);
    if (t > 0) steps += Math.abs(values[t]! - values[t - 1]!);
  }
  return (steps || sizes || 1) / values.length;
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v * v, 0);
}
