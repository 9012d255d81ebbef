import type { Kernels } from './kernels.ts';
import type { NetShape } from './layout.ts';
import { Net } from './net.ts';
import { writeWindows } from './processor-trainer.ts';
import { through, type Breathe } from './slices.ts';

const mostRows = 64;

/** A network that only answers: outputs, and their gradients by the inputs. */
export class Predictor {
  readonly #net: Net;
  readonly #shape: NetShape;

  constructor(kernels: Kernels, shape: NetShape) {
    this.#shape = shape;
    this.#net = new Net(kernels, shape, mostRows);
  }

  load(parameters: ArrayLike<number>): void {
    this.#net.parameters().set(parameters);
  }

  /** [rows, T, F] to [rows, outputs]. */
  async predict(inputs: Float32Array, rows: number, breathe?: Breathe): Promise<Float32Array> {
    const { outputs } = this.#shape;
    const out = new Float32Array(rows * outputs);
    const take = async (from: number, count: number) => {
      out.set(this.#net.outputs(count), from * outputs);
    };
    await this.#each(inputs, rows, take, breathe);
    return out;
  }

  /** The gradients of Σ weights · outputs by the inputs, [rows, T, F]. */
  async inputGradients(
    inputs: Float32Array,
    weights: Float32Array,
    rows: number
  ): Promise<Float32Array> {
    const { steps, features, outputs } = this.#shape;
    const size = steps * features;
    const out = new Float32Array(rows * size);
    await this.#each(inputs, rows, async (from, count) => {
      const part = weights.subarray(from * outputs, (from + count) * outputs);
      this.#net.outputGradients(count).set(part);
      await through(this.#net.backward(count, true));
      const gradient = this.#net.inputGradients(count);
      for (let t = 0; t < steps; t++) {
        for (let r = 0; r < count; r++) {
          const at = (t * count + r) * features;
          out.set(gradient.subarray(at, at + features), (from + r) * size + t * features);
        }
      }
    });
    return out;
  }

  async #each(
    inputs: Float32Array,
    rows: number,
    take: (from: number, count: number) => Promise<void>,
    breathe?: Breathe
  ): Promise<void> {
    for (let from = 0; from < rows; from += mostRows) {
      const count = Math.min(mostRows, rows - from);
      const order = Int32Array.from({ length: count }, (_, i) => from + i);
      writeWindows(inputs, order, this.#shape, this.#net.inputs(count));
      await through(this.#net.forward(count), breathe);
      await take(from, count);
    }
  }
}
