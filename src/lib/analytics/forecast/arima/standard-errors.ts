import { solveSymmetric } from '#lib/analytics/stats/cholesky.ts';
import type { Design } from './design.ts';
import { Likelihood, type Estimate } from './estimate.ts';
import { difference } from './differences.ts';

const coefficientStep = 2e-4;

/**
 * Standard errors of the coefficients and then of the design's effects (scaled): roots of the diagonal of the
 * inverse of the observed information, σ² concentrated out as in R's `arima`, by central differences. NaN
 * where the likelihood has no maximum inside the region. O(k²) likelihoods.
 */
export function standardErrorsOf(fit: Estimate, design: Design): Float64Array {
  const point = Float64Array.from([...fit.coefficients, ...fit.effects]);
  const k = point.length;
  const steps = stepsOf(fit, design);
  const cost = profile(fit, design);
  const centre = cost(point);
  const move = (i: number, j: number, signI: number, signJ: number) => {
    const x = point.slice();
    x[i]! += signI * steps[i]!;
    x[j]! += signJ * steps[j]!;
    return cost(x);
  };
  const hessian = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const second =
        i === j
          ? 4 * (move(i, i, 0.5, 0.5) - 2 * centre + move(i, i, -0.5, -0.5))
          : move(i, j, 1, 1) - move(i, j, 1, -1) - move(i, j, -1, 1) + move(i, j, -1, -1);
      hessian[i * k + j] = hessian[j * k + i] = second / 4;
    }
  }
  return Float64Array.from({ length: k }, (_, i) => {
    if (hessian.some((value) => !Number.isFinite(value))) return Number.NaN;
    const unit = new Float64Array(k);
    unit[i] = 1;
    const variance = solveSymmetric(hessian.slice(), unit)[i]!;
    return variance > 0 ? Math.sqrt(variance) * steps[i]! : Number.NaN;
  });
}

function stepsOf(fit: Estimate, design: Design): Float64Array {
  const effects = design.differenced.slice(1).map((column) => {
    const sum = column.reduce((s, v) => s + (Number.isNaN(v) ? 0 : v * v), 0);
    return 0.1 * Math.sqrt(fit.variance / (sum || 1));
  });
  return Float64Array.from([...fit.coefficients.map(() => coefficientStep), ...effects]);
}

/** −ln likelihood at coefficients and effects, but for a constant. */
function profile(fit: Estimate, design: Design): (point: Float64Array) => number {
  const count = fit.coefficients.length;
  const values = design.raw[0]!.slice();
  const differenced = difference(values, design.frame);
  const alone = { ...design, raw: [values], differenced: [differenced], names: [] };
  const likelihood = new Likelihood(fit.order, alone);
  const out = new Float64Array(likelihood.size);
  const subtract = (to: Float64Array, from: readonly Float64Array[], effects: Float64Array) => {
    to.set(from[0]!);
    effects.forEach((effect, c) => {
      const column = from[c + 1]!;
      for (let t = 0; t < to.length; t++) to[t] = to[t]! - effect * column[t]!;
    });
  };
  return (point) => {
    const effects = point.subarray(count);
    subtract(values, design.raw, effects);
    subtract(differenced, design.differenced, effects);
    if (!likelihood.residuals(point.subarray(0, count), out)) return Number.NaN;
    return 0.5 * likelihood.size * Math.log(out.reduce((sum, e) => sum + e * e, 0));
  };
}
