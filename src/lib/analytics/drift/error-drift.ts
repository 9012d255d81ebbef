import { adwin } from '#lib/analytics/stream/detectors/adwin.ts';
import { pageHinkley } from '#lib/analytics/stream/detectors/page-hinkley.ts';
import type { Method } from '#lib/analytics/stream/detectors/stream-detector.ts';
import { mean } from '#lib/analytics/stats/descriptive.ts';
import type { DriftFinding } from './findings.ts';
import { trackingSignal } from './tracking-signal.ts';

const plain = { history: 0, season: 0, slide: Number.NaN, seed: 0 } as const;
const methods = { adwin, page_hinkley: pageHinkley } as const;

/**
 * Whether a forecast has become worse: its errors (actual − forecast, oldest first) of the time before, and the recent
 * ones. ADWIN and Page–Hinkley, as in the cell `monitor`, look for a change of the mean of the errors (bias) and for
 * growth of the mean of the roots of their sizes (accuracy; the root makes sizes nearly symmetric, as the tests have it).
 * They learn the time before and tell what they find in the recent part, by chance with probability `alpha` each.
 * Errors that become smaller are no finding. Trigg's signal looks at bias in the recent part alone. The
 * errors of several series belong on one scale. NaN is left out. O(n log n).
 */
export function errorDrift(
  column: string,
  reference: Float64Array,
  recent: Float64Array,
  { alpha, smoothing }: { readonly alpha: number; readonly smoothing: number }
): DriftFinding[] {
  const before = reference.filter(Number.isFinite);
  const now = recent.filter(Number.isFinite);
  const size = { before: mean(before.map(Math.abs)), now: mean(now.map(Math.abs)) };
  const level = { before: mean(before), now: mean(now) };
  const root = (e: number) => Math.sqrt(Math.abs(e));
  const falseAlarms = alpha / Math.max(1, now.length);
  const changes = Object.entries(methods).flatMap(([name, method]): DriftFinding[] => {
    const about = { subject: 'error', column, method: name as keyof typeof methods } as const;
    const rows = now.length;
    const bias = changeIn(method, before, now, falseAlarms);
    const growth = changeIn(method, before.map(root), now.map(root), falseAlarms);
    return [
      {
        ...about,
        score: bias.either,
        threshold: bias.limit,
        drifted: bias.either >= bias.limit,
        evidence: { code: 'error-moved', ...level, rows }
      },
      {
        ...about,
        score: growth.up,
        threshold: growth.limit,
        drifted: growth.up >= growth.limit,
        evidence: { code: 'error-grew', ...size, rows }
      }
    ];
  });
  const signal = trackingSignal(now, { alpha: smoothing, usual: size.before });
  const score = Math.abs(signal.smoothed);
  const biased: DriftFinding = {
    subject: 'error',
    column,
    method: 'tracking_signal',
    score,
    threshold: signal.limit,
    drifted: score >= signal.limit,
    evidence: {
      code: 'biased',
      now: signal.meanError,
      cumulative: signal.cumulative,
      rows: signal.errors
    }
  };
  return [...changes, biased];
}

/** The greatest score upwards, and on either side, in the recent part, and the limit they are held to. */
function changeIn(
  method: Method,
  before: Float64Array,
  now: Float64Array,
  falseAlarms: number
): { readonly up: number; readonly either: number; readonly limit: number } {
  const detector = method.make({ ...plain, falseAlarms });
  const limit = detector.limitFor(falseAlarms);
  let [up, either] = [0, 0];
  const judge = (value: number, t: number, counts: boolean) => {
    const score = detector.update(t, value, limit)?.score ?? 0;
    if (counts) {
      up = Math.max(up, score);
      either = Math.max(either, Math.abs(score));
    }
    if (Math.abs(score) > limit) detector.told?.();
  };
  before.forEach((value, t) => judge(value, t, false));
  now.forEach((value, t) => judge(value, before.length + t, true));
  return { up, either, limit };
}
