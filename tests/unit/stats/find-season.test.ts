import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { commonSeason, findSeason } from '#lib/analytics/time/find-season.ts';

/** Sums of twelve uniform numbers less six: close to normal. */
function noise(rows: number, seed: number): Float64Array {
  const uniform = seeded(seed);
  return Float64Array.from({ length: rows }, () =>
    Array.from({ length: 12 }, uniform).reduce((sum, u) => sum + u, -6)
  );
}

describe('the season found', () => {
  test('is that of a wave on a line, whatever its length, level and slope', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 36 }),
        fc.integer({ min: 10, max: 13 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.integer({ min: 1, max: 1000 }),
        (season, times, slope, seed) => {
          const values = noise(season * times, seed).map(
            (e, t) => 50 + slope * t + 0.2 * e + 20 * ((t % season < season / 2 ? 1 : 0) - 0.5)
          );
          expect(findSeason(values)).toBe(season);
        }
      ),
      { numRuns: 60 }
    );
  });

  test('is that of a slow wave in noise, which differences would drown, beside a longer one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 1200 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 1000 }),
        (rows, level, seed) => {
          const wave = (t: number, season: number) => Math.sin((2 * Math.PI * t) / season);
          const values = noise(rows, seed).map(
            (e, t) => 100 + 20 * wave(t, 24) + 10 * wave(t, 168) + level * e
          );
          expect(findSeason(values)).toBe(24);
        }
      ),
      { numRuns: 60 }
    );
  });

  test('is none in a line, whatever rounding leaves over', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.integer({ min: 3, max: 400 }),
        (start, slope, rows) => {
          const line = Float64Array.from({ length: rows }, (_, t) => start + slope * t);
          expect(findSeason(line)).toBe(1);
        }
      )
    );
  });

  test('is seldom one in noise, or in a random walk', () => {
    let [alone, walked] = [0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const values = noise(100, seed);
      let level = 0;
      if (findSeason(values) > 1) alone++;
      if (findSeason(values.map((e) => (level += e))) > 1) walked++;
    }
    expect(alone).toBeLessThanOrEqual(10);
    expect(walked).toBeLessThanOrEqual(10);
  });

  test('is none in what is short, constant or a straight line', () => {
    for (const values of [[], [1], [1, 2, 1, 2, 1], new Array<number>(40).fill(3)]) {
      expect(findSeason(Float64Array.from(values))).toBe(1);
    }
    expect(findSeason(Float64Array.from({ length: 80 }, (_, t) => 2 * t))).toBe(1);
  });

  test('counts for all where half of the series have it', () => {
    expect(commonSeason([12, 12, 1, 4])).toBe(12);
    expect(commonSeason([12, 4, 1, 7])).toBe(1);
    expect(commonSeason([])).toBe(1);
  });
});
