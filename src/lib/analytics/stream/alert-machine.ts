/** Milliseconds of event time. */
export interface AlertTiming {
  /** How long the condition must hold before the alert fires. */
  readonly hold: number;
  /** How long it keeps firing after the condition has ended. */
  readonly keep: number;
  /** How long a key may be silent before the alert says so; null: never. */
  readonly noData: number | null;
}

export type AlertState = 'inactive' | 'pending' | 'firing' | 'no_data';

/** How a state is written in a relation: `resolved` is inactive after firing. */
export type AlertWord = AlertState | 'resolved';

/** One rule for one key. */
export interface Alert {
  state: AlertState;
  /** End and start of the window in which the condition began to hold. */
  activeAt: number;
  activeFrom: number;
  /** When the condition of a firing alert ceased; NaN while it holds. */
  keepSince: number;
  /** End of the last window of the key. */
  lastData: number;
  /** When the state last changed. */
  since: number;
}

/** One evaluation. */
export interface Evidence {
  readonly time: number;
  readonly from: number;
  readonly hasData: boolean;
  readonly when: boolean;
  /** Whether the condition that ends firing holds; null when the rule has none of its own. */
  readonly recovered: boolean | null;
}

export function newAlert(firstData: number): Alert {
  return {
    state: 'inactive',
    activeAt: Number.NaN,
    activeFrom: Number.NaN,
    keepSince: Number.NaN,
    lastData: firstData,
    since: firstData
  };
}

/**
 * One evaluation of an alert as Prometheus does it (rules/alerting.go): inactive → pending when the
 * condition holds → firing once it has held for `hold`, at the same evaluation if that is 0 → inactive
 * when it has not held for `keep`. Two additions: with a recovery condition, a firing alert ends by that
 * instead, and a key that is silent for `noData` is in a state of its own until it is heard again.
 * Returns how the new state is written, or null when it has not changed.
 */
export function evaluateAlert(alert: Alert, timing: AlertTiming, seen: Evidence): AlertWord | null {
  const before = alert.state;
  alert.state = next(alert, timing, seen);
  if (alert.state === before) return null;
  alert.since = seen.time;
  return before === 'firing' && alert.state === 'inactive' ? 'resolved' : alert.state;
}

function next(alert: Alert, timing: AlertTiming, seen: Evidence): AlertState {
  if (seen.hasData) alert.lastData = seen.time;
  else if (timing.noData !== null && seen.time - alert.lastData >= timing.noData) return 'no_data';
  const { state } = alert;
  const holds = state === 'firing' && seen.recovered !== null ? !seen.recovered : seen.when;
  if (state === 'firing') return firing(alert, timing, holds, seen.time);
  if (!holds) return 'inactive';
  if (state !== 'pending') {
    alert.activeAt = seen.time;
    alert.activeFrom = seen.from;
    alert.keepSince = Number.NaN;
  }
  return seen.time - alert.activeAt >= timing.hold ? 'firing' : 'pending';
}

function firing(alert: Alert, timing: AlertTiming, holds: boolean, time: number): AlertState {
  if (holds) {
    alert.keepSince = Number.NaN;
    return 'firing';
  }
  if (Number.isNaN(alert.keepSince)) alert.keepSince = time;
  return time - alert.keepSince < timing.keep ? 'firing' : 'inactive';
}
