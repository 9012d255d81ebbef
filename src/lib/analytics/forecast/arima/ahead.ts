import type { Arma } from './arma.ts';
import type { LastState } from './innovations.ts';

/** What comes after the last row, and its variance, in units of the values and of σ². */
interface Ahead {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Forecasts from a state of ARMA part and last values: with c the row Z·Tʰ⁻¹, the forecast is c·a and its
 * variance c·P·c′ + Σ (c·R)² over the steps between, which takes in what the end of a short series leaves
 * unknown of the state. `differences` as in `DiffuseKalman`. O(h·state²).
 */
export function lookAhead(
  arma: Arma,
  { mean, covariance }: LastState,
  differences: Float64Array,
  horizon: number
): Ahead {
  const { size: r, phi, theta } = arma;
  const size = mean.length;
  const out = { mean: new Float64Array(horizon), variance: new Float64Array(horizon) };
  let row = new Float64Array(size);
  row[0] = 1;
  row.set(differences, r);
  let noise = 0;
  for (let h = 0; h < horizon; h++) {
    out.mean[h] = dot(row, mean);
    out.variance[h] = quadratic(row, covariance) + noise;
    let psi = 0;
    for (let i = 0; i < r; i++) psi += row[i]! * theta[i]!;
    noise += psi * psi;
    const next = new Float64Array(size);
    for (let i = 0; i < r; i++) {
      next[0]! += phi[i]! * row[i]!;
      if (i + 1 < r) next[i + 1]! += row[i]!;
    }
    if (size > r) {
      const carried = row[r]!;
      next[0]! += carried;
      for (let k = 0; k < differences.length; k++) {
        next[r + k]! += carried * differences[k]! + (row[r + k + 1] ?? 0);
      }
    }
    row = next;
  }
  return out;
}

/** The state of a series without gaps: the ARMA part of its differences and, known exactly, its last values. */
export function withLastValues(state: LastState, values: Float64Array, count: number): LastState {
  if (count === 0) return state;
  const r = state.mean.length;
  const size = r + count;
  const mean = new Float64Array(size);
  const covariance = new Float64Array(size * size);
  mean.set(state.mean);
  for (let k = 0; k < count; k++) mean[r + k] = values[values.length - 1 - k]!;
  for (let i = 0; i < r; i++) {
    covariance.set(state.covariance.subarray(i * r, (i + 1) * r), i * size);
  }
  return { mean, covariance };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function quadratic(row: Float64Array, matrix: Float64Array): number {
  const size = row.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    if (row[i] === 0) continue;
    let inner = 0;
    for (let j = 0; j < size; j++) inner += matrix[i * size + j]! * row[j]!;
    sum += row[i]! * inner;
  }
  return Math.max(0, sum);
}
