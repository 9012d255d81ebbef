import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBacktest, tryModel } from '#lib/analytics/forecast/backtest.ts';
import { scoreTrials } from '#lib/analytics/forecast/metrics.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { seeded } from '#lib/base/random.ts';

const regression = modelNamed('regression')!;
const season = 7;
const weekly = [0, 2, 3, 3, 6, 12, 9];

/** Daily demand: promotions sell more at weekends and only below a price, on a rising line. */
function promoted(seed: number, n: number) {
  const random = seeded(seed);
  const price = new Float64Array(n);
  const promotion = new Float64Array(n);
  const values = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    price[t] = 8 + Math.floor(4 * random());
    promotion[t] = random() < 0.25 ? 1 : 0;
    const weekend = t % season >= 5;
    const lift = promotion[t] && price[t]! <= 9 ? (weekend ? 40 : 15) : 0;
    values[t] = 60 + 0.1 * t - 3 * price[t]! + weekly[t % season]! + lift + 4 * (random() - 0.5);
  }
  return { values, regressors: { names: ['price', 'promotion'], columns: [price, promotion] } };
}

function mase(values: Float64Array, options: Parameters<typeof regression.fit>[1]): number {
  const plan = planBacktest(values.length, 100, { wanted: 4, step: 14, horizon: 14 });
  const { trials } = tryModel(regression, values, options, 1, plan);
  const plain = trials.map(({ origin, forecast: { yhat } }) => ({
    origin,
    yhat,
    lower: [],
    upper: []
  }));
  return scoreTrials(values, plain, [], season).mase;
}

describe('regression with trees', () => {
  test('beats linear where promotion, price and weekday work together, and keeps the trend', () => {
    for (const seed of [1, 2]) {
      const { values, regressors } = promoted(seed, 420);
      const known = { season, regressors };
      const linear = mase(values.subarray(0, 419), known);
      const trees = mase(values.subarray(0, 419), { ...known, trees: {} });
      expect(trees).toBeLessThan(0.4 * linear);
    }
  });

  test('is the line where there is nothing but a line', () => {
    const random = seeded(4);
    const values = Float64Array.from({ length: 80 }, (_, t) => 10 + 2 * t + 3 * (random() - 0.5));
    const { yhat } = regression.fit(values, { season: 1, trees: {} }).forecast(20);
    yhat.forEach((value, h) => expect(Math.abs(value - (10 + 2 * (80 + h)))).toBeLessThan(3));
  });

  test('says what each feature gave, and how many trees there are', () => {
    const { values, regressors } = promoted(5, 300);
    const fit = regression.fit(values.subarray(0, 280), {
      season,
      regressors,
      trees: {}
    });
    expect(fit.description).toMatch(
      /^Regression\(trend, price, promotion, season, left1, left7\) by \d+ trees$/
    );
    const gains = Object.entries(fit.parameters).filter(([name]) => name.startsWith('gain('));
    expect(gains.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(fit.parameters['gain(promotion)']).toBeGreaterThan(0.2);
    expect(fit.parameters['gain(left7)']).toBeLessThan(0.02);
    expect(fit.parameters['trend']).toBeCloseTo(0.1, 1);
  });

  test('with the absolute loss a few wild rows move nothing', () => {
    const { values, regressors } = promoted(6, 300);
    const wild = values.map((v, t) => (t % 19 === 4 ? v + 2000 : v));
    const ahead = (loss: 'squared' | 'absolute') => {
      const options = { season, regressors, trees: { loss } };
      const { yhat } = regression.fit(wild.subarray(0, 280), options).forecast(14);
      return yhat.reduce((sum, v, h) => sum + Math.abs(v - values[280 + h]!) / 14, 0);
    };
    expect(ahead('absolute')).toBeLessThan(0.35 * ahead('squared'));
  });

  test('any finite series gets finite forecasts, twice the same', () => {
    const series = fc.oneof(
      fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 6, maxLength: 40 }),
      fc.array(fc.constantFrom(0, 0, 7), { minLength: 6, maxLength: 40 }),
      fc.array(fc.constantFrom(1e-300, 1e300), { minLength: 6, maxLength: 30 })
    );
    fc.assert(
      fc.property(series, fc.constantFrom(1, 4, 12), (list, m) => {
        const values = Float64Array.from(list);
        const ahead = () => regression.fit(values, { season: m, trees: {} }).forecast(6);
        const { yhat, below } = ahead();
        expect([...yhat, ...below].every(Number.isFinite)).toBe(true);
        expect(ahead()).toEqual({ yhat, below, above: below });
      }),
      { numRuns: 20 }
    );
  });
});
