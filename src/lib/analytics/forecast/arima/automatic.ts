import type { ArimaOptions, Fitted, ModelOptions } from '../model.ts';
import { designOf, type Design } from './design.ts';
import { chooseDifferences } from './differencing.ts';
import { estimate, reestimate } from './estimate.ts';
import { arimaFitted, type ArimaFitted, type Searched } from './fitted.ts';
import type { ArimaOrder } from './order.ts';
import { exhaustive, goingOn, stepwise, type OrderBounds } from './search.ts';
import { Trials } from './trials.ts';

/** Rows × state that one likelihood of the search may cost; longer series are searched by their last rows. */
const searchBudget = 100_000;
/** Beyond these most fits of a search are made in passing, where R's `auto.arima` takes conditional sums of squares. */
const longSeries = 150;
const longSeason = 12;
/** The share of rows that a search must have seen for the next to go on from it. */
const enoughSeen = 0.75;
/** How exactly a fit that goes on from an earlier one is made: 0.001 in log-likelihood at a thousand rows. */
const goneOn = { tolerance: 1e-6, steady: 1e-10 };

/**
 * ARIMA or SARIMA with orders that `options.arima` fixes or that a search finds: d and D by tests, the
 * others by AICc (Hyndman and Khandakar 2008). A fit that goes on from an earlier one keeps that one's
 * orders and starts from its coefficients, so the later rows of a backtest have no say in its orders.
 */
export function fitArima(
  values: Float64Array,
  { season, regressors, arima = {} }: ModelOptions,
  seasonal: boolean,
  earlier?: Fitted
): ArimaFitted {
  const before = (earlier as Partial<ArimaFitted> | undefined)?.arima;
  const fixed = before ?? fixedOrder(arima, season, seasonal);
  if (fixed) {
    const design = designOf(values, fixed.order, regressors);
    const fit = before
      ? reestimate(before.order, design, before.coefficients, goneOn)
      : estimate(fixed.order, design);
    return arimaFitted(values, fit, design, { regressors, searched: before?.searched });
  }
  return searchedFit(values, { season, regressors, arima }, seasonal);
}

/**
 * The fit to a whole series after its backtest: free to choose other orders than the one before it. A long series
 * of which that search saw most of the rows is searched around its best orders, in a fraction of the time.
 */
export function fitArimaAgain(
  values: Float64Array,
  options: ModelOptions,
  seasonal: boolean,
  earlier: Fitted
): ArimaFitted {
  if (fixedOrder(options.arima ?? {}, options.season, seasonal)) {
    return fitArima(values, options, seasonal);
  }
  const { searched } = (earlier as ArimaFitted).arima;
  const near = searched && searched.rows >= enoughSeen * values.length ? searched : undefined;
  return searchedFit(values, options, seasonal, near);
}

function searchedFit(
  values: Float64Array,
  { season, regressors, arima = {} }: ModelOptions,
  seasonal: boolean,
  near?: Searched
): ArimaFitted {
  const found = searchOrder(values, { season, regressors, arima }, seasonal, near);
  const { order, coefficients, tried, leaders } = found;
  const design = designOf(values, order, regressors);
  const fit = coefficients ? reestimate(order, design, coefficients) : estimate(order, design);
  const searched = leaders && { rows: values.length, leaders };
  return arimaFitted(values, fit, design, { regressors, tried, searched });
}

/** The rows that `fitArima` cannot do without. */
export function rowsNeeded(
  { season, regressors, arima = {} }: ModelOptions,
  seasonal: boolean
): number {
  const columns = regressors?.columns.length ?? 0;
  const fixed = fixedOrder(arima, season, seasonal)?.order;
  if (!fixed) {
    const given = (arima.order?.[1] ?? 0) + (arima.seasonal?.[1] ?? 0) * season;
    const known = sum(arima.order) + sum(arima.seasonal);
    return Math.max(seasonal ? 2 * season + 1 : 0, 6 + given + known) + columns;
  }
  const { p, d, q, P, D, Q } = fixed;
  return d + D * fixed.season + p + q + P + Q + (fixed.constant ? 1 : 0) + columns + 3;
}

