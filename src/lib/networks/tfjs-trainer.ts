import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { BackendName } from './backends.ts';
import type { NetShape } from './layout.ts';
import type { Objective } from './loss.ts';
import type { Trainer, TrainerTask, TrainingState } from './trainer.ts';

/** Steps between two looks at the loss: reading it stalls a graphics card. */
const stepsPerLook = { webgpu: 8, wasm: 1, cpu: 1 } as const;

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-7];

/**
 * Trains on TensorFlow.js layers, which run on the backend that is set: stacked LSTM layers and a dense head,
 * Adam on gradients clipped to a global norm. Parameters lie in the order in which the model lists them, which is
 * that of layout.ts.
 */
export function tfjsTrainer(backend: BackendName, task: TrainerTask): Trainer {
  const { shape, objective, batch, clip } = task;
  const model = build(shape);
  const weights = model.trainableWeights.map((weight) => weight.read() as unknown as tf.Variable);
  const zeros = () => weights.map((w) => tf.tidy(() => tf.variable(tf.zerosLike(w), false)));
  const [mean, square] = [zeros(), zeros()];
  let last: tf.Tensor[] = [];
  let step = 0;

  /** One step; the loss and the norm of the gradients before it. */
  function descend(rows: Int32Array, rate: number): tf.Tensor1D {
    step++;
    return tf.tidy(() => {
      const [x, y] = batchOf(task, rows);
      const { value, grads } = tf.variableGrads(
        () => lossOf(model.apply(x, { training: true }) as tf.Tensor2D, y, objective),
        weights
      );
      const gradients = weights.map(({ name }) => grads[name]!);
      const squares = gradients.map((g) => tf.sum(tf.square(g)));
      const norm = tf.sqrt(tf.addN(squares));
      const scale = tf.div(clip, tf.maximum(norm, clip));
      const unbiased = rate / (1 - beta1 ** step);
      weights.forEach((weight, i) => {
        const g = tf.mul(gradients[i]!, scale);
        const m = tf.add(tf.mul(mean[i]!, beta1), tf.mul(g, 1 - beta1));
        const v = tf.add(tf.mul(square[i]!, beta2), tf.mul(tf.square(g), 1 - beta2));
        const size = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), epsilon);
        mean[i]!.assign(m);
        square[i]!.assign(v);
        weight.assign(tf.sub(weight, tf.mul(tf.div(m, size), unbiased)));
      });
      tf.dispose(last);
      last = gradients.map((g) => tf.keep(g));
      return tf.stack([value, norm]) as tf.Tensor1D;
    });
  }

  return {
    backend,
    chunk: stepsPerLook[backend],
    async train(order, rates) {
      const figures = [...rates].map((rate, i) =>
        descend(order.subarray(i * batch, (i + 1) * batch), rate)
      );
      const read = await vectorOf(figures);
      tf.dispose(figures);
      return {
        losses: Float64Array.from(rates, (_, i) => read[2 * i]!),
        norms: Float64Array.from(rates, (_, i) => read[2 * i + 1]!)
      };
    },
    gradients: () => vectorOf(last),
    async state() {
      const [parameters, means, squares] = [
        await vectorOf(weights),
        await vectorOf(mean),
        await vectorOf(square)
      ];
      return { step, parameters, mean: means, square: squares };
    },
    restore(state: TrainingState) {
      step = state.step;
      assign(weights, state.parameters);
      assign(mean, state.mean);
      assign(square, state.square);
    },
    dispose() {
      tf.dispose([...mean, ...square, ...last]);
      last = [];
      model.dispose();
    }
  };
}

/** Starting weights come from `restore`; the initialisers only have to be cheap. */
function build({ steps, features, hidden, layers: depth, outputs, sigmoid }: NetShape) {
  const zeros = layers.initializers.zeros();
  const input = layers.input({ shape: [steps, features] });
  let output: layers.SymbolicTensor = input;
  for (let layer = 0; layer < depth; layer++) {
    output = layers.layers
      .lstm({
        units: hidden,
        activation: sigmoid ? 'sigmoid' : 'tanh',
        recurrentActivation: 'sigmoid',
        kernelInitializer: zeros,
        recurrentInitializer: zeros,
        returnSequences: layer < depth - 1
      })
      .apply(output) as layers.SymbolicTensor;
  }
  const head = layers.layers.dense({ units: outputs, kernelInitializer: zeros });
  return layers.model({ inputs: input, outputs: head.apply(output) as layers.SymbolicTensor });
}

function batchOf(
  { shape: { steps, features }, objective: { horizon }, inputs, targets }: TrainerTask,
  rows: Int32Array
): [tf.Tensor3D, tf.Tensor2D] {
  const x = gathered(inputs, steps * features, rows);
  const y = gathered(targets, horizon, rows);
  return [tf.tensor3d(x, [rows.length, steps, features]), tf.tensor2d(y, [rows.length, horizon])];
}

function gathered(from: Float32Array, size: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * size);
  rows.forEach((row, i) => out.set(from.subarray(row * size, (row + 1) * size), i * size));
  return out;
}

/** Mean squared error, or the pinball loss averaged over the quantiles (Koenker & Bassett 1978). */
function lossOf(out: tf.Tensor2D, y: tf.Tensor2D, { horizon, quantiles }: Objective): tf.Scalar {
  if (quantiles.length === 0) return tf.mean(tf.squaredDifference(out, y));
  const error = tf.sub(tf.expandDims(y, 2), tf.reshape(out, [-1, horizon, quantiles.length]));
  const levels = tf.tensor1d([...quantiles]);
  return tf.mean(tf.maximum(tf.mul(levels, error), tf.mul(tf.sub(levels, 1), error)));
}

/** The values of tensors one after the other. */
async function vectorOf(tensors: readonly tf.Tensor[]): Promise<Float32Array> {
  const parts = await Promise.all(tensors.map((tensor) => tensor.data()));
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function assign(variables: readonly tf.Variable[], vector: Float32Array | Float64Array): void {
  let at = 0;
  for (const variable of variables) {
    const values = Float32Array.from(vector.subarray(at, at + variable.size));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    at += variable.size;
  }
}
