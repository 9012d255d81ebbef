import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import { mstl } from '#lib/analytics/time/mstl.ts';
import golden from './mstl.json' with { type: 'json' };

const folder = '../shared/data/classic-series/';

function read(series: string): Float64Array {
  const lines = readFileSync(`${folder}${series}.csv`, 'utf8').trim().split('\n').slice(1);
  return Float64Array.from(lines, (line) => Number(line.split(',')[1]));
}

/** R's own components (mstl.R; the versions stand in the file). */
describe.skipIf(!existsSync(folder))(`mstl against ${golden.made_with}`, () => {
  for (const fit of golden.fits) {
    test(`${fit.series}${fit.robust ? ', robust' : ''}`, () => {
      const values = 'values' in fit ? Float64Array.from(fit.values) : read(fit.series);
      const parts = mstl(values, { seasons: fit.seasons, robust: fit.robust });
      expect(parts.seasons).toEqual(fit.seasons);
      const size = Math.max(...values);
      const near = (ours: Float64Array, theirs: readonly number[]) => {
        expect(ours.length).toBe(theirs.length);
        theirs.forEach((value, t) =>
          expect(Math.abs(ours[t]! - value)).toBeLessThan(1e-6 * size)
        );
      };
      near(parts.trend, fit.trend);
      near(parts.remainder, fit.remainder);
      fit.seasonals.forEach((seasonal, i) => near(parts.seasonals[i]!, seasonal));
    });
  }
});

test(`mstl_ets with two seasons forecasts what ${golden.made_with} does`, () => {
  const { description, mean } = golden.ahead;
  const values = Float64Array.from(golden.fits.find((fit) => 'values' in fit)!.values!);
  const fit = modelNamed('mstl_ets')!.fit(values, { season: 24, seasons: [24, 168] });
  expect(fit.description).toBe(`MSTL [24, 168] + ${description}`);
  const { yhat } = fit.forecast(mean.length);
  mean.forEach((value, h) => expect(Math.abs(yhat[h]! / value - 1)).toBeLessThan(1e-3));
  const { seasons, seasonal } = fit.components!;
  expect(seasons!.map(({ length }) => length)).toEqual([24, 168]);
  seasonal!.forEach((sum, t) =>
    expect(seasons![0]!.values[t]! + seasons![1]!.values[t]!).toBeCloseTo(sum, 6)
  );
});

describe('mstl', () => {
  const values = Float64Array.from({ length: 84 }, (_, t) => t + 5 * Math.sin(t) + (t % 7) ** 2);

  test('the parts add up to the series', () => {
    const { trend, seasonals, remainder } = mstl(values, { seasons: [7, 12, 7] });
    expect(seasonals).toHaveLength(2);
    values.forEach((value, t) => {
      const sum = trend[t]! + seasonals[0]![t]! + seasonals[1]![t]! + remainder[t]!;
      expect(sum).toBeCloseTo(value, 9);
    });
  });

  test('seasons that do not fit in twice are left out', () => {
    expect(mstl(values, { seasons: [1, 7, 52] }).seasons).toEqual([7]);
    const none = mstl(values, { seasons: [1, 50] });
    expect(none.seasons).toEqual([]);
    expect([...none.remainder]).toEqual([...values]);
  });
});
