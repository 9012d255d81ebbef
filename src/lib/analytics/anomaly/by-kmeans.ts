import type { Random } from '#lib/base/random.ts';
import { kmeans, nearestCentroid } from '#lib/analytics/cluster/kmeans.ts';
import { takePoints, type Checkpoint, type Points } from '#lib/analytics/cluster/points.ts';
import { fromWindows, nearbyJudge } from './nearby.ts';
import { standardColumn, standardised, windowsOf } from './features.ts';
import type { Judge, Judged } from './judge.ts';
import { sampleRows } from './sample.ts';

export interface KMeansJudging {
  readonly k: number;
  readonly restarts: number;
  /** Rows in a window of one column; 1 = the rows as they are. */
  readonly window: number;
  readonly random: Random;
  readonly checkpoint: Checkpoint;
}

/** Rows that the centroids are found on; more are only assigned. */
const mostFitted = 20_000;
/** A cluster with a smaller share of the rows is not what is ordinary. */
const leastShare = 0.03;
const mostRounds = 2;

/**
 * Distance to the nearest centroid of a cluster that is not small. Outliers alone would make clusters of their
 * own and be at distance 0 from them, so clusters of one row or of under 3 % of the rows do not count (the
 * small clusters of He, Xu and Deng 2003); the others are found again without their rows. Centroids are found on at most 20,000 rows drawn at random.
 */
export async function kmeansJudge(
  columns: readonly Judged[],
  judging: KMeansJudging
): Promise<Judge> {
  const features = standardised(columns);
  const { window } = judging;
  const what = 'the nearest cluster centre';
  const same = { raw: (distance: number) => distance, reach: (raw: number) => raw };
  if (window === 1) {
    const { centroids, labels } = await assigned(features.points, judging);
    const d = features.points.dimensions;
    return nearbyJudge(features, {
      what,
      reference: (point, c) => centroids.data[labels[point]! * d + c]!,
      ...same
    });
  }
  const { points, starts } = windowsOf(standardColumn(features), window);
  const { centroids, labels } = await assigned(points, judging);
  const back = fromWindows(
    features,
    window,
    starts,
    (i, place) => centroids.data[labels[i]! * window + place]!
  );
  return nearbyJudge(back.features, {
    what,
    reference: (point) => back.means[point]!,
    ...same
  });
}

async function assigned(
  points: Points,
  { k, restarts, random, checkpoint }: KMeansJudging
): Promise<{ centroids: Points; labels: Int32Array }> {
  const fitted = takePoints(points, sampleRows(points.count, mostFitted, random));
  const centroids = await ordinaryCentres(fitted, { k, restarts, random, checkpoint });
  const labels = new Int32Array(points.count);
  for (let i = 0; i < points.count; i++) {
    if (i % 65_536 === 0) await checkpoint();
    labels[i] = nearestCentroid(points.data, i * points.dimensions, centroids);
  }
  return { centroids, labels };
}

/** The centres of large clusters, found once more on their rows alone where small ones turned up. */
async function ordinaryCentres(
  points: Points,
  options: Parameters<typeof kmeans>[1]
): Promise<Points> {
  const least = leastShare * points.count;
  let rest = points;
  let centres: Points | null = null;
  for (let round = 0; round < mostRounds; round++) {
    const { centroids, labels, sizes } = await kmeans(rest, options);
    const large = sizes.map((size) => (size > 1 && size >= least ? 1 : 0));
    if (!large.includes(1)) return centres ?? centroids;
    const kept = Int32Array.from(large.keys()).filter((c) => large[c] === 1);
    centres = takePoints(centroids, kept);
    if (kept.length === sizes.length) break;
    const rows = Int32Array.from(labels.keys()).filter((i) => large[labels[i]!] === 1);
    rest = takePoints(rest, rows);
  }
  return centres ?? takePoints(points, []);
}
