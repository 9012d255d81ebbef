import type { ColumnType } from './columns.ts';

/** Values counted in classes `[edges[i], edges[i + 1])`; the last one takes its upper edge too. Times in milliseconds. */
export interface Bins {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** The first class takes everything below it too, so that a few far values do not flatten the rest. */
  readonly openBelow: boolean;
  readonly openAbove: boolean;
}

export interface TopValue {
  readonly value: string;
  readonly rows: number;
}

/** The probabilities of `ColumnProfile.quantiles`. */
export const profileQuantiles = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** What one column holds. "Not a number" counts as missing; times are milliseconds since 1970. */
export interface ColumnProfile {
  readonly column: string;
  readonly type: ColumnType;
  readonly missing: number;
  /** Values without an end, such as infinity: in none of the figures below but `distinct`. */
  readonly infinite: number;
  /** Different values; null where values are nested. */
  readonly distinct: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly quantiles: readonly number[] | null;
  readonly bins: Bins | null;
  /** The most frequent values of text and of true and false, the first first; none where every value is different. */
  readonly top: readonly TopValue[];
}

export interface TableProfile {
  readonly rows: number;
  /** False on a long table: `distinct` is an estimate then, quantiles and the choice of `top` come from a sample. */
  readonly exact: boolean;
  readonly columns: readonly ColumnProfile[];
}
