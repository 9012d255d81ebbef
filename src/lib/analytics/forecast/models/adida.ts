import { intervalOfDemand } from '#lib/analytics/time/demand-class.ts';
import { flatFitted, type DemandRate } from '../intermittent/flat.ts';
import type { Model } from '../model.ts';

const weights = [0.05, 0.1, 0.2, 0.3, 0.5];

/**
 * ADIDA (Nikolopoulos, Syntetos, Boylan, Petropoulos and Assimakopoulos 2011, Journal of the Operational
 * Research Society 62): rows are added up in buckets as long as the mean interval between demands, the newest
 * bucket ending with the last row; buckets are smoothed simply, with the weight of five that has the least
 * squared errors, and a bucket's forecast is shared out evenly. O(n).
 */
export const adida: Model = {
  name: 'adida',
  seasonal: false,
  needs: () => 3,
  fit(values) {
    const n = values.length;
    const bucket = Math.max(1, Math.min(Math.round(intervalOfDemand(values)), Math.floor(n / 2)));
    const first = n % bucket;
    const sums = new Float64Array((n - first) / bucket);
    for (let t = first; t < n; t++) sums[Math.floor((t - first) / bucket)]! += values[t]!;
    const smoothed = weights
      .map((alpha) => smoothBuckets(sums, alpha))
      .reduce((a, b) => (b.squares < a.squares ? b : a));
    const before = values.map((_, t) => {
      const at = t < first ? 0 : Math.floor((t - first) / bucket);
      return at === 0 ? Number.NaN : smoothed.before[at]! / bucket;
    });
    const rate: DemandRate = {
      before,
      after: smoothed.after / bucket,
      weight: smoothed.alpha / bucket
    };
    return flatFitted(values, rate, `ADIDA [${bucket}]`, {
      alpha: smoothed.alpha,
      bucket,
      rate: rate.after
    });
  }
};

/** Simple smoothing from the first bucket on; the squares are those of the one-step errors. */
function smoothBuckets(sums: Float64Array, alpha: number) {
  const before = new Float64Array(sums.length);
  let level = sums[0]!;
  let squares = 0;
  for (let i = 0; i < sums.length; i++) {
    before[i] = level;
    const error = sums[i]! - level;
    squares += error * error;
    level += alpha * error;
  }
  return { alpha, before, after: level, squares };
}
