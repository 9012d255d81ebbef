import { emptyColumns, emptyLike, type Columns } from '#lib/base/columns.ts';
import type { CarriedGrid, Lost } from './carried.ts';
import type { AlertBoard, AlertBoardSnapshot, Transition } from './alert-board.ts';
import { BoundedKeys, type BoundedKeysSnapshot, type KeyBounds } from './bounded-keys.ts';
import { CellPool, type CellPoolSnapshot } from './cell-pool.ts';
import type { Reading } from './detect.ts';
import type { NumberAt } from './evaluate.ts';
import type { Foretold } from './foretold.ts';
import { eventTimes, timeColumn } from './event-time.ts';
import { KeyTable, type KeyTableSnapshot } from './keys.ts';
import { MeasureParts, type Closing } from './measure-parts.ts';
import { MonitorRows, type MonitorRowsSnapshot, type MonitorTables } from './monitor-rows.ts';
import { AlertEvidence, type AlertEvidenceSnapshot } from './alert-evidence.ts';
import type { DemandPlan } from './supply/demand-plan.ts';
import type { LateEvent } from './open-windows.ts';
import { WindowJudge, type JudgingSpec } from './window-judge.ts';
import {
  Windows,
  type Correction,
  type Tolerance,
  type WindowSpec,
  type WindowsSnapshot
} from './windows.ts';

export interface MonitorSpec extends JudgingSpec {
  /** The column of event time; null: the only one there is. */
  readonly time: string | null;
  readonly tolerance: Tolerance;
  readonly by: readonly string[];
  /** Which figures detectors and rules see where there is a lateness: those first told, or (the default) the final ones. */
  readonly judge?: 'first' | 'final';
  /** Absent: keys are known for ever. */
  readonly bounds?: KeyBounds | null;
}

/** One closed window of one key, as it passes. `readings[d]` is the judgement of detector d. */
export interface WindowSeen {
  readonly start: number;
  readonly end: number;
  readonly slot: number;
  readonly values: readonly number[];
  readonly readings: readonly (Reading | null)[];
}

export interface MonitorWatcher {
  onWindow(window: WindowSeen): void;
  onTransition(transition: Transition): void;
  /** A window has been told that may still change, and is not judged yet. */
  onTold?(window: WindowSeen): void;
  /** `alerts`: transitions that rest on the window, marked. */
  onCorrection?(correction: Correction, alerts: readonly Transition[]): void;
  onLate?(event: LateEvent): void;
  /** Keys are about to be forgotten; their slots will stand for others. */
  onForget?(slots: readonly number[]): void;
}

/**
 * Everything that a fold is made of at one moment, as plain data for the structured clone. A fold of the same spec that
 * restores it goes on as the first would have. Memory follows open windows and known keys, as the fold's own does.
 */
export interface MonitorSnapshot {
  readonly version: 3;
  readonly events: number;
  readonly untimed: number;
  readonly closed: number;
  readonly keys: KeyTableSnapshot;
  readonly detectors: readonly unknown[];
  readonly board: AlertBoardSnapshot;
  readonly rows: MonitorRowsSnapshot;
  readonly evidence: AlertEvidenceSnapshot;
  /** null where keys are known for ever. */
  readonly bounds: BoundedKeysSnapshot | null;
  /** null before the first event. */
  readonly begun: {
    /** No rows, in the columns of the first batch. */
    readonly sample: Columns;
    readonly pool: CellPoolSnapshot;
    readonly windows: WindowsSnapshot;
  } | null;
}

/**
 * The whole of a monitor as one fold: events in batches go in, closed windows with their measures,
 * anomalies and alert transitions come out, in order of window end, then key. The result does not
 * depend on how events are cut into batches.
 */
