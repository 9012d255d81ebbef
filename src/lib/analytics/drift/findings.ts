import type { BinShift } from './population-stability.ts';

export type DriftMethod = 'tracking_signal' | 'adwin' | 'page_hinkley' | 'psi' | 'ks';

/** What a test of drift found, also where it found none. */
export interface DriftFinding {
  readonly subject: 'error' | 'input';
  readonly column: string;
  readonly method: DriftMethod;
  /** In the unit of the method; never negative. */
  readonly score: number;
  /** The score from which on it is drift. Infinity where the rows are too few for any. */
  readonly threshold: number;
  /** score ≥ threshold. */
  readonly drifted: boolean;
  readonly evidence: DriftEvidence;
}

/** Figures before and now, in units of the column, `rows` the recent ones; shares and chances from 0 to 1. */
export type DriftEvidence =
  | { readonly code: 'error-moved' | 'error-grew'; before: number; now: number; rows: number }
  | { readonly code: 'biased'; now: number; cumulative: number; rows: number }
  | { readonly code: 'shares-moved'; most: BinShift | null; p: number; rows: number }
  | { readonly code: 'values-moved'; before: number; now: number; p: number; rows: number };
