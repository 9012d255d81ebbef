import type { CellPool } from './cell-pool.ts';
import { MinHeap } from './heap.ts';
import type { KeyTable } from './keys.ts';
import {
  correctionDue,
  ofKind,
  type BatchRows,
  type OpenSnapshot,
  type OpenWindows,
  type SessionSnapshot,
  type Span,
  type WindowDeps,
  type WindowSink
} from './open-windows.ts';

interface Session {
  readonly slot: number;
  readonly cell: number;
  start: number;
  last: number;
  open: boolean;
  /** The bounds it was told with; null while it has not been told as it is. */
  told: Span | null;
  /** What it, and sessions that joined it, were told as, and are no more. */
  former: Span[];
  /** Whether its correction is due. */
  changed: boolean;
}

/**
 * Sessions: events of a key at most `gap` apart, ending at the last one + gap. An event may join two
 * sessions into one. A session out of reach (end + lateness ≤ watermark) takes no more events, and an
 * event that would be such a session by itself is late. With a lateness, a session is told when the watermark has passed
 * its end; one that grows or joins another after that is withdrawn, and told anew. O(log n) per session told, closed or
 * extended past its place in a queue, O(open sessions of the key) per event.
 */
export class SessionWindows implements OpenWindows {
  late = 0;
  readonly #gap: number;
  readonly #lateness: number;
  readonly #pool: CellPool;
  readonly #keys: KeyTable;
  readonly #sink: WindowSink;
  readonly #changesAlone: boolean;
  readonly #open: Session[][] = [];
  /** Sessions by an end they have or had, to be told and to be closed; one that grew is queued again when it comes up. */
  readonly #toTell = new MinHeap<Session>();
  readonly #toClose = new MinHeap<Session>();
  #changed: Session[] = [];
  #due = Infinity;

  constructor(gap: number, lateness: number, deps: WindowDeps) {
    this.#gap = gap;
    this.#lateness = lateness;
    this.#pool = deps.pool;
    this.#keys = deps.keys;
    this.#sink = deps.sink;
    this.#changesAlone = deps.changesAlone;
  }

