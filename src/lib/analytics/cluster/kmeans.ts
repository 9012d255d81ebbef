import type { Random } from '#lib/base/random.ts';
import { squaredDistance, takePoints, type Checkpoint, type Points } from './points.ts';

export interface KMeansOptions {
  readonly k: number;
  /** Starts from fresh seeds; the one of least inertia is kept. Default 10. */
  readonly restarts?: number;
  /** Passes over the points in one start. Default 100. */
  readonly passes?: number;
  readonly random: Random;
  readonly checkpoint: Checkpoint;
}

export interface KMeans {
  /** Row-major k × dimensions. Fewer than asked where there are fewer distinct points. */
  readonly centroids: Points;
  readonly labels: Int32Array;
  /** Points in each cluster. */
  readonly sizes: Int32Array;
  /** Sum of squared distances to the own centroid. */
  readonly inertia: number;
  /** Passes of the start that was kept. */
  readonly passes: number;
}

/**
 * Lloyd's k-means (1982) from k-means++ seeds (Arthur and Vassilvitskii 2007), several starts. A cluster that
 * runs empty takes the point farthest from its centroid. O(restarts · passes · n · k · d), n + k·d memory.
 * Assumes columns of comparable scale.
 */
export async function kmeans(points: Points, options: KMeansOptions): Promise<KMeans> {
  const { restarts = 10 } = options;
  let best: KMeans | null = null;
  for (let start = 0; start < restarts; start++) {
    await options.checkpoint(start / restarts);
    const found = await oneStart(points, options);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best ?? (await oneStart(points, options));
}

/** The nearest centroid to the point at `from` of `data`; the first of equals. O(k·d). */
export function nearestCentroid(data: Float64Array, from: number, centroids: Points): number {
  const { dimensions, count } = centroids;
  let label = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < count; c++) {
    const squared = squaredDistance(data, from, centroids.data, c * dimensions, dimensions);
    if (squared < least) {
      least = squared;
      label = c;
    }
  }
  return label;
}

async function oneStart(
  points: Points,
  { k, passes = 100, random, checkpoint }: KMeansOptions
): Promise<KMeans> {
  const { data, dimensions, count } = points;
  const centroids = seeds(points, k, random);
  const clusters = centroids.count;
  const labels = new Int32Array(count).fill(-1);
  const distances = new Float64Array(count);
  const sizes = new Int32Array(clusters);
  const sums = new Float64Array(clusters * dimensions);
  let pass = 0;
  let inertia = 0;
  for (let changed = true; pass < passes && changed; pass++) {
    await checkpoint();
    changed = false;
    inertia = 0;
    sizes.fill(0);
    sums.fill(0);
    for (let i = 0; i < count; i++) {
      const label = nearestCentroid(data, i * dimensions, centroids);
      const at = label * dimensions;
      const squared = squaredDistance(data, i * dimensions, centroids.data, at, dimensions);
      if (labels[i] !== label) changed = true;
      labels[i] = label;
      distances[i] = squared;
      inertia += squared;
      sizes[label]!++;
      for (let d = 0; d < dimensions; d++) sums[at + d]! += data[i * dimensions + d]!;
    }
    if (!changed) break;
    for (let c = 0; c < clusters; c++) {
      const at = c * dimensions;
      if (sizes[c] === 0) {
        const far = farthest(distances);
        distances[far] = 0;
        centroids.data.set(data.subarray(far * dimensions, (far + 1) * dimensions), at);
        continue;
      }
      for (let d = 0; d < dimensions; d++) centroids.data[at + d] = sums[at + d]! / sizes[c]!;
    }
  }
  return { centroids, labels, sizes, inertia, passes: pass };
}

/** k-means++: each further seed is a point drawn with the squared distance to the nearest seed as its weight. */
function seeds(points: Points, k: number, random: Random): Points {
  const { data, dimensions, count } = points;
  if (count === 0) return { data: new Float64Array(0), dimensions, count: 0 };
  const chosen = [Math.floor(random() * count)];
  const squared = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  while (chosen.length < Math.min(k, count)) {
    const from = chosen.at(-1)! * dimensions;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const distance = squaredDistance(data, i * dimensions, data, from, dimensions);
      if (distance < squared[i]!) squared[i] = distance;
      total += squared[i]!;
    }
    if (!(total > 0)) break;
    let left = random() * total;
    let next = 0;
    while (next < count - 1 && (left -= squared[next]!) > 0) next++;
    while (squared[next] === 0) next = (next + 1) % count;
    chosen.push(next);
  }
  return takePoints(points, chosen);
}

function farthest(distances: Float64Array): number {
  let at = 0;
  for (let i = 1; i < distances.length; i++) if (distances[i]! > distances[at]!) at = i;
  return at;
}
