import { levenbergMarquardt } from '#lib/analytics/stats/levenberg-marquardt.ts';
import { Arma } from './arma.ts';
import { Chandrasekhar } from './chandrasekhar.ts';
import { conditionalStart } from './conditional.ts';
import { coefficientsAt, coordinatesOf, longestStep } from './coordinates.ts';
import type { Design } from './design.ts';
import { differenceWeights } from './differences.ts';
import { DiffuseKalman } from './kalman.ts';
import { coefficientCount, type ArimaOrder } from './order.ts';
import { projectOut } from './projection.ts';

/** An order fitted to a design. Coefficients stand in the order of `coefficientNames`. */
export interface Estimate {
  readonly order: ArimaOrder;
  readonly coefficients: Float64Array;
  /** Coefficients of the design's columns, in its scaled units. */
  readonly effects: Float64Array;
  /** Maximum-likelihood variance of the errors in scaled units. */
  readonly variance: number;
  readonly logLikelihood: number;
  /** Infinite where there are too few rows for its correction. */
  readonly aicc: number;
}

/**
 * The exact Gaussian likelihood of one order on one design, σ² and the effects of the columns concentrated
 * out: they are the generalised least-squares answer for given coefficients, as the filter is linear.
 */
export class Likelihood {
  readonly size: number;
  readonly #design: Design;
  readonly #arma: Arma;
  readonly #filter: Chandrasekhar | DiffuseKalman;
  readonly #whitened: readonly Float64Array[];
  #effects: Float64Array = new Float64Array(0);

  constructor(order: ArimaOrder, design: Design, steady?: number) {
    this.#design = design;
    this.#arma = new Arma(order);
    this.#filter = design.gaps
      ? new DiffuseKalman(design.raw, this.#arma.size, differenceWeights(order))
      : new Chandrasekhar(design.differenced, this.#arma.size, steady);
    this.size = Math.max(0, design.rows);
    this.#whitened = design.raw.map(() => new Float64Array(this.size));
  }

  /** Errors whose sum of squares is n·σ²·(Π F)^(1/n): the likelihood is −n/2·(ln(2π·that/n) + 1). False where there is none. */
  residuals(coefficients: ArrayLike<number>, out: Float64Array): boolean {
    if (!this.#arma.set(coefficients)) return false;
    const filter = this.#filter;
    if (!filter.run(this.#arma) || filter.count > this.size) return false;
    const { variances, errors } = filter;
    const level = Math.exp(filter.logVariances / (2 * filter.count));
    let row = 0;
    for (let t = 0; t < variances.length; t++) {
      if (Number.isNaN(variances[t]!)) continue;
      const weight = level / Math.sqrt(variances[t]!);
      for (let c = 0; c < errors.length; c++) this.#whitened[c]![row] = errors[c]![t]! * weight;
      row++;
    }
    if (errors.length > 1) this.#effects = projectOut(this.#whitened);
    out.set(this.#whitened[0]!);
    return true;
  }

  /** The fit at given coefficients. */
  at(coefficients: Float64Array): Estimate {
    const { order } = this.#arma;
    const { size } = this;
    const out = new Float64Array(size);
    const fine = this.residuals(coefficients, out) && size > 0;
    if (this.#design.exact) return this.#exact(coefficients);
    const sum = fine
      ? Math.max(
          out.reduce((s, e) => s + e * e, 0),
          size * 1e-300
        )
      : Number.NaN;
    const logLikelihood =
      -0.5 * size * (Math.log((2 * Math.PI * sum) / size) + 1) -
      size * Math.log(this.#design.scale);
    const k = coefficientCount(order) + this.#design.names.length + 1;
    const level = Math.exp(this.#filter.logVariances / Math.max(1, this.#filter.count));
    return {
      order,
      coefficients,
      effects: this.#effects.slice(),
      variance: sum / size / level,
      logLikelihood: fine ? logLikelihood : Number.NEGATIVE_INFINITY,
      aicc:
        fine && size - k - 1 > 0
          ? -2 * logLikelihood + 2 * k + (2 * k * (k + 1)) / (size - k - 1)
          : Number.POSITIVE_INFINITY
    };
  }

  /** Nothing is left to chance, so there is no likelihood. */
  #exact(coefficients: Float64Array): Estimate {
    return {
      order: this.#arma.order,
      coefficients,
      effects: this.#effects.slice(),
      variance: 0,
      logLikelihood: Number.NaN,
      aicc: Number.NaN
    };
  }
}

export interface EstimateOptions {
  /** The share of the sum of squares at which the search ends. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** When the filter counts as steady; see `Chandrasekhar`. */
  readonly steady?: number;
}

/** Fits an order by exact maximum likelihood from all its starts, and answers the highest. */
export function estimate(order: ArimaOrder, design: Design): Estimate {
  return startsOf(order, design)
    .map((start) => estimateFrom(order, design, start()))
    .reduce((best, fit) => (fit.logLikelihood > best.logLikelihood ? fit : best));
}

/** Fits an order from the coefficients of a fit like it, or from the conditional least-squares answer where that is better. */
export function reestimate(
  order: ArimaOrder,
  design: Design,
  coefficients: Float64Array,
  options: EstimateOptions = {}
): Estimate {
  const likelihood = new Likelihood(order, design);
  const out = new Float64Array(likelihood.size);
  const cost = (x: Float64Array) =>
    likelihood.residuals(coefficientsAt(order, x), out)
      ? out.reduce((sum, e) => sum + e * e, 0)
      : Number.POSITIVE_INFINITY;
  const before = coordinatesOf(order, coefficients);
  const anew = conditionalStart(order, design.rough);
  return estimateFrom(order, design, cost(anew) < cost(before) ? anew : before, options);
}

/** Fits an order from one start, in the coordinates of `coefficientsAt`. */
export function estimateFrom(
  order: ArimaOrder,
  design: Design,
  start: Float64Array,
  { tolerance = 1e-9, maxIterations = 60, steady }: EstimateOptions = {}
): Estimate {
  const likelihood = new Likelihood(order, design, steady);
  if (design.exact || start.length === 0) return likelihood.at(new Float64Array(start.length));
  const residuals = (x: Float64Array, out: Float64Array) =>
    likelihood.residuals(coefficientsAt(order, x), out);
  const found = levenbergMarquardt(residuals, likelihood.size, start, {
    tolerance,
    maxIterations,
    longestStep
  });
  return likelihood.at(coefficientsAt(order, found.x));
}

/**
 * Where to start from. Mixed orders have likelihoods with more than one peak, some against the unit circle:
 * they start twice, the second time from long memory in the autoregression with most of it taken back by the
 * moving average.
 */
function startsOf(order: ArimaOrder, design: Design): (() => Float64Array)[] {
  const first = () => conditionalStart(order, design.rough);
  return order.p > 0 && order.q > 0 ? [first, () => opposedStart(order)] : [first];
}

export function opposedStart({ p, q, P, Q }: ArimaOrder): Float64Array {
  const out = new Float64Array(p + q + P + Q).fill(0.1, p + q);
  if (p > 0) out[0] = 0.8;
  if (q > 0) out[p] = 0.8;
  if (q > 1) out[p + 1] = -0.4;
  return out;
}
