/** Features cut into bins, so that a tree looks at few places to split. */
export interface BinnedColumns {
  readonly rows: number;
  /** The bin of each row, one list per feature: 0 for a missing value, else 1 + the number of edges below the value. */
  readonly bins: readonly Uint8Array[];
  /** Ascending, one list per feature: bin b holds values in (edge[b − 2], edge[b − 1]]. */
  readonly edges: readonly Float64Array[];
  /** Where each feature's bins start when all are laid end to end, and after the last their number. */
  readonly starts: Int32Array;
}

const mostBins = 254;

/**
 * One bin per distinct value where there are no more than `most`, else bins of about equally many rows, as LightGBM
 * makes them (Ke et al. 2017). Edges lie half-way between neighbouring values. NaN is a missing value.
 * O(rows · log rows) a feature.
 */
export function binColumns(columns: readonly Float64Array[], most = mostBins): BinnedColumns {
  const rows = columns[0]?.length ?? 0;
  const edges = columns.map((column) => edgesOf(column, Math.min(most, mostBins)));
  const bins = columns.map((column, k) => {
    const own = edges[k]!;
    return Uint8Array.from(column, (value) => (Number.isNaN(value) ? 0 : 1 + below(own, value)));
  });
  const starts = new Int32Array(columns.length + 1);
  for (const [k, own] of edges.entries()) starts[k + 1] = starts[k]! + own.length + 2;
  return { rows, bins, edges, starts };
}

function edgesOf(column: Float64Array, most: number): Float64Array {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  const n = sorted.length;
  const cuts: number[] = [];
  for (let i = 1; i < n; i++) if (sorted[i]! > sorted[i - 1]!) cuts.push(i);
  const chosen = cuts.length < most ? cuts : evenly(cuts, n, most);
  return Float64Array.from(chosen, (i) => between(sorted[i - 1]!, sorted[i]!));
}

/** Of the places where values change, the first at or after each of `most` equal shares of the rows. */
function evenly(cuts: readonly number[], rows: number, most: number): number[] {
  const chosen: number[] = [];
  let share = 1;
  for (const cut of cuts) {
    if (cut < (share * rows) / most) continue;
    chosen.push(cut);
    share = Math.floor((cut * most) / rows) + 1;
  }
  return chosen;
}

/** Half-way from a to b > a; a where no number lies between. */
function between(a: number, b: number): number {
  const middle = a / 2 + b / 2;
  return middle >= a && middle < b ? middle : a;
}

/** How many ascending edges lie below the value. */
function below(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
