import type { SmoothingForm } from './form.ts';
import type { Weights } from './weights.ts';

/**
 * Whether the weights keep past errors from growing: all roots of the model's characteristic polynomial in
 * the unit disc (Hyndman et al. 2008, chapter 10; the same test as R's `ets`). Without a season R's usual
 * region is inside the admissible one, so only trend and season together are looked at.
 * O(m²) by Schur's and Cohn's reduction.
 */
export function isAdmissible(form: SmoothingForm, { alpha, beta, gamma, phi }: Weights): boolean {
  const m = form.season;
  if (form.seasonal === 'N' || form.trend === 'N') return true;
  const flat = alpha + beta - alpha * phi;
  const polynomial = new Float64Array(m + 2).fill(flat);
  polynomial[0] = phi * (1 - alpha - gamma);
  polynomial[1] = flat + gamma - 1;
  polynomial[m] = alpha + beta - phi;
  polynomial[m + 1] = 1;
  return rootsInside(polynomial);
}

/** Whether all roots of c₀ + c₁z + … lie in the unit disc, to within rounding. Destroys the coefficients. */
function rootsInside(c: Float64Array): boolean {
  const edge = 1 + 1e-10;
  const reversed = new Float64Array(c.length);
  for (let degree = c.length - 1; degree > 0; degree--) {
    const top = c[degree]!;
    const k = c[0]! / top;
    if (!(Math.abs(k) < edge)) return false;
    const scale = 1 - k * k;
    if (scale <= 1e-12) return true;
    for (let i = 0; i <= degree; i++) reversed[i] = c[degree - i]!;
    for (let i = 0; i < degree; i++) c[i] = (c[i + 1]! - k * reversed[i + 1]!) / scale;
  }
  return true;
}
