/** The quantile of Student's t with `freedom` degrees that a normal quantile `z` stands for (Cornish–Fisher to the third order; good from about 5 degrees on). */
export function studentQuantile(z: number, freedom: number): number {
  const z3 = z ** 3;
  const z5 = z ** 5;
  const z7 = z ** 7;
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** The normal deviate as far out as `t` is under Student's t (Wallace 1959); error about 0.02 from 7 degrees on. */
export function normalOfStudent(t: number, freedom: number): number {
  const scale = (8 * freedom + 1) / (8 * freedom + 3);
  return Math.sign(t) * scale * Math.sqrt(freedom * Math.log1p((t * t) / freedom));
}

/** The inverse of `normalOfStudent`. */
export function studentOfNormal(z: number, freedom: number): number {
  const scaled = (z * (8 * freedom + 3)) / (8 * freedom + 1);
  return Math.sign(z) * Math.sqrt(freedom * Math.expm1(Math.min((scaled * scaled) / freedom, 500)));
}
