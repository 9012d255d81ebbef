import type { Kernels } from './kernels.ts';
import type { NetShape } from './layout.ts';
import { Net } from './net.ts';
import { writeWindows } from './processor-trainer.ts';

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
  predict(inputs: Float32Array, rows: number): Float32Array {
    const { outputs } = this.#shape;
    const out = new Float32Array(rows * outputs);
    this.#each(inputs, rows, (from, count) => {
      out.set(this.#net.outputs(count), from * outputs);
    });
    return out;
  }

  /** The gradients of Σ weights · outputs by the inputs, [rows, T, F]. */
  inputGradients(inputs: Float32Array, weights: Float32Array, rows: number): Float32Array {
    const { steps, features, outputs } = this.#shape;
    const size = steps * features;
    const out = new Float32Array(rows * size);
    this.#each(inputs, rows, (from, count) => {
      const part = weights.subarray(from * outputs, (from + count) * outputs);
      this.#net.outputGradients(count).set(part);
      this.#net.backward(count, true);
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

  #each(inputs: Float32Array, rows: number, take: (from: number, count: number) => void): void {
    for (let from = 0; from < rows; from += mostRows) {
      const count = Math.min(mostRows, rows - from);
      const order = Int32Array.from({ length: count }, (_, i) => from + i);
      writeWindows(inputs, order, this.#shape, this.#net.inputs(count));
      this.#net.forward(count);
      take(from, count);
    }
  }
}
