import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {
  rowsPerSlice,
  type AutoencoderSpec,
  type AutoencoderTraining,
  type TrainAutoencoder,
  type TrainedAutoencoder
} from '#lib/analytics/anomaly/autoencoder.ts';
import { seeded } from '#lib/base/random.ts';
import { fail } from '#lib/problems/index.ts';
import { chooseBackend } from './backends.ts';

/** Time between two looks at the loss: reading it stalls a GPU, so it is not read at every step. */
const reportEveryMs = 40;

/**
 * A dense autoencoder on TensorFlow.js layers: tanh in the hidden layers, a linear code and linear outputs,
 * mean squared error, Adam. Our own training loop, because `fit` shuffles without a seed; the gradients of large
 * batches are added up part by part, so that a stop gets through.
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
  spec: AutoencoderSpec,
  { rows, epochs, batchSize, learningRate, seed }: AutoencoderTraining,
  onStep: (at: { step: number; steps: number; epoch: number; loss: number }) => Promise<void>
): Promise<{ steps: number; loss: number }> {
  const { inputs } = spec;
  const most = Math.max(1, Math.floor(rowsPerSlice(spec) / 3));
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
    const epoch = Math.floor(step / perEpoch) + 1;
    let sum: Gradients | null = null;
    try {
      for (let row = 0; row < size; row += most) {
        const to = Math.min(size, row + most);
        sum = added(
          sum,
          gradientsOf(model, variables, batch.subarray(row * inputs, to * inputs), size)
        );
        const last = step === steps - 1 && to === size;
        if (!last && performance.now() - reported <= reportEveryMs) continue;
        loss = ((await sum.value.data())[0]! * size) / to;
        if (!Number.isFinite(loss)) {
          throw fail('network.diverged', { step: step + 1, rate: learningRate });
        }
        await onStep({ step: to === size ? step + 1 : step, steps, epoch, loss });
        reported = performance.now();
      }
      optimizer.applyGradients(sum!.grads);
    } finally {
      if (sum) tf.dispose([sum.value, sum.grads]);
    }
  }
  return { steps, loss };
}

interface Gradients {
  readonly value: tf.Scalar;
  readonly grads: tf.NamedTensorMap;
}

/** What `rows` put into the loss of a batch of `size`, and its gradients. */
function gradientsOf(
  model: layers.LayersModel,
  variables: tf.Variable[],
  rows: Float32Array,
  size: number
): Gradients {
  const [, inputs = 1] = model.inputs[0]!.shape as number[];
  return tf.tidy(() => {
    const x = tf.tensor2d(rows, [rows.length / inputs, inputs]);
    const { value, grads } = tf.variableGrads(() => {
      const out = model.apply(x, { training: true }) as tf.Tensor2D;
      return tf.div(tf.sum(tf.squaredDifference(out, x)), size * inputs);
    }, variables);
    return { value, grads };
  });
}

function added(sum: Gradients | null, more: Gradients): Gradients {
  if (!sum) return more;
  const total = tf.tidy(() => ({
    value: tf.add<tf.Scalar>(sum.value, more.value),
    grads: Object.fromEntries(
      Object.entries(sum.grads).map(([name, g]) => [name, tf.add(g, more.grads[name]!)])
    )
  }));
  tf.dispose([sum.value, sum.grads, more.value, more.grads]);
  return total;
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
