import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import type { Fitted, Model } from '#lib/analytics/forecast/model.ts';
import { modelNamed, seriesModels } from '#lib/analytics/forecast/models.ts';

const season = 4;
const shape = [3, -1, -4, 2];
const horizon = 6;

/** A series with trend, season and seeded noise; positive. */
function noisy(seed: number, n = 40): Float64Array {
  const random = seeded(seed);
  return Float64Array.from(
    { length: n },
    (_, t) => 50 + 0.5 * t + 4 * shape[t % season]! + 6 * (random() - 0.5)
  );
}

const model = (name: string): Model => modelNamed(name)!;
const size = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));
/** What keeps every model to forms that move with the zero of the scale. */
const additive = { season, seasonal: 'additive', form: 'AZZ' } as const;

function near(a: Float64Array, b: Float64Array, tolerance: number): void {
  expect(a.length).toBe(b.length);
  a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(tolerance));
}

/**
 * Models for which zero is no place like others: a season divided out, demand against none, relative errors, an
 * automatic ARIMA with or without a mean.
 */
const fixedZero: ReadonlySet<string> = new Set(['theta', 'mstl_ets', 'sba', 'arima', 'sarima']);
/** Their spread goes with the season as the values do; the line of a regression is surer at some rows than at others. */
const widensWithSeason: ReadonlySet<string> = new Set(['theta', 'regression']);

describe('every model', () => {
  for (const m of seriesModels) {
    test(`${m.name}: fitted plus residual is the value, and fitted says nothing of later rows`, () => {
      const values = noisy(3);
      const fit = m.fit(values, additive);
      fit.fitted.forEach((f, t) => {
        if (!Number.isNaN(f)) expect(f + fit.residuals[t]!).toBeCloseTo(values[t]!, 9);
      });
      const changed = values.slice();
      changed[39] = 1000;
      if (m.name === 'naive' || m.name === 'seasonal_naive' || m.name === 'moving_average') {
        near(
          m.fit(changed, additive).fitted.slice(season, 39),
          fit.fitted.slice(season, 39),
          1e-12
        );
      }
    });

    // Where two orders are equally good the last digit chooses, which only powers of two leave as it is.
    const factors = m.name.endsWith('arima') ? [0.25, 8, 1024] : [0.25, 8, 1000];
    test(`${m.name}: forecasts scale${fixedZero.has(m.name) ? '' : ' and shift'} with the series`, () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 1000 }),
          fc.constantFrom(...factors),
          fixedZero.has(m.name) ? fc.constant(0) : fc.constantFrom(-100, 0, 512),
          (seed, factor, shift) => {
            const values = noisy(seed);
            const moved = values.map((v) => factor * v + shift);
            const plain = m.fit(values, additive).forecast(horizon);
            const other = m.fit(moved, additive).forecast(horizon);
            near(
              other.yhat,
              plain.yhat.map((v) => factor * v + shift),
              0.02 * factor
            );
            near(
              other.above,
              plain.above.map((v) => factor * v),
              0.01 * factor * size(plain.above)
            );
          }
        ),
        { numRuns: 12 }
      );
    });

    test.skipIf(widensWithSeason.has(m.name))(
      `${m.name}: the spread never narrows with the step`,
      () => {
        const { above } = m.fit(noisy(11), additive).forecast(20);
        above.forEach((v, i) =>
          expect(v).toBeGreaterThanOrEqual(i === 0 ? 0 : above[i - 1]! * (1 - 1e-12))
        );
      }
    );
  }

  test('holt_winters with a multiplicative season scales with the series', () => {
    const options = { season, seasonal: 'multiplicative' } as const;
    const values = noisy(8);
    const plain = model('holt_winters').fit(values, options).forecast(horizon).yhat;
    const other = model('holt_winters')
      .fit(
        values.map((v) => 32 * v),
        options
      )
      .forecast(horizon).yhat;
    near(
      other,
      plain.map((v) => 32 * v),
      32 * 0.02
    );
  });
});

