/** What the trend view shows before it reads any row. */
export interface TrendReport {
  readonly method: 'moving_average' | 'exponential_smoothing' | 'stl';
  readonly time: string;
  readonly value: string;
  readonly by: readonly string[];
  readonly series: number;
  readonly rows: number;
  /** Of `moving_average` and `stl`; null where the season is kept constant. */
  readonly window: number | null;
  /** The smallest and the greatest weight used by `exponential_smoothing`. */
  readonly alpha: readonly [number, number] | null;
  /** Of `stl`. */
  readonly season: number | null;
  /** The series whose remainder is widest against its values. */
  readonly roughest: readonly { readonly label: string; readonly share: number }[];
}
