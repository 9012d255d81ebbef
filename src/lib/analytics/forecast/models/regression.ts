import type { Model } from '../model.ts';
import { fitRegression } from '../regression/fit.ts';
import { fitTrees } from '../regression/fit-trees.ts';

/**
 * Linear regression on regressors, trend, season (indicators, or waves for seasons over 12), day of the week and month
 * where times are dates, and the values 1 and one season before, by least squares. Forecasts go on from their own
 * lags; their spread counts the errors carried on by the lags and what the coefficients may be off by, as R's
 * `predict` does for `lm`. O(rows · columns²). With `trees`, boosted trees on what the linear part leaves over.
 */
export const regression: Model = {
  name: 'regression',
  seasonal: false,
  needs: ({ regressors }) => Math.max(6, 2 * (regressors?.names.length ?? 0) + 4),
  fit: (values, options) =>
    options.trees ? fitTrees(values, options, options.trees) : fitRegression(values, options)
};
