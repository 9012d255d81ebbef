/** Values minus fitted; NaN where nothing was fitted. */
export function residualsOf(values: Float64Array, fitted: Float64Array): Float64Array {
  return values.map((value, t) => value - fitted[t]!);
}

/** Sum of squares over the errors present, divided by their number less `parameters` (at least 1). 0 when there are none. */
export function residualVariance(residuals: Float64Array, parameters: number): number {
  let sum = 0;
  let count = 0;
  for (const residual of residuals) {
    if (Number.isNaN(residual)) continue;
    sum += residual * residual;
    count++;
  }
  return count === 0 ? 0 : sum / Math.max(1, count - parameters);
}
