import type { DemandClass } from '#lib/analytics/time/demand-class.ts';

/** One series as lists show it. */
export interface ListedSeries {
  readonly key: string;
  readonly model: string;
  readonly mase: number | null;
  /** Sum of the chosen forecast. */
  readonly volume: number;
  readonly nature: DemandNature;
}

/** How the demand of a series comes. */
export interface DemandNature {
  readonly demand: DemandClass;
  /** Rows per row with demand; null without any. */
  readonly adi: number | null;
  /** Squared coefficient of variation of the sizes. */
  readonly cv2: number;
}

/** How one model, or the `chosen` one of each series, did over the series that it was fitted to. */
export interface Standing {
  readonly model: string;
  readonly series: number;
  readonly won: number;
  readonly mase: number | null;
  /** Mean MASE against that of seasonal naive on the same series, less one; null without it. */
  readonly against: number | null;
}
