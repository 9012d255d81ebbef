import type { SmoothingForm } from './form.ts';
import type { States } from './states.ts';
import type { Weights } from './weights.ts';

/** How the likelihood falls with each weight and each state before the first row. */
export interface LikelihoodGradient {
  /** By α, β, γ, φ. */
  readonly weights: Float64Array;
  level: number;
  trend: number;
  /** One per place of the season. */
  readonly season: Float64Array;
}

/**
 * −2 × the log-likelihood of a smoothing model, constants dropped as in R's `ets` (n·log Σe², and 2·Σ log f
 * more with relative errors), and its exact gradient by running the recursion backwards (the adjoint method).
 * All forms share two recursions: additive and multiplicative errors move the states alike, only what is
 * summed differs (Hyndman et al. 2008, chapter 2). Infinity where a forecast or a factor is not positive
 * though the form needs it. O(n) for value and gradient together; nothing is allocated after construction.
 */
export class Likelihood {
  readonly gradient: LikelihoodGradient;
  readonly #values: Float64Array;
  readonly #form: SmoothingForm;
  readonly #floor: number;
  readonly #season: Float64Array;
  readonly #trendBefore: Float64Array;
  readonly #base: Float64Array;
  readonly #factor: Float64Array;
  readonly #error: Float64Array;

  /** `floor` is what Σe² counts as at least, so that a perfect fit has a likelihood. */
  constructor(values: Float64Array, form: SmoothingForm, floor: number) {
    const n = values.length;
    this.#values = values;
    this.#form = form;
    this.#floor = floor;
    this.#season = new Float64Array(form.season);
    this.#trendBefore = new Float64Array(n);
    this.#base = new Float64Array(n);
    this.#factor = new Float64Array(n);
    this.#error = new Float64Array(n);
    this.gradient = {
      weights: new Float64Array(4),
      level: 0,
      trend: 0,
      season: new Float64Array(form.season)
    };
  }

  value(weights: Weights, start: States): number {
    return this.#form.seasonal === 'M'
      ? this.#scaled(weights, start)
      : this.#shifted(weights, start);
  }

  /** Fills `gradient` for the weights that `value` was last called with. */
  differentiate(weights: Weights): void {
    this.gradient.weights.fill(0);
    this.gradient.season.fill(0);
    if (this.#form.seasonal === 'M') this.#scaledBack(weights);
    else this.#shiftedBack(weights);
  }

  /** Forward with no season or one that is added. */
  #shifted({ alpha, beta, gamma, phi }: Weights, start: States): number {
    const values = this.#values;
    const m = this.#form.season;
    const relative = this.#form.error === 'M';
    const season = this.#season;
    if (m > 1) season.set(start.season);
    let { level, trend } = start;
    let squares = 0;
    const logs = new LogSum();
    for (let t = 0, place = 0; t < values.length; t++) {
      const base = level + phi * trend;
      const forecast = base + season[place]!;
      const error = values[t]! - forecast;
      this.#trendBefore[t] = trend;
      this.#base[t] = forecast;
      this.#error[t] = error;
      if (relative) {
        if (!(forecast > 0)) return Infinity;
        squares += (error / forecast) ** 2;
        logs.add(forecast);
      } else squares += error * error;
      level = base + alpha * error;
      trend = phi * trend + beta * error;
      if (m > 1) {
        season[place]! += gamma * error;
        place = place + 1 === m ? 0 : place + 1;
      }
    }
    this.#squares = squares + this.#floor;
    return values.length * Math.log(this.#squares) + 2 * logs.total();
  }

  #squares = 0;

  #shiftedBack({ alpha, beta, gamma, phi }: Weights): void {
    const values = this.#values;
    const n = values.length;
    const m = this.#form.season;
    const relative = this.#form.error === 'M';
    const slope = (2 * n) / this.#squares;
    const { weights: by, season: bySeason } = this.gradient;
    let byLevel = 0;
    let byTrend = 0;
    let place = (n - 1) % m;
    let a = 0;
    let b = 0;
    let g = 0;
    let p = 0;
    for (let t = n - 1; t >= 0; t--) {
      const error = this.#error[t]!;
      const forecast = this.#base[t]!;
      const before = this.#trendBefore[t]!;
      a += byLevel * error;
      b += byTrend * error;
      p += byTrend * before;
      let byForecast = relative
        ? (2 - (slope * error * values[t]!) / (forecast * forecast)) / forecast
        : -slope * error;
      byForecast -= alpha * byLevel + beta * byTrend;
      if (m > 1) {
        g += bySeason[place]! * error;
        byForecast -= gamma * bySeason[place]!;
        bySeason[place]! += byForecast;
        place = place === 0 ? m - 1 : place - 1;
      }
      byLevel += byForecast;
      p += byLevel * before;
      byTrend = phi * (byTrend + byLevel);
    }
    by[0] = a;
    by[1] = b;
    by[2] = g;
    by[3] = p;
    this.gradient.level = byLevel;
    this.gradient.trend = byTrend;
  }

