import type { Minimum } from './minimum.ts';

export interface QuasiNewtonOptions {
  /** Ends when a step lowers the value by less than this. Default 1e-8. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

const differenceStep = 1e-6;

/**
 * Minimises a smooth function by BFGS (Nocedal and Wright 2006, algorithm 6.1) with a backtracking line
 * search and forward differences. Infinite values are legal beyond the region of interest.
 * O(d) evaluations and O(d²) work an iteration.
 */
export function quasiNewton(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: QuasiNewtonOptions = {}
): Minimum {
  const { tolerance = 1e-8, maxIterations = 200 } = options;
  const n = start.length;
  let evaluations = 0;
  const evaluate = (x: Float64Array): number => {
    evaluations++;
    const value = f(x);
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  const gradientAt = (x: Float64Array, value: number): Float64Array => {
    const gradient = new Float64Array(n);
    const probe = x.slice();
    for (let i = 0; i < n; i++) {
      const step = differenceStep * Math.max(1, Math.abs(x[i]!));
      probe[i] = x[i]! + step;
      const slope = (evaluate(probe) - value) / step;
      gradient[i] = Number.isFinite(slope) ? slope : 0;
      probe[i] = x[i]!;
    }
    return gradient;
  };
  let x: Float64Array = Float64Array.from(start);
  let value = evaluate(x);
  let gradient = gradientAt(x, value);
  let inverse = identity(n);
  let fresh = true;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const direction = multiply(inverse, gradient, -1);
    const slope = dot(direction, gradient);
    if (!(slope < 0)) {
      if (fresh) break;
      inverse = identity(n);
      fresh = true;
      continue;
    }
    let length = Math.min(1, fresh ? 1 / Math.sqrt(dot(gradient, gradient)) : 1);
    let next = x;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halving = 0; halving < 40; halving++) {
      next = x.map((v, i) => v + length * direction[i]!);
      nextValue = evaluate(next);
      if (nextValue <= value + 1e-4 * length * slope) break;
      length *= 0.5;
    }
    const gain = value - nextValue;
    if (!(gain > 0)) {
      if (fresh) break;
      inverse = identity(n);
      fresh = true;
      continue;
    }
    const nextGradient = gradientAt(next, nextValue);
    update(inverse, next, x, nextGradient, gradient, fresh);
    x = next;
    value = nextValue;
    gradient = nextGradient;
    if (gain < tolerance) {
      if (fresh) break;
      inverse = identity(n);
      fresh = true;
    } else fresh = false;
  }
  return { x, value, evaluations };
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function multiply(matrix: Float64Array, vector: Float64Array, factor: number): Float64Array {
  const n = vector.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * vector[j]!;
    out[i] = factor * sum;
  }
  return out;
}

/** The BFGS update of the inverse Hessian in place; skipped where the curvature is not positive. */
function update(
  inverse: Float64Array,
  next: Float64Array,
  x: Float64Array,
  nextGradient: Float64Array,
  gradient: Float64Array,
  first: boolean
): void {
  const n = x.length;
  const s = next.map((v, i) => v - x[i]!);
  const y = nextGradient.map((v, i) => v - gradient[i]!);
  const curvature = dot(s, y);
  if (!(curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return;
  if (first) {
    const scale = curvature / dot(y, y);
    for (let i = 0; i < n; i++) inverse[i * n + i] = scale;
  }
  const hy = multiply(inverse, y, 1);
  const yhy = dot(y, hy);
  const factor = (1 + yhy / curvature) / curvature;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      inverse[i * n + j]! += factor * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / curvature;
    }
  }
}
