import type { Fitted, Forecast, Model } from '../model.ts';
import { residualsOf, residualVariance } from '../residuals.ts';
import { adjustSeason, type SeasonalAdjustment } from '../seasonal-adjustment.ts';
import { formsOf } from '../smoothing/form.ts';
import { smooth } from '../smoothing/smooth.ts';
import { optimisedTheta } from '../theta/optimised.ts';

/**
 * The Theta method (Assimakopoulos and Nikolopoulos 2000) as simple smoothing with drift, half the slope of the
 * line through the values (Hyndman and Billah 2003), on the seasonally adjusted series: R's `thetaf`.
 * With `optimised` the dynamic optimised Theta model. Both are O(n) an evaluation of a one or three
 * parameter search.
 */
export const theta: Model = {
  name: 'theta',
  seasonal: false,
  needs: () => 4,
  fit(values, { season, optimised = false }) {
    const adjustment = adjustSeason(values, season);
    const plain = optimised ? optimisedTheta(adjustment.adjusted) : classic(adjustment.adjusted);
    return withSeason(values, plain, adjustment);
  }
};

/** What both forms of Theta say of a series without season. */
export interface PlainTheta {
  readonly description: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly fitted: Float64Array;
  readonly level: Float64Array;
  /** The next values. */
  ahead(horizon: number): Float64Array;
  /** Variance at step h in units of the one-step variance. */
  spread(h: number): number;
}

function classic(values: Float64Array): PlainTheta {
  const n = values.length;
  const form = formsOf({ letters: 'ANN', season: 1, positive: false });
  const ses = smooth(values, form);
  const { alpha } = ses.smoothing.weights;
  const drift = slopeOf(values) / 2;
  const caughtUp = (t: number) => (1 - (1 - alpha) ** t) / alpha;
  const level = ses.components!.level!;
  return {
    description: 'Theta',
    parameters: { alpha, drift, l0: ses.smoothing.start.level },
    fitted: ses.fitted.map((value, t) => value + drift * caughtUp(t)),
    level,
    ahead: (horizon) =>
      Float64Array.from({ length: horizon }, (_, i) => level[n - 1]! + drift * (i + caughtUp(n))),
    spread: (h) => 1 + (h - 1) * alpha ** 2
  };
}

function withSeason(
  values: Float64Array,
  plain: PlainTheta,
  adjustment: SeasonalAdjustment
): Fitted {
  const { adjusted, seasonal } = adjustment;
  const n = values.length;
  const estimated = Object.keys(plain.parameters).length;
  const sigma2 = residualVariance(residualsOf(adjusted, plain.fitted), estimated);
  const fitted = plain.fitted.map((value, t) => adjustment.restore(value, t));
  return {
    fitted,
    residuals: residualsOf(values, fitted),
    description: plain.description,
    parameters: plain.parameters,
    sigma2,
    logLikelihood: Number.NaN,
    aicc: Number.NaN,
    components: {
      level: plain.level,
      ...(seasonal ? { seasonal: values.map((value, t) => value - adjusted[t]!) } : {})
    },
    forecast(horizon): Forecast {
      const steps = Float64Array.from({ length: horizon }, (_, i) => i + 1);
      const yhat = plain.ahead(horizon).map((value, i) => adjustment.restore(value, n + i));
      const spread = steps.map(
        (h) => Math.abs(adjustment.factor(n + h - 1)) * Math.sqrt(sigma2 * plain.spread(h))
      );
      return { yhat, below: spread, above: spread };
    }
  };
}

function slopeOf(values: Float64Array): number {
  const n = values.length;
  const centre = (n - 1) / 2;
  let cross = 0;
  let squares = 0;
  for (let t = 0; t < n; t++) {
    cross += (t - centre) * values[t]!;
    squares += (t - centre) ** 2;
  }
  return squares > 0 ? cross / squares : 0;
}
