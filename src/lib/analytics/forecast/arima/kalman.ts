import type { Arma } from './arma.ts';
import type { Innovations, LastState } from './innovations.ts';

const negligible = 1e-9;

/**
 * The exact innovations of columns with missing rows, the differences included in the state: ARMA part of
 * r numbers, then the last d + D·s values, of which nothing is known before the first rows. That part starts
 * exactly diffuse (Koopman 1997; Durbin and Koopman 2001, ch. 5): rows that serve to find it have no error,
 * so the likelihood is that of the differences where nothing is missing. `differences` holds δ of
 * y = w + Σ δᵢ·y(t−i). A row missing in one column must be missing in all. O(n·(r + d + D·s)²).
 */
export class DiffuseKalman implements Innovations {
  readonly errors: readonly Float64Array[];
  readonly variances: Float64Array;
  count = 0;
  logVariances = 0;
  readonly #columns: readonly Float64Array[];
  readonly #differences: Float64Array;
  readonly #states: readonly Float64Array[];
  readonly #size: number;
  #covariance: Float64Array;
  #diffuse: Float64Array;
  #spare: Float64Array;

  constructor(columns: readonly Float64Array[], size: number, differences: Float64Array) {
    const n = columns[0]!.length;
    this.#columns = columns;
    this.#differences = differences;
    this.#size = size + differences.length;
    this.errors = columns.map(() => new Float64Array(n));
    this.variances = new Float64Array(n);
    this.#states = columns.map(() => new Float64Array(this.#size));
    this.#covariance = new Float64Array(this.#size ** 2);
    this.#diffuse = new Float64Array(this.#size ** 2);
    this.#spare = new Float64Array(this.#size ** 2);
  }

  /** Filters all columns; false where a variance is lost to rounding. */
  run(arma: Arma): boolean {
    const n = this.variances.length;
    let unknown = this.#start(arma);
    this.count = 0;
    this.logVariances = 0;
    this.variances.fill(Number.NaN);
    for (const errors of this.errors) errors.fill(Number.NaN);
    for (let t = 0; t < n; t++) {
      if (!Number.isNaN(this.#columns[0]![t]!)) {
        const found = this.#update(t, arma.size, unknown > 0);
        if (found === 'lost') return false;
        if (found === 'diffuse') unknown--;
      }
      for (const state of this.#states) this.#predictState(state, arma);
      this.#predictCovariance(this.#covariance, arma, true);
      if (unknown > 0) this.#predictCovariance(this.#diffuse, arma, false);
    }
    return this.count > 0;
  }

  /** The state one step after the last row of the first column; call after `run`. */
  last(): LastState {
    return { mean: this.#states[0]!.slice(), covariance: this.#covariance.slice() };
  }

  #start(arma: Arma): number {
    const size = this.#size;
    const r = arma.size;
    for (const state of this.#states) state.fill(0);
    this.#covariance.fill(0);
    this.#diffuse.fill(0);
    const start = arma.covariance();
    for (let i = 0; i < r; i++) {
      this.#covariance.set(start.subarray(i * r, (i + 1) * r), i * size);
    }
    for (let i = r; i < size; i++) this.#diffuse[i * size + i] = 1;
    return size - r;
  }

  /** One observed row. While something is unknown a row that tells of it gives no error. */
  #update(t: number, r: number, unknown: boolean): 'known' | 'diffuse' | 'lost' {
    const size = this.#size;
    const proper = this.#covariance;
    const reach = observe(proper, size, r, this.#differences);
    const variance = this.#observed(reach, r);
    if (unknown) {
      const wide = observe(this.#diffuse, size, r, this.#differences);
      const infinite = this.#observed(wide, r);
      if (infinite > negligible) {
        for (let c = 0; c < this.#states.length; c++) {
          this.#correct(c, wide, this.#errorAt(c, t, r) / infinite);
        }
        const square = variance / infinite ** 2;
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            proper[i * size + j]! +=
              wide[i]! * wide[j]! * square -
              (reach[i]! * wide[j]! + wide[i]! * reach[j]!) / infinite;
            this.#diffuse[i * size + j]! -= (wide[i]! * wide[j]!) / infinite;
          }
        }
        return 'diffuse';
      }
    }
    if (!(variance > 0)) return 'lost';
    for (let c = 0; c < this.#states.length; c++) {
      const error = this.#errorAt(c, t, r);
      this.errors[c]![t] = error;
      this.#correct(c, reach, error / variance);
    }
    for (let i = 0; i < size; i++) {
      const share = reach[i]! / variance;
      for (let j = 0; j < size; j++) proper[i * size + j]! -= share * reach[j]!;
    }
    this.variances[t] = variance;
    this.logVariances += Math.log(variance);
    this.count++;
    return 'known';
  }

  /** Z·x. */
  #observed(x: Float64Array, r: number): number {
    let sum = x[0]!;
    for (let k = 0; k < this.#differences.length; k++) sum += this.#differences[k]! * x[r + k]!;
    return sum;
  }

  #errorAt(c: number, t: number, r: number): number {
    return this.#columns[c]![t]! - this.#observed(this.#states[c]!, r);
  }

  #correct(c: number, direction: Float64Array, weight: number): void {
    const state = this.#states[c]!;
    for (let i = 0; i < state.length; i++) state[i] = state[i]! + direction[i]! * weight;
  }

  #predictState(state: Float64Array, { size: r, phi }: Arma): void {
    const lead = state[0]!;
    const value = this.#observed(state, r);
    for (let i = 0; i < r; i++) state[i] = phi[i]! * lead + (i + 1 < r ? state[i + 1]! : 0);
    if (this.#size > r) {
      state.copyWithin(r + 1, r, this.#size - 1);
      state[r] = value;
    }
  }

  /** P → T·P·T′ (+ R·R′): T on the rows, then on the columns. */
  #predictCovariance(matrix: Float64Array, arma: Arma, noise: boolean): void {
    const size = this.#size;
    const spare = this.#spare;
    for (let j = 0; j < size; j++) this.#transit(matrix, spare, j, size, arma);
    for (let i = 0; i < size; i++) this.#transit(spare, matrix, i * size, 1, arma);
    if (!noise) return;
    const { theta, maLags } = arma;
    for (const i of maLags) {
      for (const j of maLags) matrix[i * size + j]! += theta[i]! * theta[j]!;
    }
  }

  /** T times the vector of `from` that starts at `start` with `stride`, into the same place of `to`. */
  #transit(
    from: Float64Array,
    to: Float64Array,
    start: number,
    stride: number,
    { size: r, phi }: Arma
  ): void {
    const size = this.#size;
    const lead = from[start]!;
    for (let i = 0; i < r; i++) {
      to[start + i * stride] = phi[i]! * lead + (i + 1 < r ? from[start + (i + 1) * stride]! : 0);
    }
    if (size === r) return;
    let value = lead;
    for (let k = 0; k < size - r; k++) {
      value += this.#differences[k]! * from[start + (r + k) * stride]!;
      if (k > 0) to[start + (r + k) * stride] = from[start + (r + k - 1) * stride]!;
    }
    to[start + r * stride] = value;
  }
}

/** P·Z′. */
function observe(
  matrix: Float64Array,
  size: number,
  r: number,
  differences: Float64Array
): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = matrix[i * size]!;
    for (let k = 0; k < differences.length; k++) {
      const delta = differences[k]!;
      if (delta !== 0) sum += delta * matrix[i * size + r + k]!;
    }
    out[i] = sum;
  }
  return out;
}
