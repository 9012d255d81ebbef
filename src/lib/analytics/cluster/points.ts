/** Points in a plain box of numbers: row-major, `dimensions` numbers each. Finite numbers only. */
export interface Points {
  readonly data: Float64Array;
  readonly dimensions: number;
  readonly count: number;
}

/** Lets a stop arrive; awaited in long loops. `share`: how much of the work is done, where it can be told. */
export type Checkpoint = (share?: number) => Promise<void>;

export function pointsOf(data: Float64Array, dimensions: number): Points {
  return { data, dimensions, count: dimensions === 0 ? 0 : data.length / dimensions };
}

/** The points at `rows`, in that order. */
export function takePoints({ data, dimensions }: Points, rows: ArrayLike<number>): Points {
  const out = new Float64Array(rows.length * dimensions);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * dimensions;
    out.set(data.subarray(from, from + dimensions), i * dimensions);
  }
  return { data: out, dimensions, count: rows.length };
}

/** Squared Euclidean distance between `a[i …]` and `b[j …]`. */
export function squaredDistance(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  dimensions: number
): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) sum += (a[i + d]! - b[j + d]!) ** 2;
  return sum;
}
