import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { autocorrelationWeights, diagnose } from '#lib/analytics/forecast/diagnostics.ts';
import { isClear, marginOf } from '#lib/analytics/forecast/margin.ts';

describe('residual checks', () => {
  test('white noise passes at about the stated rate', () => {
    const random = seeded(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let rejected = 0;
    for (let i = 0; i < 400; i++) {
      const { ljungBoxP } = diagnose(Float64Array.from({ length: 120 }, normal), 1, 0);
      if (ljungBoxP < 0.05) rejected++;
    }
    expect(rejected).toBeGreaterThan(6);
    expect(rejected).toBeLessThan(40);
  });

  test('only errors after the last missing one count, and scale changes nothing', () => {
    const errors = [3, -1, 2, -2, 1, 0, -3, 2, 1, -1, 2, -2, 4, -4, 1];
    const plain = diagnose(Float64Array.from(errors), 1, 1);
    const late = diagnose(Float64Array.from([Number.NaN, 9, Number.NaN, ...errors]), 1, 1);
    expect(late).toEqual(plain);
    for (const scale of [1e-200, 1e150]) {
      const { ljungBoxP, jarqueBeraP } = diagnose(
        Float64Array.from(errors, (e) => e * scale),
        1,
        1
      );
      expect(ljungBoxP).toBeCloseTo(plain.ljungBoxP, 9);
      expect(jarqueBeraP).toBeCloseTo(plain.jarqueBeraP, 9);
    }
  });

  test('constant, empty and single errors have no verdict', () => {
    for (const errors of [[], [1], [0, 0, 0, 0, 0, 0], [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]]) {
      const { ljungBoxP, jarqueBeraP } = diagnose(Float64Array.from(errors), 12, 2);
      expect([ljungBoxP, jarqueBeraP]).toEqual([Number.NaN, Number.NaN]);
    }
  });

  test('weights are those that fit autocorrelation', () => {
    expect(autocorrelationWeights({ ar1: 1, ma2: 1, sma1: 1, drift: 1, price: 1 })).toBe(3);
    expect(autocorrelationWeights({ alpha: 1, beta: 1, l0: 1, s1: 1 })).toBe(2);
    expect(autocorrelationWeights({ intercept: 1, trend: 1, lag1: 1, lag12: 1 })).toBe(2);
  });
});

describe('margins', () => {
  test('are paired, and clear only beyond two standard errors', () => {
    expect(marginOf([1, 2, 3], [2, 3, 4])).toEqual({ mean: 1, error: 0, trials: 3, better: 3 });
    const mixed = marginOf([1, 3, Number.NaN], [3, 1, 5])!;
    expect(mixed).toEqual({ mean: 0, error: 2, trials: 2, better: 1 });
    expect(isClear(mixed)).toBe(false);
    expect(isClear(marginOf([1, 1.1, 1], [2, 2, 2.1])!)).toBe(true);
    expect(isClear(marginOf([1], [2])!)).toBe(false);
    expect(marginOf([], [])).toBeNull();
  });
});
