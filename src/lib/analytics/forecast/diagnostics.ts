import { autocorrelation } from '#lib/analytics/stats/autocorrelation.ts';
import { chiSquareTail } from '#lib/analytics/stats/chi-square.ts';

/** What the one-step errors of a fit say of it. Figures are NaN where the errors are too few or all the same. */
export interface Diagnostics {
  /** Errors judged: those after the last missing one. */
  readonly rows: number;
  readonly mean: number;
  /** Standard error of the mean, as if errors were independent. */
  readonly meanError: number;
  /** Autocorrelations at lags 1 … lags. */
  readonly acf: Float64Array;
  readonly lags: number;
  /** Degrees of freedom of Ljung-Box: lags less the parameters that fit autocorrelation. */
  readonly degrees: number;
  readonly ljungBox: number;
  readonly ljungBoxP: number;
  readonly jarqueBera: number;
  readonly jarqueBeraP: number;
}

/**
 * Residual checks: Ljung-Box for what is left of autocorrelation (Ljung and Box 1978), Jarque-Bera for
 * normality (Jarque and Bera 1980, divisor n), and the mean. Lags: 10, or two seasons, at most a fifth of the
 * rows and at least three more than `weights`, as in R's `checkresiduals` (Hyndman and Athanasopoulos 2021, 5.4).
 * The p-values rest on large samples; Ljung-Box takes errors of equal spread. O(rows · lags).
 */
export function diagnose(residuals: Float64Array, season: number, weights: number): Diagnostics {
  const { errors, unit } = scaled(afterLastMissing(residuals));
  const n = errors.length;
  const wished = Math.min(season > 1 ? 2 * season : 10, Math.round(n / 5));
  const lags = Math.max(0, Math.min(n - 1, Math.max(weights + 3, wished)));
  const { mean, variance, skewness, kurtosis } = moments(errors);
  const acf = autocorrelation(errors, lags);
  const degrees = lags - weights;
  const varies = variance > 1e-24 && n > 3;
  let sum = 0;
  acf.forEach((r, i) => (sum += (r * r) / (n - i - 1)));
  const ljungBox = varies && degrees > 0 ? n * (n + 2) * sum : Number.NaN;
  const jarqueBera = varies ? (n / 6) * (skewness ** 2 + (kurtosis - 3) ** 2 / 4) : Number.NaN;
  return {
    rows: n,
    mean: unit * mean,
    meanError: n > 1 ? unit * Math.sqrt(variance / (n - 1)) : Number.NaN,
    acf,
    lags,
    degrees: Math.max(0, degrees),
    ljungBox,
    ljungBoxP: chiSquareTail(ljungBox, Math.max(1, degrees)),
    jarqueBera,
    jarqueBeraP: chiSquareTail(jarqueBera, 2)
  };
}

const fitsAutocorrelation = /^(s?ar\d+|s?ma\d+|lag\d+|alpha|beta|gamma|phi)$/;

/**
 * How many parameters of a fit take autocorrelation out of its errors: AR and MA coefficients, the weights of
 * smoothing (their ARIMA equivalents) and lagged values. Means, trends, seasons and regressors do not
 * (Hyndman 2023, "Degrees of freedom for a Ljung-Box test").
 */
export function autocorrelationWeights(parameters: Readonly<Record<string, number>>): number {
  return Object.keys(parameters).filter((name) => fitsAutocorrelation.test(name)).length;
}

function afterLastMissing(residuals: Float64Array): Float64Array {
  return residuals.subarray(residuals.findLastIndex((value) => !Number.isFinite(value)) + 1);
}

/** The errors in units of the largest, so that squares of the largest and smallest numbers stay numbers. */
function scaled(errors: Float64Array): { errors: Float64Array; unit: number } {
  const unit = errors.reduce((size, error) => Math.max(size, Math.abs(error)), 0) || 1;
  return { errors: errors.map((error) => error / unit), unit };
}

/** Mean, variance (divisor n) and the standardised third and fourth moments. */
function moments(values: Float64Array) {
  const n = values.length;
  let mean = n === 0 ? Number.NaN : 0;
  for (const value of values) mean += value / n;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const value of values) {
    const d = value - mean;
    second += d ** 2 / n;
    third += d ** 3 / n;
    fourth += d ** 4 / n;
  }
  return {
    mean,
    variance: second,
    skewness: third / second ** 1.5,
    kurtosis: fourth / second ** 2
  };
}
