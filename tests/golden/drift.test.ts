import { describe, expect, test } from 'vitest';
import { kolmogorovSmirnov } from '#lib/analytics/drift/kolmogorov-smirnov.ts';
import { numericStability } from '#lib/analytics/drift/population-stability.ts';
import golden from './drift.json' with { type: 'json' };

/** R gives a chance as one less the distribution function: absolute digits only. */
const near = (ours: number, theirs: number) =>
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-9 * Math.abs(theirs) + 1e-13);

/** R's own numbers (drift.R). */
describe(`measures of drift against ${golden.made_with}`, () => {
  for (const theirs of golden.tests) {
    test(`Kolmogorov–Smirnov: ${theirs.case}`, () => {
      const ours = kolmogorovSmirnov([theirs.x].flat(), theirs.y);
      near(ours.distance, theirs.distance);
      near(ours.p, theirs.p);
      expect(ours.exact).toBe(theirs.exact);
    });
  }

  for (const theirs of golden.stabilities) {
    test(`population stability: ${theirs.case}`, () => {
      const { index } = numericStability(Float64Array.from(theirs.x), Float64Array.from(theirs.y));
      near(index, theirs.index);
    });
  }
});
