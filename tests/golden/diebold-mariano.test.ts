import { describe, expect, test } from 'vitest';
import { dieboldMariano } from '#lib/analytics/loop/diebold-mariano.ts';
import { studentTail } from '#lib/analytics/stats/student-t.ts';
import golden from './diebold-mariano.json' with { type: 'json' };

const near = (ours: number, theirs: number) =>
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-11 * Math.abs(theirs) + 1e-14);

/** R's own numbers (diebold-mariano.R). */
describe(`paired losses against ${golden.made_with}`, () => {
  for (const theirs of golden.cases) {
    test(theirs.case, () => {
      const loss = (e: number) => Math.abs(e) ** theirs.power;
      const differences = theirs.e1.map((e, t) => loss(e) - loss(theirs.e2[t]!));
      const ours = dieboldMariano(differences, theirs.h);
      near(ours.statistic, theirs.statistic);
      near(ours.p, theirs.p);
    });
  }

  test("the tail of Student's t", () => {
    for (const { t, freedom, tail } of golden.tails) near(studentTail(t, freedom), tail);
  });
});
