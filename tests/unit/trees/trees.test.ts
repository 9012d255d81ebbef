import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { binColumns } from '#lib/analytics/trees/bins.ts';
import { boostTrees, predictTrees } from '#lib/analytics/trees/boost.ts';
import { growTree } from '#lib/analytics/trees/grow.ts';
import { quantileLossOf } from '#lib/analytics/trees/loss.ts';
import { leafOf } from '#lib/analytics/trees/tree.ts';

function noise(seed: number, n: number): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: n }, () => random() - 0.5);
}

const rowOf = (columns: readonly Float64Array[], i: number) => columns.map((column) => column[i]!);
const all = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

/** Least sum of squares of all ways to part the rows in two by one column, as a gain on no split. */
function exhaustiveGain(columns: readonly Float64Array[], y: Float64Array): number {
  const squares = (rows: readonly number[]) => {
    const mean = rows.reduce((sum, i) => sum + y[i]!, 0) / rows.length;
    return rows.reduce((sum, i) => sum + (y[i]! - mean) ** 2, 0);
  };
  const rows = [...y.keys()];
  const whole = squares(rows);
  let best = 0;
  for (const column of columns) {
    for (const cut of column) {
      const left = rows.filter((i) => column[i]! <= cut);
      const right = rows.filter((i) => column[i]! > cut);
      if (right.length > 0) best = Math.max(best, whole - squares(left) - squares(right));
    }
  }
  return best;
}

describe('a tree', () => {
  const stump = { maxLeaves: 2, maxDepth: 1, minRows: 1, l2: 0 };

  test('its first split is the best of all there are', () => {
    const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const columns = [Float64Array.from(a), Float64Array.from(b)];
        const y = Float64Array.from(c);
        const { tree } = growTree(binColumns(columns), all(12), y, [0, 1], stump);
        expect(tree.gain[0]).toBeCloseTo(exhaustiveGain(columns, y), 9);
      }),
      { numRuns: 200 }
    );
  });

  test('leaves say the mean of their rows, and rows find the leaf they grew in', () => {
    const columns = [noise(1, 80), noise(2, 80)];
    const y = columns[0]!.map((v, i) => (v > 0.1 ? 3 : 0) + columns[1]![i]!);
    const rules = { maxLeaves: 8, maxDepth: 5, minRows: 4, l2: 0 };
    const { tree, leaves } = growTree(binColumns(columns), all(80), y, [0, 1], rules);
    expect(leaves).toHaveLength(8);
    for (const { node, rows } of leaves) {
      expect(rows.length).toBeGreaterThanOrEqual(4);
      const mean = rows.reduce((sum, i) => sum + y[i]!, 0) / rows.length;
      expect(tree.value[node]).toBeCloseTo(mean, 9);
      for (const i of rows) expect(leafOf(tree, rowOf(columns, i))).toBe(node);
    }
  });

  test('missing values have a side of their own where that helps', () => {
    const column = Float64Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? Number.NaN : i));
    const y = column.map((v) => (Number.isNaN(v) ? 10 : 0));
    const { tree } = growTree(binColumns([column]), all(40), y, [0], stump);
    expect(tree.value[leafOf(tree, [Number.NaN])]).toBe(10);
    expect(tree.value[leafOf(tree, [-1e9])]).toBe(0);
  });
});

describe('bins', () => {
  test('hold about equally many rows where values are many, and every value its own where they are few', () => {
    const many = binColumns([noise(3, 10_000)], 50);
    const counts = new Int32Array(52);
    for (const bin of many.bins[0]!) counts[bin]! += 1;
    expect(many.edges[0]).toHaveLength(49);
    for (const count of counts.slice(1, 51)) expect(Math.abs(count - 200)).toBeLessThanOrEqual(1);
    expect([...binColumns([Float64Array.of(3, 1, 3, 2)]).bins[0]!]).toEqual([3, 1, 3, 2]);
  });
});

describe('boosted trees', () => {
  const n = 400;
  const columns = [noise(4, n), noise(5, n), noise(6, n)];
  const truth = (i: number) => Math.sin(6 * columns[0]![i]!) + (columns[1]![i]! > 0 ? 2 : 0);
  const y = Float64Array.from({ length: n }, (_, i) => truth(i));
  const rmse = (fit: ReturnType<typeof boostTrees>) =>
    Math.sqrt(
      y.reduce((sum, v, i) => sum + (v - predictTrees(fit, rowOf(columns, i))) ** 2, 0) / n
    );

  test('find an additive function, its columns and no others', () => {
    const fit = boostTrees(columns, y);
    expect(rmse(fit)).toBeLessThan(0.05);
    const [first, second, third] = fit.gains;
    expect(second).toBeGreaterThan(first!);
    expect(third).toBeLessThan(0.01 * first!);
  });

  test('the loss on what they learn from falls with every tree', () => {
    for (const loss of [undefined, quantileLossOf(0.5)]) {
      const { trainingLoss } = boostTrees(columns, y, { loss, trees: 100 });
      trainingLoss
        .slice(1)
        .forEach((v, i) => expect(v).toBeLessThanOrEqual(trainingLoss[i]! + 1e-12));
    }
  });

  test('say the same whatever rising function a column goes through', () => {
    const bent = columns.map((column) => column.map((v) => Math.exp(9 * v)));
    const plain = boostTrees(columns, y, { trees: 50 });
    const other = boostTrees(bent, y, { trees: 50 });
    for (let i = 0; i < n; i++) {
      expect(predictTrees(other, rowOf(bent, i))).toBe(predictTrees(plain, rowOf(columns, i)));
    }
  });

  test('a constant target has no trees, nor has noise with rows held back to tell', () => {
    const flat = boostTrees(columns, new Float64Array(n).fill(0.1));
    expect(flat.trees).toHaveLength(0);
    expect(predictTrees(flat, [0, 0, 0])).toBe(0.1);
    const heldBack = all(n).slice(300);
    const fit = boostTrees(columns, noise(7, n), { heldBack });
    expect(fit.trees.length).toBeLessThan(15);
    expect(Math.min(...fit.heldBackLoss)).toBe(fit.heldBackLoss[fit.trees.length]);
  });

  test('the pinball loss leaves the stated share below', () => {
    const errors = noise(8, 2000);
    const x = noise(9, 2000);
    const noisy = x.map((v, i) => (v > 0 ? 5 : 0) + (1 + (v > 0 ? 1 : 0)) * errors[i]!);
    const fit = boostTrees([x], noisy, { loss: quantileLossOf(0.9), trees: 60, maxLeaves: 3 });
    expect(predictTrees(fit, [-0.2])).toBeCloseTo(0.4, 1);
    expect(predictTrees(fit, [0.2])).toBeCloseTo(5.8, 1);
  });

  test('the same seed draws the same trees, another one others', () => {
    const draw = { rowShare: 0.5, featureShare: 0.67, trees: 20 };
    const once = boostTrees(columns, y, { ...draw, seed: 1 });
    expect(boostTrees(columns, y, { ...draw, seed: 1 })).toEqual(once);
    expect(boostTrees(columns, y, { ...draw, seed: 2 }).gains).not.toEqual(once.gains);
  });
});
