import type { AlertState, AlertWord } from '#lib/analytics/stream/alert-machine.ts';
import type { Noticing } from '../core/notice.ts';

/** What the view of a monitor shows. Times are milliseconds since 1970. At most about 200 kB. */
export interface MonitorReport extends Noticing {
  readonly events: number;
  /** Events that every window they belong to was closed for. */
  readonly late: number;
  /** The latest 200 of them, and of those that missed some of their windows. */
  readonly lateEvents: readonly LateReport[];
  /** Changes to windows that had been told: NAME_corrections has them all. */
  readonly correctionCount: number;
  /** The latest, at most 100. */
  readonly corrections: readonly CorrectionReport[];
  readonly windows: number;
  /** Keys known now, those forgotten because they said nothing for long, and events of keys for which there was no room. */
  readonly keys: number;
  readonly forgotten: number;
  readonly refused: number;
  readonly watermark: number | null;
  readonly by: readonly string[];
  readonly measures: readonly string[];
  /** The recent windows of the first 12 keys, one entry for each key and measure. Any other key is in the table. */
  readonly series: readonly SeriesReport[];
  readonly anomalyCount: number;
  /** The latest 200. */
  readonly anomalies: readonly AnomalyReport[];
  readonly rules: readonly RuleReport[];
  /** The present state of rules for keys: those that need someone first, at most 200. */
  readonly alerts: readonly AlertReport[];
  readonly transitionCount: number;
  /** The latest 200. */
  readonly transitions: readonly TransitionReport[];
  readonly silences: number;
  /** The clock of silences and notifications: the time of day, or event time where `isPast`. */
  readonly now: number;
  /** What is watched, and its column of event time; empty before the first event. */
  readonly stream: string;
  readonly timeColumn: string;
  readonly keyColumns: readonly { readonly column: string; readonly type: string }[];
}

/** An event that came after a window of it was out of reach. */
export interface LateReport {
  readonly time: number;
  readonly key: string;
  /** The last window that it missed. */
  readonly start: number;
  readonly end: number;
  /** Milliseconds by which it missed that window. */
  readonly missedBy: number;
}

/** How a window that had been told was changed: by new figures, by appearing after its time, or by going (a session that grew or joined another). */
export type CorrectionChange = 'changed' | 'added' | 'withdrawn';

export interface CorrectionReport {
  /** The watermark when it was told. */
  readonly time: number;
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly change: CorrectionChange;
  /** The measures that changed; null where there was or is no value. */
  readonly figures: readonly {
    readonly measure: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
  /** Alerts that rest on the window and were judged before (`judge: first`). */
  readonly alerts: readonly string[];
}

/** Why nobody is told of an alert; `index` is the place among the cell's silences. */
export type Muting =
  | {
      readonly kind: 'silenced';
      readonly index: number;
      readonly reason: string;
      readonly author: string;
      /** Infinity: without end. */
      readonly until: number;
    }
  | { readonly kind: 'inhibited'; readonly by: string };

export interface SeriesReport {
  /** The key for people; empty without `by`. */
  readonly key: string;
  readonly measure: string;
  /** Window ends, ascending. */
  readonly ends: readonly number[];
  readonly values: readonly (number | null)[];
  /** Absent when no detector watches the measure; null while the past is too short. */
  readonly expected?: readonly (number | null)[];
  readonly lo?: readonly (number | null)[];
  readonly hi?: readonly (number | null)[];
}

export interface AnomalyReport {
  readonly time: number;
  readonly key: string;
  readonly measure: string;
  readonly value: number;
  readonly expected: number;
  readonly score: number;
  readonly reason: string;
}

export interface RuleReport {
  readonly name: string;
  readonly when: string;
  /** Milliseconds. */
  readonly hold: number;
  readonly severity: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly groupBy: readonly string[];
  /** How many keys are in each state now. */
  readonly states: Readonly<Record<AlertState, number>>;
}

export interface AlertReport {
  readonly alert: string;
  readonly key: string;
  /** The key column by column, as the tables have it. */
  readonly keys: readonly (string | number | null)[];
  readonly fingerprint: string;
  readonly state: AlertWord;
  readonly since: number;
  /** When it began to fire, errors and unknown times since then included; null while it does not. */
  readonly firingSince: number | null;
  readonly severity: string | null;
  /** What the last change of state rests on; null before the first. */
  readonly value: number | null;
  readonly from: number | null;
  readonly to: number | null;
  /** Why it is silenced; null when it is not. */
  readonly silenced: string | null;
  readonly muting: Muting | null;
}

export interface TransitionReport {
  readonly time: number;
  readonly alert: string;
  readonly key: string;
  readonly state: AlertWord;
  readonly value: number | null;
  readonly from: number;
  readonly to: number;
  readonly severity: string | null;
  readonly silenced: string | null;
  /** Corrections, since, of the windows it rests on (`judge: first`); 0 where it rests on final figures. */
  readonly corrected: number;
}
