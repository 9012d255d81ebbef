import type { Columns } from '#lib/base/columns.ts';
import {
  EventClock,
  type ClockSnapshot,
  type Disorder,
  type PartitionSpec
} from './event-clock.ts';
import { GridWindows } from './grid-windows.ts';
import type { CellPool } from './cell-pool.ts';
import type { KeyTable } from './keys.ts';
import type { Closing } from './measure-parts.ts';
import type {
  BatchRows,
  LateEvent,
  OpenSnapshot,
  OpenWindows,
  WindowSink
} from './open-windows.ts';
import { SessionWindows } from './session-windows.ts';
import { ToldWindows, type ToldSnapshot } from './told-windows.ts';

/** Half-open windows on a grid since 1970-01-01T00:00Z (`slide` = `size`: tumbling), or sessions that end `gap` after their last event. */
export type WindowSpec =
  | { readonly kind: 'grid'; readonly size: number; readonly slide: number }
  | { readonly kind: 'session'; readonly gap: number };

/** Milliseconds; see StreamClock. */
export interface Tolerance {
  readonly disorder: Disorder;
  readonly lateness: number;
  readonly partition?: PartitionSpec | null;
}

/** A change to a window that was told: new figures, or a window that is new or gone. `time` is the watermark. */
export interface Correction {
  readonly time: number;
  readonly start: number;
  readonly end: number;
  readonly slot: number;
  /** null: there was, or is, no such window. */
  readonly before: readonly number[] | null;
  readonly after: readonly number[] | null;
}

/** Windows of one end: row i is the window from `starts[i]` of key `slots[i]`, its figures in `values[i]`; rows in order of key. */
type WindowList = (
  end: number,
  starts: readonly number[],
  slots: readonly number[],
  values: readonly (readonly number[])[]
) => void;

export interface WindowListener {
  /** Windows that the watermark has passed and that may still change; only with a lateness. In order of end. */
  readonly told: WindowList;
  readonly corrected: (correction: Correction) => void;
  /** Windows out of reach, with their last figures. In order of end. */
  readonly closed: WindowList;
  readonly late: (event: LateEvent) => void;
}

export interface WindowsDeps {
  readonly pool: CellPool;
  readonly keys: KeyTable;
  /** The figures of windows of one end, by row. */
  readonly valuesOf: (windows: Closing) => readonly (readonly number[])[];
  /** Whether figures of a window may change without an event that comes to it, as those of a stock ledger do. */
  readonly changesAlone?: boolean;
  readonly listener: WindowListener;
}

/** Everything that windows know, but the figures, as plain data for the structured clone. */
export interface WindowsSnapshot {
  readonly version: 1;
  readonly clock: ClockSnapshot;
  readonly open: OpenSnapshot;
  readonly told: ToldSnapshot;
}

const noRows: BatchRows = {
  times: new Float64Array(0),
  marks: new Float64Array(0),
  slots: new Int32Array(0),
  cells: new Int32Array(0)
};

/** The windows of a stream, the clock that closes them, and what was told of those that may still change. */
export class Windows implements WindowSink {
  readonly clock: EventClock;
  readonly #open: OpenWindows;
  readonly #told = new ToldWindows();
  readonly #valuesOf: WindowsDeps['valuesOf'];
  readonly #listener: WindowListener;
  #marks = new Float64Array(0);

  /** `relation` is named in problems. */
  constructor(
    spec: WindowSpec,
    tolerance: Tolerance,
    { pool, keys, valuesOf, changesAlone = false, listener }: WindowsDeps,
    relation: string
  ) {
    const { disorder, lateness, partition = null } = tolerance;
    this.clock = new EventClock({ disorder, partition }, relation);
    this.#valuesOf = valuesOf;
    this.#listener = listener;
    const deps = { pool, keys, changesAlone, sink: this };
    this.#open =
      spec.kind === 'grid'
        ? new GridWindows(spec.size, spec.slide, lateness, deps)
        : new SessionWindows(spec.gap, lateness, deps);
  }

  /** −Infinity before the first event. */
  get watermark(): number {
    return this.clock.watermark;
  }

  /** Events that every window they belong to was closed for. */
  get lateCount(): number {
    return this.#open.late;
  }

  /** The watermark before every row of a batch, good until the next one is asked for. NaN is no time. */
  stamp(batch: Columns, times: Float64Array): Float64Array {
    if (this.#marks.length < times.length) this.#marks = new Float64Array(times.length);
    this.clock.stamp(batch, times, this.#marks);
    return this.#marks;
  }

  /** Folds rows of a batch that is stamped, and prepared in the pool: from the first on, in order. */
  fold(rows: BatchRows, from = 0, to = rows.times.length): void {
    const mark = to < rows.times.length ? rows.marks[to]! : this.clock.watermark;
    this.#open.fold(rows, from, to, mark);
  }

  /** Event time has come to `now` without an event: does what is due. Whether the watermark moves by it. */
  reach(now: number): boolean {
    if (!this.clock.reach(now)) return false;
    this.#open.fold(noRows, 0, 0, this.clock.watermark);
    return true;
  }

  /** Marks the keys that have events in windows that are still open. */
  noteBusy(busy: Uint8Array): void {
    this.#open.noteBusy(busy);
  }

  /** The stream has ended: every window closes. */
  finish(): void {
    this.#open.finish(this.clock.watermark);
  }

  snapshot(): WindowsSnapshot {
    return {
      version: 1,
      clock: this.clock.snapshot(),
      open: this.#open.snapshot(),
      told: this.#told.snapshot()
    };
  }

  /** Puts windows of the same spec back as they were; the pool must hold the cells under the same numbers. */
  restore({ clock, open, told }: WindowsSnapshot): void {
    this.clock.restore(clock);
    this.#open.restore(open);
    this.#told.restore(told);
  }

  first(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    cells: readonly number[]
  ): void {
    const values = this.#valuesOf({ end, starts, slots, cells });
    slots.forEach((slot, i) => this.#told.set(starts[i]!, end, slot, values[i]!));
    this.#listener.told(end, starts, slots, values);
  }

  again(
    mark: number,
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    cells: readonly number[]
  ): void {
    const values = this.#valuesOf({ end, starts, slots, cells });
    slots.forEach((slot, i) => {
      const start = starts[i]!;
      const before = this.#told.get(start, slot) ?? null;
      const after = values[i]!;
      this.#told.set(start, end, slot, after);
      if (before?.every((value, m) => Object.is(value, after[m]))) return;
      this.#listener.corrected({ time: mark, start, end, slot, before, after });
    });
  }

  withdrawn(mark: number, start: number, end: number, slot: number): void {
    const before = this.#told.take(start, slot);
    this.#listener.corrected({ time: mark, start, end, slot, before, after: null });
  }

  final(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    cells: readonly number[] | null
  ): void {
    const values = cells
      ? this.#valuesOf({ end, starts, slots, cells })
      : slots.map((slot, i) => this.#told.take(starts[i]!, slot));
    this.#listener.closed(end, starts, slots, values);
  }

  late(event: LateEvent): void {
    this.#listener.late(event);
  }
}
