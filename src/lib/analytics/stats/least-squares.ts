/** A linear fit with an intercept. Lists have one entry per column given. */
export interface LinearFit {
  readonly intercept: number;
  /** 0 for a column that is constant. */
  readonly coefficients: Float64Array;
  readonly interceptError: number;
  /** Standard errors; NaN for a column that is constant. */
  readonly errors: Float64Array;
  readonly residualSquares: number;
  /** Residual variance: the squares over rows less estimated coefficients (at least 1). */
  readonly sigma2: number;
  /** Coefficients estimated, the intercept among them. */
  readonly estimated: number;
  /** Whether columns depended on each other, so that a ridge decided between them. */
  readonly ridge: boolean;
  /** Variance of the fitted line at x, in units of `sigma2`. */
  leverage(x: ArrayLike<number>): number;
}

/** R's `lm` calls a column dependent below this share of its length. */
const dependent = 1e-7;
const ridgeShare = 1e-6;

/**
 * Ordinary least squares of y on the columns and an intercept by Householder's QR of the centred columns at unit
 * deviation (Golub and Van Loan 2013, 5.3), which is the plain fit with less rounding. Where columns depend on each
 * other, a ridge of 1e-6 per row shares the effect between them. O(rows · columns²).
 * Assumes finite numbers and at least one row.
 */
export function leastSquares(columns: readonly Float64Array[], y: Float64Array): LinearFit {
  const n = y.length;
  const means = columns.map(meanOf);
  const scales = columns.map((column, k) => deviation(column, means[k]!));
  const used = columns.flatMap((_, k) => (scales[k]! > 0 ? [k] : []));
  const middle = meanOf(y);
  const matrix = used.map((k) => columns[k]!.map((v) => (v - means[k]!) / scales[k]!));
  const right = y.map((v) => v - middle);
  const plain = n > used.length ? factor(matrix, right, 0) : null;
  const { triangle, beta } = plain ?? factor(matrix, right, ridgeShare * n)!;
  const residualSquares = squaresLeft(matrix, right, beta);
  const estimated = used.length + 1;
  const sigma2 = residualSquares / Math.max(1, n - estimated);

  const leverageOf = (z: Float64Array) => 1 / n + squaredLength(forward(triangle, z));
  const coefficients = new Float64Array(columns.length);
  const errors = new Float64Array(columns.length).fill(Number.NaN);
  let intercept = middle;
  for (const [i, k] of used.entries()) {
    coefficients[k] = beta[i]! / scales[k]!;
    intercept -= coefficients[k] * means[k]!;
    const unit = new Float64Array(used.length);
    unit[i] = 1;
    errors[k] = Math.sqrt(sigma2 * squaredLength(forward(triangle, unit))) / scales[k]!;
  }
  const atZero = Float64Array.from(used, (k) => means[k]! / scales[k]!);
  return {
    intercept,
    coefficients,
    interceptError: Math.sqrt(sigma2 * leverageOf(atZero)),
    errors,
    residualSquares,
    sigma2,
    estimated,
    ridge: plain === null,
    leverage: (x) => leverageOf(Float64Array.from(used, (k) => (x[k]! - means[k]!) / scales[k]!))
  };
}

interface Factored {
  /** R, by columns: entry i of column k for i ≤ k. */
  readonly triangle: readonly Float64Array[];
  readonly beta: Float64Array;
}

/** R and the solution of the columns with √ridge on the diagonal below them; null if a column depends on those before it. */
function factor(
  columns: readonly Float64Array[],
  right: Float64Array,
  ridge: number
): Factored | null {
  const p = columns.length;
  const rows = right.length + (ridge > 0 ? p : 0);
  const a = columns.map((column, k) => {
    const longer = new Float64Array(rows);
    longer.set(column);
    if (ridge > 0) longer[right.length + k] = Math.sqrt(ridge);
    return longer;
  });
  const b = new Float64Array(rows);
  b.set(right);
  for (let k = 0; k < p; k++) {
    const column = a[k]!;
    const whole = Math.sqrt(squaredLength(column));
    let tail = 0;
    for (let i = k; i < rows; i++) tail += column[i]! ** 2;
    const size = Math.sqrt(tail);
    if (!(size > dependent * whole)) return null;
    const alpha = column[k]! > 0 ? -size : size;
    const pivot = column[k]! - alpha;
    const beta = -1 / (alpha * pivot);
    for (const other of [...a.slice(k + 1), b]) {
      let dot = other[k]! * pivot;
      for (let i = k + 1; i < rows; i++) dot += other[i]! * column[i]!;
      dot *= beta;
      other[k]! -= dot * pivot;
      for (let i = k + 1; i < rows; i++) other[i]! -= dot * column[i]!;
    }
    column[k] = alpha;
  }
  const solution = new Float64Array(p);
  for (let i = p - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < p; k++) sum -= a[k]![i]! * solution[k]!;
    solution[i] = sum / a[i]![i]!;
  }
  return { triangle: a, beta: solution };
}

/** Solves Rᵀ·w = z. */
function forward(triangle: readonly Float64Array[], z: Float64Array): Float64Array {
  const w = new Float64Array(z.length);
  for (let k = 0; k < z.length; k++) {
    let sum = z[k]!;
    for (let i = 0; i < k; i++) sum -= triangle[k]![i]! * w[i]!;
    w[k] = sum / triangle[k]![k]!;
  }
  return w;
}

function squaresLeft(
  matrix: readonly Float64Array[],
  right: Float64Array,
  beta: Float64Array
): number {
  const left = right.slice();
  for (const [k, column] of matrix.entries()) {
    for (let i = 0; i < left.length; i++) left[i]! -= beta[k]! * column[i]!;
  }
  const sum = squaredLength(left);
  return sum > 1e-24 * squaredLength(right) ? sum : 0;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value / values.length;
  return sum;
}

/** 0 where a column differs from its mean by rounding alone. */
function deviation(values: Float64Array, mean: number): number {
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  const sd = Math.sqrt(sum / values.length);
  return sd > 1e-12 * Math.abs(mean) ? sd : 0;
}

function squaredLength(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
