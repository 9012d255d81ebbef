import type { Arma } from './arma.ts';
import type { Innovations, LastState } from './innovations.ts';

/** The steady state counts as reached when the variance has moved by less than a share of it over one state length: this one where every digit counts. */
const exactlySteady = 1e-15;

/**
 * The exact innovations of stationary columns without gaps by the recursions of Morf, Sidhu and Kailath
 * (1974; Pearlman 1980 for ARMA). The change of the state covariance has rank one, so only the gain K, one
 * vector L and one number M are carried: O(n·r) instead of the Kalman filter's O(n·r²). Once the gain stands
 * still, errors follow from the difference equation alone: O(n·(p + q)).
 */
export class Chandrasekhar implements Innovations {
  readonly errors: readonly Float64Array[];
  readonly variances: Float64Array;
  readonly count: number;
  logVariances = 0;
  readonly #columns: readonly Float64Array[];
  readonly #steady: number;
  readonly #gain: Float64Array;
  readonly #change: Float64Array;
  readonly #states: readonly Float64Array[];

  constructor(columns: readonly Float64Array[], size: number, steady = exactlySteady) {
    this.count = columns[0]!.length;
    this.errors = columns.map(() => new Float64Array(this.count));
    this.variances = new Float64Array(this.count);
    this.#columns = columns;
    this.#steady = steady;
    this.#gain = new Float64Array(size + 1);
    this.#change = new Float64Array(size + 1);
    this.#states = columns.map(() => new Float64Array(size + 1));
  }

  /** Filters all columns; false where a variance is lost to rounding. With `covariance` (of the start) also moves that to the end. */
  run(arma: Arma, covariance?: Float64Array): boolean {
    const { size, phi, first, arLags } = arma;
    const { variances, count } = this;
    const gain = this.#gain;
    const change = this.#change;
    for (const state of this.#states) state.fill(0);
    for (let i = 0; i < size; i++) {
      gain[i] = phi[i]! * first[0]! + (i + 1 < size ? first[i + 1]! : 0);
      change[i] = gain[i]!;
    }
    gain[size] = change[size] = 0;
    let variance = first[0]!;
    let moved = -1 / variance;
    let still = 0;
    let logs = 0;
    for (let t = 0; t < count; t++) {
      variances[t] = variance;
      logs += Math.log(variance);
      this.#advance(t, variance, arma);
      if (covariance) addOuter(covariance, change, moved, size);
      const lead = change[0]!;
      const next = variance + moved * lead * lead;
      if (!(next > 0)) return false;
      const left = lead / variance;
      const right = moved * lead;
      for (let i = 0; i < size; i++) {
        const ahead = change[i + 1]!;
        change[i] = ahead - gain[i]! * left;
        gain[i] = gain[i]! + ahead * right;
      }
      for (let k = 0; k < arLags.length; k++) {
        const i = arLags[k]! - 1;
        const carried = phi[i]! * lead;
        change[i] = change[i]! + carried;
        gain[i] = gain[i]! + carried * right;
      }
      moved -= (moved * moved * lead * lead) / next;
      still = Math.abs(next - variance) < this.#steady * next ? still + 1 : 0;
      variance = next;
      if (still > size && t + 1 < count) {
        this.logVariances = logs + this.#finish(t + 1, variance, arma, covariance !== undefined);
        return true;
      }
    }
    this.logVariances = logs;
    return Number.isFinite(logs);
  }

  /** The state one step after the last row of the first column. */
  last(arma: Arma): LastState {
    const covariance = arma.covariance();
    this.run(arma, covariance);
    return { mean: this.#states[0]!.slice(0, arma.size), covariance };
  }

  #advance(t: number, variance: number, { size, phi, arLags }: Arma): void {
    const gain = this.#gain;
    for (let c = 0; c < this.#columns.length; c++) {
      const state = this.#states[c]!;
      const lead = state[0]!;
      const error = this.#columns[c]![t]! - lead;
      this.errors[c]![t] = error;
      const weight = error / variance;
      for (let i = 0; i < size; i++) state[i] = state[i + 1]! + gain[i]! * weight;
      for (let k = 0; k < arLags.length; k++) {
        const i = arLags[k]! - 1;
        state[i] = state[i]! + phi[i]! * lead;
      }
    }
  }

  /** The rest of the rows under a gain that no longer moves. */
  #finish(from: number, variance: number, arma: Arma, state: boolean): number {
    const { count, variances } = this;
    variances.fill(variance, from);
    if (state) {
      for (let t = from; t < count; t++) this.#advance(t, variance, arma);
      return (count - from) * Math.log(variance);
    }
    const { phi, arLags, maLags } = arma;
    const scaled = maLags.map((lag) => lag).subarray(1);
    const weights = Float64Array.from(
      scaled,
      (lag) => this.#gain[lag - 1]! / variance - (lag <= arma.size ? phi[lag - 1]! : 0)
    );
    for (let c = 0; c < this.#columns.length; c++) {
      const values = this.#columns[c]!;
      const errors = this.errors[c]!;
      for (let t = from; t < count; t++) {
        let error = values[t]!;
        for (let k = 0; k < arLags.length; k++) {
          const lag = arLags[k]!;
          error -= phi[lag - 1]! * values[t - lag]!;
        }
        for (let k = 0; k < scaled.length; k++) error -= weights[k]! * errors[t - scaled[k]!]!;
        errors[t] = error;
      }
    }
    return (count - from) * Math.log(variance);
  }
}

function addOuter(matrix: Float64Array, vector: Float64Array, factor: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const scaled = factor * vector[i]!;
    if (scaled === 0) continue;
    for (let j = 0; j < size; j++) matrix[i * size + j]! += scaled * vector[j]!;
  }
}
