import type { RandomSource } from '#lib/base/random-source.ts';
import { drawn, type WindowNetwork } from './trained-windows.ts';

/** Gates of a cell: input, forget, candidate, output. */
const gates = 4;

/**
 * One layer of LSTM cells (Hochreiter and Schmidhuber 1997, with forget gates) that reads all values of an
 * example but the last and foretells that one. Weights: for each gate and cell the input, the cells' outputs and
 * a bias; then the read-out and its bias. Gradients by backpropagation through time over the example.
 */
export class LstmNetwork implements WindowNetwork {
  readonly length: number;
  readonly weights: Float64Array;
  readonly #cells: number;
  /** By step: gate values, cell states and outputs; the state before the first step is 0. */
  readonly #gates: Float64Array;
  readonly #states: Float64Array;
  readonly #outputs: Float64Array;

  constructor(length: number, cells: number, random: RandomSource) {
    this.length = length;
    this.#cells = cells;
    this.weights = new Float64Array(gates * cells * (cells + 2) + cells + 1);
    this.#gates = new Float64Array(length * gates * cells);
    this.#states = new Float64Array(length * cells);
    this.#outputs = new Float64Array(length * cells);
    drawn(this.weights, cells + 2, random);
    for (let c = 0; c < cells; c++) this.weights[this.#row(1, c) + cells + 1] = 1;
  }

  /** The value that should follow all but the last. */
  foretell(example: Float64Array): number {
    const cells = this.#cells;
    const { weights } = this;
    for (let step = 0; step < this.length - 1; step++) this.#forward(step, example[step]!);
    const readOut = gates * cells * (cells + 2);
    let sum = weights[readOut + cells]!;
    for (let c = 0; c < cells; c++) {
      sum += weights[readOut + c]! * this.#outputs[(this.length - 1) * cells + c]!;
    }
    return sum;
  }

  gradient(example: Float64Array, into: Float64Array): number {
    const cells = this.#cells;
    const { weights, length } = this;
    const error = this.foretell(example) - example[length - 1]!;
    const readOut = gates * cells * (cells + 2);
    const output = new Float64Array(cells);
    const state = new Float64Array(cells);
    into[readOut + cells]! += error;
    for (let c = 0; c < cells; c++) {
      into[readOut + c]! += error * this.#outputs[(length - 1) * cells + c]!;
      output[c] = error * weights[readOut + c]!;
    }
    for (let step = length - 2; step >= 0; step--) {
      this.#backward(step, example[step]!, output, state, into);
    }
    return (error * error) / 2;
  }

  /** The step's state goes to place step + 1, so that place 0 is the empty one. */
  #forward(step: number, x: number): void {
    const cells = this.#cells;
    for (let c = 0; c < cells; c++) {
      for (let g = 0; g < gates; g++) {
        const row = this.#row(g, c);
        let sum = this.weights[row]! * x + this.weights[row + cells + 1]!;
        for (let k = 0; k < cells; k++) {
          sum += this.weights[row + 1 + k]! * this.#outputs[step * cells + k]!;
        }
        this.#gates[(step * gates + g) * cells + c] = g === 2 ? Math.tanh(sum) : sigmoid(sum);
      }
    }
    for (let c = 0; c < cells; c++) {
      const [input, forget, candidate, output] = this.#gatesAt(step, c);
      const state = forget * this.#states[step * cells + c]! + input * candidate;
      this.#states[(step + 1) * cells + c] = state;
      this.#outputs[(step + 1) * cells + c] = output * Math.tanh(state);
    }
  }

  /** Turns the slopes by a step's outputs and states into those by the step's before, and adds those by the weights. */
  #backward(
    step: number,
    x: number,
    output: Float64Array,
    state: Float64Array,
    into: Float64Array
  ): void {
    const cells = this.#cells;
    const before = new Float64Array(cells);
    for (let c = 0; c < cells; c++) {
      const [input, forget, candidate, open] = this.#gatesAt(step, c);
      const squashed = Math.tanh(this.#states[(step + 1) * cells + c]!);
      const slope = state[c]! + output[c]! * open * (1 - squashed * squashed);
      this.#add(0, c, step, x, slope * candidate * input * (1 - input), into, before);
      const was = this.#states[step * cells + c]!;
      this.#add(1, c, step, x, slope * was * forget * (1 - forget), into, before);
      this.#add(2, c, step, x, slope * input * (1 - candidate * candidate), into, before);
      this.#add(3, c, step, x, output[c]! * squashed * open * (1 - open), into, before);
      state[c] = slope * forget;
    }
    output.set(before);
  }

  #add(
    gate: number,
    c: number,
    step: number,
    x: number,
    slope: number,
    into: Float64Array,
    before: Float64Array
  ): void {
    const cells = this.#cells;
    const row = this.#row(gate, c);
    into[row]! += slope * x;
    into[row + cells + 1]! += slope;
    for (let k = 0; k < cells; k++) {
      into[row + 1 + k]! += slope * this.#outputs[step * cells + k]!;
      before[k]! += slope * this.weights[row + 1 + k]!;
    }
  }

  #gatesAt(step: number, c: number): readonly [number, number, number, number] {
    const at = step * gates * this.#cells + c;
    const by = this.#cells;
    return [
      this.#gates[at]!,
      this.#gates[at + by]!,
      this.#gates[at + 2 * by]!,
      this.#gates[at + 3 * by]!
    ];
  }

  #row(gate: number, cell: number): number {
    return (gate * this.#cells + cell) * (this.#cells + 2);
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
