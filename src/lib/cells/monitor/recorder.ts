import type { AlertState } from '#lib/analytics/stream/alert-machine.ts';
import type { Transition } from '#lib/analytics/stream/alert-board.ts';
import type {
  MonitorFold,
  MonitorWatcher,
  WindowSeen
} from '#lib/analytics/stream/monitor-fold.ts';
import type { MonitorConfig } from './config.ts';
import { Mute, type MuteSnapshot } from './mute.ts';
import type {
  AlertReport,
  AnomalyReport,
  MonitorReport,
  RuleReport,
  SeriesReport,
  TransitionReport
} from './report.ts';

const keysShown = 12;
const pointsShown = 600;
const listShown = 200;
/** Figures over all series together, so that a report stays small. */
const figuresShown = 14_000;

/** What a recorder holds; bounded as a report is. */
export interface RecorderSnapshot {
  readonly recent: readonly (readonly [number, readonly WindowSeen[]])[];
  readonly anomalies: readonly { readonly seen: WindowSeen; readonly detector: number }[];
  readonly transitions: readonly Transition[];
  readonly anomalyCount: number;
  readonly transitionCount: number;
  readonly mute: MuteSnapshot;
}

/** Watches a fold and keeps of it what a view shows. */
export class Recorder implements MonitorWatcher {
  readonly #config: MonitorConfig;
  /** Recent windows by slot, the first few slots only. */
  readonly #recent = new Map<number, WindowSeen[]>();
  readonly #anomalies: { seen: WindowSeen; detector: number }[] = [];
  readonly #transitions: Transition[] = [];
  readonly #points: number;
  readonly #mute: Mute;
  #anomalyCount = 0;
  #transitionCount = 0;

  constructor(config: MonitorConfig) {
    this.#config = config;
    this.#mute = new Mute(config);
    const perWindow = 1 + config.measures.measures.length + 3 * config.detectors.length;
    const keys = config.by.length === 0 ? 1 : keysShown;
    this.#points = Math.min(pointsShown, Math.floor(figuresShown / (keys * perWindow)));
  }

  onWindow(seen: WindowSeen): void {
    seen.readings.forEach((reading, detector) => {
      if (!reading?.anomaly) return;
      this.#anomalyCount++;
      keep(this.#anomalies, { seen, detector }, listShown);
    });
    const recent = this.#recent.get(seen.slot);
    if (recent) keep(recent, seen, this.#points);
    else if (this.#recent.size < keysShown) this.#recent.set(seen.slot, [seen]);
  }

  onTransition(transition: Transition): void {
    this.#transitionCount++;
    this.#mute.note(transition);
    keep(this.#transitions, transition, listShown);
  }

  snapshot(): RecorderSnapshot {
    return {
      recent: [...this.#recent].map(([slot, windows]) => [slot, [...windows]]),
      anomalies: [...this.#anomalies],
      transitions: [...this.#transitions],
      anomalyCount: this.#anomalyCount,
      transitionCount: this.#transitionCount,
      mute: this.#mute.snapshot()
    };
  }

  restore(state: RecorderSnapshot): void {
    this.#recent.clear();
    for (const [slot, windows] of state.recent) this.#recent.set(slot, [...windows]);
    this.#anomalies.splice(0, Infinity, ...state.anomalies);
    this.#transitions.splice(0, Infinity, ...state.transitions);
    this.#anomalyCount = state.anomalyCount;
    this.#transitionCount = state.transitionCount;
    this.#mute.restore(state.mute);
  }

  report(fold: MonitorFold): MonitorReport {
    const { by, measures, silences } = this.#config;
    return {
      events: fold.events,
      late: fold.late,
      lateEvents: [],
      correctionCount: 0,
      corrections: [],
      windows: fold.closed,
      keys: fold.keys.size,
      watermark: Number.isFinite(fold.watermark) ? fold.watermark : null,
      by,
      measures: measures.measures.map((m) => m.name),
      series: this.#series(fold),
      anomalyCount: this.#anomalyCount,
      anomalies: this.#anomalies.slice(-listShown).map((a) => this.#anomaly(a, fold)),
      rules: this.#config.rules.map((_, rule) => this.#rule(rule, fold)),
      alerts: this.#alerts(fold),
      transitionCount: this.#transitionCount,
      transitions: this.#transitions.slice(-listShown).map((t) => this.#transition(t, fold)),
      silences: silences.length
    };
  }

  #series(fold: MonitorFold): SeriesReport[] {
    const { measures, detectors } = this.#config;
    return [...this.#recent].flatMap(([slot, windows]) => {
      const shown = windows.slice(-this.#points);
      const ends = shown.map((w) => w.end);
      return measures.measures.map((measure, m) => {
        const d = detectors.findIndex((detector) => detector.measure === measure.name);
        const base = {
          key: fold.keys.label(slot),
          measure: measure.name,
          ends,
          values: shown.map((w) => rounded(w.values[m]))
        };
        if (d < 0) return base;
        return {
          ...base,
          expected: shown.map((w) => rounded(w.readings[d]?.expected)),
          lo: shown.map((w) => rounded(w.readings[d]?.lo)),
          hi: shown.map((w) => rounded(w.readings[d]?.hi))
        };
      });
    });
  }

  #anomaly(
    { seen, detector }: { seen: WindowSeen; detector: number },
    fold: MonitorFold
  ): AnomalyReport {
    const spec = this.#config.detectors[detector]!;
    const reading = seen.readings[detector]!;
    const m = this.#config.measures.measures.findIndex((x) => x.name === spec.measure);
    const value = seen.values[m]!;
    return {
      time: seen.end,
      key: fold.keys.label(seen.slot),
      measure: spec.measure,
      value,
      expected: reading.expected,
      score: reading.score,
      reason: reading.reason
    };
  }

  #rule(index: number, fold: MonitorFold): RuleReport {
    const { name, when, hold, severity, labels, groupBy } = this.#config.rules[index]!;
    const states: Record<AlertState, number> = {
      inactive: 0,
      pending: 0,
      firing: 0,
      no_data: 0,
      error: 0,
      unknown: 0
    };
    for (const slot of fold.board.known) states[fold.board.alert(index, slot)!.state]++;
    return { name, when, hold, severity, labels, groupBy, states };
  }

  #alerts(fold: MonitorFold): AlertReport[] {
    const { board, keys } = fold;
    const now = Math.max(fold.watermark, this.#mute.latest);
    const byState: Record<AlertState, AlertReport[]> = {
      firing: [],
      error: [],
      pending: [],
      no_data: [],
      unknown: [],
      inactive: []
    };
    for (const [rule, { name, severity }] of this.#config.rules.entries()) {
      for (const slot of board.known) {
        const { state, since } = board.alert(rule, slot)!;
        if (byState[state].length >= listShown) continue;
        byState[state].push({
          alert: name,
          key: keys.label(slot),
          state,
          since,
          severity,
          silenced: this.#mute.reason({ rule, slot, time: now }, keys)
        });
      }
    }
    return Object.values(byState).flat().slice(0, listShown);
  }

  #transition(t: Transition, fold: MonitorFold): TransitionReport {
    const { name, severity } = this.#config.rules[t.rule]!;
    return {
      time: t.time,
      alert: name,
      key: fold.keys.label(t.slot),
      state: t.state,
      value: rounded(t.value),
      from: t.from,
      to: t.to,
      severity,
      silenced: this.#mute.reason(t, fold.keys),
      corrected: 0
    };
  }
}

/** Appends, and lets go of the oldest once there are twice as many as wanted. */
function keep<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length >= 2 * limit) list.splice(0, list.length - limit);
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(7));
}
