import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import golden from './smoothing.json' with { type: 'json' };

const folder = '../shared/data/classic-series/';
const seasons: Readonly<Record<string, number>> = { monthly: 12, quarterly: 4, annual: 1 };

function values(series: string): Float64Array {
  const lines = readFileSync(`${folder}${series}.csv`, 'utf8').trim().split('\n').slice(1);
  return Float64Array.from(lines, (line) => Number(line.split(',')[1]));
}

const season = (series: string) => seasons[series.split('_').at(-1)!]!;

/** R's own numbers (smoothing.R; the versions stand in the file). A search that ends higher than R's is better, never worse. */
describe.skipIf(!existsSync(folder))(`smoothing models against ${golden.made_with}`, () => {
  for (const fit of golden.fits) {
    test(`${fit.spec}${fit.damped ? ' damped' : ''} on ${fit.series}`, () => {
      const y = values(fit.series);
      const ours = modelNamed(fit.model)!.fit(y, {
        season: season(fit.series),
        damped: fit.damped,
        seasonal: fit.spec === 'MAM' ? 'multiplicative' : 'additive'
      });
      expect(ours.logLikelihood).toBeGreaterThan(fit.log_likelihood - 0.01);
      expect(ours.aicc).toBeLessThan(fit.aicc + 0.02);
      const errors = ours.residuals.reduce((sum, e) => sum + e * e, 0);
      if (fit.spec !== 'MAM') expect(errors).toBeLessThan(fit.sum_of_squares * 1.0002);
      const ahead = ours.forecast(8);
      const scale = Math.sqrt(fit.sum_of_squares / y.length);
      const z = normalQuantile(0.975);
      if (ours.logLikelihood > fit.log_likelihood + 0.1) return;
      fit.forecast.forEach((value, i) => {
        expect(Math.abs(ahead.yhat[i]! - value)).toBeLessThan(0.2 * scale);
        const half = (fit.hi_95[i]! - fit.lo_95[i]!) / 2;
        expect(Math.abs(z * ahead.above[i]! - half)).toBeLessThan(0.05 * half);
      });
    });
  }

  test('forced ETS(M,A,M) on AirPassengers reaches the likelihood and AICc of REFERENCE.md, Forecasting, third line', () => {
    const fit = modelNamed('holt_winters')!.fit(values('air_passengers_monthly'), {
      season: 12,
      seasonal: 'multiplicative'
    });
    expect(fit.description).toBe('ETS(M,A,M)');
    expect(fit.logLikelihood).toBeGreaterThan(-682.41);
    expect(fit.aicc).toBeLessThan(1403.67);
  });
});

describe.skipIf(!existsSync(folder))('models without a search', () => {
  for (const { series, model, forecast } of golden.plain) {
    test(`${model} on ${series}`, () => {
      const ahead = modelNamed(model)!.fit(values(series), { season: season(series) }).forecast(8);
      forecast.forEach((value, i) => expect(ahead.yhat[i]).toBeCloseTo(value, 8));
    });
  }
});
