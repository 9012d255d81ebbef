import type { Checkpoint } from '#lib/analytics/cluster/points.ts';
import { stlInSlices } from '#lib/analytics/time/stl.ts';
import { detectors } from './detectors.ts';
import { robustScale, robustThreshold, show, type Judge, type Judged } from './judge.ts';

export interface SeasonalJudging {
  readonly season: number;
  /** Rows of the seasonal smoother, in seasons; 'periodic' keeps the season constant. */
  readonly window: number | 'periodic';
  readonly robust: boolean;
  readonly checkpoint: Checkpoint;
}

/**
 * Robust z of the remainder of an STL decomposition (Cleveland et al. 1990): expected = trend + seasonal.
 * Missing values are bridged by a line for the decomposition and not judged. Needs two seasons of values in
 * order of time, at equal steps.
 */
export async function seasonalJudge(
  { name, values }: Judged,
  { checkpoint, ...options }: SeasonalJudging
): Promise<Judge> {
  const parts = await stlInSlices(bridged(values), options, checkpoint);
  const remainder = values.map((value, t) => value - parts.trend[t]! - parts.seasonal[t]!);
  const detector = detectors.mad.learn(remainder);
  const robust = robustScale(remainder);
  const { scores } = robust;
  const base = (row: number) => parts.trend[row]! + parts.seasonal[row]!;
  const expected = (row: number) => base(row) + detector.expected;
  const lo = (row: number, threshold: number) => base(row) + detector.range(threshold).lo;
  const hi = (row: number, threshold: number) => base(row) + detector.range(threshold).hi;
  return {
    scores,
    twoSided: true,
    threshold: robustThreshold,
    thresholdFor: (budget, perWeek) => robust.thresholdFor(budget, perWeek),
    column: () => 0,
    expected,
    lo,
    hi,
    reason(row, threshold) {
      const side = scores[row]! > 0 ? 'above' : 'below';
      const season = parts.seasonal[row]!;
      const made = `trend ${show(parts.trend[row]!)} ${season < 0 ? '−' : '+'} season ${show(Math.abs(season))}`;
      return `${name} is ${show(values[row]!)}, ${side} the ordinary range ${show(lo(row, threshold))} to ${show(hi(row, threshold))}: ${Math.abs(scores[row]!).toFixed(2)} robust standard deviations of the remainder (${show(expected(row))} is expected: ${made}).`;
    }
  };
}

/** Missing values on a line between their neighbours, at the ends as the nearest; 0 where there is no value at all. */
export function bridged(values: Float64Array): Float64Array {
  const out = values.slice();
  let last = -1;
  for (let t = 0; t <= out.length; t++) {
    if (t < out.length && Number.isNaN(out[t]!)) continue;
    const from = last < 0 ? out[t] : out[last];
    const to = t < out.length ? out[t] : from;
    for (let i = last + 1; i < t; i++) {
      out[i] = (from ?? 0) + (((to ?? 0) - (from ?? 0)) * (i - last)) / (t - last);
    }
    last = t;
  }
  return out;
}
