import type { ArimaOrder } from './order.ts';

/** How far a search may step at once: the sine comes round after 2π, and a long step lands by chance. */
export const longestStep = 0.3;

/**
 * Free coordinates for the coefficients. Partial autocorrelations r between −1 and 1 give exactly the
 * stationary (invertible) polynomials (Barndorff-Nielsen and Schou 1973). Autoregressive ones are r = tanh u:
 * the likelihood falls to nothing at the unit circle. Moving-average ones are r = sin u: a maximum may lie on
 * the circle, and there the reflection of the sine makes it an ordinary stationary point.
 */
export function coefficientsAt(order: ArimaOrder, x: ArrayLike<number>): Float64Array {
  const out = new Float64Array(x.length);
  forBlocks(order, (from, size, moving) => {
    const block = out.subarray(from, from + size);
    for (let i = 0; i < size; i++) {
      block[i] = moving ? Math.sin(x[from + i]!) : Math.tanh(x[from + i]!);
    }
    polynomialFromPartials(block);
    if (moving) negate(block);
  });
  return out;
}

/** The inverse of `coefficientsAt`; coefficients outside the region are moved into it. */
export function coordinatesOf(order: ArimaOrder, coefficients: Float64Array): Float64Array {
  const out = coefficients.slice();
  forBlocks(order, (from, size, moving) => {
    const block = out.subarray(from, from + size);
    if (moving) negate(block);
    partialsFromPolynomial(block);
    for (let i = 0; i < size; i++) {
      const r = Math.min(0.999, Math.max(-0.999, Number.isFinite(block[i]!) ? block[i]! : 0));
      block[i] = moving ? Math.asin(r) : Math.atanh(r);
    }
  });
  return out;
}

/**
 * Whether all roots of the autoregressive and the moving-average polynomials lie at least `radius` from 0.
 * A root of a seasonal polynomial counts by its season-th root, as it stands in the product. By the
 * recursion of Schur and Cohn: no root is computed. O(p²).
 */
export function rootsBeyond(
  order: ArimaOrder,
  coefficients: Float64Array,
  radius: number
): boolean {
  let beyond = true;
  forBlocks(order, (from, size, moving, seasonal) => {
    const block = coefficients.slice(from, from + size);
    if (moving) negate(block);
    const step = seasonal ? radius ** order.season : radius;
    for (let i = 0; i < size; i++) block[i]! *= step ** (i + 1);
    partialsFromPolynomial(block);
    for (const r of block) if (!(Math.abs(r) < 1)) beyond = false;
  });
  return beyond;
}

/** Calls back with each block's first place, its length, and whether it is moving-average and seasonal. */
function forBlocks(
  { p, q, P, Q }: ArimaOrder,
  visit: (from: number, size: number, moving: boolean, seasonal: boolean) => void
): void {
  visit(0, p, false, false);
  visit(p, q, true, false);
  visit(p + q, P, false, true);
  visit(p + q + P, Q, true, true);
}

function negate(block: Float64Array): void {
  for (let i = 0; i < block.length; i++) block[i] = -block[i]!;
}

/** Durbin-Levinson in place: partial autocorrelations to the coefficients of 1 − a₁z − … */
function polynomialFromPartials(a: Float64Array): void {
  const before = new Float64Array(a.length);
  for (let k = 1; k < a.length; k++) {
    before.set(a.subarray(0, k));
    for (let i = 0; i < k; i++) a[i] = before[i]! - a[k]! * before[k - 1 - i]!;
  }
}

/** The same recursion backwards, in place. */
function partialsFromPolynomial(a: Float64Array): void {
  const after = new Float64Array(a.length);
  for (let k = a.length - 1; k > 0; k--) {
    const r = a[k]!;
    after.set(a.subarray(0, k));
    for (let i = 0; i < k; i++) a[i] = (after[i]! + r * after[k - 1 - i]!) / (1 - r * r);
  }
}
