import type { Candidate, Trial } from './backtest.ts';
import type { Forecast } from './model.ts';
import { residualsOf, residualVariance } from './residuals.ts';

/**
 * The mean of several models' forecasts of one series, from fits that are there already: forecasts, spreads and
 * fitted values are averaged, the backtest origin by origin where every member has the origin. The spreads are
 * those of forecasts whose errors go together (an upper bound); conformal bands calibrate them.
 *
 * The mean, not the median: on the M3 subset the mean of ETS, Theta, ARIMA and MSTL+ETS had sMAPE 14.03 and 9.23
 * (monthly, quarterly) and MASE 0.838 and 1.144, the median 14.15, 9.51, 0.843 and 1.195; Theta as it was
 * entered in that competition 14.44, 9.34, 0.875 and 1.171. Null for fewer than two members.
 */
export function ensembleOf(values: Float64Array, members: readonly Candidate[]): Candidate | null {
  if (members.length < 2) return null;
  const fitted = meanOf(members.map((member) => member.fitted));
  const residuals = residualsOf(values, fitted);
  const weight = 1 / members.length;
  return {
    model: 'ensemble',
    description: `Mean of ${members.map((member) => member.description).join(', ')}`,
    parameters: Object.fromEntries(members.map((member) => [member.model, weight])),
    logLikelihood: Number.NaN,
    aicc: Number.NaN,
    sigma2: residualVariance(residuals, 0),
    note: '',
    fitted,
    residuals,
    forecast: meanForecast(members.map((member) => member.forecast)),
    trials: commonTrials(members)
  };
}

function commonTrials(members: readonly Candidate[]): Trial[] {
  const [first, ...others] = members;
  return first!.trials.flatMap(({ origin, forecast }) => {
    const rest = others.map((member) => member.trials.find((trial) => trial.origin === origin));
    const found = rest.flatMap((trial) => (trial ? [trial.forecast] : []));
    if (found.length < others.length) return [];
    return [{ origin, forecast: meanForecast([forecast, ...found]) }];
  });
}

function meanForecast(forecasts: readonly Forecast[]): Forecast {
  return {
    yhat: meanOf(forecasts.map((f) => f.yhat)),
    below: meanOf(forecasts.map((f) => f.below)),
    above: meanOf(forecasts.map((f) => f.above))
  };
}

/** Entry by entry; NaN where one has none. */
function meanOf(lists: readonly Float64Array[]): Float64Array {
  return lists[0]!.map((_, i) => lists.reduce((sum, list) => sum + list[i]!, 0) / lists.length);
}
