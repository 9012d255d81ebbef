import { dbscan, type Dbscan } from '#lib/analytics/cluster/dbscan.ts';
import { KdTree } from '#lib/analytics/cluster/kd-tree.ts';
import type { Checkpoint, Points } from '#lib/analytics/cluster/points.ts';
import { median, medianAbsoluteDeviation } from '#lib/analytics/stats/descriptive.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { standardised } from './features.ts';
import type { Judge, Judged } from './judge.ts';
import { nearbyJudge } from './nearby.ts';

export interface DbscanJudging {
  /** Radius of a neighbourhood in standard deviations; read off the rows when absent. */
  readonly eps: number | undefined;
  /** Twice the dimensions, at least 5, when absent (Sander et al. 1998). */
  readonly minPoints: number | undefined;
  readonly checkpoint: Checkpoint;
}

const mostMeasured = 2000;

/**
 * Distance to the nearest core point in units of eps for noise, 0 for members of a cluster, so that a border
 * point is never an anomaly.
 */
export async function dbscanJudge(
  columns: readonly Judged[],
  { eps, minPoints, checkpoint }: DbscanJudging
): Promise<Judge> {
  const features = standardised(columns);
  const { points } = features;
  const least = minPoints ?? Math.max(5, 2 * points.dimensions);
  const radius = eps ?? (await readOffRadius(points, least, checkpoint));
  const found = await dbscan(points, { eps: radius, minPoints: least, checkpoint });
  const near = await nearestCore(points, found, checkpoint);
  return nearbyJudge(features, {
    what: 'the nearest dense place',
    reference: (point, c) => points.data[near[point]! * points.dimensions + c]!,
    raw: (distance) => (distance <= radius * (1 + 1e-12) ? 0 : distance / radius),
    reach: (raw) => radius * Math.max(1, raw)
  });
}

/** For each point the nearest core point; the point itself where there is none at all. */
async function nearestCore(
  { data, dimensions, count }: Points,
  { core, tree, clusters }: Dbscan,
  checkpoint: Checkpoint
): Promise<Int32Array> {
  const out = Int32Array.from({ length: count }, (_, i) => i);
  if (clusters === 0) return out;
  for (let i = 0; i < count; i++) {
    if (i % 1024 === 0) await checkpoint((2 + i / count) / 3);
    if (core[i]) continue;
    out[i] = tree.nearest(data, i * dimensions, 1, (point) => core[point] === 1).points[0]!;
  }
  return out;
}

/**
 * The radius that all but the outlying rows have `minPoints` neighbours in: three robust deviations above the
 * median of the logarithm of the distance to the minPoints-th nearest, over at most 2,000 rows.
 */
async function readOffRadius(
  points: Points,
  minPoints: number,
  checkpoint: Checkpoint
): Promise<number> {
  const { data, dimensions, count } = points;
  const tree = new KdTree(points);
  const stride = Math.max(1, Math.ceil(count / mostMeasured));
  const logs: number[] = [];
  for (let i = 0; i < count; i += stride) {
    if (logs.length % 256 === 0) await checkpoint();
    const squared = tree.nearest(data, i * dimensions, Math.min(minPoints, count)).squared.at(-1)!;
    if (squared > 0) logs.push(Math.log(squared) / 2);
  }
  if (logs.length === 0) return 1;
  const centre = median(logs);
  const deviation = medianAbsoluteDeviation(logs, centre) / normalQuantile(0.75);
  return Math.exp(centre + 3 * Math.max(deviation, 0.1));
}
