import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forestJudge } from '#lib/analytics/anomaly/by-forest.ts';
import {
  averagePath,
  growForest,
  isolationScore,
  meanPath
} from '#lib/analytics/anomaly/isolation-forest.ts';
import { robustScale } from '#lib/analytics/anomaly/judge.ts';
import { tailScale } from '#lib/analytics/anomaly/tail-scale.ts';
import { pointsOf } from '#lib/analytics/cluster/points.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { seeded } from '#lib/base/random.ts';
import { nabHere, readNab } from '../../support/nab.ts';

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

describe('one column', () => {
  const judge = (values: Float64Array) =>
    forestJudge([{ name: 'x', values }], {
      trees: 100,
      sample: 256,
      window: 1,
      random: seeded(3),
      checkpoint
    });
  const flagged = async (values: Float64Array) =>
    [...(await judge(values)).scores.entries()].flatMap(([row, z]) => (z > 3.5 ? [row] : []));

  const random = seeded(9);
  const normal = () => normalQuantile(random() || 0.5);
  test.each<[string, () => number]>([
    ['normal', normal],
    ['uniform', random],
    ['exponential', () => -Math.log(1 - random())],
    ['lognormal', () => Math.exp(0.5 * normal())],
    ['two groups', () => normal() + (random() < 0.5 ? 8 : 0)]
  ])('%s: few ordinary rows are odd, and all that are planted', async (_, draw) => {
    const values = Float64Array.from({ length: 2000 }, draw);
    expect((await flagged(values)).length).toBeLessThan(0.035 * 2000);
    const size = Math.max(...values.map(Math.abs));
    [5, 500, 1500].forEach((row, i) => (values[row] = size * (3 + i)));
    expect(await flagged(values)).toEqual(expect.arrayContaining([5, 500, 1500]));
  });

  test('its unit is never under that of the robust z, and thresholds go back to raw scores', () => {
    const list = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(list, (values) => {
        const raw = Float64Array.from(values, (v) => v ** 3);
        const [tail, robust] = [tailScale(raw), robustScale(raw)];
        tail.scores.forEach((z, i) => {
          expect(Math.abs(z)).toBeLessThanOrEqual(Math.abs(robust.scores[i]!) + 1e-12);
          const off = Math.abs(tail.raw(z) - raw[i]!);
          if (z !== 0) expect(off).toBeLessThanOrEqual(1e-9 * Math.max(...raw.map(Math.abs)));
        });
      })
    );
  });

  test.skipIf(!nabHere)(
    'on labelled series a third of the alarms, at better precision',
    async () => {
      let [alarms, right, before, rightBefore] = [0, 0, 0, 0];
      const files = readNab().filter(({ values }) => values.length < 5000);
      const found = new Set<string>();
      for (const { name, values, windows } of files) {
        const { scores } = await judge(values);
        const inside = (row: number) => windows.findIndex(([from, to]) => row >= from && row <= to);
        const plain = robustScale(scores).scores;
        scores.forEach((z, row) => {
          const window = inside(row);
          if (plain[row]! > 3.5) before++;
          if (plain[row]! > 3.5 && window >= 0) rightBefore++;
          if (z <= 3.5) return;
          alarms++;
          if (window < 0) return;
          right++;
          found.add(`${name} ${window}`);
        });
      }
      expect(alarms).toBeLessThan(before / 3);
      expect(right / alarms).toBeGreaterThan(rightBefore / before);
      expect(found.size).toBe(13);
    }
  );
});
