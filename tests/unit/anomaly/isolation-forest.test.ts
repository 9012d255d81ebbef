import { describe, expect, test } from 'vitest';
import {
  averagePath,
  growForest,
  isolationScore,
  meanPath
} from '#lib/analytics/anomaly/isolation-forest.ts';
import { pointsOf } from '#lib/analytics/cluster/points.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { seeded } from '#lib/base/random.ts';

const checkpoint = async () => {};

describe('an isolation forest', () => {
  test('c(n) is the mean path of an unsuccessful search in a binary search tree (Liu, Ting and Zhou 2008)', () => {
    expect(averagePath(1)).toBe(0);
    expect(averagePath(2)).toBe(1);
    expect(averagePath(3)).toBeCloseTo(5 / 3, 12);
    // The paper's own approximation, ln(i) + 0.5772156649 for H(i).
    expect(averagePath(256)).toBeCloseTo(2 * (Math.log(255) + 0.5772156649) - 510 / 256, 2);
    expect(averagePath(100_000)).toBeCloseTo(
      2 * (Math.log(99_999) + 0.5772156649) - 199_998 / 1e5,
      4
    );
    const path = [0];
    for (let n = 1; n <= 600; n++) {
      // One node more on the way, then the left tree with its share of the n + 1 gaps, the mean over all roots.
      let sum = 0;
      for (let left = 0; left < n; left++) sum += ((left + 1) * path[left]!) / (n + 1);
      path[n] = 1 + (2 * sum) / n;
    }
    // n gaps of a tree with n − 1 keys.
    for (const n of [2, 3, 10, 256, 513, 600]) expect(averagePath(n)).toBeCloseTo(path[n - 1]!, 6);
  });

  test('planted outliers score highest, ordinary points about one half or less', async () => {
    const random = seeded(2);
    const planted = [
      [7, 7, 7],
      [-8, 0, 8],
      [0, 9, -6],
      [6, -7, 0]
    ];
    const cloud = Array.from({ length: 1996 * 3 }, () => normalQuantile(random() || 0.5));
    const points = pointsOf(Float64Array.from([...planted.flat(), ...cloud]), 3);
    const forest = await growForest(points, { trees: 100, sample: 256, random, checkpoint });
    const scores = Array.from({ length: points.count }, (_, i) =>
      isolationScore(meanPath(forest, points.data, i * 3), forest.sample)
    );
    const others = scores.slice(4);
    for (const score of scores.slice(0, 4)) expect(score).toBeGreaterThan(Math.max(...others));
    const mean = others.reduce((a, b) => a + b, 0) / others.length;
    expect(mean).toBeGreaterThan(0.35);
    expect(mean).toBeLessThan(0.5);
  });

  test('equal points, one point and no point', async () => {
    for (const numbers of [[3, 3, 3, 3], [3], []]) {
      const points = pointsOf(Float64Array.from(numbers), 1);
      const options = { trees: 10, sample: 256, random: seeded(1), checkpoint };
      const forest = await growForest(points, options);
      const path = meanPath(forest, Float64Array.of(3), 0);
      expect(isolationScore(path, forest.sample)).toBeCloseTo(0.5, 12);
    }
  });
});
