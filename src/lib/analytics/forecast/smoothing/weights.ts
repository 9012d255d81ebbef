/** The form of an exponential smoothing model: level always, trend and season by choice. */
export interface SmoothingForm {
  readonly trend: boolean;
  readonly damped: boolean;
  /** 1 = no season. */
  readonly season: number;
}

/** Smoothing weights in the form of the error correction: level += α·e, trend += β·e, season += γ·e; φ damps the trend. */
export interface Weights {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
}

/** A box of free coordinates for the weights that keeps 0 < β < α < 1, 0 < γ < 1 − α and 0.8 ≤ φ ≤ 0.98 (R's usual region). */
export interface WeightBox {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** A coarse grid to look for starts on. */
  readonly starts: readonly (readonly number[])[];
  weights(x: ArrayLike<number>): Weights;
  /** The inverse of `weights`. */
  coordinates(weights: Weights): number[];
}

const least = 1e-4;
const most = 0.9999;
const startValues: Readonly<Record<keyof Weights, readonly number[]>> = {
  alpha: [0.02, 0.2, 0.7],
  beta: [0.02, 0.3, 0.95],
  gamma: [0.05, 0.5],
  phi: [0.9, 0.97]
};

/** The coordinates are α, β/α, γ/(1 − α) and φ, as far as the form has them. A given `alpha` stays as it is. */
export function weightBox(form: SmoothingForm, alpha?: number): WeightBox {
  const names: readonly (keyof Weights)[] = [
    ...(alpha === undefined ? (['alpha'] as const) : []),
    ...(form.trend ? (['beta'] as const) : []),
    ...(form.season > 1 ? (['gamma'] as const) : []),
    ...(form.damped ? (['phi'] as const) : [])
  ];
  const at = (name: keyof Weights) => names.indexOf(name);
  return {
    lower: names.map((name) => (name === 'phi' ? 0.8 : least)),
    upper: names.map((name) => (name === 'phi' ? 0.98 : most)),
    starts: names.reduce<number[][]>(
      (points, name) => points.flatMap((point) => startValues[name].map((v) => [...point, v])),
      [[]]
    ),
    weights(x) {
      const a = alpha ?? x[at('alpha')]!;
      return {
        alpha: a,
        beta: form.trend ? a * x[at('beta')]! : 0,
        gamma: form.season > 1 ? (1 - a) * x[at('gamma')]! : 0,
        phi: form.damped ? x[at('phi')]! : 1
      };
    },
    coordinates(weights) {
      const all: Weights = {
        alpha: weights.alpha,
        beta: weights.beta / weights.alpha,
        gamma: weights.gamma / (1 - weights.alpha),
        phi: weights.phi
      };
      return names.map((name) => all[name]);
    }
  };
}

/** The two points of the grid where `f` is lowest. */
export function bestStarts(
  box: WeightBox,
  f: (x: readonly number[]) => number
): readonly (readonly number[])[] {
  return box.starts
    .map((point) => ({ point, value: f(point) }))
    .sort((a, b) => a.value - b.value)
    .slice(0, 2)
    .map(({ point }) => point);
}

/** 0, φ, φ + φ², …: how much of the last trend has been added after h steps. */
export function dampedSum(phi: number, h: number): number {
  return phi === 1 ? h : (phi * (1 - phi ** h)) / (1 - phi);
}
