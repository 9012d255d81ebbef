import { describe, expect, test } from 'vitest';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import golden from './regression.json' with { type: 'json' };

interface Answer {
  readonly case: string;
  readonly values: readonly number[];
  readonly season: number;
  readonly lags: readonly number[];
  readonly regressors: Partial<Record<string, readonly number[]>> | null;
  readonly times: readonly number[] | null;
  readonly coefficients: Partial<Record<string, number>>;
  readonly errors: Partial<Record<string, number>>;
  readonly log_likelihood: number;
  readonly sigma2: number;
  readonly forecast: readonly number[];
  readonly spread: readonly number[];
}

const near = (ours: number, theirs: number, scale = Math.abs(theirs)) =>
  expect(Math.abs(ours - theirs)).toBeLessThan(1e-6 * scale + 1e-9);

/** R's own numbers (regression.R). Beyond the first step of a regression with lags, R's interval leaves out what the lags carry on. */
describe(`regression against ${golden.made_with}`, () => {
  for (const fit of golden.fits as readonly Answer[]) {
    test(fit.case, () => {
      const columns = Object.entries(fit.regressors ?? {}) as [string, readonly number[]][];
      const options = {
        season: fit.season,
        lags: fit.lags,
        ...(fit.times ? { times: Float64Array.from(fit.times) } : {}),
        ...(columns.length > 0
          ? {
              regressors: {
                names: columns.map(([name]) => name),
                columns: columns.map(([, column]) => Float64Array.from(column))
              }
            }
          : {})
      };
      const ours = modelNamed('regression')!.fit(Float64Array.from(fit.values), options);
      expect(Object.keys(ours.parameters)).toEqual(Object.keys(fit.coefficients));
      const unit = Math.sqrt(fit.sigma2);
      for (const [name, theirs] of Object.entries(fit.coefficients)) {
        near(ours.parameters[name]!, theirs!, Math.abs(theirs!) + fit.errors[name]!);
        near(ours.standardErrors![name]!, fit.errors[name]!);
      }
      near(ours.logLikelihood, fit.log_likelihood);
      near(ours.sigma2, fit.sigma2);
      const ahead = ours.forecast(fit.forecast.length);
      fit.forecast.forEach((theirs, h) => near(ahead.yhat[h]!, theirs, Math.abs(theirs) + unit));
      fit.spread.forEach((theirs, h) => {
        if (fit.lags.length === 0 || h === 0) near(ahead.above[h]!, theirs);
        else expect(ahead.above[h]).toBeGreaterThan(theirs);
      });
    });
  }
});
