import { fitArima, fitArimaAgain, rowsNeeded } from '../arima/automatic.ts';
import type { Model } from '../model.ts';

/** Seasonal ARIMA by exact maximum likelihood. */
export const sarima: Model = {
  name: 'sarima',
  seasonal: true,
  needs: (options) => rowsNeeded(options, true),
  fit: (values, options, earlier) => fitArima(values, options, true, earlier),
  again: (values, options, earlier) => fitArimaAgain(values, options, true, earlier)
};
