import type { Model } from '../model.ts';
import { fitRegression } from '../regression/fit.ts';

/**
 * Linear regression on regressors, trend, season (indicators, or waves for seasons over 12), day of the week and month
 * where times are dates, and the values 1 and one season before, by least squares. Forecasts go on from their own
 * lags; their spread counts the errors carried on by the lags and what the coefficients may be off by, as R's
 * `predict` does for `lm`. Linear only: no trees. O(rows · columns²).
 */
export const regression: Model = {
  name: 'regression',
  seasonal: false,
  needs: ({ regressors }) => Math.max(6, 2 * (regressors?.names.length ?? 0) + 4),
  fit: fitRegression
};
