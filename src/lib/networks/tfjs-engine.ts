import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type {
  NetworkEngine,
  NetworkProgress,
  NetworkSpec,
  NetworkTraining,
  TrainedNetwork
} from '#lib/analytics/forecast/network-engine.ts';
import { seeded } from '#lib/base/random.ts';
import { fail } from '#lib/problems/index.ts';
import { chooseBackend, type BackendName } from './backends.ts';

/** Time between two looks at the loss: reading it stalls a GPU, so it is not read at every step. */
const reportEveryMs = 40;

/**
 * An LSTM on TensorFlow.js layers: stacked LSTM layers (recurrent activation sigmoid, candidate and output
 * activation as asked), one dense head of horizon × outputs, Adam with gradients clipped to global norm 1,
 * mean squared or pinball loss. Our own training loop, because `fit` shuffles without a seed.
 * On the WASM and CPU backends the same seed gives the same parameters.
 */
export function createTfjsEngine(): NetworkEngine {
  return {
    async train(spec, data, onStep) {
      const backend = await chooseBackend(data.backend);
      const model = build(spec, data.seed);
      try {
        const { steps, loss } = await fit(model, spec, data, backend, onStep);
        return trained(model, spec, backend, steps, loss);
      } catch (error) {
        model.dispose();
        throw error;
      }
    }
  };
}

function build(spec: NetworkSpec, seed: number): layers.LayersModel {
  const features = spec.features ?? 1;
  const initializer = (n: number) => layers.initializers.glorotUniform({ seed: seed * 31 + n });
  const input = layers.input({ shape: [spec.window, features] });
  let output: layers.SymbolicTensor = input;
  for (let layer = 0; layer < spec.layers; layer++) {
    output = layers.layers
      .lstm({
        units: spec.hidden,
        activation: spec.activation,
        recurrentActivation: 'sigmoid',
        kernelInitializer: initializer(3 * layer),
        recurrentInitializer: initializer(3 * layer + 1),
        returnSequences: layer < spec.layers - 1
      })
      .apply(output) as layers.SymbolicTensor;
  }
  const units = spec.horizon * outputsOf(spec);
  const head = layers.layers.dense({ units, kernelInitializer: initializer(3 * spec.layers) });
  return layers.model({ inputs: input, outputs: head.apply(output) as layers.SymbolicTensor });
}

async function fit(
  model: layers.LayersModel,
  spec: NetworkSpec,
  data: NetworkTraining,
  backend: BackendName,
  onStep: (progress: NetworkProgress) => Promise<void>
): Promise<{ steps: number; loss: number }> {
  const features = spec.features ?? 1;
  const rowSize = spec.window * features;
  const rows = data.inputs.length / rowSize;
  const batchSize = Math.min(data.batchSize, rows);
  const stepsPerEpoch = Math.max(1, Math.floor(rows / batchSize));
  const passes = Math.ceil((data.mostSteps ?? Infinity) / stepsPerEpoch);
  const epochs = Math.min(data.epochs, passes);
  const steps = stepsPerEpoch * epochs;
  const variables = model.trainableWeights.map((weight) => weight.read() as unknown as tf.Variable);
  const optimizer = tf.train.adam(data.learningRate);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const random = seeded(data.seed, 'shuffle');
  const inputs = new Float32Array(batchSize * rowSize);
  const targets = new Float32Array(batchSize * spec.horizon);
  let step = 0;
  let loss = Number.NaN;
  let epochLoss = 0;
  let lastReport = performance.now();
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, random);
      epochLoss = 0;
      for (let batch = 0; batch < stepsPerEpoch; batch++) {
        gather(data.inputs, rowSize, order, batch * batchSize, batchSize, inputs);
        gather(data.targets, spec.horizon, order, batch * batchSize, batchSize, targets);
        const value = tf.tidy(() => {
          const x = tf.tensor3d(inputs, [batchSize, spec.window, features]);
          const y = tf.tensor2d(targets, [batchSize, spec.horizon]);
          return descend(optimizer, variables, () => lossOf(model, spec, x, y));
        });
        step++;
        const now = performance.now();
        const last = step === steps;
        if (backend !== 'webgpu' || last || now - lastReport > reportEveryMs) {
          loss = (await value.data())[0] ?? Number.NaN;
          if (!Number.isFinite(loss)) {
            throw fail('network.diverged', { step, rate: data.learningRate });
          }
          await onStep({ step, steps, epoch: epoch + 1, loss, backend });
          lastReport = performance.now();
        }
        epochLoss += loss;
        value.dispose();
      }
    }
  } finally {
    optimizer.dispose();
  }
  return { steps, loss: epochLoss / stepsPerEpoch };
}

/** One Adam step on gradients clipped to global norm 1; returns the loss before the step. */
function descend(
  optimizer: tf.Optimizer,
  variables: tf.Variable[],
  loss: () => tf.Scalar
): tf.Scalar {
  const { value, grads } = tf.variableGrads(loss, variables);
  const norm = tf.sqrt(tf.addN(Object.values(grads).map((g) => tf.sum(tf.square(g)))));
  const scale = tf.div(1, tf.maximum(norm, 1));
  const clipped = Object.fromEntries(
    Object.entries(grads).map(([name, gradient]) => [name, tf.mul(gradient, scale)])
  );
  optimizer.applyGradients(clipped);
  return value;
}

/** Mean squared error, or the pinball loss averaged over the quantiles (Koenker & Bassett 1978). */
function lossOf(
  model: layers.LayersModel,
  spec: NetworkSpec,
  x: tf.Tensor3D,
  y: tf.Tensor2D
): tf.Scalar {
  const out = model.apply(x, { training: true }) as tf.Tensor2D;
  if (spec.quantiles.length === 0) return tf.mean(tf.squaredDifference(out, y));
  const predicted = tf.reshape(out, [-1, spec.horizon, spec.quantiles.length]);
  const error = tf.sub(tf.expandDims(y, 2), predicted);
  const quantiles = tf.tensor1d([...spec.quantiles]);
  return tf.mean(tf.maximum(tf.mul(quantiles, error), tf.mul(tf.sub(quantiles, 1), error)));
}

function trained(
  model: layers.LayersModel,
  spec: NetworkSpec,
  backend: BackendName,
  steps: number,
  loss: number
): TrainedNetwork {
  const features = spec.features ?? 1;
  return {
    engine: `TensorFlow.js ${tf.version_core}, ${backend}`,
    backend,
    steps,
    loss,
    parameters: model.countParams(),
    async predict(inputs, rows) {
      const out = tf.tidy(() => {
        const x = tf.tensor3d(inputs, [rows, spec.window, features]);
        return model.predict(x, { batchSize: 256 }) as tf.Tensor2D;
      });
      const values = (await out.data()) as Float32Array;
      out.dispose();
      return values;
    },
    dispose: () => model.dispose()
  };
}

function outputsOf(spec: NetworkSpec): number {
  return Math.max(1, spec.quantiles.length);
}

/** Fisher and Yates. */
function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
}

function gather(
  source: Float32Array,
  size: number,
  order: Int32Array,
  from: number,
  count: number,
  into: Float32Array
): void {
  for (let i = 0; i < count; i++) {
    const row = order[from + i]!;
    into.set(source.subarray(row * size, (row + 1) * size), i * size);
  }
}
