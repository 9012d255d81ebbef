import type { CellPool } from './cell-pool.ts';
import { MinHeap } from './heap.ts';
import type { KeyTable } from './keys.ts';
import {
  ofKind,
  type OnClose,
  type OpenSnapshot,
  type OpenWindows,
  type SessionSnapshot,
  type WindowDeps
} from './open-windows.ts';

interface Session {
  readonly slot: number;
  readonly cell: number;
  start: number;
  last: number;
  open: boolean;
}

/**
 * Sessions: events of a key at most `gap` apart, ending at the last one + gap. An event may join two
 * sessions into one. A session out of reach (end + lateness ≤ watermark) takes no more events, and an
 * event that would be such a session by itself is late. O(log n) per session closed or extended past its
 * place in the queue, O(open sessions of the key) per event.
 */
export class SessionWindows implements OpenWindows {
  late = 0;
  readonly #gap: number;
  readonly #lateness: number;
  readonly #pool: CellPool;
  readonly #keys: KeyTable;
  readonly #onClose: OnClose;
  readonly #open: Session[][] = [];
  /** Sessions by an end they have or had; a session that grew is queued again when it comes up. */
  readonly #queue = new MinHeap<Session>();

  constructor(gap: number, lateness: number, deps: WindowDeps) {
    this.#gap = gap;
    this.#lateness = lateness;
    this.#pool = deps.pool;
    this.#keys = deps.keys;
    this.#onClose = deps.onClose;
  }

  fold(
    times: Float64Array,
    marks: Float64Array,
    slots: Int32Array,
    cells: Int32Array,
    mark: number
  ): void {
    let from = 0;
    for (let row = 0; row < times.length; row++) {
      const time = times[row]!;
      cells[row] = -1;
      if (time !== time) continue;
      const reach = marks[row]! - this.#lateness;
      if (reach >= this.#queue.least) {
        this.#pool.add(cells, from, row);
        from = row;
        this.#close(reach);
      }
      const slot = slots[row]!;
      const joined = this.#touching(slot, time);
      if (joined.length > 1) {
        this.#pool.add(cells, from, row);
        from = row;
      }
      const session = this.#session(slot, time, joined, reach);
      if (session) cells[row] = session.cell;
      else this.late++;
    }
    this.#pool.add(cells, from, times.length);
    this.#close(mark - this.#lateness);
  }

  finish(): void {
    this.#close(Infinity);
  }

  snapshot(): SessionSnapshot {
    const open = this.#open.flat();
    const sessions = open.map(({ slot, cell, start, last }) => ({ slot, cell, start, last }));
    const { late } = this;
    return { version: 1, kind: 'session', late, sessions };
  }

  restore(snapshot: OpenSnapshot): void {
    const { late, sessions } = ofKind('session', snapshot);
    this.late = late;
    this.#open.length = 0;
    this.#queue.clear();
    for (const told of sessions) {
      const session = { ...told, open: true };
      (this.#open[session.slot] ??= []).push(session);
      this.#queue.push(session.last + this.#gap, session);
    }
  }

  #touching(slot: number, time: number): Session[] {
    const open = (this.#open[slot] ??= []);
    return open.filter((s) => time >= s.start - this.#gap && time <= s.last + this.#gap);
  }

  #session(slot: number, time: number, joined: readonly Session[], reach: number): Session | null {
    const [first, ...others] = joined;
    if (!first) {
      if (time + this.#gap <= reach) return null;
      const session = { slot, cell: this.#pool.take(), start: time, last: time, open: true };
      this.#open[slot]!.push(session);
      this.#queue.push(time + this.#gap, session);
      return session;
    }
    first.start = Math.min(first.start, time);
    first.last = Math.max(first.last, time);
    for (const other of others) {
      first.start = Math.min(first.start, other.start);
      first.last = Math.max(first.last, other.last);
      this.#pool.merge(first.cell, other.cell);
      this.#forget(other);
    }
    return first;
  }

  #forget(session: Session): void {
    session.open = false;
    this.#pool.give(session.cell);
    this.#open[session.slot] = this.#open[session.slot]!.filter((s) => s !== session);
  }

  #close(reach: number): void {
    let due: Session[] = [];
    let end = Number.NaN;
    while (this.#queue.least <= reach && this.#queue.size > 0) {
      const queuedAt = this.#queue.least;
      const session = this.#queue.pop()!;
      if (!session.open) continue;
      const ends = session.last + this.#gap;
      if (ends > queuedAt) {
        this.#queue.push(ends, session);
        continue;
      }
      if (ends !== end) {
        this.#emit(end, due);
        due = [];
        end = ends;
      }
      due.push(session);
    }
    this.#emit(end, due);
  }

  #emit(end: number, sessions: Session[]): void {
    if (sessions.length === 0) return;
    const ranks = this.#keys.ranks();
    sessions.sort((a, b) => ranks[a.slot]! - ranks[b.slot]!);
    this.#onClose(
      end,
      sessions.map((s) => s.start),
      sessions.map((s) => s.slot),
      sessions.map((s) => s.cell)
    );
    for (const session of sessions) this.#forget(session);
  }
}
