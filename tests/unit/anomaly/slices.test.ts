import { describe, expect, test } from 'vitest';
import { Cancelled } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import { rowsPerSlice } from '#lib/analytics/anomaly/autoencoder.ts';
import { stl, stlInSlices } from '#lib/analytics/time/stl.ts';
import { trainAutoencoder } from '#lib/networks/tfjs-autoencoder.ts';

const draw = (count: number) => {
  const random = seeded(5);
  return Float32Array.from({ length: count }, () => 2 * random() - 1);
};

describe('STL in slices', () => {
  const values = Float64Array.from(draw(1500), (v, t) => v + 10 * Math.sin(t / 45));
  const options = { season: 96, window: 'periodic', robust: true } as const;

  test('is the same decomposition, with a checkpoint every million weights', async () => {
    let passed = 0;
    const sliced = await stlInSlices(values, options, async () => void passed++);
    const whole = stl(values, options);
    for (const part of ['trend', 'seasonal', 'remainder'] as const) {
      expect(Buffer.from(sliced[part].buffer).equals(Buffer.from(whole[part].buffer))).toBe(true);
    }
    // Sixteen passes of a trend over 145 rows and a low pass over 97.
    expect(passed).toBeGreaterThan((16 * 1500 * (145 + 97)) / 1.25e6);
  });

  test('stops at any of them', async () => {
    let left = 3;
    const work = stlInSlices(values, options, async () => {
      if (--left === 0) throw new Cancelled();
    });
    await expect(work).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('an autoencoder with large batches', () => {
  const spec = { inputs: 200, hidden: 128, code: 50 };
  const most = Math.floor(rowsPerSlice(spec) / 3);
  const train = (rows: Float32Array, onStep: Parameters<typeof trainAutoencoder>[2]) =>
    trainAutoencoder(
      spec,
      {
        rows,
        epochs: 3,
        batchSize: rows.length / spec.inputs,
        learningRate: 0.01,
        seed: 1,
        backend: 'cpu'
      },
      onStep
    );

  test('stops within its first step', async () => {
    const steps: number[] = [];
    const work = train(draw(30 * most * spec.inputs), async ({ step }) => {
      steps.push(step);
      throw new Cancelled();
    });
    await expect(work).rejects.toBeInstanceOf(Cancelled);
    expect(steps).toEqual([0]);
  });

  test('learns from a batch in parts what it learns from it as a whole', async () => {
    const rows = draw(most * spec.inputs);
    const twice = new Float32Array(2 * rows.length);
    twice.set(rows);
    twice.set(rows, rows.length);
    // The mean over every row twice is the mean over every row.
    const whole = await train(rows, async () => undefined);
    const parts = await train(twice, async () => undefined);
    expect(parts.loss).toBeCloseTo(whole.loss, 5);
    const [a, b] = [await whole.reconstruct(rows, most), await parts.reconstruct(rows, most)];
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-3));
  });
});
