/** What the trend view shows before it reads any row. */
export interface TrendReport {
  readonly method: 'moving_average' | 'exponential_smoothing' | 'stl' | 'mstl';
  readonly time: string;
  readonly value: string;
  readonly by: readonly string[];
  readonly series: number;
  readonly rows: number;
  /** Of `moving_average`, `stl` and `mstl`; null where it is not stated and the method has its own. */
  readonly window: number | null;
  /** The smallest and the greatest weight used by `exponential_smoothing`. */
  readonly alpha: readonly [number, number] | null;
  /** Of `stl` and `mstl`, ascending; empty for the others. */
  readonly seasons: readonly number[];
  /** The series whose remainder is widest against its values. */
  readonly roughest: readonly { readonly label: string; readonly share: number }[];
}
