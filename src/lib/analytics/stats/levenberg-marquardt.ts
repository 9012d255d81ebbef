import { solveSymmetric } from './cholesky.ts';
import type { Minimum } from './minimum.ts';

export interface LevenbergOptions {
  /** Ends when a step lowers the sum of squares by less than this share. Default 1e-10. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** The farthest that one iteration may move a coordinate. Default no limit. */
  readonly longestStep?: number;
}

const differenceStep = 1e-6;
const dampings = 8;

/**
 * Minimises Σ eᵢ(x)² by Levenberg's and Marquardt's method with forward differences: `residuals` fills the
 * `size` errors at x, or answers false beyond the region of interest. Near the minimum it converges in a few
 * passes where errors are nearly linear in x or nearly uncorrelated with their curvature, as one-step
 * forecast errors are. d + 1 evaluations and O(size·d²) work an iteration.
 */
export function levenbergMarquardt(
  residuals: (x: Float64Array, out: Float64Array) => boolean,
  size: number,
  start: ArrayLike<number>,
  {
    tolerance = 1e-10,
    maxIterations = 50,
    longestStep = Number.POSITIVE_INFINITY
  }: LevenbergOptions = {}
): Minimum {
  const n = start.length;
  let evaluations = 0;
  const evaluate = (x: Float64Array, out: Float64Array): number => {
    evaluations++;
    if (!residuals(x, out)) return Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let i = 0; i < size; i++) sum += out[i]! * out[i]!;
    return Number.isNaN(sum) ? Number.POSITIVE_INFINITY : sum;
  };
  let x: Float64Array = Float64Array.from(start);
  let errors = new Float64Array(size);
  let trial = new Float64Array(size);
  let value = evaluate(x, errors);
  let damping = 1e-3;
  const slopes = Array.from({ length: n }, () => new Float64Array(size));
  for (let iteration = 0; iteration < maxIterations && n > 0 && value > 0; iteration++) {
    if (!Number.isFinite(value)) break;
    for (let j = 0; j < n; j++) {
      const column = slopes[j]!;
      const kept = x[j]!;
      const step = differenceStep * Math.max(1, Math.abs(kept));
      x[j] = kept + step;
      const fine = Number.isFinite(evaluate(x, column));
      x[j] = kept;
      if (!fine) column.fill(0);
      else for (let i = 0; i < size; i++) column[i] = (column[i]! - errors[i]!) / step;
    }
    const { normal, gradient } = normalEquations(slopes, errors, size);
    let next = x;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < dampings && !(nextValue < value); attempt++) {
      if (attempt > 0) damping *= 10;
      const matrix = normal.slice();
      for (let j = 0; j < n; j++) matrix[j * n + j]! *= 1 + damping;
      const move = solveSymmetric(matrix, gradient);
      const longest = move.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const share = Math.min(1, longestStep / longest);
      next = x.map((v, j) => v - share * move[j]!);
      nextValue = evaluate(next, trial);
    }
    if (!(nextValue < value)) break;
    const gain = value - nextValue;
    x = next;
    value = nextValue;
    [errors, trial] = [trial, errors];
    damping = Math.max(1e-5, damping / 10);
    if (gain < tolerance * value) break;
  }
  return { x, value, evaluations };
}

/** J′J (row-major) and J′e. */
function normalEquations(
  slopes: readonly Float64Array[],
  errors: Float64Array,
  size: number
): { normal: Float64Array; gradient: Float64Array } {
  const n = slopes.length;
  const normal = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const a = slopes[j]!;
    for (let k = 0; k <= j; k++) {
      const b = slopes[k]!;
      let sum = 0;
      for (let i = 0; i < size; i++) sum += a[i]! * b[i]!;
      normal[j * n + k] = normal[k * n + j] = sum;
    }
    let sum = 0;
    for (let i = 0; i < size; i++) sum += a[i]! * errors[i]!;
    gradient[j] = sum;
  }
  return { normal, gradient };
}