  fold({ times, marks, slots, cells }: BatchRows, start: number, to: number, mark: number): void {
    let from = start;
    for (let row = start; row < to; row++) {
      const time = times[row]!;
      cells[row] = -1;
      if (time !== time) continue;
      const watermark = marks[row]!;
      if (this.#isTurn(watermark)) {
        this.#pool.add(cells, from, row);
        from = row;
        this.#turn(watermark, watermark);
      }
      const slot = slots[row]!;
      const joined = this.#touching(slot, time);
      if (joined.length > 1) {
        this.#pool.add(cells, from, row);
        from = row;
      }
      const session = this.#session(slot, time, joined, watermark);
      if (session) cells[row] = session.cell;
      else this.#miss(slot, time, watermark);
    }
    this.#pool.add(cells, from, to);
    if (this.#isTurn(mark)) this.#turn(mark, mark);
  }

  noteBusy(busy: Uint8Array): void {
    this.#open.forEach((open, slot) => {
      if (open.length > 0) busy[slot] = 1;
    });
  }

  finish(mark: number): void {
    this.#turn(Infinity, mark);
  }

  snapshot(): SessionSnapshot {
    const sessions = this.#open.flat().map((session) => {
      const { slot, cell, start, last, told, former, changed } = session;
      return { slot, cell, start, last, told, former: [...former], changed };
    });
    return { version: 1, kind: 'session', late: this.late, due: this.#due, sessions };
  }

  restore(snapshot: OpenSnapshot): void {
    const { late, due, sessions } = ofKind('session', snapshot);
    this.late = late;
    this.#due = due;
    this.#open.length = 0;
    this.#toTell.clear();
    this.#toClose.clear();
    for (const told of sessions) {
      const session = { ...told, former: [...told.former], open: true };
      (this.#open[session.slot] ??= []).push(session);
      this.#queue(session);
    }
    this.#changed = this.#open.flat().filter(({ changed }) => changed);
  }

  #touching(slot: number, time: number): Session[] {
    const open = (this.#open[slot] ??= []);
    return open.filter((s) => time >= s.start - this.#gap && time <= s.last + this.#gap);
  }

  #session(slot: number, time: number, joined: readonly Session[], mark: number): Session | null {
    const [first, ...others] = joined;
    if (!first) return this.#begin(slot, time, mark);
    const touchesTold = joined.some(({ told }) => told !== null);
    if (first.told) first.former.push(first.told);
    first.told = null;
    first.start = Math.min(first.start, time);
    first.last = Math.max(first.last, time);
    for (const other of others) {
      first.start = Math.min(first.start, other.start);
      first.last = Math.max(first.last, other.last);
      first.former.push(...other.former, ...(other.told ? [other.told] : []));
      this.#pool.merge(first.cell, other.cell);
      this.#forget(other);
    }
    if (touchesTold || others.some(({ changed }) => changed)) this.#change(first, mark);
    return first;
  }

  #begin(slot: number, time: number, mark: number): Session | null {
    const end = time + this.#gap;
    if (end + this.#lateness <= mark) return null;
    const session: Session = {
      slot,
      cell: this.#pool.take(),
      start: time,
      last: time,
      open: true,
      told: null,
      former: [],
      changed: false
    };
    this.#open[slot]!.push(session);
    if (end <= mark) this.#change(session, mark);
    this.#queue(session);
    return session;
  }

  #queue(session: Session): void {
    const end = session.last + this.#gap;
    this.#toClose.push(end, session);
    if (this.#lateness > 0 && !session.told && !session.changed) this.#toTell.push(end, session);
  }

  #change(session: Session, mark: number): void {
    if (!session.changed) this.#changed.push(session);
    session.changed = true;
    const end = session.last + this.#gap + this.#lateness;
    this.#due = Math.min(this.#due, correctionDue(mark, this.#gap), end);
  }

  #miss(slot: number, time: number, mark: number): void {
    this.late++;
    const end = time + this.#gap;
    const missedBy = mark - this.#lateness - end;
    this.#sink.late({ time, slot, start: time, end, missedBy, missed: 1, entered: 0 });
  }

  #forget(session: Session): void {
    session.open = false;
    this.#pool.give(session.cell);
    this.#open[session.slot] = this.#open[session.slot]!.filter((s) => s !== session);
  }

  #isTurn(mark: number): boolean {
    return (
      mark - this.#lateness >= this.#toClose.least ||
      mark >= this.#toTell.least ||
      mark >= this.#due
    );
  }

  /** Does what is due at `reached`; what is told is told at `mark`. */
  #turn(reached: number, mark: number): void {
    if (reached >= this.#due) this.#correct(reached, mark);
    this.#eachEnd(
      this.#toTell,
      reached,
      (s) => !s.told && !s.changed,
      (end, sessions) => {
        const cells = sessions.map((s) => s.cell);
        this.#sink.first(end, startsOf(sessions), slotsOf(sessions), cells);
        for (const session of sessions) this.#isTold(session);
      }
    );
    this.#eachEnd(
      this.#toClose,
      reached - this.#lateness,
      () => true,
      (end, sessions) => {
        const cells = sessions.map((s) => s.cell);
        const [starts, slots] = [startsOf(sessions), slotsOf(sessions)];
        if (this.#lateness > 0 && this.#changesAlone)
          this.#sink.again(mark, end, starts, slots, cells);
        this.#sink.final(end, starts, slots, this.#lateness === 0 ? cells : null);
        for (const session of sessions) this.#forget(session);
      }
    );
  }

  /** Withdraws what changed sessions were told as, and tells those anew whose end the watermark has passed. */
  #correct(reached: number, mark: number): void {
    const changed = this.#changed.filter((s) => s.open);
    this.#changed = [];
    this.#due = Infinity;
    const ranks = this.#keys.ranks();
    const endOf = (s: Session) => s.last + this.#gap;
    changed.sort((a, b) => endOf(a) - endOf(b) || ranks[a.slot]! - ranks[b.slot]!);
    for (const session of changed) {
      const { slot, start, cell } = session;
      const end = endOf(session);
      const isSame = (span: Span) => span.start === start && span.end === end;
      for (const span of session.former)
        if (!isSame(span)) this.#sink.withdrawn(mark, span.start, span.end, slot);
      session.changed = false;
      if (end <= reached) {
        this.#sink.again(mark, end, [start], [slot], [cell]);
        this.#isTold(session);
      } else {
        session.former = [];
        this.#toTell.push(end, session);
      }
    }
  }

  #isTold(session: Session): void {
    session.told = { start: session.start, end: session.last + this.#gap };
    session.former = [];
  }

  /** Takes open sessions that end by `reached` out of a queue, those of one end at a time, keys in order. */
  #eachEnd(
    queue: MinHeap<Session>,
    reached: number,
    wanted: (session: Session) => boolean,
    take: (end: number, sessions: Session[]) => void
  ): void {
    const due = new Set<Session>();
    let end = Number.NaN;
    const flush = () => {
      if (due.size === 0) return;
      const ranks = this.#keys.ranks();
      take(
        end,
        [...due].sort((a, b) => ranks[a.slot]! - ranks[b.slot]!)
      );
      due.clear();
    };
    while (queue.least <= reached && queue.size > 0) {
      const queuedAt = queue.least;
      const session = queue.pop()!;
      if (!session.open || !wanted(session)) continue;
      const ends = session.last + this.#gap;
      if (ends > queuedAt) {
        queue.push(ends, session);
        continue;
      }
      if (ends !== end) {
        flush();
        end = ends;
      }
      due.add(session);
    }
    flush();
  }
}

function startsOf(sessions: readonly Session[]): number[] {
  return sessions.map((s) => s.start);
}

function slotsOf(sessions: readonly Session[]): number[] {
  return sessions.map((s) => s.slot);
}
