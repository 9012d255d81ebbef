import { describe, expect, test } from 'vitest';
import type { NetworkSpec, NetworkTraining } from '#lib/analytics/forecast/network-engine.ts';
import { createTfjsEngine } from '#lib/networks/tfjs-engine.ts';
import { seeded } from '#lib/base/random.ts';

const spec: NetworkSpec = {
  window: 8,
  horizon: 2,
  hidden: 8,
  layers: 1,
  activation: 'tanh',
  quantiles: []
};

/** Sine windows: the next two values follow from the last eight. */
function sine(rows: number): Pick<NetworkTraining, 'inputs' | 'targets'> {
  const random = seeded(3);
  const inputs = new Float32Array(rows * spec.window);
  const targets = new Float32Array(rows * spec.horizon);
  for (let row = 0; row < rows; row++) {
    const phase = random() * 2 * Math.PI;
    for (let t = 0; t < spec.window; t++) inputs[row * spec.window + t] = Math.sin(phase + t * 0.7);
    for (let h = 0; h < spec.horizon; h++) {
      targets[row * spec.horizon + h] = Math.sin(phase + (spec.window + h) * 0.7);
    }
  }
  return { inputs, targets };
}

const training: NetworkTraining = {
  ...sine(128),
  epochs: 20,
  batchSize: 32,
  learningRate: 0.02,
  seed: 7,
  backend: 'cpu'
};

describe('the TensorFlow.js engine', () => {
  test('learns a sine and predicts it on windows it has not seen', async () => {
    const losses: number[] = [];
    const network = await createTfjsEngine().train(spec, training, async (p) => {
      losses.push(p.loss);
    });
    const unseen = sine(16);
    const predicted = await network.predict(unseen.inputs, 16);
    const worst = Math.max(...predicted.map((v, i) => Math.abs(v - unseen.targets[i]!)));
    expect(losses).toHaveLength(80);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 20);
    expect(worst).toBeLessThan(0.4);
    expect(network.engine).toMatch(/^TensorFlow\.js 4\.22\.0, cpu$/);
    network.dispose();
  });

  test('the same seed gives the same forecasts, another seed others', async () => {
    const once = await run({ ...training, epochs: 1 });
    const again = await run({ ...training, epochs: 1 });
    const other = await run({ ...training, epochs: 1, seed: 8 });
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test('quantile outputs are ordered on average', async () => {
    const network = await createTfjsEngine().train(
      { ...spec, quantiles: [0.1, 0.5, 0.9] },
      training,
      async () => undefined
    );
    const out = await network.predict(training.inputs, 128);
    const mean = (q: number) =>
      out.filter((_, i) => i % 3 === q).reduce((a, b) => a + b, 0) / (128 * 2);
    expect(mean(0)).toBeLessThan(mean(1));
    expect(mean(1)).toBeLessThan(mean(2));
  });

  test('a loss that is no number is a problem, not a forecast', async () => {
    const inputs = training.inputs.slice();
    inputs[0] = Number.NaN;
    await expect(run({ ...training, inputs })).rejects.toMatchObject({
      problem: { code: 'network.diverged' }
    });
  });

  test('what onStep throws stops the training', async () => {
    const stop = new Error('stop');
    await expect(createTfjsEngine().train(spec, training, () => Promise.reject(stop))).rejects.toBe(
      stop
    );
  });
});

async function run(data: NetworkTraining): Promise<number[]> {
  const network = await createTfjsEngine().train(spec, data, async () => undefined);
  const out = await network.predict(data.inputs, data.inputs.length / spec.window);
  network.dispose();
  return [...out];
}
