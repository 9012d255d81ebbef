import { describe, expect, test } from 'vitest';
import { diagnose } from '#lib/analytics/forecast/diagnostics.ts';
import { chiSquareTail } from '#lib/analytics/stats/chi-square.ts';
import golden from './diagnostics.json' with { type: 'json' };

/** R's Box.test and jarque.bera.test give one less the distribution function: absolute digits only. */
const near = (ours: number, theirs: number, unit = 1e-3) =>
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-9 * Math.abs(theirs) + 1e-12 * unit);

/** R's own numbers (diagnostics.R). */
describe(`residual checks against ${golden.made_with}`, () => {
  for (const theirs of golden.cases) {
    test(theirs.case, () => {
      const ours = diagnose(Float64Array.from(theirs.residuals), theirs.season, theirs.weights);
      expect(ours.lags).toBe(theirs.lags);
      expect(ours.degrees).toBe(theirs.degrees);
      theirs.acf.forEach((r, i) => near(ours.acf[i]!, r, 1));
      near(ours.ljungBox, theirs.ljung_box);
      near(ours.ljungBoxP, theirs.ljung_box_p);
      near(ours.jarqueBera, theirs.jarque_bera);
      near(ours.jarqueBeraP, theirs.jarque_bera_p);
      near(ours.mean, theirs.mean, theirs.mean_error);
      near(ours.meanError, theirs.mean_error);
    });
  }

  test('the tail of chi-square', () => {
    for (const { x, degrees, tail } of golden.tails) near(chiSquareTail(x, degrees), tail, 0);
  });
});
