import type { Change } from '../core/change.ts';
import type { ScenarioReport } from './effects.ts';
import type { DecisionWord } from './journal.ts';
import type { EffectNote, GateNote } from './notes.ts';

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
}

export interface JournalReport {
  readonly time: number;
  readonly trigger: string;
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
