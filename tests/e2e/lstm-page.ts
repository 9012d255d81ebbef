import { createLstmEngine } from '#lib/networks/lstm-engine.ts';
import { offers, predictingKernels } from '#lib/networks/offers.ts';
import { nameOf, type Odd } from '../unit/networks/lstm-shapes.ts';
import { apart, roundRobin, taskOf } from '../unit/networks/lstm-support.ts';
import { firstParameters } from '#lib/networks/layout.ts';
import { processorTrainer } from '#lib/networks/processor-trainer.ts';
import { referenceKernels } from '#lib/networks/reference-kernels.ts';
import { initialState } from '#lib/networks/trainer.ts';

interface Dispatching {
  dispatchWorkgroups: (this: Dispatching, ...groups: number[]) => void;
}

/** What lstm.spec.ts asks of a page that holds this module: WebGPU beside the reference on one shape. */
export async function besideReference(odd: Odd) {
  const task = taskOf(odd);
  const offer = offers.find(({ backend }) => backend === 'webgpu')!;
  let dispatches = 0;
  const prototype = GPUComputePassEncoder.prototype as unknown as Dispatching;
  const dispatch = prototype.dispatchWorkgroups;
  prototype.dispatchWorkgroups = function (...groups) {
    dispatches++;
    dispatch.apply(this, groups);
  };
  const state = initialState(firstParameters(task.shape, 5));
  const exact = processorTrainer('cpu', referenceKernels('float64'), task);
  const gpu = await offer.make(task);
  exact.restore(state);
  gpu.restore(state);
  const first = roundRobin(task, 1);
  const [a, b] = [
    await exact.train(first, Float32Array.of(0.01)),
    await gpu.train(first, Float32Array.of(0.01))
  ];
  const perStep = dispatches;
  const gradients = apart(await gpu.gradients(), await exact.gradients());
  const order = roundRobin(task, 5);
  const rates = new Float32Array(5).fill(0.01);
  await exact.train(order, rates);
  await gpu.train(order, rates);
  const parameters = apart((await gpu.state()).parameters, (await exact.state()).parameters);
  gpu.dispose();
  prototype.dispatchWorkgroups = dispatch;
  const [loss, norm] = [apart(b.losses, a.losses), apart(b.norms, a.norms)];
  return { name: nameOf(odd), loss, norm, gradients, parameters, perStep };
}

/** The engine's own words for what it trained on when nothing is forced. */
export async function trainedOn(backend: 'auto' | 'webgpu'): Promise<string> {
  const inputs = Float32Array.from({ length: 64 * 6 }, (_, i) => Math.sin(i));
  const targets = Float32Array.from({ length: 64 * 2 }, (_, i) => Math.cos(i));
  const network = await createLstmEngine(offers, predictingKernels).train(
    { window: 3, features: 2, horizon: 2, hidden: 8, layers: 1, activation: 'tanh', quantiles: [] },
    { inputs, targets, epochs: 3, batchSize: 16, learningRate: 0.01, seed: 1, backend },
    async () => undefined
  );
  return network.engine;
}
