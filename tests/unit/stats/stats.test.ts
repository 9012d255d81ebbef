import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autocorrelation } from '#lib/analytics/stats/autocorrelation.ts';
import { solveSymmetric } from '#lib/analytics/stats/cholesky.ts';
import {
  mean,
  median,
  medianAbsoluteDeviation,
  quantileSorted,
  sorted,
  standardDeviation
} from '#lib/analytics/stats/descriptive.ts';
import { nelderMead } from '#lib/analytics/stats/nelder-mead.ts';
import { normalCdf, normalQuantile } from '#lib/analytics/stats/normal.ts';
import { quasiNewton } from '#lib/analytics/stats/quasi-newton.ts';

const rosenbrock = (x: Float64Array) => (1 - x[0]!) ** 2 + 100 * (x[1]! - x[0]! ** 2) ** 2;

describe('descriptive figures', () => {
  test('mean and sample deviation of 1,0,1,1,0,1 (REFERENCE.md, Behaviour, the worked example)', () => {
    expect(mean([1, 0, 1, 1, 0, 1])).toBeCloseTo(0.6667, 4);
    expect(standardDeviation([1, 0, 1, 1, 0, 1])).toBeCloseTo(0.5164, 4);
  });

  test('type 7 quantiles as R gives them', () => {
    const ascending = sorted([7, 1, 3, 10, Number.NaN]);
    expect(quantileSorted(ascending, 0.25)).toBe(2.5);
    expect(quantileSorted(ascending, 0.5)).toBe(5);
    expect(quantileSorted(ascending, 0.9)).toBeCloseTo(9.1, 12);
  });

  test('median and its deviation', () => {
    expect(median([9, 1, 4])).toBe(4);
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9], 2)).toBe(1);
  });

  test('nothing gives NaN', () => {
    for (const figure of [mean([]), median([]), standardDeviation([3])]) expect(figure).toBeNaN();
  });
});

describe('the normal distribution', () => {
  test('known quantiles', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.9)).toBeCloseTo(1.2815515655446004, 12);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 9);
    expect(normalCdf(-6.361340902404056) / 1e-10).toBeCloseTo(1, 9);
  });

  test('quantile undoes distribution', () => {
    fc.assert(
      fc.property(fc.double({ min: -7, max: 5, noNaN: true }), (x) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 6);
      })
    );
  });
});

describe('searches for a minimum', () => {
  test('both find the valley of Rosenbrock', () => {
    const box = { lower: [-5, -5], upper: [5, 5] };
    const simplex = nelderMead(rosenbrock, [-1.2, 1], { edge: 0.5, ...box, maxEvaluations: 2000 });
    const newton = quasiNewton(rosenbrock, [-1.2, 1], { tolerance: 1e-12 });
    for (const { x } of [simplex, newton]) {
      expect(x[0]).toBeCloseTo(1, 2);
      expect(x[1]).toBeCloseTo(1, 2);
    }
  });

  test('the simplex stays in its box and finds a minimum on the wall', () => {
    const found = nelderMead((x) => (x[0]! - 3) ** 2 + x[1]! ** 2, [0.5, 0.5], {
      edge: 0.2,
      lower: [0, 0],
      upper: [1, 1]
    });
    expect(found.x[0]).toBeCloseTo(1, 3);
    expect(found.x[1]).toBeCloseTo(0, 3);
  });
});

test('a symmetric system is solved, and a direction without information is 0', () => {
  const x = solveSymmetric(Float64Array.of(4, 2, 2, 3), Float64Array.of(8, 7));
  expect(x[0]).toBeCloseTo(1.25, 12);
  expect(x[1]).toBeCloseTo(1.5, 12);
  const singular = solveSymmetric(Float64Array.of(1, 1, 1, 1), Float64Array.of(2, 2));
  expect([...singular]).toEqual([2, 0]);
});

test('autocorrelations as in R: acf(c(1,2,3,4,5,4,3,2))', () => {
  const r = autocorrelation(Float64Array.of(1, 2, 3, 4, 5, 4, 3, 2), 2);
  expect(r[0]).toBeCloseTo(0.5, 10);
  expect(r[1]).toBeCloseTo(-0.0833333333333, 10);
});
