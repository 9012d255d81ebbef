import { fitArima, fitArimaAgain, rowsNeeded } from '../arima/automatic.ts';
import type { Model } from '../model.ts';

/** ARIMA without a season of its own, by exact maximum likelihood; an `arima` block may give it one. */
export const arima: Model = {
  name: 'arima',
  seasonal: false,
  needs: (options) => rowsNeeded(options, false),
  fit: (values, options, earlier) => fitArima(values, options, false, earlier),
  again: (values, options, earlier) => fitArimaAgain(values, options, false, earlier)
};