function sum(orders: readonly [number, number, number] | undefined): number {
  return orders ? orders[0] + orders[2] : 0;
}

/** The order where nothing is left to search; with a mean but no drift by default, as R's `Arima`. */
function fixedOrder(
  { order, seasonal, constant }: ArimaOptions,
  season: number,
  withSeason: boolean
): { order: ArimaOrder } | undefined {
  if (!order || (withSeason && !seasonal && season > 1)) return undefined;
  const [p, d, q] = order;
  const [P, D, Q] = season > 1 ? (seasonal ?? [0, 0, 0]) : [0, 0, 0];
  return { order: { p, d, q, P, D, Q, season, constant: constant ?? d + D === 0 } };
}

function searchOrder(
  values: Float64Array,
  { season, regressors, arima = {} }: ModelOptions,
  seasonal: boolean,
  near: Searched | undefined
) {
  const m = seasonal || arima.seasonal ? season : 1;
  const most = Math.max(10 * m, Math.floor(searchBudget / (2 * m + 6)), 200);
  const from = Math.max(0, values.length - most);
  const recent = values.subarray(from);
  const columns = regressors && {
    names: regressors.names,
    columns: regressors.columns.map((column) => column.subarray(from))
  };
  const given = { d: arima.order?.[1], D: m > 1 ? arima.seasonal?.[1] : 0 };
  const { d, D } = chooseDifferences(recent, m, given, columns);
  const constants =
    d + D > 1 ? [false] : arima.constant === undefined ? [true, false] : [arima.constant];
  const designs = new Map<boolean, Design>(
    constants.map((constant) => [
      constant,
      designOf(recent, { d, D, season: m, constant }, columns)
    ])
  );
  const plain = { p: 0, q: 0, P: 0, Q: 0, d, D, season: m };
  const exact = [...designs].filter(([, design]) => design.exact).map(([constant]) => constant);
  if (exact.length > 0) {
    return {
      order: { ...plain, constant: exact.at(-1)! },
      coefficients: undefined,
      tried: undefined
    };
  }
  const inPassing = recent.length > longSeries || m > longSeason;
  const trials = new Trials(designs, inPassing);
  const bounds = boundsOf(recent, m, arima, constants);
  const comparable = near?.leaders.filter(({ order }) => order.d === d && order.D === D) ?? [];
  if (arima.search === 'full') exhaustive(trials, bounds);
  else if (inPassing && comparable.length > 0) goingOn(trials, bounds, comparable);
  else stepwise(trials, bounds);
  trials.settle();
  const { best, attempts, leaders } = trials;
  return best
    ? { order: best.order, coefficients: best.coefficients, tried: attempts, leaders }
    : {
        order: { ...plain, constant: constants.at(-1)! },
        coefficients: undefined,
        tried: attempts
      };
}

/** R's limits, lower for short series and for long seasons, where a state grows with each seasonal order. */
function boundsOf(
  values: Float64Array,
  season: number,
  { order, seasonal }: ArimaOptions,
  constants: readonly boolean[]
): OrderBounds {
  const third = Math.floor(values.filter((value) => !Number.isNaN(value)).length / 3);
  const plain = Math.min(season > 24 ? 3 : 5, third, season > 1 ? season - 1 : 5);
  const most = season < 2 ? 0 : Math.min(season > 12 ? 1 : 2, Math.floor(third / season));
  const range = (given: number | undefined, limit: number) =>
    given === undefined ? ([0, limit] as const) : ([given, given] as const);
  return {
    p: range(order?.[0], plain),
    q: range(order?.[2], plain),
    P: range(season > 1 ? seasonal?.[0] : 0, most),
    Q: range(season > 1 ? seasonal?.[2] : 0, most),
    constants
  };
}
