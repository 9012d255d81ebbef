/**
 * Solves A·x = r for a symmetric positive semidefinite A (row-major k × k, lower half read, overwritten)
 * by Cholesky's method. A direction that A does not determine gets the answer 0. O(k³/6).
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array {
  const k = right.length;
  const x = Float64Array.from(right);
  const free = new Uint8Array(k);
  for (let j = 0; j < k; j++) {
    const original = matrix[j * k + j]!;
    let pivot = original;
    for (let p = 0; p < j; p++) pivot -= matrix[j * k + p]! ** 2;
    if (!(pivot > 1e-13 * original)) {
      free[j] = 1;
      for (let i = j; i < k; i++) matrix[i * k + j] = 0;
      continue;
    }
    const root = Math.sqrt(pivot);
    matrix[j * k + j] = root;
    for (let i = j + 1; i < k; i++) {
      let sum = matrix[i * k + j]!;
      for (let p = 0; p < j; p++) sum -= matrix[i * k + p]! * matrix[j * k + p]!;
      matrix[i * k + j] = sum / root;
    }
  }
  for (let i = 0; i < k; i++) {
    let sum = x[i]!;
    for (let p = 0; p < i; p++) sum -= matrix[i * k + p]! * x[p]!;
    x[i] = free[i] ? 0 : sum / matrix[i * k + i]!;
  }
  for (let i = k - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let p = i + 1; p < k; p++) sum -= matrix[p * k + i]! * x[p]!;
    x[i] = free[i] ? 0 : sum / matrix[i * k + i]!;
  }
  return x;
}
