import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { leastSquares } from '#lib/analytics/stats/least-squares.ts';
import { seeded } from '#lib/base/random.ts';

const regression = modelNamed('regression')!;
const finite = (values: Float64Array) => values.every((v) => Number.isFinite(v));

function random(seed: number, n: number, scale = 1): Float64Array {
  const next = seeded(seed);
  return Float64Array.from({ length: n }, () => scale * (next() - 0.5));
}

describe('least squares', () => {
  test('leaves residuals that no column explains', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 6 }), (seed, p) => {
        const n = 20;
        const columns = Array.from({ length: p }, (_, k) => random(seed * 7 + k, n, 10 ** k));
        const y = random(seed * 7 + 6, n, 100);
        const fit = leastSquares(columns, y);
        const left = y.map(
          (v, t) =>
            v - fit.intercept - columns.reduce((s, c, k) => s + fit.coefficients[k]! * c[t]!, 0)
        );
        expect(Math.abs(left.reduce((a, b) => a + b, 0))).toBeLessThan(1e-9);
        for (const [k, column] of columns.entries()) {
          const dot = left.reduce((sum, v, t) => sum + v * column[t]!, 0);
          expect(Math.abs(dot)).toBeLessThan(1e-9 * 10 ** k);
        }
        const squares = left.reduce((sum, v) => sum + v * v, 0);
        expect(fit.residualSquares).toBeCloseTo(squares, 6);
      }),
      { numRuns: 50 }
    );
  });

  test('shares the effect of columns that say the same, and gives a constant none', () => {
    const x = random(1, 30);
    const y = x.map((v) => 3 + 4 * v);
    const fit = leastSquares([x, x, new Float64Array(30).fill(5)], y);
    expect(fit.ridge).toBe(true);
    expect(fit.coefficients[0]).toBeCloseTo(2, 4);
    expect(fit.coefficients[1]).toBeCloseTo(2, 4);
    expect(fit.coefficients[2]).toBe(0);
    expect(fit.errors[2]).toBeNaN();
  });
});

describe('regression', () => {
  const n = 60;
  const price = random(5, n + 12, 4).map((v) => 20 + v);
  const promotion = price.map((_, t) => (t % 7 === 3 ? 1 : 0));
  const noise = random(6, n + 12);
  const truth = price.map((p, t) => 200 + 0.5 * t - 6 * p + 30 * promotion[t]! + noise[t]!);
  const options = {
    season: 1,
    regressors: { names: ['price', 'promotion'], columns: [price, promotion] }
  };

  test('finds the effects and carries the plan into the rows to come', () => {
    const fit = regression.fit(truth.subarray(0, n), options);
    const { standardErrors: errors, parameters } = fit;
    expect(Math.abs(parameters['price']! + 6)).toBeLessThan(3 * errors!['price']!);
    expect(Math.abs(parameters['promotion']! - 30)).toBeLessThan(3 * errors!['promotion']!);
    const ahead = fit.forecast(12);
    ahead.yhat.forEach((v, h) => expect(Math.abs(v - truth[n + h]!)).toBeLessThan(1.5));
  });

  test('reads no value after its rows, and no regressor after its horizon', () => {
    const fit = regression.fit(truth.subarray(0, n), options).forecast(5);
    const columns = options.regressors.columns.map((c) => c.slice(0, n + 5));
    const cut = { season: 1, regressors: { names: options.regressors.names, columns } };
    expect(regression.fit(truth.slice(0, n), cut).forecast(5)).toEqual(fit);
  });

  test('stands any finite series: forecasts, bands and parameters are finite', () => {
    const series = fc.oneof(
      fc.array(fc.constantFrom(0, 0, 0, 1, 7), { minLength: 6, maxLength: 40 }),
      fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 6, maxLength: 40 }),
      fc.array(fc.double({ min: 0, max: 1e-9, noNaN: true }), { minLength: 6, maxLength: 40 }),
      fc.integer({ min: 6, max: 60 }).map((length) => new Array<number>(length).fill(5)),
      fc.integer({ min: 6, max: 60 }).map((length) => Array.from({ length }, (_, t) => 2 ** t))
    );
    fc.assert(
      fc.property(series, fc.constantFrom(1, 2, 4, 7, 24), (values, season) => {
        const start = Date.UTC(2024, 0, 1);
        const times = Float64Array.from({ length: 80 }, (_, t) => start + t * 86_400_000);
        const fit = regression.fit(Float64Array.from(values), { season, times });
        const { yhat, below, above } = fit.forecast(9);
        expect(finite(yhat) && finite(below) && finite(above)).toBe(true);
        expect(Object.values(fit.parameters).every(Number.isFinite)).toBe(true);
        expect(below.every((v) => v >= 0)).toBe(true);
      }),
      { numRuns: 200 }
    );
  });

  test('lags that feed on themselves are dropped', () => {
    const doubling = Float64Array.from({ length: 20 }, (_, t) => 1.5 ** t);
    const fit = regression.fit(doubling, { season: 1, lags: [1] });
    expect(fit.description).toBe('Regression(trend)');
  });
});
