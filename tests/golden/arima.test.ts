import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import golden from './arima.json' with { type: 'json' };

const folder = `${process.env['SHARED_DATA'] ?? '../shared/data'}/classic-series/`;
const seasons: Readonly<Record<string, number>> = { monthly: 12, quarterly: 4, annual: 1 };

function values(series: string, log = false, missing: readonly number[] = []): Float64Array {
  const lines = readFileSync(`${folder}${series}.csv`, 'utf8').trim().split('\n').slice(1);
  const out = Float64Array.from(lines, (line) => Number(line.split(',')[1]));
  for (const row of missing) out[row - 1] = Number.NaN;
  return log ? out.map(Math.log) : out;
}

const season = (series: string) => seasons[series.split('_').at(-1)!]!;

/** The two columns of arima.R. */
function regressors(rows: number) {
  const column = (at: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, t) => at(t + 1));
  return {
    names: ['wave', 'square'],
    columns: [column((t) => Math.sin(t / 5)), column((t) => (t % 7) ** 2)]
  };
}

const triple = (orders: readonly number[]) => orders as readonly [number, number, number];

/** R's prior for differences is large but finite, which moves its likelihoods by some thousandths (REFERENCE.md). */
describe.skipIf(!existsSync(folder))(`ARIMA of fixed orders against ${golden.made_with}`, () => {
  for (const fit of golden.fits) {
    const title = `(${fit.order.join()})(${fit.seasonal.join()}) on ${fit.series}`;
    const more = [
      fit.constant ? 'constant' : '',
      fit.regressors ? 'regressors' : '',
      fit.missing.length > 0 ? 'missing' : ''
    ].filter(Boolean);
    test([title, ...more].join(', '), () => {
      const y = values(fit.series, fit.log, fit.missing);
      const horizon = fit.forecast.length;
      const ours = modelNamed('sarima')!.fit(y, {
        season: season(fit.series),
        arima: {
          order: triple(fit.order),
          seasonal: triple(fit.seasonal),
          constant: fit.constant
        },
        regressors: fit.regressors ? regressors(y.length + horizon) : undefined
      });
      expect(Math.abs(ours.logLikelihood - fit.log_likelihood)).toBeLessThan(5e-3);
      expect(Math.abs(ours.aicc - fit.aicc)).toBeLessThan(1e-2);
      expect(Object.keys(ours.parameters)).toEqual(Object.keys(fit.parameters));
      for (const [name, error] of Object.entries(fit.standard_errors)) {
        const theirs = (fit.parameters as Record<string, number>)[name]!;
        expect(Math.abs(ours.parameters[name]! - theirs)).toBeLessThan(0.01 * error);
        expect(Math.abs(ours.standardErrors![name]! - error)).toBeLessThan(0.02 * error);
      }
      const ahead = ours.forecast(horizon);
      fit.forecast.forEach((value, h) => {
        const deviation = fit.deviation[h]!;
        expect(Math.abs(ahead.yhat[h]! - value)).toBeLessThan(2e-3 * deviation);
        expect(Math.abs(ahead.above[h]! - deviation)).toBeLessThan(1e-3 * deviation);
      });
    });
  }
});

describe.skipIf(!existsSync(folder))('AirPassengers as REFERENCE.md has it', () => {
  const airline = { order: [0, 1, 1], seasonal: [0, 1, 1] } as const;

  test('the airline model of the logarithms', () => {
    const fit = modelNamed('sarima')!.fit(values('air_passengers_monthly', true), {
      season: 12,
      arima: airline
    });
    expect(fit.description).toBe('ARIMA(0,1,1)(0,1,1)[12]');
    expect(Math.abs(fit.logLikelihood - 244.69648)).toBeLessThan(1e-4);
    expect(Math.abs(fit.parameters['ma1']! + 0.4018)).toBeLessThan(1e-4);
    expect(Math.abs(fit.parameters['sma1']! + 0.5569)).toBeLessThan(1e-4);
    expect(Math.abs(fit.sigma2 - 0.0013477)).toBeLessThan(1e-6);
    const { yhat } = fit.forecast(4);
    [6.11018, 6.05378, 6.17172, 6.1993].forEach((value, h) =>
      expect(Math.abs(yhat[h]! - value)).toBeLessThan(1e-4)
    );
  });

  test('the automatic choice reaches the AICc of the logarithms and of the values', () => {
    const options = { season: 12 };
    const logs = modelNamed('sarima')!.fit(values('air_passengers_monthly', true), options);
    expect(logs.aicc).toBeLessThan(-483.2 + 0.05);
    expect(logs.description).toBe('ARIMA(0,1,1)(0,1,1)[12]');
    const plain = modelNamed('sarima')!.fit(values('air_passengers_monthly'), options);
    expect(plain.aicc).toBeLessThan(1018.17 + 0.05);
    expect(plain.tried![0]!.description).toBe(plain.description);
    expect(plain.tried!.some(({ note }) => note !== '')).toBe(true);
  });
});
