import type { Columns } from '#lib/base/columns.ts';
import {
  EventClock,
  type ClockSnapshot,
  type Disorder,
  type PartitionSpec
} from './event-clock.ts';
import { GridWindows } from './grid-windows.ts';
import type { OpenSnapshot, OpenWindows, WindowDeps } from './open-windows.ts';
import { SessionWindows } from './session-windows.ts';

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

/** Everything that windows know, but the figures, as plain data for the structured clone. */
export interface WindowsSnapshot {
  readonly version: 1;
  readonly clock: ClockSnapshot;
  readonly open: OpenSnapshot;
}

/** The windows of a stream and the clock that closes them. */
export class Windows {
  readonly clock: EventClock;
  readonly #open: OpenWindows;
  #marks = new Float64Array(0);

  /** `relation` is named in problems. */
  constructor(spec: WindowSpec, tolerance: Tolerance, deps: WindowDeps, relation: string) {
    const { disorder, lateness, partition = null } = tolerance;
    this.clock = new EventClock({ disorder, partition }, relation);
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
  get late(): number {
    return this.#open.late;
  }

  /** Folds one batch (already prepared in the pool); NaN is no time. `cells` is scratch of its length. */
  fold(batch: Columns, times: Float64Array, slots: Int32Array, cells: Int32Array): void {
    if (this.#marks.length < times.length) this.#marks = new Float64Array(times.length);
    this.clock.stamp(batch, times, this.#marks);
    this.#open.fold(times, this.#marks, slots, cells, this.clock.watermark);
  }

  /** The stream has ended: every window closes. */
  finish(): void {
    this.#open.finish();
  }

  snapshot(): WindowsSnapshot {
    return { version: 1, clock: this.clock.snapshot(), open: this.#open.snapshot() };
  }

  /** Puts windows of the same spec back as they were; the pool must hold the cells under the same numbers. */
  restore({ clock, open }: WindowsSnapshot): void {
    this.clock.restore(clock);
    this.#open.restore(open);
  }
}
