/** One of the farthest rows. */
export interface WorstRow {
  readonly label: string;
  /** Milliseconds or the number itself; null without a time column. */
  readonly time: number | null;
  readonly column: string;
  readonly value: number;
  readonly score: number;
  readonly reason: string;
}

/** What the anomaly view shows before it reads any row. */
export interface AnomalyReport {
  readonly method: 'zscore' | 'iqr' | 'mad';
  readonly columns: readonly string[];
  readonly by: readonly string[];
  readonly time: string | null;
  readonly rows: number;
  readonly series: number;
  readonly anomalies: number;
  /** Rows without any value to judge. */
  readonly missing: number;
  /** The least and the greatest threshold used; they differ only under a budget. */
  readonly thresholds: readonly [number, number];
  readonly worst: readonly WorstRow[];
}