  /** Forward with a season that multiplies (and relative errors). */
  #scaled({ alpha, beta, gamma, phi }: Weights, start: States): number {
    const values = this.#values;
    const m = this.#form.season;
    const season = this.#season;
    season.set(start.season);
    let { level, trend } = start;
    let squares = 0;
    const logs = new LogSum();
    for (let t = 0, place = 0; t < values.length; t++) {
      const base = level + phi * trend;
      const factor = season[place]!;
      if (!(base > 0) || !(factor > 0)) return Infinity;
      const forecast = base * factor;
      const relative = values[t]! / forecast - 1;
      this.#trendBefore[t] = trend;
      this.#base[t] = base;
      this.#factor[t] = factor;
      this.#error[t] = relative;
      squares += relative * relative;
      logs.add(forecast);
      level = base * (1 + alpha * relative);
      trend = phi * trend + beta * base * relative;
      season[place] = factor * (1 + gamma * relative);
      place = place + 1 === m ? 0 : place + 1;
    }
    this.#squares = squares + this.#floor;
    return values.length * Math.log(this.#squares) + 2 * logs.total();
  }

  #scaledBack({ alpha, beta, gamma, phi }: Weights): void {
    const n = this.#values.length;
    const m = this.#form.season;
    const slope = (2 * n) / this.#squares;
    const { weights: by, season: bySeason } = this.gradient;
    let byLevel = 0;
    let byTrend = 0;
    let place = (n - 1) % m;
    let a = 0;
    let b = 0;
    let g = 0;
    let p = 0;
    for (let t = n - 1; t >= 0; t--) {
      const relative = this.#error[t]!;
      const base = this.#base[t]!;
      const factor = this.#factor[t]!;
      const before = this.#trendBefore[t]!;
      const byPlace = bySeason[place]!;
      a += byLevel * base * relative;
      b += byTrend * base * relative;
      g += byPlace * factor * relative;
      p += byTrend * before;
      const carried = alpha * byLevel + beta * byTrend;
      const byRelative = slope * relative + carried * base + gamma * byPlace * factor;
      const pull = byRelative * (1 + relative);
      bySeason[place] = byPlace * (1 + gamma * relative) + (2 - pull) / factor;
      place = place === 0 ? m - 1 : place - 1;
      byLevel = byLevel + carried * relative + (2 - pull) / base;
      p += byLevel * before;
      byTrend = phi * (byTrend + byLevel);
    }
    by[0] = a;
    by[1] = b;
    by[2] = g;
    by[3] = p;
    this.gradient.level = byLevel;
    this.gradient.trend = byTrend;
  }
}

/** Σ log of positive numbers by few logarithms. */
class LogSum {
  #product = 1;
  #sum = 0;

  add(value: number): void {
    this.#product *= value;
    if (this.#product > 1e150 || this.#product < 1e-150) {
      this.#sum += Math.log(this.#product);
      this.#product = 1;
    }
  }

  total(): number {
    return this.#sum + Math.log(this.#product);
  }
}
