import { robustScale, robustThreshold, show, type Judge, type Judged } from './judge.ts';
import { novelty, type NoveltyOptions } from './novelty.ts';

/** Added before taking the logarithm: a thousandth of the range is as good as seen before. */
const floor = 1e-3;

/**
 * Robust z of the logarithm of the novelty, which has long tails. Rows in the shadow of a greater score keep a
 * score of at most 0: one incident, one anomaly. `expected` is the nearest value seen before.
 */
export async function noveltyJudge(
  { name, values }: Judged,
  options: NoveltyOptions
): Promise<Judge> {
  const found = await novelty(values, options);
  const robust = robustScale(found.raw.map((raw) => Math.log(floor + raw)));
  const scores = robust.scores.map((score, t) => (found.shadowed[t] ? Math.min(0, score) : score));
  const expected = (row: number) =>
    Number.isNaN(found.raw[row]!) ? Number.NaN : found.nearest[row]!;
  const half = (row: number, threshold: number) => {
    const limit = Math.exp(robust.raw(threshold)) - floor;
    return found.range[row]! * Math.max(0, limit - (found.raw[row]! - found.own[row]!));
  };
  return {
    scores,
    twoSided: false,
    threshold: robustThreshold,
    thresholdFor: (budget, perWeek) => robust.thresholdFor(budget, perWeek),
    column: () => 0,
    expected,
    lo: (row, threshold) => expected(row) - half(row, threshold),
    hi: (row, threshold) => expected(row) + half(row, threshold),
    reason(row) {
      const share = (100 * found.own[row]!).toFixed(1);
      const rest = found.raw[row]! - found.own[row]!;
      const season =
        rest > found.own[row]! ? ', and new above all for its place in the season' : '';
      return `${name} is ${show(values[row]!)}, ${share} % of the range so far away from ${show(expected(row))}, the nearest value seen before${season}: ${scores[row]!.toFixed(2)} robust standard deviations more novel than the median row.`;
    }
  };
}
