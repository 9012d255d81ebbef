import { normalCdf } from './normal.ts';

/**
 * Upper tail of the chi-square distribution: Q(k/2, x/2), the regularised incomplete gamma function for half
 * of a whole number, by its finite sum (Abramowitz and Stegun 1964, 26.4.4–26.4.5). Relative error about 1e-13.
 * O(degrees). `degrees` is a whole number of at least 1.
 */
export function chiSquareTail(x: number, degrees: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? Number.NaN : 1;
  const half = x / 2;
  const odd = degrees % 2 === 1;
  let term = Math.exp(-half) * (odd ? Math.sqrt(half) / gammaOfThreeHalves : 1);
  let sum = odd ? 2 * normalTail(Math.sqrt(x)) : term;
  if (odd && degrees > 1) sum += term;
  for (let k = odd ? 5 : 4; k <= degrees; k += 2) {
    term *= half / (k / 2 - 1);
    sum += term;
  }
  return Math.min(1, sum);
}

const gammaOfThreeHalves = Math.sqrt(Math.PI) / 2;

/** P(Z > z) for z ≥ 0, from the side that keeps its digits. */
function normalTail(z: number): number {
  return normalCdf(-z);
}
