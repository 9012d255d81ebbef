import type { SmoothingForm } from './form.ts';

/** Smoothing weights in the form of the error correction: level += α·e, trend += β·e, season += γ·e; φ damps the trend. */
export interface Weights {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
}

/** Free coordinates for the weights, a box that keeps them in R's usual region: 0.0001 ≤ β ≤ α, 0.0001 ≤ γ ≤ 1 − α, 0.8 ≤ φ ≤ 0.98. */
export interface WeightBox {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** The start of R's `ets`. */
  readonly usual: readonly number[];
  /** A coarse grid to look for starts on. */
  readonly starts: readonly (readonly number[])[];
  weights(x: ArrayLike<number>): Weights;
  /** The inverse of `weights`. */
  coordinates(weights: Weights): number[];
  /** Turns a gradient in α, β, γ, φ into one in the coordinates. */
  pullBack(x: ArrayLike<number>, by: Float64Array, into: Float64Array): void;
}

const least = 1e-4;
const walls: Readonly<Record<keyof Weights, readonly [number, number]>> = {
  alpha: [least, 1 - least],
  beta: [0, 1],
  gamma: [0, 1],
  phi: [0.8, 0.98]
};
const startValues: Readonly<Record<keyof Weights, readonly number[]>> = {
  alpha: [0.05, 0.3, 0.8],
  beta: [0.03, 0.4],
  gamma: [0.02, 0.4],
  phi: [0.96]
};

const usualShares: Weights = { alpha: 0.2, beta: 0.1, gamma: 0.05, phi: 0.9782 };

/** The coordinates are α, the places of β and γ between their bounds, and φ, as far as the form has them. A given `alpha` stays as it is. */
export function weightBox(form: SmoothingForm, alpha?: number): WeightBox {
  const trend = form.trend !== 'N';
  const damped = form.trend === 'Ad';
  const seasonal = form.seasonal !== 'N';
  const names: readonly (keyof Weights)[] = [
    ...(alpha === undefined ? (['alpha'] as const) : []),
    ...(trend ? (['beta'] as const) : []),
    ...(seasonal ? (['gamma'] as const) : []),
    ...(damped ? (['phi'] as const) : [])
  ];
  const iAlpha = names.indexOf('alpha');
  const iBeta = names.indexOf('beta');
  const iGamma = names.indexOf('gamma');
  const iPhi = names.indexOf('phi');
  return {
    lower: names.map((name) => walls[name][0]),
    upper: names.map((name) => walls[name][1]),
    usual: names.map((name) => usualShares[name] / (name === 'alpha' ? form.season : 1)),
    starts: names.reduce<number[][]>(
      (points, name) => points.flatMap((point) => startValues[name].map((v) => [...point, v])),
      [[]]
    ),
    weights(x) {
      const a = alpha ?? x[iAlpha]!;
      return {
        alpha: a,
        beta: trend ? least + (a - least) * x[iBeta]! : 0,
        gamma: seasonal ? least + (1 - a - least) * x[iGamma]! : 0,
        phi: damped ? x[iPhi]! : 1
      };
    },
    coordinates(weights) {
      const all: Weights = {
        alpha: weights.alpha,
        beta: share(weights.beta, weights.alpha),
        gamma: share(weights.gamma, 1 - weights.alpha),
        phi: weights.phi
      };
      return names.map((name) => all[name]);
    },
    pullBack(x, [byAlpha, byBeta, byGamma, byPhi], into) {
      const a = alpha ?? x[iAlpha]!;
      let total = byAlpha!;
      if (trend) {
        into[iBeta] = (a - least) * byBeta!;
        total += byBeta! * x[iBeta]!;
      }
      if (seasonal) {
        into[iGamma] = (1 - a - least) * byGamma!;
        total -= byGamma! * x[iGamma]!;
      }
      if (damped) into[iPhi] = byPhi!;
      if (alpha === undefined) into[iAlpha] = total;
    }
  };
}

function share(value: number, most: number): number {
  return most > least ? (value - least) / (most - least) : 0;
}

/** 0, φ, φ + φ², …: how much of the last trend has been added after h steps. */
export function dampedSum(phi: number, h: number): number {
  return phi === 1 ? h : (phi * (1 - phi ** h)) / (1 - phi);
}
