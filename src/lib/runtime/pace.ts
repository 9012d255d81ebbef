import type { CellRecord, WholeBasis } from './cell-record.ts';
import { holds, readsLive, type Records } from './inputs.ts';

/**
 * How often a cell that reads something live runs again while that goes on. A result then stands for a while although
 * its inputs have moved on: at least as long as its `refresh` says, and in any case so long that reruns take at most
 * a quarter of the time (half where a `refresh` asks for more), since the engine also has the live rows to write.
 * Once the stream has ended nothing is held back.
 */
export class Pace {
  readonly #now: () => number;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #due = Infinity;

  /** `changed` is called when a cell may run again. */
  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
  }

  /** Whether the result of a cell stands until later, as only a stream upstream of it has gone on. */
  keeps(record: CellRecord, basis: WholeBasis, records: Records): boolean {
    const { good, outcome, state, bad } = record;
    if (!good || !outcome || (state.at !== 'done' && (state.at !== 'error' || bad))) return false;
    if (!holds(good, basis) || !readsLive(record, records)) return false;
    const { refresh } = record.cell;
    if (refresh === 'manual') return true;
    const rest = refresh === null ? 4 * record.ms : Math.max(refresh, 2 * record.ms);
    const due = record.began + rest;
    if (this.#now() >= due) return false;
    this.#wake(due);
    return true;
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wake(due: number): void {
    if (this.#timer !== null && this.#due <= due) return;
    this.dispose();
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#changed();
    }, due - this.#now());
  }
}

/** Whether a cell runs again by itself while a stream goes on, costly or not: its `refresh` says how often. */
export function isPaced({ cell }: CellRecord): boolean {
  return typeof cell.refresh === 'number';
}
