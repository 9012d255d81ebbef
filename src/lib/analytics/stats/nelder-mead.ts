import type { Minimum } from './minimum.ts';

export interface NelderMeadOptions {
  /** Edge of the first simplex along each coordinate. */
  readonly edge: number;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** Ends when the values at all corners lie this near together. Default 1e-8. */
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
}

/**
 * Minimises `f` inside a box by the simplex of Nelder and Mead (1965), points outside the box being moved
 * to its wall (Box 1965). For few dimensions and functions without derivatives; finds a local minimum.
 * Infinite values are legal and mark points to avoid.
 */
export function nelderMead(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: NelderMeadOptions
): Minimum {
  const { edge, lower, upper, tolerance = 1e-8 } = options;
  const n = start.length;
  const maxEvaluations = options.maxEvaluations ?? 150 * n;
  let evaluations = 0;
  const evaluate = (x: Float64Array): number => {
    evaluations++;
    const value = f(x);
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  const inside = (x: Float64Array): Float64Array => {
    for (let i = 0; i < n; i++) x[i] = Math.min(upper[i]!, Math.max(lower[i]!, x[i]!));
    return x;
  };
  const corner = (x: Float64Array) => ({ x, value: evaluate(x) });
  const first = inside(Float64Array.from(start));
  const simplex = [corner(first)];
  for (let i = 0; i < n; i++) {
    const x = first.slice();
    x[i] = x[i]! + edge <= upper[i]! ? x[i]! + edge : x[i]! - edge;
    simplex.push(corner(inside(x)));
  }
  const along = (centre: Float64Array, from: Float64Array, factor: number) =>
    corner(inside(centre.map((value, i) => value + factor * (from[i]! - value))));
  while (evaluations < maxEvaluations) {
    simplex.sort((p, q) => p.value - q.value);
    const best = simplex[0]!;
    const worst = simplex[n]!;
    if (worst.value - best.value <= tolerance) break;
    const centre = new Float64Array(n);
    for (const point of simplex.slice(0, n)) {
      for (let i = 0; i < n; i++) centre[i] = centre[i]! + point.x[i]! / n;
    }
    const reflected = along(centre, worst.x, -1);
    if (reflected.value < best.value) {
      const expanded = along(centre, worst.x, -2);
      simplex[n] = expanded.value < reflected.value ? expanded : reflected;
    } else if (
      reflected.value < simplex[n - 1]!.value ||
      (n === 1 && reflected.value < worst.value)
    ) {
      simplex[n] = reflected;
    } else {
      const outside = reflected.value < worst.value;
      const contracted = along(centre, worst.x, outside ? -0.5 : 0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) simplex[n] = contracted;
      else for (let i = 1; i <= n; i++) simplex[i] = along(best.x, simplex[i]!.x, 0.5);
    }
  }
  const best = simplex.reduce((low, point) => (point.value < low.value ? point : low));
  return { x: best.x, value: best.value, evaluations };
}
