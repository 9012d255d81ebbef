import { describe, expect, test } from 'vitest';
import type { NetworkSpec, NetworkTraining } from '#lib/analytics/forecast/network-engine.ts';
import { seeded } from '#lib/base/random.ts';
import { start } from '#lib/networks/backends.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';
import { firstParameters } from '#lib/networks/layout.ts';
import { numericFault } from '#lib/networks/numeric-check.ts';
import { createTfjsEngine } from '#lib/networks/tfjs-engine.ts';
import { tfjsTrainer } from '#lib/networks/tfjs-trainer.ts';
import { initialState } from '#lib/networks/trainer.ts';
import { oddShapes } from './lstm-shapes.ts';
import { roundRobin, taskOf } from './lstm-support.ts';

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
  epochs: 12,
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
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(network.steps).toBe(48);
    expect(worst).toBeLessThan(0.4);
    expect(network.engine).toMatch(/^TensorFlow\.js 4\.22\.0, cpu \(asked for\)$/);
    network.dispose();
  });

  test('the same seed gives the same forecasts, another seed others', async () => {
    const once = await run({ ...training, epochs: 1 });
    const again = await run({ ...training, epochs: 1 });
    const other = await run({ ...training, epochs: 1, seed: 8 });
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test('takes the steps of our own kernels: losses, gradients, weights after three', async () => {
    await start('cpu', false);
    const make = async (task: Parameters<typeof tfjsTrainer>[1]) => tfjsTrainer('cpu', task);
    for (const kind of [
      { layers: 1, sigmoid: false },
      { layers: 2, sigmoid: true }
    ]) {
      expect(await numericFault(make, kind)).toBeNull();
    }
  });

  test('goes on from a state as if it had not stopped', async () => {
    await start('cpu', false);
    const task = taskOf(oddShapes[0]!);
    const order = roundRobin(task, 4);
    const rates = new Float32Array(2).fill(0.01);
    const [first, second] = [order.subarray(0, 2 * task.batch), order.subarray(2 * task.batch)];
    const whole = tfjsTrainer('cpu', task);
    whole.restore(initialState(firstParameters(task.shape, 5)));
    await whole.train(first, rates);
    const halfway = await whole.state();
    await whole.train(second, rates);
    const resumed = tfjsTrainer('cpu', task);
    resumed.restore(halfway);
    await resumed.train(second, rates);
    expect(await resumed.state()).toEqual(await whole.state());
    whole.dispose();
    resumed.dispose();
  });

  test('forecasts what our own kernels forecast, and has weights and input gradients', async () => {
    const [ours, theirs] = [
      await createNetworkEngine().train(spec, { ...training, epochs: 3 }, async () => undefined),
      await createTfjsEngine().train(spec, { ...training, epochs: 3 }, async () => undefined)
    ];
    const [a, b] = [
      await ours.predict(training.inputs, 128),
      await theirs.predict(training.inputs, 128)
    ];
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-4));
    expect(theirs.weights).toHaveLength(ours.weights!.length);
    expect(Object.keys(theirs)).toContain('inputGradients');
  });

  test('trains for the seconds given in place of passes', async () => {
    const network = await createTfjsEngine().train(
      spec,
      { ...training, epochs: 1, seconds: 0.6 },
      async () => undefined
    );
    // One pass would be four steps.
    expect(network.steps).toBeGreaterThan(4);
  });

  test('with patience stops where held-out windows get no better, and keeps the best', async () => {
    // Held-out targets that are the mirror of what is learnt: every step makes them worse.
    const held = sine(16);
    const validation = { ...held, targets: held.targets.map((v) => -v), patience: 2 };
    const network = await createTfjsEngine().train(
      spec,
      { ...training, epochs: 40, validation },
      async () => undefined
    );
    expect(network.steps).toBeLessThan(40);
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
