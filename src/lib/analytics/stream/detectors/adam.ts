const first = 0.9;
const second = 0.999;

/** The Adam optimiser (Kingma and Ba 2015) over one flat array of weights. */
export class Adam {
  readonly #rate: number;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #steps = 0;

  constructor(weights: number, rate: number) {
    this.#rate = rate;
    this.#mean = new Float64Array(weights);
    this.#square = new Float64Array(weights);
  }

  step(weights: Float64Array, gradient: Float64Array): void {
    this.#steps++;
    const meanBias = 1 - first ** this.#steps;
    const squareBias = 1 - second ** this.#steps;
    for (let i = 0; i < weights.length; i++) {
      const slope = gradient[i]!;
      this.#mean[i] = first * this.#mean[i]! + (1 - first) * slope;
      this.#square[i] = second * this.#square[i]! + (1 - second) * slope * slope;
      const size = Math.sqrt(this.#square[i]! / squareBias) + 1e-8;
      weights[i]! -= (this.#rate * this.#mean[i]!) / meanBias / size;
    }
  }

  snapshot(): unknown {
    return { mean: this.#mean.slice(), square: this.#square.slice(), steps: this.#steps };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as { mean: Float64Array; square: Float64Array; steps: number };
    this.#mean.set(state.mean);
    this.#square.set(state.square);
    this.#steps = state.steps;
  }
}
