/**
 * Upper tail of Student's t: P(T > t) = ½·I_x(ν/2, ½) at x = ν/(ν + t²) for t ≥ 0, the regularised incomplete beta
 * function by its continued fraction (Lentz). Relative error about 1e-13. `freedom` is a whole number of at least 1.
 */
export function studentTail(t: number, freedom: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  if (t < 0) return 1 - studentTail(-t, freedom);
  if (t === Number.POSITIVE_INFINITY) return 0;
  const square = t * t;
  const [a, b] = [freedom / 2, 0.5];
  const x = freedom / (freedom + square);
  const y = square / (freedom + square);
  const front = Math.exp(a * Math.log(x) + b * Math.log(y)) / betaOfHalves(freedom);
  if (square === 0) return 0.5;
  return x < (a + 1) / (a + b + 2)
    ? (0.5 * front * betaFraction(x, a, b)) / a
    : 0.5 * (1 - (front * betaFraction(y, b, a)) / b);
}

/** B(ν/2, ½), from B(½, ½) = π or B(1, ½) = 2 by recurrence. */
function betaOfHalves(freedom: number): number {
  let beta = freedom % 2 === 1 ? Math.PI : 2;
  for (let k = freedom % 2 === 1 ? 1 : 2; k < freedom; k += 2) beta *= k / (k + 1);
  return beta;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let k = 1; k < 500; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= c * d;
    const odd = (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}
