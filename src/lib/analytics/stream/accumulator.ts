import type { Columns, NumericType } from '#lib/base/columns.ts';

/**
 * One aggregate over many cells. A cell is a number that stands for one key in one window (or pane, or
 * session). Rows reach it in blocks, column by column: `cells[row]` says where a row goes, −1 that it
 * goes nowhere.
 */
export interface Accumulator {
  readonly type: NumericType;
  /** Makes room for cells below `capacity`. */
  grow(capacity: number): void;
  /** Looks at a batch before rows of it are added; `marks` are the watermarks before its rows. */
  prepare(batch: Columns, times: Float64Array, marks: Float64Array): void;
  add(cells: Int32Array, from: number, to: number): void;
  /** Adds what cell `from` holds to cell `into`; all of `from`'s events came to other cells than `into`'s. */
  merge(into: number, from: number): void;
  clear(cell: number): void;
  /** NaN when nothing was there to aggregate. */
  value(cell: number): number;
  /** Whether every value so far is exact. */
  readonly exact: boolean;
  /** What the first `cells` cells hold, as plain data. */
  snapshot(cells: number): unknown;
  /** Takes in what was in a snapshot; there is room for its cells. */
  restore(snapshot: unknown): void;
}

/** The values of one argument for every row of a batch; NaN is missing. */
export type Input = (batch: Columns) => Float64Array;

/** The same, of arguments that look at event times and at the watermarks before the rows as well. */
export type StampedInput = (
  batch: Columns,
  times: Float64Array,
  marks: Float64Array
) => Float64Array;

/** The same numbers with room for more. */
export function grown(old: Float64Array, capacity: number, fill = 0): Float64Array {
  const out = new Float64Array(capacity);
  if (fill !== 0) out.fill(fill);
  out.set(old);
  return out;
}
