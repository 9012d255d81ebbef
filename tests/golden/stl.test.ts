import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stl } from '#lib/analytics/time/stl.ts';
import golden from './stl.json' with { type: 'json' };

const folder = '../shared/data/classic-series/';

/** R's own components (stl.R; the version stands in the file). */
describe.skipIf(!existsSync(folder))(`stl against ${golden.made_with}`, () => {
  for (const fit of golden.fits) {
    test(`${fit.series}, window ${fit.window}${fit.robust ? ', robust' : ''}`, () => {
      const lines = readFileSync(`${folder}${fit.series}.csv`, 'utf8').trim().split('\n').slice(1);
      const values = Float64Array.from(lines, (line) => Number(line.split(',')[1]));
      const { season, robust } = fit;
      const window = fit.window === 'periodic' ? 'periodic' : Number(fit.window);
      const parts = stl(values, { season, window, robust });
      const size = Math.max(...values);
      fit.trend.forEach((value, t) => {
        expect(Math.abs(parts.trend[t]! - value)).toBeLessThan(1e-6 * size);
        expect(Math.abs(parts.seasonal[t]! - fit.seasonal[t]!)).toBeLessThan(1e-6 * size);
      });
    });
  }
});
