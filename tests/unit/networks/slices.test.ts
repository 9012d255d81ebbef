import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import type { Kernels } from '#lib/networks/kernels.ts';
import { firstParameters } from '#lib/networks/layout.ts';
import { processorTrainer } from '#lib/networks/processor-trainer.ts';
import { referenceKernels } from '#lib/networks/reference-kernels.ts';
import { SlicedKernels } from '#lib/networks/slices.ts';
import { initialState } from '#lib/networks/trainer.ts';
import { wasmKernels } from '#lib/networks/wasm-kernels.ts';
import { atOnce, roundRobin, taskOf } from './lstm-support.ts';

/** Twice the work of a slice. */
const most = 1 << 25;

const makers: readonly (readonly [string, () => Promise<Kernels>])[] = [
  ['WASM', wasmKernels],
  ['TypeScript', async () => referenceKernels('float32')]
];

/** Equal element by element; `toEqual` takes minutes on so many. */
function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) return false;
  return a.length === b.length;
}

function filled(kernels: Kernels, count: number, seed: number): number {
  const at = kernels.alloc(count);
  const random = seeded(seed);
  const view = kernels.view(at, count);
  for (let i = 0; i < count; i++) view[i] = 2 * random() - 1;
  return at;
}

/** The same kernels, which note the multiply-adds of each product. */
function noting(kernels: Kernels, work: number[]): Kernels {
  return {
    ...kernels,
    gemm(...call) {
      work.push(call[3] * call[4] * call[5]);
      kernels.gemm(...call);
    }
  };
}

describe.each(makers)('slices on %s', (_, make) => {
  test('of a product give its bytes, whatever its sizes and strides', async () => {
    const sizes = fc.record({
      m: fc.integer({ min: 1, max: 11 }),
      n: fc.constantFrom(1, 7, 64, 2048),
      k: fc.constantFrom(1, 5, 128, 300, 2600),
      turned: fc.boolean(),
      add: fc.constantFrom(0 as const, 1 as const)
    });
    type Sizes = typeof sizes extends fc.Arbitrary<infer T> ? T : never;
    const check = async ({ m, n, k, turned, add }: Sizes) => {
      const kernels = await make();
      const [a, b, c, d] = [m * k, k * n, m * n, m * n].map((count, i) =>
        filled(kernels, count, Math.min(i, 2))
      ) as [number, number, number, number];
      const strides: [number, number] = turned ? [1, m] : [k, 1];
      kernels.gemm(c, a, b, m, n, k, ...strides, n, n, add);
      const work: number[] = [];
      atOnce(
        new SlicedKernels(noting(kernels, work)).gemm(d, a, b, m, n, k, ...strides, n, n, add)
      );
      expect(same(kernels.view(d, m * n), kernels.view(c, m * n))).toBe(true);
      expect(Math.max(...work)).toBeLessThanOrEqual(most);
      if (m * n * k > 2 * most) expect(work.length).toBeGreaterThan(2);
    };
    await fc.assert(fc.asyncProperty(sizes, check), {
      numRuns: 8,
      examples: [
        [{ m: 6, n: 2048, k: 4400, turned: true, add: 1 }],
        [{ m: 6, n: 2048, k: 2600, turned: false, add: 0 }]
      ]
    });
  });

  test('of sums over rows give their bytes', async () => {
    const kernels = await make();
    const [rows, columns] = [5000, 1030];
    const from = filled(kernels, rows * columns, 1);
    const [whole, cut] = [filled(kernels, columns, 2), filled(kernels, columns, 2)];
    kernels.addColumns(whole, from, rows, columns);
    atOnce(new SlicedKernels(kernels).addColumns(cut, from, rows, columns));
    expect(same(kernels.view(cut, columns), kernels.view(whole, columns))).toBe(true);
    const row = kernels.view(whole, columns).slice();
    atOnce(new SlicedKernels(kernels).fillRows(from, row, rows));
    for (const r of [0, 1, 4999]) {
      expect(same(kernels.view(from + r * columns * kernels.unit, columns), row)).toBe(true);
    }
  });
});

test('a large step takes breaths, a small one none, to the same bytes', async () => {
  const odd = { steps: 4, features: 3, layers: 2, horizon: 2, quantiles: [0.5] };
  const breathsOf = async (hidden: number, batch: number) => {
    const task = taskOf({ ...odd, hidden, batch });
    const states = [];
    let breaths = 0;
    for (const breathe of [undefined, () => void breaths++]) {
      const trainer = processorTrainer('wasm', await wasmKernels(), task);
      trainer.restore(initialState(firstParameters(task.shape, 1)));
      await trainer.train(roundRobin(task, 1), Float32Array.of(0.01), breathe);
      states.push(await trainer.state());
    }
    const [once, again] = [states[0]!, states[1]!];
    expect(same(again.parameters, once.parameters)).toBe(true);
    expect(same(again.square, once.square)).toBe(true);
    return breaths;
  };
  expect(await breathsOf(16, 8)).toBe(0);
  expect(await breathsOf(256, 48)).toBeGreaterThan(10);
});
