import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type {
  AutoencoderSpec,
  AutoencoderTraining,
  TrainAutoencoder,
  TrainedAutoencoder
} from '#lib/analytics/anomaly/autoencoder.ts';
import { seeded } from '#lib/base/random.ts';
import { fail } from '#lib/problems/index.ts';
import { chooseBackend } from './backends.ts';

/** Time between two looks at the loss: reading it stalls a GPU, so it is not read at every step. */
const reportEveryMs = 40;

/**
 * A dense autoencoder on TensorFlow.js layers: tanh in the hidden layers, a linear code and linear outputs,
 * mean squared error, Adam. Our own training loop, because `fit` shuffles without a seed.
 */
export const trainAutoencoder: TrainAutoencoder = async (spec, training, onStep) => {
  const backend = await chooseBackend(training.backend);
  const model = build(spec, training.seed);
  const optimizer = tf.train.adam(training.learningRate);
  try {
    const { steps, loss } = await descend(model, optimizer, spec, training, (at) =>
      onStep({ ...at, backend })
    );
    return trained(model, spec, `TensorFlow.js ${tf.version_core}, ${backend}`, steps, loss);
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    optimizer.dispose();
  }
};

function build({ inputs, hidden, code }: AutoencoderSpec, seed: number): layers.LayersModel {
  const input = layers.input({ shape: [inputs] });
  const widths = [hidden, code, hidden, inputs];
  const output = widths.reduce<layers.SymbolicTensor>((from, units, i) => {
    const kernelInitializer = layers.initializers.glorotUniform({ seed: seed * 31 + i });
    const activation = i % 2 === 0 ? 'tanh' : 'linear';
    const dense = layers.layers.dense({ units, activation, kernelInitializer });
    return dense.apply(from) as layers.SymbolicTensor;
  }, input);
  return layers.model({ inputs: input, outputs: output });
}

async function descend(
  model: layers.LayersModel,
  optimizer: tf.Optimizer,
  { inputs }: AutoencoderSpec,
  { rows, epochs, batchSize, learningRate, seed }: AutoencoderTraining,
  onStep: (at: { step: number; steps: number; epoch: number; loss: number }) => Promise<void>
): Promise<{ steps: number; loss: number }> {
  const count = rows.length / inputs;
  const size = Math.min(batchSize, count);
  const perEpoch = Math.max(1, Math.floor(count / size));
  const steps = perEpoch * epochs;
  const variables = model.trainableWeights.map((weight) => weight.read() as unknown as tf.Variable);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const random = seeded(seed, 'shuffle');
  const batch = new Float32Array(size * inputs);
  let loss = Number.NaN;
  let reported = performance.now();
  for (let step = 0; step < steps; step++) {
    if (step % perEpoch === 0) shuffle(order, random);
    const from = (step % perEpoch) * size;
    for (let i = 0; i < size; i++) {
      const row = order[from + i]! * inputs;
      batch.set(rows.subarray(row, row + inputs), i * inputs);
    }
    const value = tf.tidy(() => {
      const x = tf.tensor2d(batch, [size, inputs]);
      return optimizer.minimize(
        () => tf.mean(tf.squaredDifference(model.apply(x, { training: true }) as tf.Tensor2D, x)),
        true,
        variables
      )!;
    });
    if (step === steps - 1 || performance.now() - reported > reportEveryMs) {
      loss = (await value.data())[0] ?? Number.NaN;
      if (!Number.isFinite(loss)) {
        throw fail('network.diverged', { step: step + 1, rate: learningRate });
      }
      const epoch = Math.floor(step / perEpoch) + 1;
      await onStep({ step: step + 1, steps, epoch, loss });
      reported = performance.now();
    }
    value.dispose();
  }
  return { steps, loss };
}

function trained(
  model: layers.LayersModel,
  { inputs }: AutoencoderSpec,
  engine: string,
  steps: number,
  loss: number
): TrainedAutoencoder {
  return {
    engine,
    steps,
    loss,
    async reconstruct(rows, count) {
      const out = tf.tidy(
        () => model.predict(tf.tensor2d(rows, [count, inputs]), { batchSize: 1024 }) as tf.Tensor2D
      );
      const values = (await out.data()) as Float32Array;
      out.dispose();
      return values;
    },
    dispose: () => model.dispose()
  };
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
