import type { CellPool } from './cell-pool.ts';
import { GridWindows } from './grid-windows.ts';
import type { KeyTable } from './keys.ts';
import { SessionWindows } from './session-windows.ts';

/** Half-open windows on a grid since 1970-01-01T00:00Z (`slide` = `size`: tumbling), or sessions that end `gap` after their last event. */
export type WindowSpec =
  | { readonly kind: 'grid'; readonly size: number; readonly slide: number }
  | { readonly kind: 'session'; readonly gap: number };

/** Milliseconds; see StreamClock. */
export interface Tolerance {
  readonly disorder: number;
  readonly lateness: number;
}

/**
 * Windows of one end that are complete: row i is the window from `starts[i]` of key `slots[i]`, its
 * figures in `cells[i]` (until the call returns). Calls come in order of `end`, rows in order of key.
 */
export type OnClose = (
  end: number,
  starts: readonly number[],
  slots: readonly number[],
  cells: readonly number[]
) => void;

export interface WindowDeps {
  readonly pool: CellPool;
  readonly keys: KeyTable;
  readonly onClose: OnClose;
}

/**
 * Puts events into windows as they arrive. The watermark is the greatest event time seen less the
 * disorder; a window is out of reach, and closes, once its end + lateness ≤ the watermark before the
 * next event. Events without a time (NaN) go nowhere.
 */
export interface Windows {
  /** Folds one batch (already prepared in the pool); `cells` is scratch of its length. */
  fold(times: Float64Array, slots: Int32Array, cells: Int32Array): void;
  /** Closes everything: the stream has ended. */
  finish(): void;
  /** −Infinity before the first event. */
  readonly watermark: number;
  /** Events that every window they belong to was closed for. */
  readonly late: number;
  snapshot(): WindowsSnapshot;
  /** Puts windows of the same spec back as they were; the pool must hold the cells under the same numbers. */
  restore(snapshot: WindowsSnapshot): void;
}

/** Open windows as plain data for the structured clone; figures stay in the pool, named by their cells. */
export type WindowsSnapshot = GridSnapshot | SessionSnapshot;

export interface GridSnapshot {
  readonly version: 1;
  readonly kind: 'grid';
  readonly late: number;
  readonly greatest: number;
  readonly closedThrough: number;
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
  readonly greatest: number;
  /** By key; sessions of a key in order of their first event. */
  readonly sessions: readonly {
    readonly slot: number;
    readonly cell: number;
    readonly start: number;
    readonly last: number;
  }[];
}

/** What a snapshot of windows must be for windows of this kind; an error else. */
export function ofKind<K extends WindowsSnapshot['kind']>(
  kind: K,
  snapshot: WindowsSnapshot
): Extract<WindowsSnapshot, { kind: K }> {
  const { version, kind: found } = snapshot;
  if ((version as number) !== 1 || found !== kind)
    throw new Error(
      `A snapshot of ${found} windows, version ${version}, is none of ${kind} windows`
    );
  return snapshot as Extract<WindowsSnapshot, { kind: K }>;
}

export function windowsOf(spec: WindowSpec, tolerance: Tolerance, deps: WindowDeps): Windows {
  return spec.kind === 'grid'
    ? new GridWindows(spec.size, spec.slide, tolerance, deps)
    : new SessionWindows(spec.gap, tolerance, deps);
}
