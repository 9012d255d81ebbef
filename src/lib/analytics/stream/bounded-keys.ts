import { KeyAges, type KeyAgesSnapshot } from './key-ages.ts';
import type { KeyTable, Placing } from './keys.ts';
import type { BatchRows } from './open-windows.ts';

/** How long keys are known that say nothing (milliseconds of event time), and how many may be known at once. */
export interface KeyBounds {
  readonly idle: number;
  readonly most: number;
}

/** What else knows of keys. */
export interface KeyHolders {
  /** Marks the keys that have events in windows that are still open. */
  noteBusy(this: void, busy: Uint8Array): void;
  /** The watermark is at `mark`, and windows are: whatever follows of that by then is to be known before a key may go. */
  judge(this: void, mark: number): void;
  /** Whether nothing is open of a key that could change a result; `pressed`: that it is silent counts as nothing. */
  mayGo(this: void, slot: number, pressed: boolean): boolean;
  forget(this: void, slots: readonly number[]): void;
}

export interface BoundedKeysSnapshot {
  readonly ages: KeyAgesSnapshot;
  readonly shutUntil: number;
  readonly forgotten: number;
  readonly refused: number;
}

/** The share of keys that go at once when there is no room: that many new keys then cost one look. */
const shareGoing = 0.1;

/**
 * Keeps the keys of an endless stream within bounds. A key without an event for `idle` is forgotten, unless a window,
 * an alert or carried state still has something of it. When a new key finds no room, those heard longest ago go before
 * their time, also those whose alerts say that they are silent; when every key has something open, events of
 * further new keys are refused: they move the clock, enter no window, and are counted. Until the watermark has gone on
 * by `pause` nobody looks again. O(1) per event, O(keys) four times in `idle`, O(keys · log keys) per tenth of all keys
 * that come new without room.
 */
export class BoundedKeys {
  /** Keys forgotten so far. */
  forgotten = 0;
  /** Events of keys for which there was no room. */
  refused = 0;
  readonly #most: number;
  readonly #pause: number;
  readonly #keys: KeyTable;
  readonly #holders: KeyHolders;
  readonly #ages: KeyAges;
  #shutUntil = -Infinity;

  constructor({ idle, most }: KeyBounds, pause: number, keys: KeyTable, holders: KeyHolders) {
    this.#most = most;
    this.#pause = pause;
    this.#keys = keys;
    this.#holders = holders;
    this.#ages = new KeyAges(idle);
  }

  /**
   * Finds the slots of a stamped batch and gives its rows to `work` piece by piece, between which keys are forgotten.
   * `times` of refused rows become NaN. `mark` is the watermark after the last row.
   */
  fold(
    place: Placing,
    { times, marks, slots }: BatchRows,
    mark: number,
    work: (from: number, to: number) => void
  ): void {
    const rows = times.length;
    for (let from = 0; from < rows;) {
      const until = this.#ages.endOfStep(marks, from, rows);
      let to = place(slots, from, until, this.#most);
      work(from, to);
      this.#ages.hear(slots, from, to);
      if (to < until) {
        if (this.#makesRoom(marks[to]!)) {
          from = to;
          continue;
        }
        if (times[to] === times[to]) this.refused++;
        times[to++] = Number.NaN;
        // It moves the clock.
        work(to, to);
      }
      from = to;
      this.reach(to < rows ? marks[to]! : mark);
    }
  }

  /** The watermark is there: keys that have become idle are forgotten. */
  reach(mark: number): void {
    if (!this.#ages.reach(mark)) return;
    this.#holders.judge(mark);
    const busy = this.#busy();
    const idle = (slot: number) =>
      this.#ages.isIdle(slot) && busy[slot] === 0 && this.#holders.mayGo(slot, false);
    this.#forget(this.#keys.live().filter(idle));
  }

  snapshot(): BoundedKeysSnapshot {
    const { forgotten, refused } = this;
    return { ages: this.#ages.snapshot(), shutUntil: this.#shutUntil, forgotten, refused };
  }

  restore({ ages, shutUntil, forgotten, refused }: BoundedKeysSnapshot): void {
    this.#ages.restore(ages);
    this.#shutUntil = shutUntil;
    this.forgotten = forgotten;
    this.refused = refused;
  }

  /** Forgets the keys heard longest ago; false if none may go. */
  #makesRoom(mark: number): boolean {
    if (mark < this.#shutUntil) return false;
    this.#holders.judge(mark);
    const busy = this.#busy();
    const mayGo = this.#keys
      .live()
      .filter((slot) => busy[slot] === 0 && this.#holders.mayGo(slot, true));
    const wanted = Math.ceil(shareGoing * this.#most);
    if (mayGo.length < wanted) this.#shutUntil = mark + this.#pause;
    this.#forget(this.#ages.byLastHeard(mayGo).slice(0, wanted));
    return mayGo.length > 0;
  }

  #busy(): Uint8Array {
    const busy = new Uint8Array(this.#keys.size);
    this.#holders.noteBusy(busy);
    return busy;
  }

  #forget(slots: readonly number[]): void {
    if (slots.length === 0) return;
    this.#holders.forget(slots);
    this.forgotten += slots.length;
  }
}
