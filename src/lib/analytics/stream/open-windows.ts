import type { CellPool } from './cell-pool.ts';
import type { KeyTable } from './keys.ts';

/** An event that came after some window that holds it was out of reach; milliseconds. */
export interface LateEvent {
  readonly time: number;
  readonly slot: number;
  /** The last window that it missed (of sessions: the one it would have been by itself). */
  readonly start: number;
  readonly end: number;
  /** By how much: watermark − (end + lateness) when it came. */
  readonly missedBy: number;
  /** How many windows it missed, and how many it still entered. */
  readonly missed: number;
  readonly entered: number;
}

/**
 * What becomes of windows. In a list of windows of one end, row i is the window from `starts[i]` of key `slots[i]`, its
 * figures in `cells[i]` (until the call returns), rows in order of key. `mark` is the watermark.
 */
export interface WindowSink {
  /** The watermark has passed windows that may still change. Calls come in order of `end`. */
  first(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    cells: readonly number[]
  ): void;
  /** Late events have changed windows that the watermark had passed, or made new ones there. */
  again(
    mark: number,
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    cells: readonly number[]
  ): void;
  /** A session that was told has grown or joined another. */
  withdrawn(mark: number, start: number, end: number, slot: number): void;
  /** Windows are out of reach. Calls come in order of `end`; `cells` is null where the last figures told stand. */
  final(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    cells: readonly number[] | null
  ): void;
  late(event: LateEvent): void;
}

export interface WindowDeps {
  readonly pool: CellPool;
  readonly keys: KeyTable;
  /** Whether a window that was told is looked at once more before it is final, whatever came to it. */
  readonly changesAlone: boolean;
  readonly sink: WindowSink;
}

/** Corrections are gathered while the watermark goes on by at most this share of a window's slide, or of a session's gap. */
const correctionPace = 1 / 60;

/** The watermark at which corrections of what changed at `mark` are due. */
export function correctionDue(mark: number, span: number): number {
  const step = Math.max(1, Math.floor(span * correctionPace));
  return (Math.floor(mark / step) + 1) * step;
}

/**
 * Puts events into windows as they arrive, each with the watermark before it. Three bands: a window takes events freely
 * until the watermark has passed its end; with a lateness it is told then, takes late events, and is corrected, until its
 * end + lateness ≤ the watermark; after that events miss it. Events without a time (NaN) go nowhere.
 */
export interface OpenWindows {
  /**
   * Folds rows `from` to `to` of one batch (already prepared in the pool): `marks[row]` is the watermark before a row,
   * `mark` the one after the last; `cells` is scratch of the batch's length.
   */
  fold(rows: BatchRows, from: number, to: number, mark: number): void;
  /** Marks the keys that have events in windows that are still open. */
  noteBusy(busy: Uint8Array): void;
  /** Closes everything: the stream has ended, at the watermark `mark`. */
  finish(mark: number): void;
  /** Events that every window they belong to was closed for. */
  readonly late: number;
  snapshot(): OpenSnapshot;
  /** Puts windows of the same spec back as they were; the pool must hold the cells under the same numbers. */
  restore(snapshot: OpenSnapshot): void;
}

/** What windows see of a batch, by row. */
export interface BatchRows {
  readonly times: Float64Array;
  readonly marks: Float64Array;
  readonly slots: Int32Array;
  readonly cells: Int32Array;
}

/** From when to when. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Open windows as plain data for the structured clone; figures stay in the pool, named by their cells. */
export type OpenSnapshot = GridSnapshot | SessionSnapshot;

export interface GridSnapshot {
  readonly version: 1;
  readonly kind: 'grid';
  readonly late: number;
  readonly closedThrough: number;
  readonly toldThrough: number;
  /** The watermark at which corrections are due, and of which windows. */
  readonly due: number;
  readonly changed: readonly { readonly window: number; readonly slots: Int32Array }[];
  /** By index, ascending; keys in order of their first event. */
  readonly panes: readonly {
    readonly index: number;
    readonly slots: Int32Array;
    readonly cells: Int32Array;
  }[];
}

export interface SessionSnapshot {
  readonly version: 1;
  readonly kind: 'session';
  readonly late: number;
  /** The watermark at which corrections are due. */
  readonly due: number;
  /** By key; sessions of a key in order of their first event. */
  readonly sessions: readonly {
    readonly slot: number;
    readonly cell: number;
    readonly start: number;
    readonly last: number;
    readonly told: Span | null;
    readonly former: readonly Span[];
    readonly changed: boolean;
  }[];
}

/** What a snapshot of windows must be for windows of this kind; an error else. */
export function ofKind<K extends OpenSnapshot['kind']>(
  kind: K,
  snapshot: OpenSnapshot
): Extract<OpenSnapshot, { kind: K }> {
  const { version, kind: found } = snapshot;
  if ((version as number) !== 1 || found !== kind)
    throw new Error(
      `A snapshot of ${found} windows, version ${version}, is none of ${kind} windows`
    );
  return snapshot as Extract<OpenSnapshot, { kind: K }>;
}
