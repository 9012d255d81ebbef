import type { Attempt, Fitted, Model } from '../model.ts';
import type { SmoothingFitted } from '../smoothing/fitted.ts';
import { formsOf } from '../smoothing/form.ts';
import { smooth } from '../smoothing/smooth.ts';

/**
 * Holt-Winters: level, trend and season, ETS(A,A,A) or ETS(M,A,M). Without a stated form the lower AICc
 * decides (the lower deviance where a series is too short for AICc); values that are not all positive
 * take the additive form. A fit that goes on from an earlier one keeps that one's form. Seasons longer than
 * 24 rows, and those of a series too short to estimate them, keep the states of a decomposition.
 */
export const holtWinters: Model = {
  name: 'holt_winters',
  seasonal: true,
  needs: ({ season }) => Math.max(2 * season, 6),
  fit(values, { season, damped = false, seasonal }, earlier) {
    const positive = values.every((value) => value > 0);
    const fit = (letters: string) =>
      smooth(values, formsOf({ letters, damped, season, positive }), { earlier });
    const wanted = seasonal ?? formOf(earlier);
    if (wanted === 'additive' || !positive) return fit('AAA');
    const multiplicative = fit('MAM');
    if (wanted === 'multiplicative') return multiplicative;
    const both = [fit('AAA'), multiplicative].sort((a, b) => score(a) - score(b));
    return { ...both[0]!, tried: both.map(attemptOf) };
  }
};

function attemptOf({ description, aicc }: Fitted): Attempt {
  return Number.isNaN(aicc)
    ? { description, aicc: Infinity, note: 'too few rows for AICc' }
    : { description, aicc, note: '' };
}

function formOf(earlier: Fitted | undefined): 'additive' | 'multiplicative' | undefined {
  const smoothing = (earlier as Partial<SmoothingFitted> | undefined)?.smoothing;
  return smoothing && (smoothing.form.seasonal === 'M' ? 'multiplicative' : 'additive');
}

function score(fit: Fitted): number {
  return Number.isNaN(fit.aicc) ? -2 * fit.logLikelihood : fit.aicc;
}
