import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dbscan } from '#lib/analytics/cluster/dbscan.ts';
import { KdTree } from '#lib/analytics/cluster/kd-tree.ts';
import { kmeans } from '#lib/analytics/cluster/kmeans.ts';
import { pointsOf, squaredDistance, type Points } from '#lib/analytics/cluster/points.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { seeded, type Random } from '#lib/base/random.ts';

const checkpoint = async () => {};

const clouds = fc
  .record({
    dimensions: fc.integer({ min: 1, max: 4 }),
    numbers: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 4, maxLength: 240 })
  })
  .map(({ dimensions, numbers }): Points => {
    const whole = numbers.length - (numbers.length % dimensions);
    return pointsOf(Float64Array.from(numbers.slice(0, whole)), dimensions);
  })
  .filter(({ count }) => count > 0);

function squared({ data, dimensions }: Points, i: number, j: number): number {
  return squaredDistance(data, i * dimensions, data, j * dimensions, dimensions);
}

/** Normal clouds around `centres`, one after the other. */
function blobs(centres: readonly number[][], each: number, random: Random): Points {
  const numbers = centres.flatMap((centre) =>
    Array.from({ length: each }, () => centre.map((c) => c + normalQuantile(random() || 0.5)))
  );
  return pointsOf(Float64Array.from(numbers.flat()), centres[0]!.length);
}

describe('the k-d tree', () => {
  test('finds exactly the points within a radius, and the nearest', () => {
    fc.assert(
      fc.property(clouds, fc.integer({ min: 0, max: 8 }), (points, radius) => {
        const tree = new KdTree(points);
        const all = Array.from({ length: points.count }, (_, i) => i);
        const found: number[] = [];
        tree.within(points.data, 0, radius, (i) => void found.push(i));
        const near = all.filter((i) => squared(points, 0, i) <= radius * radius);
        expect(found.sort((a, b) => a - b)).toEqual(near);
        const k = Math.min(3, points.count);
        const best = all.map((i) => squared(points, 0, i)).sort((a, b) => a - b);
        expect(Array.from(tree.nearest(points.data, 0, k).squared)).toEqual(best.slice(0, k));
      })
    );
  });
});

describe('dbscan', () => {
  test('agrees with its definition, pair by pair', async () => {
    const eps = fc.integer({ min: 1, max: 5 });
    const minPoints = fc.integer({ min: 1, max: 6 });
    await fc.assert(
      fc.asyncProperty(clouds, eps, minPoints, async (points, radius, least) => {
        const found = await dbscan(points, { eps: radius, minPoints: least, checkpoint });
        const near = (i: number, j: number) => squared(points, i, j) <= radius * radius;
        const all = Array.from({ length: points.count }, (_, i) => i);
        const core = all.map((i) => all.filter((j) => near(i, j)).length >= least);
        expect(Array.from(found.core, Boolean)).toEqual(core);
        for (const i of all) {
          const cores = all.filter((j) => core[j] && near(i, j));
          if (cores.length === 0) expect(found.labels[i]).toBe(-1);
          else expect(cores.map((j) => found.labels[j])).toContain(found.labels[i]);
          if (!core[i]) continue;
          for (const j of cores) expect(found.labels[j]).toBe(found.labels[i]);
        }
        const reached = components(all, (i, j) => core[i]! && core[j]! && near(i, j));
        const pieces = new Set(all.filter((i) => core[i]).map((i) => reached[i]));
        expect(found.clusters).toBe(pieces.size);
      })
    );
  });

  test('two clouds and what lies between them (border points are members, REFERENCE.md, Behaviour)', async () => {
    const line = [0, 1, 2, 3, 4, 20, 21, 22, 23, 24, 12];
    const points = pointsOf(Float64Array.from(line), 1);
    const { labels, core } = await dbscan(points, { eps: 1, minPoints: 3, checkpoint });
    expect(Array.from(labels)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1]);
    expect(Array.from(core)).toEqual([0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0]);
  });
});

/** The least member of the connected piece of each point. */
function components(all: number[], joined: (i: number, j: number) => boolean): number[] {
  const piece = all.slice();
  for (let changed = true; changed;) {
    changed = false;
    for (const i of all) {
      for (const j of all) {
        if (!joined(i, j) || piece[j]! >= piece[i]!) continue;
        piece[i] = piece[j]!;
        changed = true;
      }
    }
  }
  return piece;
}

describe('k-means', () => {
  const centres = [
    [0, 0],
    [9, 0],
    [0, 9],
    [9, 9],
    [20, 4]
  ];

  test('inertia is within 0.1 % of the best of 10 × 10 restarts, whatever the seed (REFERENCE.md, Behaviour)', async () => {
    const points = blobs(centres, 80, seeded(1));
    const inertias: number[] = [];
    for (let seed = 0; seed < 10; seed++) {
      inertias.push((await kmeans(points, { k: 5, random: seeded(seed), checkpoint })).inertia);
    }
    const best = Math.min(...inertias);
    for (const inertia of inertias) expect(inertia).toBeLessThanOrEqual(1.001 * best);
    expect(best / points.count).toBeGreaterThan(1.7);
    expect(best / points.count).toBeLessThan(2.3);
  });

  test('each point has the nearest centroid, each centroid is the mean of its points', async () => {
    await fc.assert(
      fc.asyncProperty(clouds, fc.integer({ min: 1, max: 6 }), async (points, k) => {
        const { centroids, labels, sizes, inertia } = await kmeans(points, {
          k,
          restarts: 2,
          random: seeded(4),
          checkpoint
        });
        const { data, dimensions: d, count } = points;
        let sum = 0;
        for (let i = 0; i < count; i++) {
          const distances = Array.from({ length: centroids.count }, (_, c) =>
            squaredDistance(data, i * d, centroids.data, c * d, d)
          );
          expect(distances[labels[i]!]).toBeCloseTo(Math.min(...distances), 9);
          sum += distances[labels[i]!]!;
        }
        expect(inertia).toBeCloseTo(sum, 6);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(count);
        expect(centroids.count).toBeLessThanOrEqual(k);
        sizes.forEach((size, c) => {
          const own = Array.from({ length: count }, (_, i) => i).filter((i) => labels[i] === c);
          expect(size).toBeGreaterThan(0);
          const middle = own.reduce((s, i) => s + data[i * d]!, 0) / size;
          expect(centroids.data[c * d]).toBeCloseTo(middle, 9);
        });
      })
    );
  });

  test('100,000 rows of ten columns in eight clouds find them', async () => {
    const random = seeded(8);
    const wide = Array.from({ length: 8 }, (_, c) =>
      Array.from({ length: 10 }, (_, d) => 12 * ((c >> (d % 3)) & 1))
    );
    const points = blobs(wide, 12_500, random);
    const { inertia } = await kmeans(points, { k: 8, restarts: 3, random, checkpoint });
    expect(inertia / points.count).toBeCloseTo(10, 0);
  });
});
