import type { Minimum } from './minimum.ts';

/** The function to minimise: writes its gradient and returns its value, not finite where it is not defined. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number;

export interface BoxOptions {
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** Ends when a step and the next one foreseen lower the value by less than this. Default 1e-8. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/**
 * Minimises a smooth function in a box by BFGS on the coordinates that are off their walls (projected
 * quasi-Newton, Bertsekas 1982) with a backtracking line search along the projected path. Coordinates should
 * be of like scale. O(d²) work and about one evaluation an iteration.
 */
export function boxQuasiNewton(
  f: Differentiable,
  start: ArrayLike<number>,
  { lower, upper, tolerance = 1e-8, maxIterations = 200 }: BoxOptions
): Minimum {
  const n = start.length;
  let x: Float64Array = clamped(Float64Array.from(start), lower, upper);
  let next: Float64Array = new Float64Array(n);
  let gradient: Float64Array = new Float64Array(n);
  let nextGradient: Float64Array = new Float64Array(n);
  const direction = new Float64Array(n);
  const held = new Uint8Array(n);
  const inverse = new InverseHessian(n);
  let value = finite(f(x, gradient));
  let evaluations = 1;
  let small = 0;
  for (let iteration = 0; iteration < maxIterations && value < Infinity; iteration++) {
    hold(held, inverse, x, gradient, lower, upper);
    let slope = inverse.direction(gradient, held, direction);
    if (!(slope < 0)) {
      if (inverse.fresh) break;
      inverse.reset();
      slope = inverse.direction(gradient, held, direction);
      if (!(slope < 0)) break;
    }
    let length = inverse.fresh ? Math.min(1, 0.2 / Math.sqrt(-slope)) : 1;
    let nextValue = Infinity;
    for (let halving = 0; halving < 30; halving++) {
      let fall = 0;
      for (let i = 0; i < n; i++) {
        const moved = x[i]! + length * direction[i]!;
        next[i] = Math.min(upper[i]!, Math.max(lower[i]!, moved));
        fall += gradient[i]! * (next[i]! - x[i]!);
      }
      nextValue = finite(f(next, nextGradient));
      evaluations++;
      if (nextValue <= value + 1e-4 * fall) break;
      const curved = -fall / (2 * (nextValue - value - fall));
      length *= nextValue < Infinity ? Math.min(0.5, Math.max(0.1, curved)) : 0.25;
    }
    const gain = value - nextValue;
    if (!(gain > 0)) {
      if (inverse.fresh) break;
      inverse.reset();
      continue;
    }
    inverse.learn(x, next, gradient, nextGradient, held);
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
    small = gain < tolerance ? small + 1 : 0;
    if (small >= 2) break;
  }
  return { x, value, evaluations };
}

function clamped(x: Float64Array, lower: ArrayLike<number>, upper: ArrayLike<number>) {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(upper[i]!, Math.max(lower[i]!, x[i]!));
  return x;
}

function finite(value: number): number {
  return Number.isNaN(value) ? Infinity : value;
}

/** Marks the coordinates that stand at a wall and would go through it. */
function hold(
  held: Uint8Array,
  inverse: InverseHessian,
  x: Float64Array,
  gradient: Float64Array,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>
): void {
  for (let i = 0; i < x.length; i++) {
    const wall =
      (x[i]! <= lower[i]! && gradient[i]! >= 0) || (x[i]! >= upper[i]! && gradient[i]! <= 0);
    if (wall && held[i] === 0) inverse.leaveOut(i);
    held[i] = wall ? 1 : 0;
  }
}

/** The inverse Hessian as BFGS knows it; the rows of held coordinates are those of a unit matrix. */
class InverseHessian {
  readonly #n: number;
  readonly #h: Float64Array;
  readonly #s: Float64Array;
  readonly #y: Float64Array;
  readonly #hy: Float64Array;
  fresh = true;

  constructor(n: number) {
    this.#n = n;
    this.#h = new Float64Array(n * n);
    this.#s = new Float64Array(n);
    this.#y = new Float64Array(n);
    this.#hy = new Float64Array(n);
    this.reset();
  }

  reset(): void {
    const n = this.#n;
    this.#h.fill(0);
    for (let i = 0; i < n; i++) this.#h[i * n + i] = 1;
    this.fresh = true;
  }

  /** Takes coordinate `a` out: what remains is the inverse of the Hessian of the others (a Schur complement). */
  leaveOut(a: number): void {
    const n = this.#n;
    const h = this.#h;
    const pivot = h[a * n + a]!;
    for (let i = 0; i < n; i++) {
      if (i === a) continue;
      const share = h[i * n + a]! / pivot;
      for (let j = 0; share !== 0 && j < n; j++) h[i * n + j]! -= share * h[a * n + j]!;
    }
    for (let i = 0; i < n; i++) {
      h[i * n + a] = 0;
      h[a * n + i] = 0;
    }
    h[a * n + a] = pivot;
  }

  /** Writes −H·g over the coordinates not held and returns its slope. */
  direction(gradient: Float64Array, held: Uint8Array, out: Float64Array): number {
    const n = this.#n;
    let slope = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      if (held[i] === 0) {
        const row = i * n;
        for (let j = 0; j < n; j++) {
          if (held[j] === 0) sum += this.#h[row + j]! * gradient[j]!;
        }
      }
      out[i] = -sum;
      slope -= sum * gradient[i]!;
    }
    return slope;
  }

  /** The BFGS update from the step just made; skipped where the curvature is not positive. */
  learn(
    x: Float64Array,
    next: Float64Array,
    gradient: Float64Array,
    nextGradient: Float64Array,
    held: Uint8Array
  ): void {
    const n = this.#n;
    const h = this.#h;
    const s = this.#s;
    const y = this.#y;
    const hy = this.#hy;
    let sy = 0;
    let ss = 0;
    let yy = 0;
    for (let i = 0; i < n; i++) {
      s[i] = next[i]! - x[i]!;
      y[i] = held[i] === 1 ? 0 : nextGradient[i]! - gradient[i]!;
      sy += s[i]! * y[i]!;
      ss += s[i]! * s[i]!;
      yy += y[i]! * y[i]!;
    }
    if (!(sy > 1e-10 * Math.sqrt(ss * yy))) return;
    if (this.fresh) {
      for (let i = 0; i < n; i++) h[i * n + i] = sy / yy;
      this.fresh = false;
    }
    let yhy = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += h[i * n + j]! * y[j]!;
      hy[i] = sum;
      yhy += sum * y[i]!;
    }
    const factor = (1 + yhy / sy) / sy;
    for (let i = 0; i < n; i++) {
      const a = factor * s[i]! - hy[i]! / sy;
      const b = s[i]! / sy;
      for (let j = 0; j < n; j++) h[i * n + j]! += a * s[j]! - b * hy[j]!;
    }
  }
}
