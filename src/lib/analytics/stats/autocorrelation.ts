import { mean } from './descriptive.ts';

/** Autocorrelations at lags 1 … `lags` (divisor n, as in R's `acf`); 0 for a constant series. */
export function autocorrelation(values: Float64Array, lags: number): Float64Array {
  const centre = mean(values);
  const out = new Float64Array(lags);
  let variance = 0;
  for (const value of values) variance += (value - centre) ** 2;
  if (variance === 0) return out;
  for (let lag = 1; lag <= lags; lag++) {
    let sum = 0;
    for (let t = lag; t < values.length; t++) {
      sum += (values[t]! - centre) * (values[t - lag]! - centre);
    }
    out[lag - 1] = sum / variance;
  }
  return out;
}
