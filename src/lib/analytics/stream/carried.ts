import type { Columns, NumericType } from '#lib/base/columns.ts';

/**
 * State of keys that outlives their windows: a ledger, a queue of open orders. It sees every event of a known time in
 * order of arrival, those too late for any window included, and is asked for the window [start, end) when that closes,
 * as of `end`: by then it has seen exactly the events that came before the window closed. What comes later counts in
 * the windows that close later, so that nothing is ever lost from it.
 */
export interface Carried {
  /** Looks at a batch before rows of it are added. */
  prepare(batch: Columns, times: Float64Array, slots: Int32Array): void;
  add(from: number, to: number): void;
  /** No window that starts before `time` will be asked for: what lies before need not be told apart any more. */
  settle(time: number): void;
  /** Whether nothing of a key is left that a later window could tell. */
  mayForget(slot: number): boolean;
  /** Keys are not known any more and their slots go to others; `live`: those that are still known. */
  forget(slots: readonly number[], live: readonly number[]): void;
  /** What could not be placed so far; null while all could. */
  readonly lost: Lost | null;
  /** Everything it holds, as plain data for the structured clone. */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

/** `counts`: stock counts older than every open window; `orders`: open orders beyond what is kept one by one. */
export interface Lost {
  readonly what: 'counts' | 'orders';
  readonly rows: number;
}

/** One figure read from carried state. NaN is missing. */
export interface CarriedFigure {
  readonly type: NumericType;
  at(slot: number, start: number, end: number): number;
}

/** The windows that carried state is asked for. */
export interface CarriedGrid {
  /** Milliseconds from one window end to the next; NaN for sessions, whose ends lie on no grid. */
  readonly slide: number;
  readonly size: number;
}
