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
}

export function windowsOf(spec: WindowSpec, tolerance: Tolerance, deps: WindowDeps): Windows {
  return spec.kind === 'grid'
    ? new GridWindows(spec.size, spec.slide, tolerance, deps)
    : new SessionWindows(spec.gap, tolerance, deps);
}
