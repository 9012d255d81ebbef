/** Milliseconds of event time. */
export interface AlertTiming {
  /** How long the condition must hold before the alert fires. */
  readonly hold: number;
  /** How long it keeps firing after the condition has ended. */
  readonly keep: number;
  /** How long a key may be silent before the alert says so; null: never. */
  readonly noData: number | null;
}

export type CourseState = 'inactive' | 'pending' | 'firing' | 'no_data';

/** `error`: the condition could not be computed; `unknown`: the evaluation came too late to say anything of the present. */
export type AlertState = CourseState | 'error' | 'unknown';

/** How a state is written in a relation: `resolved` is inactive after firing. */
export type AlertWord = AlertState | 'resolved';

/** One rule for one key. */
export interface Alert {
  state: AlertState;
  /** What the state is under `error` and `unknown`, and the same as `state` else. */
  course: CourseState;
  /** Whether it was said to fire, and neither since that it is over nor that the key is silent. */
  told: boolean;
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
  /** The condition that counts now cannot be computed. */
  readonly failed: boolean;
  /** The evaluation is of a time too long ago. */
  readonly stale: boolean;
}

export function newAlert(firstData: number): Alert {
  return {
    state: 'inactive',
    course: 'inactive',
    told: false,
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
 * when it has not held for `keep`. Additions: with a recovery condition, a firing alert ends by that
 * instead; a key that is silent for `noData` is in a state of its own until it is heard again; `error` hides
 * the course of an alert, which stands still meanwhile as Prometheus's does; `unknown` hides it while it
 * goes on, so that the first evaluation in time says what it has come to.
 * Returns how the new state is written, or null when it has not changed.
 */
export function evaluateAlert(alert: Alert, timing: AlertTiming, seen: Evidence): AlertWord | null {
  const before = alert.state;
  if (!seen.failed) alert.course = next(alert, timing, seen);
  alert.state = seen.stale ? 'unknown' : seen.failed ? 'error' : alert.course;
  if (alert.state === before) return null;
  alert.since = seen.time;
  const ended = alert.told && alert.state === 'inactive';
  if (alert.state === 'firing') alert.told = true;
  else if (alert.state === alert.course) alert.told = false;
  return ended ? 'resolved' : alert.state;
}

function next(alert: Alert, timing: AlertTiming, seen: Evidence): CourseState {
  if (seen.hasData) alert.lastData = seen.time;
  else if (timing.noData !== null && seen.time - alert.lastData >= timing.noData) return 'no_data';
  const { course: state } = alert;
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

function firing(alert: Alert, timing: AlertTiming, holds: boolean, time: number): CourseState {
  if (holds) {
    alert.keepSince = Number.NaN;
    return 'firing';
  }
  if (Number.isNaN(alert.keepSince)) alert.keepSince = time;
  return time - alert.keepSince < timing.keep ? 'firing' : 'inactive';
}
