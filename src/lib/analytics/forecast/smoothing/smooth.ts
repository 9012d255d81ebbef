import type { Fitted } from '../model.ts';
import { fitAdditive } from './additive.ts';
import { smoothingFitted, type SmoothingFitted } from './fitted.ts';
import { fitMultiplicative } from './multiplicative.ts';
import { weightBox, type SmoothingForm, type Weights } from './weights.ts';

/** Fits simple, Holt's or additive Holt-Winters smoothing; `alpha` is estimated unless given. */
export function smoothAdditive(
  values: Float64Array,
  form: SmoothingForm,
  alpha?: number,
  earlier?: Fitted
): SmoothingFitted {
  const fit = fitAdditive(values, form, alpha, weightsOf(earlier, form, false));
  const scaled = values.length * Math.log(Math.max(fit.sumOfSquares, Number.MIN_VALUE));
  return smoothingFitted(values, {
    form,
    multiplicative: false,
    weights: fit.weights,
    start: fit.start,
    deviance: scaled,
    estimated: weightBox(form, alpha).lower.length + fit.states
  });
}

/** Fits Holt-Winters smoothing with multiplicative season and errors. */
export function smoothMultiplicative(
  values: Float64Array,
  form: SmoothingForm,
  earlier?: Fitted
): SmoothingFitted {
  const fit = fitMultiplicative(values, form, weightsOf(earlier, form, true));
  return smoothingFitted(values, {
    form,
    multiplicative: true,
    weights: fit.weights,
    start: fit.start,
    deviance: fit.deviance,
    estimated: weightBox(form).lower.length + fit.states
  });
}

function weightsOf(
  earlier: Fitted | undefined,
  form: SmoothingForm,
  multiplicative: boolean
): Weights | undefined {
  const found = (earlier as Partial<SmoothingFitted> | undefined)?.smoothing;
  const same =
    found?.multiplicative === multiplicative &&
    found.form.damped === form.damped &&
    found.form.trend === form.trend;
  return same ? found.weights : undefined;
}
