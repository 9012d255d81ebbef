import type { DriftLook } from './drift.ts';
import type { DriftReport } from './report.ts';

/** Tests shown; the others are in NAME_drift. */
const most = 40;

/** What was tested, test by test, in order of time; the test that was ever furthest beyond its threshold first. */
export function driftReport(looks: readonly DriftLook[]): DriftReport[] {
  const tests = new Map<string, DriftReport & { looks: DriftReport['looks'][number][] }>();
  for (const { time, findings } of looks) {
    for (const { column, method, score, threshold, drifted, evidence } of findings) {
      const key = JSON.stringify([column, method, evidence.code]);
      const test = tests.get(key) ?? { column, method, code: evidence.code, looks: [] };
      tests.set(key, test);
      test.looks.push({ time, score, threshold, drifted, evidence });
    }
  }
  const reach = (test: DriftReport) =>
    Math.max(...test.looks.map(({ score, threshold }) => score / threshold || 0));
  return [...tests.values()].sort((a, b) => reach(b) - reach(a)).slice(0, most);
}
