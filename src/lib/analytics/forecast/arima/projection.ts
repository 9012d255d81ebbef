const dependent = 1e-9;

/**
 * Takes out of the first column, in place, what the others explain of it by least squares, by modified
 * Gram-Schmidt (Björck 1967). Answers one coefficient for each of the others, 0 for a column that adds
 * nothing to those before it. Overwrites all columns. O(rows·columns²).
 */
export function projectOut(columns: readonly Float64Array[]): Float64Array {
  const [target, ...others] = columns;
  const k = others.length;
  const upper = new Float64Array(k * k);
  const shares = new Float64Array(k);
  others.forEach((column, j) => {
    const before = Math.sqrt(dot(column, column));
    for (let i = 0; i < j; i++) {
      upper[i * k + j] = dot(others[i]!, column);
      subtract(column, others[i]!, upper[i * k + j]!);
    }
    const norm = Math.sqrt(dot(column, column));
    if (!(norm > dependent * before)) {
      column.fill(0);
      return;
    }
    upper[j * k + j] = norm;
    for (let t = 0; t < column.length; t++) column[t] = column[t]! / norm;
    shares[j] = dot(column, target!);
    subtract(target!, column, shares[j]);
  });
  for (let j = k - 1; j >= 0; j--) {
    let sum = shares[j]!;
    for (let i = j + 1; i < k; i++) sum -= upper[j * k + i]! * shares[i]!;
    shares[j] = upper[j * k + j] === 0 ? 0 : sum / upper[j * k + j]!;
  }
  return shares;
}

/** Which of the columns add to those before them. */
export function independentColumns(columns: readonly Float64Array[]): number[] {
  const basis: Float64Array[] = [];
  return columns.flatMap((column, j) => {
    const rest = column.slice();
    const before = Math.sqrt(dot(rest, rest));
    for (const direction of basis) subtract(rest, direction, dot(direction, rest));
    const norm = Math.sqrt(dot(rest, rest));
    if (!(norm > dependent * before)) return [];
    basis.push(rest.map((value) => value / norm));
    return [j];
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function subtract(from: Float64Array, what: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i] = from[i]! - factor * what[i]!;
}
