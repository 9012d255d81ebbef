import type { ArimaOrder } from './order.ts';

/**
 * The stationary part of a model as a state of r = max(p + P·s, q + Q·s + 1) numbers (Harvey 1989):
 * α₁ is the value, αᵢ(t+1) = φᵢ·α₁(t) + αᵢ₊₁(t) + θᵢ₋₁·ε(t+1). Buffers are kept from one set of
 * coefficients to the next. Places where φ or θ is not 0 are few (`arLags`, `maLags`).
 */
export class Arma {
  readonly order: ArimaOrder;
  readonly size: number;
  /** φ₁ … at places 0 …, to `size`. */
  readonly phi: Float64Array;
  /** θ₀ = 1, θ₁ … at places 0 …, to `size`. */
  readonly theta: Float64Array;
  readonly arLags: Int32Array;
  readonly maLags: Int32Array;
  /** Covariance of the value with each part of the state before anything is seen, σ² = 1. */
  readonly first: Float64Array;
  readonly #levels: readonly Float64Array[];
  readonly #psi: Float64Array;
  readonly #pure: Float64Array;
  readonly #gamma: Float64Array;

  constructor(order: ArimaOrder) {
    const { p, q, P, Q, season } = order;
    const ar = p + P * season;
    const ma = q + Q * season;
    this.order = order;
    this.size = Math.max(ar, ma + 1);
    this.phi = new Float64Array(this.size);
    this.theta = new Float64Array(this.size);
    this.arLags = productLags(p, P, season).filter((lag) => lag > 0);
    this.maLags = productLags(q, Q, season);
    this.first = new Float64Array(this.size);
    this.#levels = Array.from({ length: ar }, (_, k) => new Float64Array(k + 1));
    this.#psi = new Float64Array(this.size);
    this.#pure = new Float64Array(this.size + ma + 1);
    this.#gamma = new Float64Array(this.size + 1);
  }

  /** Takes new coefficients; false where they are not stationary. O(p² + r·q) with the expanded orders. */
  set(coefficients: ArrayLike<number>): boolean {
    const { p, q, P, Q, season } = this.order;
    const { phi, theta } = this;
    phi.fill(0);
    theta.fill(0);
    theta[0] = 1;
    for (let i = 0; i <= p; i++) {
      const a = i === 0 ? -1 : coefficients[i - 1]!;
      for (let j = i === 0 ? 1 : 0; j <= P; j++) {
        const b = j === 0 ? -1 : coefficients[p + q + j - 1]!;
        phi[i + j * season - 1]! -= a * b;
      }
    }
    for (let i = 0; i <= q; i++) {
      const a = i === 0 ? 1 : coefficients[p + i - 1]!;
      for (let j = i === 0 ? 1 : 0; j <= Q; j++) {
        const b = j === 0 ? 1 : coefficients[p + q + P + j - 1]!;
        theta[i + j * season]! += a * b;
      }
    }
    return this.#autoregression() && this.#firstColumn();
  }

  /** The covariance of the whole state (size × size, row-major) before anything is seen, σ² = 1: P = TPT′ + RR′ read from its first column. */
  covariance(): Float64Array {
    const { size, phi, theta, first } = this;
    const out = new Float64Array(size * size);
    const at = (i: number, j: number) => (i < size && j < size ? out[i * size + j]! : 0);
    for (let i = 0; i < size; i++) out[i] = out[i * size] = first[i]!;
    for (let i = size - 1; i > 0; i--) {
      for (let j = size - 1; j >= i; j--) {
        const across = (k: number) => (k < size ? first[k]! : 0);
        const value =
          phi[i]! * phi[j]! * first[0]! +
          phi[i]! * across(j + 1) +
          phi[j]! * across(i + 1) +
          at(i + 1, j + 1) +
          theta[i]! * theta[j]!;
        out[i * size + j] = out[j * size + i] = value;
      }
    }
    return out;
  }

  /** Autocovariances of the process 1/φ: step down to the partial autocorrelations, then up. */
  #autoregression(): boolean {
    const levels = this.#levels;
    const gamma = this.#pure;
    const n = levels.length;
    let variance = 1;
    for (let k = n - 1; k >= 0; k--) {
      const a = levels[k]!;
      if (k === n - 1) a.set(this.phi.subarray(0, n));
      else {
        const above = levels[k + 1]!;
        const r = above[k + 1]!;
        const scale = 1 / (1 - r * r);
        for (let i = 0; i <= k; i++) a[i] = (above[i]! + r * above[k - i]!) * scale;
      }
      const r = a[k]!;
      if (!(Math.abs(r) < 1 - 1e-12)) return false;
      variance /= 1 - r * r;
    }
    gamma[0] = variance;
    for (let k = 1; k <= n; k++) {
      const last = levels[k - 1]![k - 1]!;
      let sum = last * variance;
      if (k > 1) {
        const a = levels[k - 2]!;
        for (let i = 0; i < k - 1; i++) sum += a[i]! * gamma[k - 1 - i]!;
      }
      gamma[k] = sum;
      variance *= 1 - last * last;
    }
    const { phi, arLags } = this;
    for (let k = n + 1; k < gamma.length; k++) {
      let sum = 0;
      for (const lag of arLags) sum += phi[lag - 1]! * gamma[k - lag]!;
      gamma[k] = sum;
    }
    return Number.isFinite(gamma[0]);
  }

  #firstColumn(): boolean {
    const { size, phi, theta, first, arLags, maLags } = this;
    const pure = this.#pure;
    const gamma = this.#gamma;
    const psi = this.#psi;
    for (let k = 0; k < size; k++) {
      let sum = theta[k]!;
      for (const lag of arLags) if (lag <= k) sum += phi[lag - 1]! * psi[k - lag]!;
      psi[k] = sum;
    }
    for (let k = 0; k <= size; k++) {
      let sum = 0;
      for (const i of maLags) {
        for (const j of maLags) sum += theta[i]! * theta[j]! * pure[Math.abs(k + i - j)]!;
      }
      gamma[k] = sum;
    }
    first.fill(0);
    first[0] = gamma[0]!;
    for (let i = 1; i < size; i++) {
      let sum = 0;
      for (const lag of arLags) if (lag > i) sum += phi[lag - 1]! * gamma[lag - i]!;
      for (const lag of maLags) if (lag >= i) sum += theta[lag]! * psi[lag - i]!;
      first[i] = sum;
    }
    return first[0] > 0 && Number.isFinite(first[0]);
  }
}

/** Lags with a coefficient in (1 + z + … )(1 + zˢ + … ), ascending. */
function productLags(plain: number, seasonal: number, season: number): Int32Array {
  const lags = new Set<number>();
  for (let j = 0; j <= seasonal; j++) for (let i = 0; i <= plain; i++) lags.add(i + j * season);
  return Int32Array.from(lags).sort();
}
