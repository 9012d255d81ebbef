import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { firstParameters } from '#lib/networks/layout.ts';
import { initialState } from '#lib/networks/trainer.ts';
import { webgpuOffer } from '#lib/networks/webgpu-offer.ts';

export interface Shape {
  readonly steps: number;
  readonly features: number;
  readonly hidden: number;
  readonly batch: number;
  readonly layers: number;
  readonly outputs: number;
}

/**
 * Milliseconds of the fastest training step on WebGPU in alternating rounds: of our fused programs, and of tf.layers on
 * the same adapter.
 */
export async function fastestSteps(
  shape: Shape,
  rounds: number
): Promise<{ ours: number; theirs: number }> {
  const [own, peer] = [await ourStep(shape), await theirStep(shape)];
  // The first step compiles.
  await own();
  await peer();
  let [ours, theirs] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 4; i++) ours = Math.min(ours, await timed(own));
    theirs = Math.min(theirs, await timed(peer));
  }
  return { ours, theirs };
}

async function timed(step: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await step();
  return performance.now() - began;
}

async function ourStep(shape: Shape): Promise<() => Promise<unknown>> {
  const { batch, outputs } = shape;
  const net = { ...shape, sigmoid: false };
  const objective = { horizon: outputs, quantiles: [] };
  const trainer = await webgpuOffer().make({
    shape: net,
    objective,
    batch,
    clip: 1,
    ...dataOf(shape)
  });
  trainer.restore(initialState(firstParameters(net, 1)));
  const order = Int32Array.from({ length: batch }, (_, i) => i);
  return () => trainer.train(order, Float32Array.of(1e-3));
}

async function theirStep(shape: Shape): Promise<() => Promise<unknown>> {
  await tf.setBackend('webgpu');
  const model = layers.sequential();
  for (let layer = 0; layer < shape.layers; layer++) {
    const first = layer === 0 ? { inputShape: [shape.steps, shape.features] } : {};
    model.add(
      layers.layers.lstm({
        units: shape.hidden,
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'glorotUniform',
        returnSequences: layer < shape.layers - 1,
        ...first
      })
    );
  }
  model.add(layers.layers.dense({ units: shape.outputs }));
  const { inputs, targets } = dataOf(shape);
  const x = tf.tensor3d(inputs, [shape.batch, shape.steps, shape.features]);
  const y = tf.tensor2d(targets, [shape.batch, shape.outputs]);
  const optimizer = tf.train.adam(1e-3);
  return async () => {
    const loss = optimizer.minimize(
      () => tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor),
      true
    )!;
    await loss.data();
    loss.dispose();
  };
}

function dataOf({ steps, features, batch, outputs }: Shape) {
  const size = batch * steps * features;
  return {
    inputs: Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7)),
    targets: Float32Array.from({ length: batch * outputs }, (_, i) => Math.cos(i * 0.3))
  };
}
