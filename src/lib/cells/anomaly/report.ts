import type { Method } from './methods.ts';

/** What share of an anomaly's score a column has. */
export interface Contribution {
  readonly column: string;
  readonly share: number;
}

/** One of the farthest rows. */
export interface WorstRow {
  readonly label: string;
  /** Milliseconds or the number itself; null without a time column. */
  readonly time: number | null;
  readonly column: string;
  readonly value: number;
  readonly score: number;
  readonly reason: string;
  /** Descending; empty where columns are judged one by one. */
  readonly contributions: readonly Contribution[];
}

/** What the anomaly view shows before it reads any row. */
export interface AnomalyReport {
  readonly method: Method;
  readonly columns: readonly string[];
  readonly by: readonly string[];
  readonly time: string | null;
  readonly rows: number;
  readonly series: number;
  readonly anomalies: number;
  /** Rows that could not be judged: without a value, or too early for a method that learns. */
  readonly missing: number;
  /** The least and the greatest threshold used; they differ only under a budget. */
  readonly thresholds: readonly [number, number];
  /** Of the methods in time; 1 = none. */
  readonly season: number | null;
  /** What trained the autoencoder; null for the other methods. */
  readonly engine: string | null;
  /** How many anomalies each column decided, the most first. */
  readonly drivers: readonly { readonly column: string; readonly anomalies: number }[];
  readonly worst: readonly WorstRow[];
}
