import { boostTrees, predictTrees, type BoostedTrees } from '#lib/analytics/trees/boost.ts';
import { quantileLossOf, squaredLoss } from '#lib/analytics/trees/loss.ts';
import type { Fitted, ModelOptions, TreeOptions } from '../model.ts';
import { residualsOf } from '../residuals.ts';
import { fitRegression } from './fit.ts';
import { treeFeatures, type Feature } from './features.ts';

/** Share of the rows, the last ones, that tell how many trees help. */
const heldShare = 0.2;
const leastHeld = 4;

/**
 * Boosted trees on what is left of the values when their trend is taken off: trees see thresholds and what regressors
 * do together, but answer with values they have seen, so a line has to be drawn by something else. Its slope is
 * that of the linear regression on trend, season, calendar and regressors, so that what a rising price did is not
 * taken for trend. The trees read the regressors, the place in the season, weekday and month, and what was
 * left at the lags before (missing at the start; ahead, the trees' own forecasts).
 * The number of trees is the one with the lowest loss on the last fifth of the rows, and is then grown anew on all.
 * `sigma2` is the mean squared error on those rows, and the bands widen as those of the linear regression do: what
 * own lags add is not counted, conformal bands calibrate it. No likelihood. O(trees · rows · features · depth).
 */
export function fitTrees(values: Float64Array, options: ModelOptions, wanted: TreeOptions): Fitted {
  const linear = fitRegression(values, { ...options, lags: [] });
  const slope = linear.parameters['trend'] ?? 0;
  const bare = values.map((value, row) => value - slope * row);
  const middle = bare.reduce((sum, v) => sum + v / bare.length, 0);
  const unit = bare.reduce((most, v) => Math.max(most, Math.abs(v - middle)), 0) || 1;
  const rest = bare.map((v) => (v - middle) / unit);
  const features = treeFeatures(values.length, options);
  const columns = features.map((f) => values.map((_, row) => f.at(row, rest)));
  const { trees, sigma2 } = grow(columns, rest, wanted);
  const valueOf = (left: number, row: number) => middle + slope * row + unit * left;
  const fitted = values.map((_, row) => valueOf(predictTrees(trees, rowOf(columns, row)), row));
  return {
    fitted,
    residuals: residualsOf(values, fitted),
    description: describe(features, slope, trees),
    parameters: { level: middle, trend: slope, ...gainShares(features, trees) },
    sigma2: sigma2 * unit * unit,
    logLikelihood: Number.NaN,
    aicc: Number.NaN,
    forecast(horizon) {
      const widths = linear.forecast(horizon).below;
      const error = unit * Math.sqrt(sigma2);
      const below = widths.map((width) => error * (widths[0]! > 0 ? width / widths[0]! : 1));
      const left = leftAhead(features, trees, rest, horizon);
      return { yhat: left.map((v, h) => valueOf(v, rest.length + h)), below, above: below };
    }
  };
}

function describe(features: readonly Feature[], slope: number, { trees }: BoostedTrees): string {
  const names = [...(slope === 0 ? [] : ['trend']), ...features.map(({ name }) => name)];
  return `Regression(${names.join(', ')}) by ${trees.length} trees`;
}

/** The trees, in number and in error judged on the last rows. */
function grow(
  columns: readonly Float64Array[],
  rest: Float64Array,
  { trees: most, maxDepth, learningRate, loss = 'squared' }: TreeOptions
): { trees: BoostedTrees; sigma2: number } {
  const n = rest.length;
  const held = Math.max(leastHeld, Math.round(heldShare * n));
  const heldBack = Int32Array.from({ length: Math.min(held, n) }, (_, i) => n - held + i);
  const shared = {
    maxDepth,
    learningRate,
    loss: loss === 'absolute' ? quantileLossOf(0.5) : squaredLoss
  };
  const first = boostTrees(columns, rest, { ...shared, trees: most, heldBack });
  const errors = Float64Array.from(
    heldBack,
    (row) => rest[row]! - predictTrees(first, rowOf(columns, row))
  );
  const sigma2 = errors.reduce((sum, e) => sum + e * e, 0) / errors.length;
  return { trees: boostTrees(columns, rest, { ...shared, trees: first.trees.length }), sigma2 };
}

/** What the trees say of the rows to come, each from their own forecasts of those before. */
function leftAhead(
  features: readonly Feature[],
  trees: BoostedTrees,
  rest: Float64Array,
  horizon: number
): Float64Array {
  const n = rest.length;
  const path = new Float64Array(n + horizon);
  path.set(rest);
  for (let row = n; row < path.length; row++) {
    path[row] = predictTrees(
      trees,
      features.map((f) => f.at(row, path))
    );
  }
  return path.slice(n);
}

function rowOf(columns: readonly Float64Array[], row: number): number[] {
  return columns.map((column) => column[row]!);
}

/** Of the loss that the trees took away, how much each feature's splits did. */
function gainShares(features: readonly Feature[], { gains }: BoostedTrees): Record<string, number> {
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return Object.fromEntries(
    features.map(({ name }, k) => [`gain(${name})`, total > 0 ? gains[k]! / total : 0])
  );
}