describe('exact series', () => {
  const line = Float64Array.from({ length: 24 }, (_, t) => 10 + 3 * t);
  const seasonal = line.map((v, t) => v + shape[t % season]!);

  test('a line is carried on by drift, holt and holt_winters', () => {
    const ahead = Float64Array.from({ length: horizon }, (_, h) => 10 + 3 * (24 + h));
    for (const name of ['drift', 'holt', 'holt_winters']) {
      near(model(name).fit(line, additive).forecast(horizon).yhat, ahead, 1e-6);
    }
  });

  test('a line with a season is carried on by holt_winters, without error', () => {
    const fit = model('holt_winters').fit(seasonal, { season });
    const ahead = Float64Array.from(
      { length: horizon },
      (_, h) => 10 + 3 * (24 + h) + shape[(24 + h) % season]!
    );
    near(fit.forecast(horizon).yhat, ahead, 1e-5);
  });

  test('a pure season is carried on by seasonal_naive and a constant by all', () => {
    const pure = Float64Array.from({ length: 12 }, (_, t) => shape[t % season]!);
    const ahead = Float64Array.of(3, -1, -4, 2, 3, -1);
    near(model('seasonal_naive').fit(pure, { season }).forecast(horizon).yhat, ahead, 1e-12);
    const constant = new Float64Array(16).fill(7);
    for (const m of seriesModels) {
      // SBA takes off the bias of rare demand, which demand in every row has not.
      const level = m.name === 'sba' ? 7 * 0.95 : 7;
      near(m.fit(constant, { season }).forecast(3).yhat, new Float64Array(3).fill(level), 1e-6);
    }
  });

  test('zeros alone give zero and finite figures', () => {
    for (const m of seriesModels) {
      const fit = m.fit(new Float64Array(16), { season });
      const { yhat, above } = fit.forecast(2);
      expect([...yhat, ...above].every((v) => Math.abs(v) < 1e-9)).toBe(true);
    }
  });
});

describe('options', () => {
  test('a given alpha is kept', () => {
    const fit = model('ses').fit(noisy(1), { season: 1, alpha: 0.25 });
    expect(fit.parameters['alpha']).toBe(0.25);
  });

  test('the estimated alpha is no worse than any other', () => {
    const values = noisy(2);
    const sum = (fit: Fitted) => fit.residuals.reduce((s, e) => s + e * e, 0);
    const best = sum(model('ses').fit(values, { season: 1 }));
    for (let alpha = 0.05; alpha < 1; alpha += 0.05) {
      expect(best).toBeLessThanOrEqual(
        sum(model('ses').fit(values, { season: 1, alpha })) * 1.000001
      );
    }
  });

  test('a damped trend flattens and its description says so', () => {
    const fit = model('holt').fit(noisy(4), { season: 1, damped: true });
    expect(fit.description).toBe('ETS(A,Ad,N)');
    const { yhat } = fit.forecast(200);
    expect(Math.abs(yhat[199]! - yhat[198]!)).toBeLessThan(Math.abs(yhat[1]! - yhat[0]!) + 1e-12);
  });

  test('a long season keeps decomposed states and still follows it', () => {
    const values = Float64Array.from(
      { length: 150 },
      (_, t) => 100 + 30 * Math.sin((2 * Math.PI * t) / 52)
    );
    const { yhat } = model('holt_winters').fit(values, { season: 52 }).forecast(52);
    const actual = yhat.map((_, h) => 100 + 30 * Math.sin((2 * Math.PI * (150 + h)) / 52));
    near(yhat, actual, 3);
  });

  test('a fit that goes on from an earlier one ends as well as a fresh one', () => {
    const values = noisy(9, 60);
    for (const name of ['ses', 'holt', 'holt_winters']) {
      const earlier = model(name).fit(values.subarray(0, 50), additive);
      const warm = model(name).fit(values, additive, earlier);
      const cold = model(name).fit(values, additive);
      expect(warm.logLikelihood).toBeGreaterThan(cold.logLikelihood - 0.5);
    }
  });
});
