import type { AlertState } from '#lib/analytics/stream/alert-machine.ts';
import type { Muted } from '#lib/analytics/stream/notify/mute.ts';
import { Pager, type PagerSnapshot } from '#lib/analytics/stream/notify/pager.ts';
import type { Route } from '#lib/analytics/stream/notify/routes.ts';
import type { Transition } from '#lib/analytics/stream/alert-board.ts';
import { changeOf } from '#lib/analytics/stream/band-rows.ts';
import type {
  MonitorFold,
  MonitorWatcher,
  WindowSeen
} from '#lib/analytics/stream/monitor-fold.ts';
import type { LateEvent } from '#lib/analytics/stream/open-windows.ts';
import type { Correction } from '#lib/analytics/stream/windows.ts';
import type { MonitorConfig } from './config.ts';
import { Outbox } from './outbox.ts';
import type {
  AlertReport,
  AnomalyReport,
  CorrectionReport,
  LateReport,
  MonitorReport,
  Muting,
  RuleReport,
  SeriesReport,
  TransitionReport
} from './report.ts';

const keysShown = 12;
const pointsShown = 600;
const listShown = 200;
/** Figures over all series together, so that a report stays small. */
const figuresShown = 14_000;

/** Corrections told, and figures of all of them together. */
const correctionsShown = 100;
const correctedFigures = 1500;

interface Corrected {
  readonly correction: Correction;
  /** Rules whose alerts rest on it. */
  readonly rules: readonly number[];
}

/** What a recorder holds; bounded as a report is. */
export interface RecorderSnapshot {
  readonly recent: readonly (readonly [number, readonly WindowSeen[]])[];
  readonly anomalies: readonly { readonly seen: WindowSeen; readonly detector: number }[];
  readonly transitions: readonly Noted[];
  readonly anomalyCount: number;
  readonly transitionCount: number;
  readonly latest: readonly (readonly [string, Noted])[];
  readonly lastTime: number;
  readonly pager: PagerSnapshot;
  readonly told: number;
  readonly late: readonly LateEvent[];
  readonly corrections: readonly Corrected[];
  readonly correctionCount: number;
}

/** A transition, and what the clock of notifications said then. */
type Noted = Transition & { readonly at: number };

/**
 * Watches a fold, keeps of it what a view shows, and passes alerts on to whoever is to be told. `clock` is the time
 * of day that notifications live by; null: event time, as a replay needs.
 */
export class Recorder implements MonitorWatcher {
  readonly outbox: Outbox;
  readonly pager: Pager;
  readonly #clock: (() => number) | null;
  readonly #name: string;
  readonly #config: MonitorConfig;
  /** Recent windows by slot, the first few slots only. */
  readonly #recent = new Map<number, WindowSeen[]>();
  readonly #anomalies: { seen: WindowSeen; detector: number }[] = [];
  readonly #transitions: Noted[] = [];
  /** The last of each rule and slot. */
  readonly #latest = new Map<string, Noted>();
  readonly #points: number;
  /** The event time of the last transition. */
  #lastTime = -Infinity;
  #anomalyCount = 0;
  #transitionCount = 0;
  readonly #late: LateEvent[] = [];
  readonly #corrections: Corrected[] = [];
  #correctionCount = 0;

  /** `fold` is asked once it has something to tell. */
  constructor(
    name: string,
    config: MonitorConfig,
    fold: () => MonitorFold,
    clock: (() => number) | null = null
  ) {
    this.#name = name;
    this.#config = config;
    this.#clock = clock;
    this.outbox = new Outbox();
    this.pager = new Pager(
      { ...config, route: config.notify.route },
      () => fold().keys,
      (notification) => this.outbox.add(notification)
    );
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
    this.#place(seen);
  }

  onTold(seen: WindowSeen): void {
    this.#place(seen);
  }

