import type { Fitted, Forecast } from '../model.ts';
import { residualsOf, residualVariance } from '../residuals.ts';

/** A fitted model without a likelihood, from its one-step forecasts and its forecasts ahead. `spread` is the variance at step h ≥ 1 in units of `sigma2`. */
export function closedForm(
  values: Float64Array,
  fitted: Float64Array,
  model: {
    readonly description: string;
    readonly parameters: Readonly<Record<string, number>>;
    /** How many parameters the errors have paid for. */
    readonly estimated: number;
    at(h: number): number;
    spread(h: number): number;
  }
): Fitted {
  const residuals = residualsOf(values, fitted);
  const sigma2 = residualVariance(residuals, model.estimated);
  return {
    fitted,
    residuals,
    description: model.description,
    parameters: model.parameters,
    sigma2,
    logLikelihood: Number.NaN,
    aicc: Number.NaN,
    forecast(horizon): Forecast {
      const yhat = Float64Array.from({ length: horizon }, (_, i) => model.at(i + 1));
      const spread = Float64Array.from({ length: horizon }, (_, i) =>
        Math.sqrt(sigma2 * model.spread(i + 1))
      );
      return { yhat, below: spread, above: spread };
    }
  };
}
