import type { Fitted, Model } from '../model.ts';
import type { SmoothingFitted } from '../smoothing/fitted.ts';
import { smoothAdditive, smoothMultiplicative } from '../smoothing/smooth.ts';

/**
 * Holt-Winters: level, trend and season, ETS(A,A,A) or ETS(M,A,M). Without a stated form the lower AICc
 * decides (the lower deviance where a series is too short for AICc); values that are not all positive
 * take the additive form. A fit that goes on from an earlier one keeps that one's form.
 */
export const holtWinters: Model = {
  name: 'holt_winters',
  seasonal: true,
  needs: ({ season }) => Math.max(2 * season, 6),
  fit(values, { season, damped = false, seasonal }, earlier) {
    const form = { trend: true, damped, season };
    const positive = values.every((value) => value > 0);
    const wanted = seasonal ?? formOf(earlier);
    if (wanted === 'additive' || !positive) {
      return smoothAdditive(values, form, undefined, earlier);
    }
    const multiplicative = smoothMultiplicative(values, form, earlier);
    if (wanted === 'multiplicative') return multiplicative;
    const additive = smoothAdditive(values, form, undefined, earlier);
    return score(multiplicative) < score(additive) ? multiplicative : additive;
  }
};

function formOf(earlier: Fitted | undefined): 'additive' | 'multiplicative' | undefined {
  const smoothing = (earlier as Partial<SmoothingFitted> | undefined)?.smoothing;
  return smoothing && (smoothing.multiplicative ? 'multiplicative' : 'additive');
}

function score(fit: Fitted): number {
  return Number.isNaN(fit.aicc) ? -2 * fit.logLikelihood : fit.aicc;
}
