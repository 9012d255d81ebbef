import type { Scalar } from '#lib/base/problem.ts';

/** One model over all series. Figures are means over the series that have them; null where none has. */
export interface LeaderboardRow {
  readonly model: string;
  readonly mase: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  /** Share of actuals inside the band, for each of `ForecastReport.levels`. */
  readonly coverage: readonly (number | null)[];
  /** How many series chose it. */
  readonly chosen: number;
  /** How many series it was fitted to. */
  readonly series: number;
}

/** A series by its key, with the accuracy of its chosen model. */
export interface SeriesKey {
  readonly label: string;
  /** Values of the `by` columns, in their order; dates as milliseconds. */
  readonly key: readonly Scalar[];
  readonly model: string;
  readonly mase: number | null;
}

export interface TrainingCurve {
  readonly phase: 'backtest' | 'final';
  readonly steps: readonly number[];
  readonly loss: readonly number[];
}

/** What the run decided or found besides, for the view to say in the reader's language. */
export type ForecastNote =
  | { readonly code: 'frequency-found'; readonly frequency: string }
  | { readonly code: 'season-found'; readonly season: number }
  | { readonly code: 'season-long'; readonly season: number; readonly rows: number }
  | {
      readonly code: 'season-shows';
      readonly season: number;
      readonly found: number;
      readonly series: number;
    }
  | { readonly code: 'bands'; readonly from: 'conformal' | 'analytic' }
  | { readonly code: 'untested'; readonly untested: number; readonly series: number };

/** What the forecast view shows before it reads any row. */
export interface ForecastReport {
  readonly time: string;
  readonly value: string;
  readonly by: readonly string[];
  readonly frequency: string;
  readonly season: number;
  readonly horizon: number;
  readonly levels: readonly number[];
  readonly intervals: 'conformal' | 'analytic';
  readonly select: string;
  readonly series: number;
  readonly skipped: number;
  /** Whether NAME_rollup is there. */
  readonly rollup: boolean;
  readonly models: readonly string[];
  /** Best first by the criterion of `select`. */
  readonly leaderboard: readonly LeaderboardRow[];
  readonly first: readonly SeriesKey[];
  readonly worst: readonly SeriesKey[];
  readonly training: readonly TrainingCurve[];
  readonly notes: readonly ForecastNote[];
}
