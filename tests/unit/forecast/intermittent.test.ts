import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelNamed } from '#lib/analytics/forecast/models.ts';

const fit = (name: string, values: ArrayLike<number>) =>
  modelNamed(name)!.fit(Float64Array.from(values), { season: 1 });
const rate = (name: string, values: ArrayLike<number>) => fit(name, values).forecast(1).yhat[0]!;

/** The worked series: sizes 3, 5, 2 after intervals of 2, 3 and 1 rows. */
const worked = [0, 3, 0, 0, 5, 2, 0];
const size = 3 + 0.1 * (5 - 3) + 0.1 * (2 - 3.2);
const interval = 2 + 0.1 * (3 - 2) + 0.1 * (1 - 2.1);

describe('intermittent demand by hand', () => {
  test('croston is smoothed size over smoothed interval', () => {
    expect(rate('croston', worked)).toBeCloseTo(size / interval, 12);
    const { fitted } = fit('croston', worked);
    expect(fitted[1]).toBeNaN();
    expect(fitted[2]).toBeCloseTo(3 / 2, 12);
    expect(fitted[4]).toBeCloseTo(3 / 2, 12);
    expect(fitted[5]).toBeCloseTo(3.2 / 2.1, 12);
  });

  test('sba is that less its bias', () => {
    expect(rate('sba', worked)).toBeCloseTo((0.95 * size) / interval, 12);
  });

  test('tsb sinks while nothing is asked for', () => {
    const busy = [2, 2, 0, 2, 2, 0, 2, 2];
    const idle = [...busy, 0, 0, 0, 0, 0, 0];
    expect(rate('tsb', idle)).toBeLessThan(rate('tsb', busy));
    expect(rate('croston', idle)).toBe(rate('croston', busy));
  });

  test('adida shares the smoothed sum of a bucket out evenly', () => {
    const every = [0, 6, 0, 6, 0, 6, 0, 6];
    const found = fit('adida', every);
    expect(found.parameters['bucket']).toBe(2);
    expect(found.forecast(1).yhat[0]).toBeCloseTo(3, 12);
  });
});

describe('properties', () => {
  const demand = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 9), { minLength: 3, maxLength: 60 });
  const names = ['croston', 'sba', 'tsb', 'adida'];

  test('the rate is finite, never below zero nor above the largest demand, and flat', () => {
    fc.assert(
      fc.property(demand, fc.constantFrom(...names), (values, name) => {
        const { yhat, above } = fit(name, values).forecast(4);
        expect(yhat[0]).toBeGreaterThanOrEqual(0);
        expect(yhat[0]).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        expect(new Set(yhat).size).toBe(1);
        expect([...above].every(Number.isFinite)).toBe(true);
      })
    );
  });

  test('on dense demand croston is simple smoothing with its weight', () => {
    const dense = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), {
      minLength: 3,
      maxLength: 40
    });
    fc.assert(
      fc.property(dense, (values) => {
        const level = values.slice(1).reduce((l, v) => l + 0.1 * (v - l), values[0]!);
        expect(rate('croston', values)).toBeCloseTo(level, 9);
      })
    );
  });

  test('no demand at all is a rate of zero', () => {
    for (const name of names) expect(rate(name, [0, 0, 0, 0])).toBe(0);
  });
});