export class MonitorFold {
  events = 0;
  /** Events without a time. */
  untimed = 0;
  closed = 0;
  readonly keys: KeyTable;
  readonly #spec: MonitorSpec;
  readonly #relation: string;
  readonly #watcher: MonitorWatcher | null;
  readonly #judge: WindowJudge;
  readonly #tables: ReadonlyMap<string, Columns>;
  #parts: MeasureParts | null = null;
  #pool: CellPool | null = null;
  #windows: Windows | null = null;
  #values: readonly NumberAt[] = [];
  #closing: Closing = { end: Number.NaN, starts: [], slots: [], cells: [] };
  /** Whether windows are told before they are out of reach, and judged then. */
  readonly #hasBands: boolean;
  readonly #judgesFirst: boolean;
  readonly #evidence = new AlertEvidence();
  #time = '';
  #sample: Columns = emptyColumns;
  readonly #rows: MonitorRows;
  readonly #bounded: BoundedKeys | null;

  /** `foretold`: the forecasts that detectors read, `tables`: the relations that measures read, both by relation. */
  constructor(
    spec: MonitorSpec,
    relation: string,
    watcher: MonitorWatcher | null = null,
    foretold: ReadonlyMap<string, Foretold> = new Map(),
    tables: ReadonlyMap<string, Columns> = new Map()
  ) {
    this.#tables = tables;
    this.#spec = spec;
    this.#relation = relation;
    this.#watcher = watcher;
    this.#hasBands = spec.tolerance.lateness > 0;
    this.#judgesFirst = this.#hasBands && spec.judge === 'first';
    this.keys = new KeyTable(spec.by, relation);
    this.#rows = new MonitorRows(
      this.keys,
      spec.measures.measures.map((m) => m.name),
      spec.rules,
      spec.detectors,
      this.#judgesFirst
    );
    this.#judge = new WindowJudge(
      spec,
      ({ forecast }) => {
        const rows = forecast === null ? undefined : foretold.get(forecast);
        return rows ? (slot, t) => rows.at(this.keys.identity(slot), t) : null;
      },
      {
        onAnomaly: (...anomaly) => this.#rows.anomaly(...anomaly),
        onTransition: (transition) => {
          this.#rows.transition(transition);
          if (this.#judgesFirst) this.#evidence.add(transition);
          this.#watcher?.onTransition(transition);
        },
        onJudged: (start, end, slot, values, readings) => {
          this.#rows.expected?.add(end, slot, readings);
          this.#watcher?.onWindow({ start, end, slot, values, readings });
        }
      }
    );
    this.#bounded = spec.bounds && spec.by.length > 0 ? this.#boundedBy(spec.bounds) : null;
  }

  /** Keys forgotten so far. */
  get forgotten(): number {
    return this.#bounded?.forgotten ?? 0;
  }

  /** Events left out because there was no room for their key. */
  get refused(): number {
    return this.#bounded?.refused ?? 0;
  }

  get watermark(): number {
    return this.#windows?.watermark ?? -Infinity;
  }

  get late(): number {
    return this.#windows?.lateCount ?? 0;
  }

  /** Keys times windows that are open now: what the memory of a monitor grows with. */
  get cellsInUse(): number {
    return this.#pool?.inUse ?? 0;
  }

  /** The column of event time; empty before the first event. */
  get timeColumn(): string {
    return this.#time;
  }

  get board(): AlertBoard {
    return this.#judge.board;
  }

  /** The measures whose figures have become approximate. */
  get approximate(): readonly string[] {
    const parts = this.#parts;
    if (!parts) return [];
    return this.#spec.measures.measures.filter((m) => !parts.isExact(m.result)).map((m) => m.name);
  }

  /** What carried measures could not place. */
  get lost(): readonly Lost[] {
    return (this.#parts?.carried ?? []).flatMap((state) => state.lost ?? []);
  }

  /** The forecasts of demand that measures read. */
  get plans(): readonly DemandPlan[] {
    return this.#parts?.plans ?? [];
  }

  push(batch: Columns): void {
    const windows = this.#windows ?? this.#begin(batch);
    const times = eventTimes(batch, this.#time, this.#relation);
    this.events += batch.length;
    for (let row = 0; row < times.length; row++) if (times[row] !== times[row]) this.untimed++;
    const rows = {
      // Those of refused events are taken away.
      times: this.#bounded ? times.slice() : times,
      marks: windows.stamp(batch, times),
      slots: new Int32Array(batch.length),
      cells: new Int32Array(batch.length)
    };
    const place = this.keys.over(batch);
    this.#pool!.prepare(batch, rows.times, rows.slots, rows.marks);
    if (this.#bounded) {
      this.#bounded.fold(place, rows, windows.watermark, (from, to) =>
        windows.fold(rows, from, to)
      );
      return;
    }
    place(rows.slots, 0, batch.length, Infinity);
    windows.fold(rows);
  }

  /** Event time has come to `now` by the clock, though no event says so: windows close, and rules see the silence. */
  reach(now: number): void {
    if (!this.#windows?.reach(now)) return;
    this.#judgeSilence(this.watermark);
    this.#bounded?.reach(this.watermark);
  }

  /** The stream has ended: every window closes. */
  finish(): void {
    if (!this.#windows) this.#begin(null);
    this.#windows!.finish();
  }

  /** The rows since the last time; null before the first event, when the types of the keys are not known yet. */
  take(): MonitorTables | null {
    if (!this.#windows) return null;
    const made = this.#rows.take(this.#parts!.types());
    this.keys.release();
    return made;
  }

  snapshot(): MonitorSnapshot {
    const { events, untimed, closed } = this;
    return {
      version: 3,
      events,
      untimed,
      closed,
      keys: this.keys.snapshot(),
      detectors: this.#judge.snapshot(),
      board: this.board.snapshot(),
      rows: this.#rows.snapshot(),
      evidence: this.#evidence.snapshot(),
      bounds: this.#bounded?.snapshot() ?? null,
      begun: this.#windows && {
        sample: this.#sample,
        pool: this.#pool!.snapshot(),
        windows: this.#windows.snapshot()
      }
    };
  }

  /** Puts back what a fold of the same spec was; for a fold that has seen nothing. */
  restore(state: MonitorSnapshot): void {
    this.events = state.events;
    this.untimed = state.untimed;
    this.closed = state.closed;
    this.keys.restore(state.keys);
    this.#judge.restore(state.detectors);
    this.board.restore(state.board);
    this.#rows.restore(state.rows);
    this.#evidence.restore(state.evidence);
    if (state.bounds) this.#bounded?.restore(state.bounds);
    if (!state.begun) return;
    const { sample, pool, windows } = state.begun;
    this.#begin(sample.names.length === 0 ? null : sample);
    this.#pool!.restore(pool);
    this.#windows!.restore(windows);
  }

  #begin(first: Columns | null): Windows {
    const sample = first ?? emptyColumns;
    this.#sample = emptyLike(sample);
    const { measures, window, by, tolerance } = this.#spec;
    if (first) this.#time = timeColumn(first, this.#spec.time, this.#relation);
    const grid = gridOf(window);
    const parts = new MeasureParts(measures, {
      sample,
      relation: this.#relation,
      by,
      grid,
      identity: (slot) => this.keys.identity(slot),
      text: (slot, column) => this.keys.text(slot, column),
      tables: this.#tables
    });
    const pool = new CellPool(parts.accumulators, parts.carried);
    this.#values = parts.values(pool, () => this.#closing);
    this.#judge.standing = parts.withoutEvents(() => {
      const { end } = this.#judge;
      return { start: end - grid.size, end };
    });
    this.#parts = parts;
    this.#pool = pool;
    const deps = {
      pool,
      keys: this.keys,
      valuesOf: (closing: Closing) => {
        this.#closing = closing;
        return this.#valuesOf(closing.slots.length);
      },
      changesAlone: parts.carried.length > 0,
      listener: {
        told: this.#tell.bind(this),
        corrected: this.#correct.bind(this),
        closed: this.#close.bind(this),
        late: (event: LateEvent) => {
          this.#rows.bands.late(event);
          this.#watcher?.onLate?.(event);
        }
      }
    };
    this.#windows = new Windows(window, tolerance, deps, this.#relation);
    return this.#windows;
  }

  #boundedBy(bounds: KeyBounds): BoundedKeys {
    const { window } = this.#spec;
    const pause = window.kind === 'grid' ? window.slide : window.gap;
    return new BoundedKeys(bounds, pause, this.keys, {
      noteBusy: (busy) => this.#windows?.noteBusy(busy),
      judge: (mark) => this.#judgeSilence(mark),
      mayGo: (slot, pressed) =>
        this.board.isAtRest(slot, pressed) &&
        (this.#parts?.carried.every((state) => state.mayForget(slot)) ?? true),
      forget: (slots) => this.#forget(slots)
    });
  }

  /** Rules see the ends without a window, as far as the watermark lets them. */
  #judgeSilence(mark: number): void {
    this.#judge.reach(mark - (this.#judgesFirst ? 0 : this.#spec.tolerance.lateness));
  }

  #forget(slots: readonly number[]): void {
    this.#judge.forget(slots);
    this.#watcher?.onForget?.(slots);
    this.#evidence.forgetKeys(slots);
    this.keys.forget(slots);
    const live = this.keys.live();
    for (const state of this.#parts?.carried ?? []) state.forget(slots, live);
  }

  /** The measures of so many windows that close, by row. */
  #valuesOf(rows: number): number[][] {
    const all = new Array<number[]>(rows);
    const measured = this.#values.length;
    for (let row = 0; row < rows; row++) {
      const values = new Array<number>(measured);
      for (let m = 0; m < measured; m++) values[m] = this.#values[m]!(row);
      all[row] = values;
    }
    return all;
  }

  #tell(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    values: readonly (readonly number[])[]
  ): void {
    slots.forEach((slot, row) => {
      this.#rows.bands.told(starts[row]!, end, slot, values[row]!);
    });
    if (this.#judgesFirst) {
      this.#evidence.forget(end - this.#spec.tolerance.lateness);
      this.#judge.judge(end, starts, slots, values);
      return;
    }
    const readings: (Reading | null)[] = [];
    slots.forEach((slot, row) =>
      this.#watcher?.onTold?.({ start: starts[row]!, end, slot, values: values[row]!, readings })
    );
  }

  #correct(correction: Correction): void {
    this.#rows.bands.correction(correction);
    const marked = this.#judgesFirst ? this.#evidence.corrected(correction) : [];
    for (const transition of marked) this.#rows.transition(transition);
    this.#watcher?.onCorrection?.(correction, marked);
  }

  #close(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    values: readonly (readonly number[])[]
  ): void {
    this.closed += slots.length;
    slots.forEach((slot, row) => this.#rows.window(starts[row]!, end, slot, values[row]!));
    if (!this.#judgesFirst && this.#isWatched) this.#judge.judge(end, starts, slots, values);
    this.#settle(end);
  }

  /** Windows from here on end no earlier than `end` less the lateness, whether they are new or told once more. */
  #settle(end: number): void {
    const reach = gridOf(this.#spec.window).size + this.#spec.tolerance.lateness;
    for (const state of this.#parts!.carried) state.settle(end - reach);
  }

  /** Whether anyone sees windows one by one. */
  get #isWatched(): boolean {
    const { detectors, rules } = this.#spec;
    return detectors.length > 0 || rules.length > 0 || this.#watcher !== null;
  }
}

/** A session begins at the earliest as long before the end of one that has closed as its gap is. */
function gridOf(window: WindowSpec): CarriedGrid {
  return window.kind === 'grid' ? window : { slide: Number.NaN, size: window.gap };
}
