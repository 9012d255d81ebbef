import type { DriftFinding } from '#lib/analytics/drift/findings.ts';
import type { Change } from '../core/change.ts';
import type { ScenarioReport } from './effects.ts';
import type { DecisionWord } from './journal.ts';
import type { EffectNote, GateNote } from './notes.ts';
import type { Cause } from './triggers.ts';

/** What the view of an adjust cell shows. Times are milliseconds since 1970. */
export interface AdjustReport {
  /** The parameter and its value now. */
  readonly target: string;
  readonly current: string | null;
  /** The table of alerts that is watched. */
  readonly alerts: string;
  readonly counts: Readonly<Record<DecisionWord, number>>;
  /** The latest 200, the newest first. */
  readonly rows: readonly JournalReport[];
  /** Demand replayed with and without: what is proposed last, and all that was approved. */
  readonly scenarios: readonly ScenarioReport[];
  /** What the stated rule has approved and nobody has made yet, in order. */
  readonly due: readonly Change[];
  /** What was watched for drift, the furthest beyond their thresholds first; null where nothing is. */
  readonly drift: readonly DriftReport[] | null;
}

/** One test of one column, at every look. Of errors a method may test two things: their mean, and their size. */
export interface DriftReport {
  readonly column: string;
  readonly method: DriftFinding['method'];
  readonly code: DriftFinding['evidence']['code'];
  readonly looks: readonly {
    readonly time: number;
    readonly score: number;
    /** Infinite where the rows are too few. */
    readonly threshold: number;
    readonly drifted: boolean;
    readonly evidence: DriftFinding['evidence'];
  }[];
}

export interface JournalReport {
  readonly time: number;
  readonly trigger: string;
  /** What led to it; null if it is there no more, or was no alert. */
  readonly cause: Cause | null;
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly gate: readonly GateNote[];
  readonly decision: DecisionWord;
  readonly by: string | null;
  readonly effect: readonly EffectNote[];
  /** What approving does, of a proposal, and what reverting does, of a change that was made; else null. */
  readonly change: Change | null;
}
