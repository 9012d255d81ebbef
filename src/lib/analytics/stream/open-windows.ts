import type { CellPool } from './cell-pool.ts';
import type { KeyTable } from './keys.ts';

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
 * Puts events into windows as they arrive, each with the watermark before it. A window is out of reach, and
 * closes, once its end + lateness ≤ that watermark. Events without a time (NaN) go nowhere.
 */
export interface OpenWindows {
  /**
   * Folds one batch (already prepared in the pool): `marks[row]` is the watermark before a row, `mark` the one after the
   * last; `cells` is scratch of its length.
   */
  fold(
    times: Float64Array,
    marks: Float64Array,
    slots: Int32Array,
    cells: Int32Array,
    mark: number
  ): void;
  /** Closes everything: the stream has ended. */
  finish(): void;
  /** Events that every window they belong to was closed for. */
  readonly late: number;
  snapshot(): OpenSnapshot;
  /** Puts windows of the same spec back as they were; the pool must hold the cells under the same numbers. */
  restore(snapshot: OpenSnapshot): void;
}

/** Open windows as plain data for the structured clone; figures stay in the pool, named by their cells. */
export type OpenSnapshot = GridSnapshot | SessionSnapshot;

export interface GridSnapshot {
  readonly version: 1;
  readonly kind: 'grid';
  readonly late: number;
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
  /** By key; sessions of a key in order of their first event. */
  readonly sessions: readonly {
    readonly slot: number;
    readonly cell: number;
    readonly start: number;
    readonly last: number;
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
