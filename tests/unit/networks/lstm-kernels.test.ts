import { describe, expect, test } from 'vitest';
import { firstParameters, layoutOf } from '#lib/networks/layout.ts';
import { lossOf } from '#lib/networks/loss.ts';
import { Net } from '#lib/networks/net.ts';
import { writeWindows } from '#lib/networks/processor-trainer.ts';
import { referenceKernels } from '#lib/networks/reference-kernels.ts';
import type { TrainerTask } from '#lib/networks/trainer.ts';
import { seeded } from '#lib/base/random.ts';
import { nameOf, oddShapes } from './lstm-shapes.ts';
import { apart, atOnce, roundRobin, taskOf, trainersOf } from './lstm-support.ts';

describe.each(oddShapes.map((odd) => [nameOf(odd), odd] as const))('%s', (_, odd) => {
  test('gradients of parameters and inputs are slopes of the loss', () => {
    const task = taskOf(odd, odd.batch);
    const net = new Net(referenceKernels('float64'), task.shape, task.batch);
    net.parameters().set(firstParameters(task.shape, 3));
    const loss = lossAt(net, task);
    atOnce(net.backward(task.batch, true));
    const byParameter = net.gradients().slice();
    const byInput = net.inputGradients(task.batch).slice();
    expect(loss()).toBeGreaterThan(0);
    check(net.parameters(), byParameter, loss);
    check(net.inputs(task.batch), byInput, loss);
  });

  test('WASM has the loss and gradients of the reference, and its parameters after 20 steps', async () => {
    const task = taskOf(odd);
    const { exact, wasm } = await trainersOf(task);
    const once = roundRobin(task, 1);
    const rate = Float32Array.of(0.01);
    const [a, b] = [await exact.train(once, rate), await wasm.train(once, rate)];
    expect(apart(b.losses, a.losses)).toBeLessThan(1e-5);
    expect(apart(b.norms, a.norms)).toBeLessThan(1e-5);
    expect(apart(await wasm.gradients(), await exact.gradients())).toBeLessThan(1e-5);
    const order = roundRobin(task, 20);
    const rates = new Float32Array(20).fill(0.01);
    await exact.train(order, rates);
    await wasm.train(order, rates);
    const [ours, theirs] = [await wasm.state(), await exact.state()];
    expect(ours.step).toBe(21);
    expect(apart(ours.parameters, theirs.parameters)).toBeLessThan(1e-4);
  });
});

test('the same steps give the same bytes on WASM', async () => {
  const task = taskOf(oddShapes[1]!);
  const once = await trained(task);
  expect(await trained(task)).toEqual(once);
});

test('a layout names every parameter once, in Keras order', () => {
  const layout = layoutOf(taskOf(oddShapes[1]!).shape);
  const [first, second] = layout.layers;
  expect([first!.kernel, first!.recurrent, first!.bias]).toEqual([0, 144, 720]);
  expect(second!.kernel).toBe(768);
  expect(layout.count).toBe(768 + 12 * 48 * 2 + 48 + 12 * 9 + 9);
});

async function trained(task: TrainerTask): Promise<Float32Array | Float64Array> {
  const { wasm } = await trainersOf(task);
  await wasm.train(roundRobin(task, 20), new Float32Array(20).fill(0.01));
  return (await wasm.state()).parameters;
}

function lossAt(net: Net, task: TrainerTask): () => number {
  const { batch, objective, inputs, targets, shape } = task;
  const order = Int32Array.from({ length: batch }, (_, i) => i);
  writeWindows(inputs, order, shape, net.inputs(batch));
  const loss = () => {
    atOnce(net.forward(batch));
    return lossOf(objective, net.outputs(batch), targets, batch, net.outputGradients(batch));
  };
  loss();
  return loss;
}

/** Central differences at up to 40 places, against the gradient given. */
function check(at: Float32Array | Float64Array, gradient: ArrayLike<number>, loss: () => number) {
  const random = seeded(2);
  for (let n = 0; n < 40; n++) {
    const i = Math.floor(random() * at.length);
    const value = at[i]!;
    at[i] = value + 1e-5;
    const above = loss();
    at[i] = value - 1e-5;
    const below = loss();
    at[i] = value;
    expect(Math.abs((above - below) / 2e-5 - gradient[i]!)).toBeLessThan(1e-8);
  }
}