  onCorrection(correction: Correction, alerts: readonly Transition[]): void {
    this.#correctionCount++;
    const rules = [...new Set(alerts.map(({ rule }) => rule))];
    keep(this.#corrections, { correction, rules }, correctionsShown);
    for (const alert of alerts) {
      const at = this.#transitions.findLastIndex((t) => isSame(t, alert));
      if (at >= 0) this.#transitions[at] = { ...alert, at: this.#transitions[at]!.at };
    }
    const { start, end, slot, after } = correction;
    const recent = this.#recent.get(slot);
    const at = recent?.findLastIndex((w) => w.start === start && w.end === end) ?? -1;
    if (after)
      this.#place({ start, end, slot, values: after, readings: recent?.[at]?.readings ?? [] });
    else if (at >= 0) recent!.splice(at, 1);
  }

  onLate(event: LateEvent): void {
    keep(this.#late, event, listShown);
  }

  onTransition(transition: Transition): void {
    const { rule, slot, time } = transition;
    const noted = { ...transition, at: this.#clock?.() ?? time };
    this.#transitionCount++;
    this.#lastTime = time;
    this.pager.post(transition, noted.at);
    this.#latest.set(`${rule} ${slot}`, noted);
    keep(this.#transitions, noted, listShown);
  }

  /** What was noted of them stays in the tables alone. */
  onForget(slots: readonly number[]): void {
    const gone = new Set(slots);
    for (const slot of slots) {
      this.#recent.delete(slot);
      this.pager.forget(slot);
      for (const rule of this.#config.rules.keys()) this.#latest.delete(`${rule} ${slot}`);
    }
    without(this.#anomalies, ({ seen }) => gone.has(seen.slot));
    without(this.#transitions, ({ slot }) => gone.has(slot));
    without(this.#late, ({ slot }) => gone.has(slot));
    without(this.#corrections, ({ correction }) => gone.has(correction.slot));
  }

  /** Lets whatever is due be told. */
  advance(fold: MonitorFold): void {
    this.pager.advance(this.#now(fold));
  }

  /** The stream has ended: what waits for company goes out without. */
  finish(fold: MonitorFold): void {
    const waits = (route: Route): number[] => [
      route.groupWait,
      route.groupInterval,
      ...route.routes.flatMap(waits)
    ];
    this.pager.advance(this.#now(fold) + Math.max(...waits(this.#config.notify.route)));
  }

  /** Now, on the clock of notifications. */
  #now(fold: MonitorFold): number {
    return this.#clock?.() ?? Math.max(fold.watermark, this.#lastTime);
  }

  snapshot(): RecorderSnapshot {
    return {
      recent: [...this.#recent].map(([slot, windows]) => [slot, [...windows]]),
      anomalies: [...this.#anomalies],
      transitions: [...this.#transitions],
      anomalyCount: this.#anomalyCount,
      transitionCount: this.#transitionCount,
      latest: [...this.#latest],
      lastTime: this.#lastTime,
      pager: this.pager.snapshot(),
      told: this.outbox.count,
      late: [...this.#late],
      corrections: [...this.#corrections],
      correctionCount: this.#correctionCount
    };
  }

  restore(state: RecorderSnapshot): void {
    this.#recent.clear();
    for (const [slot, windows] of state.recent) this.#recent.set(slot, [...windows]);
    this.#anomalies.splice(0, Infinity, ...state.anomalies);
    this.#transitions.splice(0, Infinity, ...state.transitions);
    this.#anomalyCount = state.anomalyCount;
    this.#transitionCount = state.transitionCount;
    this.#latest.clear();
    for (const [place, noted] of state.latest) this.#latest.set(place, noted);
    this.#lastTime = state.lastTime;
    this.pager.restore(state.pager);
    this.outbox.count = state.told;
    this.#late.splice(0, Infinity, ...state.late);
    this.#corrections.splice(0, Infinity, ...state.corrections);
    this.#correctionCount = state.correctionCount;
  }

  report(fold: MonitorFold): MonitorReport {
    const { by, measures, silences } = this.#config;
    const alerts = this.#alerts(fold);
    return {
      events: fold.events,
      late: fold.late,
      lateEvents: this.#late.slice(-listShown).map((event) => this.#lateEvent(event, fold)),
      correctionCount: this.#correctionCount,
      corrections: this.#correctionReports(fold),
      windows: fold.closed,
      keys: fold.keys.count,
      forgotten: fold.forgotten,
      refused: fold.refused,
      watermark: Number.isFinite(fold.watermark) ? fold.watermark : null,
      by,
      measures: measures.measures.map((m) => m.name),
      series: this.#series(fold),
      anomalyCount: this.#anomalyCount,
      anomalies: this.#anomalies.slice(-listShown).map((a) => this.#anomaly(a, fold)),
      rules: this.#config.rules.map((_, rule) => this.#rule(rule, fold)),
      alerts,
      alarms: alerts.filter(({ state, silenced }) => state === 'firing' && silenced === null)
        .length,
      receivers: this.#config.notify.receivers,
      firing: Object.keys(this.#config.notify.receivers).length > 0 ? this.pager.firing : [],
      outbox: `${this.#name}_notifications`,
      noticeCount: this.outbox.count,
      now: this.#now(fold),
      isPast: this.#clock === null,
      timeColumn: fold.timeColumn,
      keyColumns: fold.keys.columns([]).map(([column, { type }]) => ({ column, type })),
      stream: this.#config.stream,
      transitionCount: this.#transitionCount,
      transitions: this.#transitions.slice(-listShown).map((t) => this.#transition(t, fold)),
      silences: silences.length
    };
  }

  /** Puts a window among the recent ones of its key, by its end, in the place of what was told of it before. */
  #place(seen: WindowSeen): void {
    const recent = this.#recent.get(seen.slot);
    if (!recent) {
      if (this.#recent.size < keysShown) this.#recent.set(seen.slot, [seen]);
      return;
    }
    let at = recent.length;
    while (at > 0 && recent[at - 1]!.end > seen.end) at--;
    const before = recent[at - 1];
    if (before?.end === seen.end && before.start === seen.start) recent[at - 1] = seen;
    else if (at === recent.length) keep(recent, seen, this.#points);
    else recent.splice(at, 0, seen);
  }

  #lateEvent({ time, slot, start, end, missedBy }: LateEvent, fold: MonitorFold): LateReport {
    return { time, key: fold.keys.label(slot), start, end, missedBy };
  }

  #correctionReports(fold: MonitorFold): CorrectionReport[] {
    const measures = this.#config.measures.measures.map(({ name }) => name);
    const most = Math.min(correctionsShown, Math.ceil(correctedFigures / measures.length));
    return this.#corrections.slice(-most).map(({ correction, rules }) => {
      const { time, start, end, slot, before, after } = correction;
      const figures = measures
        .map((measure, m) => ({
          measure,
          before: rounded(before?.[m]),
          after: rounded(after?.[m])
        }))
        .filter((figure) => figure.before !== figure.after);
      const alerts = rules.map((rule) => this.#config.rules[rule]!.name);
      return {
        time,
        start,
        end,
        key: fold.keys.label(slot),
        change: changeOf(correction),
        figures,
        alerts
      };
    });
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
    const now = this.#now(fold);
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
        const last = this.#latest.get(`${rule} ${slot}`);
        const muted = this.pager.muted(rule, slot, now);
        byState[state].push({
          alert: name,
          key: keys.label(slot),
          keys: keys
            .columns([slot])
            .map(([, { values }]) => (values[0] ?? null) as string | number | null),
          fingerprint: this.pager.identity(rule, slot, told(state)).fingerprint,
          state: state === 'inactive' && last?.state === 'resolved' ? 'resolved' : state,
          since,
          firingSince: this.pager.since(rule, slot) ?? null,
          severity,
          value: last ? rounded(last.value) : null,
          from: last?.from ?? null,
          to: last?.to ?? null,
          silenced: this.#word(muted),
          muting: this.#muting(muted)
        });
      }
    }
    return Object.values(byState).flat().slice(0, listShown);
  }

  #transition(t: Noted, fold: MonitorFold): TransitionReport {
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
      silenced: this.#word(this.pager.muted(t.rule, t.slot, t.at)),
      corrected: t.corrected ?? 0
    };
  }

  #word(muted: Muted | null): string | null {
    if (muted === null) return null;
    return 'by' in muted ? muted.by : this.#config.silences[muted.silence]!.reason || 'silenced';
  }

  #muting(muted: Muted | null): Muting | null {
    if (muted === null) return null;
    if ('by' in muted) return { kind: 'inhibited', by: muted.by };
    const { reason, author, until } = this.#config.silences[muted.silence]!;
    return { kind: 'silenced', index: muted.silence, reason, author, until };
  }
}

function without<T>(list: T[], isGone: (item: T) => boolean): void {
  list.splice(0, Infinity, ...list.filter((item) => !isGone(item)));
}

function isSame(a: Transition, b: Transition): boolean {
  return a.time === b.time && a.rule === b.rule && a.slot === b.slot && a.state === b.state;
}

/** As what an alert is told of in a state. */
function told(state: AlertState): 'firing' | 'no_data' | 'error' {
  return state === 'no_data' || state === 'error' ? state : 'firing';
}

/** Appends, and lets go of the oldest once there are twice as many as wanted. */
function keep<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length >= 2 * limit) list.splice(0, list.length - limit);
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(7));
}
