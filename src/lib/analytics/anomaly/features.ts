import { mean, standardDeviation } from '#lib/analytics/stats/descriptive.ts';
import { pointsOf, type Points } from '#lib/analytics/cluster/points.ts';
import type { Judged } from './judge.ts';

/** Columns brought to mean 0 and standard deviation 1 and put side by side, rows with a missing value left out. */
export interface Features {
  readonly columns: readonly Judged[];
  readonly points: Points;
  /** The row of each point. */
  readonly rows: Int32Array;
  readonly centre: Float64Array;
  /** Sample standard deviation; 1 where the column is constant. */
  readonly scale: Float64Array;
}

export function standardised(columns: readonly Judged[]): Features {
  const length = columns[0]?.values.length ?? 0;
  const centre = Float64Array.from(columns, ({ values }) => mean(values));
  const scale = Float64Array.from(columns, ({ values }) => {
    const deviation = standardDeviation(values);
    return deviation > 0 && Number.isFinite(deviation) ? deviation : 1;
  });
  const rows = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (columns.every(({ values }) => Number.isFinite(values[row]!))) rows[count++] = row;
  }
  const d = columns.length;
  const data = new Float64Array(count * d);
  columns.forEach(({ values }, c) => {
    for (let i = 0; i < count; i++) data[i * d + c] = (values[rows[i]!]! - centre[c]!) / scale[c]!;
  });
  return { columns, points: pointsOf(data, d), rows: rows.subarray(0, count), centre, scale };
}

/** The first standardised column row by row, NaN where a value is missing. */
export function standardColumn({ columns, points, rows }: Features): Float64Array {
  const values = new Float64Array(columns[0]?.values.length ?? 0).fill(Number.NaN);
  rows.forEach((row, point) => (values[row] = points.data[point * points.dimensions]!));
  return values;
}

/** Every run of `window` neighbouring rows without a missing value, as points of one standardised column. */
export interface Windows {
  readonly points: Points;
  /** The first row of each window. */
  readonly starts: Int32Array;
}

/** Delay embedding (Takens 1981): windows of `window` rows, one row apart. Values in the order of time. */
export function windowsOf(values: Float64Array, window: number): Windows {
  const starts: number[] = [];
  let whole = 0;
  for (let row = 0; row < values.length; row++) {
    whole = Number.isFinite(values[row]!) ? whole + 1 : 0;
    if (whole >= window) starts.push(row - window + 1);
  }
  const data = new Float64Array(starts.length * window);
  starts.forEach((start, i) => data.set(values.subarray(start, start + window), i * window));
  return { points: pointsOf(data, window), starts: Int32Array.from(starts) };
}
