import type { Kernels } from './kernels.ts';
import { lossOf } from './loss.ts';
import { Net } from './net.ts';
import { through, type Breathe } from './slices.ts';
import type { LstmBackend, Trainer, TrainerTask } from './trainer.ts';

/** Trains on the processor, over the kernels given. */
export function processorTrainer(
  backend: LstmBackend,
  kernels: Kernels,
  { shape, objective, batch, clip, inputs, targets }: TrainerTask
): Trainer {
  const net = new Net(kernels, shape, batch);
  const wanted = new Float32Array(batch * objective.horizon);
  let step = 0;

  async function descend(
    order: Int32Array,
    rate: number,
    breathe?: Breathe
  ): Promise<{ loss: number; norm: number }> {
    writeWindows(inputs, order, shape, net.inputs(order.length));
    writeRows(targets, order, objective.horizon, wanted);
    await through(net.forward(batch), breathe);
    const loss = lossOf(objective, net.outputs(batch), wanted, batch, net.outputGradients(batch));
    if (!Number.isFinite(loss)) return { loss, norm: Number.NaN };
    await through(net.backward(batch), breathe);
    return { loss, norm: net.update(++step, rate, clip) };
  }

  return {
    backend,
    chunk: 1,
    async train(order, rates, breathe) {
      const losses = new Float64Array(rates.length);
      const norms = new Float64Array(rates.length);
      for (const [i, rate] of rates.entries()) {
        const rows = order.subarray(i * batch, (i + 1) * batch);
        const { loss, norm } = await descend(rows, rate, breathe);
        losses[i] = loss;
        norms[i] = norm;
      }
      return { losses, norms };
    },
    gradients: async () => net.gradients().slice(),
    async state() {
      const [mean, square] = net.moments();
      const parameters = net.parameters().slice();
      return { step, parameters, mean: mean.slice(), square: square.slice() };
    },
    restore(state) {
      step = state.step;
      net.parameters().set(state.parameters);
      const [mean, square] = net.moments();
      mean.set(state.mean);
      square.set(state.square);
    },
    dispose: () => undefined
  };
}

/** Windows in [windows, T, F], those of `order`, to [T, rows, F]. */
export function writeWindows(
  from: Float32Array,
  order: Int32Array,
  { steps, features }: { readonly steps: number; readonly features: number },
  to: Float32Array | Float64Array
): void {
  const rows = order.length;
  for (let row = 0; row < rows; row++) {
    const start = order[row]! * steps * features;
    for (let t = 0; t < steps; t++) {
      const place = (t * rows + row) * features;
      for (let f = 0; f < features; f++) to[place + f] = from[start + t * features + f]!;
    }
  }
}

function writeRows(from: Float32Array, order: Int32Array, size: number, to: Float32Array): void {
  order.forEach((row, i) => to.set(from.subarray(row * size, (row + 1) * size), i * size));
}
