import { KdTree } from './kd-tree.ts';
import type { Checkpoint, Points } from './points.ts';

export interface DbscanOptions {
  /** Radius of a neighbourhood, inclusive. */
  readonly eps: number;
  /** Points that a neighbourhood must hold, the point itself included, for it to be a core point. */
  readonly minPoints: number;
  readonly checkpoint: Checkpoint;
}

export interface Dbscan {
  /** Cluster of each point, numbered from 0 in the order of their first core point; −1 is noise. */
  readonly labels: Int32Array;
  /** 1 where the point is a core point. */
  readonly core: Uint8Array;
  readonly clusters: number;
  readonly tree: KdTree;
}

const rowsPerCheckpoint = 1024;

/**
 * DBSCAN (Ester et al. 1996) on a k-d tree. A point within `eps` of a core point is a member, never noise; a
 * border point of several clusters belongs to the one found first. About O(n log n) plus the size of the
 * neighbourhoods in few dimensions, O(n²) at worst.
 */
export async function dbscan(points: Points, options: DbscanOptions): Promise<Dbscan> {
  const { eps, minPoints, checkpoint } = options;
  const { data, dimensions, count } = points;
  const tree = new KdTree(points);
  const core = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (i % rowsPerCheckpoint === 0) await checkpoint(i / count / 3);
    let near = 0;
    tree.within(data, i * dimensions, eps, () => ++near >= minPoints);
    if (near >= minPoints) core[i] = 1;
  }
  const labels = new Int32Array(count).fill(-1);
  const queue = new Int32Array(count);
  let clusters = 0;
  let visited = 0;
  for (let i = 0; i < count; i++) {
    if (core[i] === 0 || labels[i] !== -1) continue;
    const label = clusters++;
    let end = 0;
    const reach = (point: number): undefined => {
      if (labels[point] !== -1) return;
      labels[point] = label;
      if (core[point]) queue[end++] = point;
    };
    reach(i);
    for (let at = 0; at < end; at++) {
      if (visited++ % rowsPerCheckpoint === 0) await checkpoint((1 + visited / count) / 3);
      tree.within(data, queue[at]! * dimensions, eps, reach);
    }
  }
  return { labels, core, clusters, tree };
}
