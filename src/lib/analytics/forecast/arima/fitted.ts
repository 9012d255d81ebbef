import { fail } from '#lib/problems/index.ts';
import type { Attempt, Fitted, Forecast, Regressors } from '../model.ts';
import { lookAhead, withLastValues } from './ahead.ts';
import { Arma } from './arma.ts';
import { Chandrasekhar } from './chandrasekhar.ts';
import type { Design } from './design.ts';
import { difference, differenceWeights } from './differences.ts';
import type { Estimate } from './estimate.ts';
import type { LastState } from './innovations.ts';
import { DiffuseKalman } from './kalman.ts';
import { coefficientNames, describeOrder, rowsLost, type ArimaOrder } from './order.ts';
import { standardErrorsOf } from './standard-errors.ts';

/** What a search found best on how many rows. */
export interface Searched {
  readonly rows: number;
  /** The lowest AICc first. */
  readonly leaders: readonly Estimate[];
}

/** An ARIMA as a fitted model, with what a longer fit can go on from. */
export interface ArimaFitted extends Fitted {
  readonly arima: {
    readonly order: ArimaOrder;
    readonly coefficients: Float64Array;
    /** Of the search that gave the orders, this fit's or an earlier one's. */
    readonly searched?: Searched | undefined;
  };
}

/**
 * Puts an estimate into the values' own units. `sigma2` is the maximum-likelihood variance; forecast
 * deviations take n/(n − coefficients) of it and leave out the error of the coefficients, as R's `forecast`.
 * Rows that the differences take have no fitted value.
 */
export function arimaFitted(
  values: Float64Array,
  estimate: Estimate,
  design: Design,
  {
    regressors,
    tried,
    searched
  }: {
    regressors?: Regressors | undefined;
    tried?: readonly Attempt[] | undefined;
    searched?: Searched | undefined;
  }
): ArimaFitted {
  const { order, coefficients, effects } = estimate;
  const { scale } = design;
  const names = [...coefficientNames(order), ...design.names];
  const unitOf = (i: number) =>
    i < coefficients.length ? 1 : scale / design.columnScales[i - coefficients.length]!;
  const estimates = [...coefficients, ...effects].map(
    (value, i) =>
      value * unitOf(i) +
      (names[i] === 'mean' && design.sources[0] === -1 && i === coefficients.length
        ? design.shift
        : 0)
  );
  const end = runThrough(estimate, design);
  const residuals = new Float64Array(values.length).fill(Number.NaN);
  residuals.set(
    end.errors.map((error) => error * scale),
    values.length - end.errors.length
  );
  const free = Math.max(1, design.rows - estimates.length);
  const spread = Math.sqrt((estimate.variance * Math.max(1, design.rows)) / free) * scale;
  let errors: Readonly<Record<string, number>> | undefined;
  return {
    arima: { order, coefficients, searched },
    fitted: values.map((value, t) => value - residuals[t]!),
    residuals,
    description: describeOrder(order),
    parameters: record(names, estimates),
    sigma2: estimate.variance * scale * scale,
    logLikelihood: estimate.logLikelihood,
    aicc: Number.isFinite(estimate.aicc) ? estimate.aicc : Number.NaN,
    get standardErrors() {
      errors ??= design.exact
        ? {}
        : record(
            names,
            Array.from(standardErrorsOf(estimate, design), (e, i) => e * unitOf(i))
          );
      return errors;
    },
    ...(tried ? { tried } : {}),
    forecast(horizon): Forecast {
      const ahead = lookAhead(end.arma, end.state, differenceWeights(order), horizon);
      const yhat = ahead.mean.map((mean, h) => {
        const known = effects.reduce(
          (sum, effect, c) =>
            sum + effect * columnAhead(design, regressors, c, values.length, h, horizon),
          0
        );
        return (mean + known) * scale + design.shift;
      });
      const deviation = ahead.variance.map((variance) => Math.sqrt(variance) * spread);
      return { yhat, below: deviation, above: deviation };
    }
  };
}

/** One run at the found coefficients over the values less the columns' effects. */
function runThrough(
  { order, coefficients, effects }: Estimate,
  design: Design
): { arma: Arma; errors: Float64Array; state: LastState } {
  const arma = new Arma(order);
  arma.set(coefficients);
  const plain = design.raw[0]!.map((value, t) =>
    effects.reduce((rest, effect, c) => rest - effect * design.raw[c + 1]![t]!, value)
  );
  if (design.gaps) {
    const filter = new DiffuseKalman([plain], arma.size, differenceWeights(order));
    filter.run(arma);
    return { arma, errors: filter.errors[0]!, state: filter.last() };
  }
  const filter = new Chandrasekhar([difference(plain, order)], arma.size);
  const state = filter.last(arma);
  return {
    arma,
    errors: filter.errors[0]!,
    state: withLastValues(state, plain, rowsLost(order))
  };
}

/** The scaled value of a column h + 1 rows after the last. */
function columnAhead(
  design: Design,
  regressors: Regressors | undefined,
  column: number,
  n: number,
  h: number,
  horizon: number
): number {
  const own = design.columnScales[column]!;
  const source = design.sources[column]!;
  if (source < 0) return (design.names[column] === 'drift' ? n + h + 1 : 1) / own;
  const value = regressors!.columns[source]![n + h];
  if (value === undefined || !Number.isFinite(value)) {
    throw fail('forecast.regressor-ends', { column: design.names[column]!, known: h, horizon });
  }
  return value / own;
}

/** Leaves out what is not a number. */
function record(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name, i) => (Number.isNaN(values[i]!) ? [] : [[name, values[i]!]]))
  );
}
