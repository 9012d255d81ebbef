/** What boosting makes small. Lists have one entry per row. */
export interface Loss {
  /** The best constant. */
  start(y: Float64Array, rows: Int32Array): number;
  /** The downhill direction at each row. */
  gradients(y: Float64Array, fitted: Float64Array, into: Float64Array): void;
  /** The best step for the rows of a leaf; null where the mean gradient is it. */
  step(y: Float64Array, fitted: Float64Array, rows: Int32Array): number | null;
  /** Mean loss over some rows. */
  mean(y: Float64Array, fitted: Float64Array, rows: Int32Array): number;
}

/** (y − f)², whose answer is the mean. */
export const squaredLoss: Loss = {
  start: (y, rows) => average(rows, (row) => y[row]!),
  gradients(y, fitted, into) {
    for (let i = 0; i < y.length; i++) into[i] = y[i]! - fitted[i]!;
  },
  step: () => null,
  mean: (y, fitted, rows) => average(rows, (row) => (y[row]! - fitted[row]!) ** 2)
};

/** The pinball loss, whose answer is the p-quantile; leaves step by the quantile of what is left (Friedman 2001, for p = 0.5). */
export function quantileLossOf(p: number): Loss {
  return {
    start: (y, rows) =>
      quantile(
        Float64Array.from(rows, (row) => y[row]!),
        p
      ),
    gradients(y, fitted, into) {
      for (let i = 0; i < y.length; i++) into[i] = y[i]! > fitted[i]! ? p : p - 1;
    },
    step: (y, fitted, rows) =>
      quantile(
        Float64Array.from(rows, (row) => y[row]! - fitted[row]!),
        p
      ),
    mean: (y, fitted, rows) =>
      average(rows, (row) => {
        const error = y[row]! - fitted[row]!;
        return error > 0 ? p * error : (p - 1) * error;
      })
  };
}

function average(rows: Int32Array, read: (row: number) => number): number {
  let mean = 0;
  for (let i = 0; i < rows.length; i++) mean += (read(rows[i]!) - mean) / (i + 1);
  return mean;
}

/** The smallest value that at least a share p of the values do not exceed. */
function quantile(values: Float64Array, p: number): number {
  values.sort();
  return values[Math.max(0, Math.ceil(p * values.length - 1e-9) - 1)] ?? 0;
}
