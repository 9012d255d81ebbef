import { normalCdf, normalQuantile } from '#lib/analytics/stats/normal.ts';
import { show, type Judge, type Judged } from './judge.ts';
import { walkForward, type WalkForwardOptions } from './walk-forward.ts';

export const forecastThreshold = 3;

/** The threshold whose conformal band leaves `budget` rows a week outside. */
export function forecastBudget(budget: number, perWeek: number): number {
  return -normalQuantile(Math.min(1, budget / perWeek) / 2);
}

/**
 * How far each value is from what the rows before it foretold, in such units that the conformal band ends at
 * the threshold: score = threshold · error / half the width of the band.
 */
export async function forecastJudge(
  { name, values }: Judged,
  options: WalkForwardOptions
): Promise<Judge> {
  const { threshold } = options;
  const { expected, half } = await walkForward(values, options);
  const scores = values.map((value, t) => {
    const error = value - expected[t]!;
    return error === 0 && half[t]! >= 0 ? 0 : (Math.max(threshold, 1e-9) * error) / half[t]!;
  });
  const level = `${(100 * (1 - 2 * normalCdf(-threshold))).toPrecision(4)} %`;
  return {
    scores,
    twoSided: true,
    threshold,
    thresholdFor: () => threshold,
    column: () => 0,
    expected: (row) => expected[row]!,
    lo: (row) => expected[row]! - half[row]!,
    hi: (row) => expected[row]! + half[row]!,
    reason(row) {
      const [e, h, value] = [expected[row]!, half[row]!, values[row]!];
      const side = value > e ? 'above' : 'below';
      const times = (Math.abs(value - e) / h).toFixed(2);
      return `${name} is ${show(value)}, ${side} the band ${show(e - h)} to ${show(e + h)} that held ${level} of earlier errors: ${times} times its half width from the forecast ${show(e)}.`;
    }
  };
}
