import type { CellPool } from './cell-pool.ts';
import type { KeyTable } from './keys.ts';
import {
  correctionDue,
  ofKind,
  type BatchRows,
  type GridSnapshot,
  type OpenSnapshot,
  type OpenWindows,
  type WindowDeps,
  type WindowSink
} from './open-windows.ts';

/** Fewer keys than one in so many are sorted. */
const shareSorted = 8;

/** A slice of time that windows are made of, as wide as the greatest common divisor of size and slide. */
interface Pane {
  readonly index: number;
  /** Cell by slot, −1 where the key has no event. */
  cellOf: Int32Array;
  readonly slots: number[];
}

/**
 * Tumbling and sliding windows. An event is added once, to its pane; a sliding window merges its panes
 * when it is told (Li et al., "No pane, no gain", 2005). O(1) per event, O(keys · panes) per window, O(panes) per window
 * and key corrected.
 */
export class GridWindows implements OpenWindows {
  late = 0;
  readonly #size: number;
  readonly #slide: number;
  readonly #width: number;
  readonly #lateness: number;
  readonly #pool: CellPool;
  readonly #keys: KeyTable;
  readonly #sink: WindowSink;
  readonly #changesAlone: boolean;
  readonly #panes = new Map<number, Pane>();
  /** Indices of the panes, ascending. */
  readonly #order: number[] = [];
  #recent: Pane | null = null;
  /** The last window out of reach, and the last one that the watermark has passed: the same without a lateness. */
  #closedThrough = -Infinity;
  #toldThrough = -Infinity;
  /** Keys that late events came to, by window told; and the watermark at which their corrections are due. */
  readonly #changed = new Map<number, Set<number>>();
  #due = Infinity;
  /** The watermark at which something is to be done. */
  #next = Infinity;

  constructor(size: number, slide: number, lateness: number, deps: WindowDeps) {
    this.#size = size;
    this.#slide = slide;
    this.#width = greatestCommonDivisor(size, slide);
    this.#lateness = lateness;
    this.#pool = deps.pool;
    this.#keys = deps.keys;
    this.#sink = deps.sink;
    this.#changesAlone = deps.changesAlone;
  }

  fold({ times, marks, slots, cells }: BatchRows, first: number, to: number, mark: number): void {
    const size = this.#size;
    const slide = this.#slide;
    const hasGaps = slide > size;
    let from = first;
    for (let row = first; row < to; row++) {
      const time = times[row]!;
      cells[row] = -1;
      if (time !== time) continue;
      const watermark = marks[row]!;
      if (watermark >= this.#next) {
        this.#pool.add(cells, from, row);
        from = row;
        this.#turn(watermark, watermark);
      }
      if (hasGaps && time >= Math.floor(time / slide) * slide + size) continue;
      if (time < watermark && !this.#enters(time, slots[row]!, watermark)) continue;
      cells[row] = this.#cell(time, slots[row]!, watermark);
    }
    this.#pool.add(cells, from, to);
    if (mark >= this.#next) this.#turn(mark, mark);
  }

  noteBusy(busy: Uint8Array): void {
    for (const pane of this.#panes.values()) for (const slot of pane.slots) busy[slot] = 1;
  }

  finish(mark: number): void {
    this.#turn(Infinity, mark);
  }

  snapshot(): GridSnapshot {
    const panes = this.#order.map((index) => {
      const { slots, cellOf } = this.#panes.get(index)!;
      return { index, slots: Int32Array.from(slots), cells: cellsOf(slots, cellOf) };
    });
    const changed = [...this.#changed].map(([window, slots]) => ({
      window,
      slots: Int32Array.from(slots)
    }));
    return {
      version: 1,
      kind: 'grid',
      late: this.late,
      closedThrough: this.#closedThrough,
      toldThrough: this.#toldThrough,
      due: this.#due,
      changed,
      panes
    };
  }

  restore(snapshot: OpenSnapshot): void {
    const { late, closedThrough, toldThrough, due, changed, panes } = ofKind('grid', snapshot);
    this.late = late;
    this.#closedThrough = closedThrough;
    this.#toldThrough = toldThrough;
    this.#due = due;
    this.#changed.clear();
    for (const { window, slots } of changed) this.#changed.set(window, new Set(slots));
    this.#recent = null;
    this.#panes.clear();
    this.#order.length = 0;
    for (const { index, slots, cells } of panes) {
      const cellOf = new Int32Array(this.#keys.size).fill(-1);
      slots.forEach((slot, i) => (cellOf[slot] = cells[i]!));
      this.#panes.set(index, { index, cellOf, slots: [...slots] });
      this.#order.push(index);
    }
    this.#plan();
  }

  /** Whether an event behind the watermark is in time for any of its windows; those told already are to be corrected. */
  #enters(time: number, slot: number, watermark: number): boolean {
    const first = Math.floor((time - this.#size) / this.#slide) + 1;
    const last = Math.floor(time / this.#slide);
    this.#pass(watermark);
    const open = Math.max(first, this.#closedThrough + 1);
    if (open > first) this.#miss(time, slot, watermark, first, last);
    if (open > last) {
      this.late++;
      return false;
    }
    if (open > this.#toldThrough) return true;
    for (let window = open; window <= Math.min(last, this.#toldThrough); window++) {
      const slots = this.#changed.get(window);
      if (slots) slots.add(slot);
      else this.#changed.set(window, new Set([slot]));
    }
    const due = Math.min(correctionDue(watermark, this.#slide), this.#endOf(open) + this.#lateness);
    this.#due = Math.min(this.#due, due);
    this.#next = Math.min(this.#next, this.#due);
    return true;
  }

  #miss(time: number, slot: number, watermark: number, first: number, last: number): void {
    const window = Math.min(last, this.#closedThrough);
    const end = this.#endOf(window);
    this.#sink.late({
      time,
      slot,
      start: window * this.#slide,
      end,
      missedBy: watermark - this.#lateness - end,
      missed: window - first + 1,
      entered: last - window
    });
  }

  #cell(time: number, slot: number, watermark: number): number {
    const index = Math.floor(time / this.#width);
    const pane = this.#recent?.index === index ? this.#recent : this.#pane(index, watermark);
    this.#recent = pane;
    if (slot >= pane.cellOf.length) {
      const wider = new Int32Array(Math.max(this.#keys.size, slot + 1)).fill(-1);
      wider.set(pane.cellOf);
      pane.cellOf = wider;
    }
    let cell = pane.cellOf[slot]!;
    if (cell < 0) {
      cell = this.#pool.take();
      pane.cellOf[slot] = cell;
      pane.slots.push(slot);
    }
    return cell;
  }

  #pane(index: number, watermark: number): Pane {
    const known = this.#panes.get(index);
    if (known) return known;
    const pane = { index, cellOf: new Int32Array(this.#keys.size).fill(-1), slots: [] };
    this.#panes.set(index, pane);
    let at = this.#order.length;
    while (at > 0 && this.#order[at - 1]! > index) at--;
    this.#order.splice(at, 0, index);
    this.#pass(watermark);
    this.#plan();
    return pane;
  }

  /** Windows that were empty when the watermark passed them are told, or out of reach, as well. */
  #pass(watermark: number): void {
    this.#closedThrough = Math.max(this.#closedThrough, this.#lastBy(watermark - this.#lateness));
    this.#toldThrough = Math.max(this.#toldThrough, this.#lastBy(watermark));
  }

  /** Does what is due at `reached`; what is told is told at `mark`. */
  #turn(reached: number, mark: number): void {
    if (reached >= this.#due) this.#correct(mark);
    if (this.#lateness > 0) this.#tell(reached);
    const through = this.#lastBy(reached - this.#lateness);
    for (
      let window = this.#firstAfter(this.#closedThrough);
      window <= through && window < Infinity;
      window = this.#firstAfter(window)
    ) {
      this.#close(window, mark);
      this.#closedThrough = window;
      this.#dropPanes();
    }
    if (reached < Infinity) this.#pass(reached);
    this.#dropPanes();
    this.#plan();
  }

  #tell(reached: number): void {
    const through = this.#lastBy(reached);
    for (
      let window = this.#firstAfter(this.#toldThrough);
      window <= through && window < Infinity;
      window = this.#firstAfter(window)
    ) {
      this.#gather(window, null, (starts, slots, cells) =>
        this.#sink.first(this.#endOf(window), starts, slots, cells)
      );
      this.#toldThrough = window;
    }
  }

  #correct(mark: number): void {
    const windows = [...this.#changed].sort(([a], [b]) => a - b);
    for (const [window, changed] of windows) {
      this.#gather(window, changed, (starts, slots, cells) =>
        this.#sink.again(mark, this.#endOf(window), starts, slots, cells)
      );
    }
    this.#changed.clear();
    this.#due = Infinity;
  }

  #close(window: number, mark: number): void {
    const end = this.#endOf(window);
    if (this.#lateness === 0) {
      this.#gather(window, null, (starts, slots, cells) =>
        this.#sink.final(end, starts, slots, cells)
      );
      return;
    }
    if (this.#changesAlone) {
      this.#gather(window, null, (starts, slots, cells) =>
        this.#sink.again(mark, end, starts, slots, cells)
      );
    }
    const slots = this.#inOrder(new Set(this.#panesOf(window).flatMap((pane) => pane.slots)));
    const start = window * this.#slide;
    this.#sink.final(end, new Array<number>(slots.length).fill(start), slots, null);
  }

  #plan(): void {
    const close = this.#endOf(this.#firstAfter(this.#closedThrough)) + this.#lateness;
    const tell = this.#lateness > 0 ? this.#endOf(this.#firstAfter(this.#toldThrough)) : Infinity;
    this.#next = Math.min(close, tell, this.#due);
  }

  /** The last window that ends by `time`. */
  #lastBy(time: number): number {
    return Math.floor((time - this.#size) / this.#slide);
  }

  #endOf(window: number): number {
    return window * this.#slide + this.#size;
  }

  /** The first window after `window` that holds an event; Infinity if none does. */
  #firstAfter(window: number): number {
    let found = Infinity;
    for (let i = this.#order.length - 1; i >= 0; i--) {
      const start = this.#order[i]! * this.#width;
      if (Math.floor(start / this.#slide) <= window) break;
      found = Math.max(window + 1, this.#lastBy(start) + 1);
    }
    return found;
  }

  /** Gives back panes whose last window has closed. */
  #dropPanes(): void {
    for (let first = this.#order[0]; first !== undefined; first = this.#order[0]) {
      if (Math.floor((first * this.#width) / this.#slide) > this.#closedThrough) return;
      const pane = this.#panes.get(first)!;
      for (const slot of pane.slots) this.#pool.give(pane.cellOf[slot]!);
      this.#panes.delete(first);
      this.#order.shift();
      if (this.#recent === pane) this.#recent = null;
    }
  }

  /** Gives the cells of a window, of all its keys or of `wanted`: its pane's own when it has one pane, else merged for the purpose. */
  #gather(
    window: number,
    wanted: ReadonlySet<number> | null,
    take: (starts: number[], slots: number[], cells: number[]) => void
  ): void {
    const isPane = this.#width === this.#size;
    if (isPane && wanted === null) return this.#gatherPane(window, take);
    const cells = new Map<number, number>();
    for (const pane of this.#panesOf(window)) {
      for (const slot of wanted ?? pane.slots) {
        const own = pane.cellOf[slot] ?? -1;
        if (own < 0) continue;
        if (isPane) {
          cells.set(slot, own);
          continue;
        }
        let cell = cells.get(slot);
        if (cell === undefined) {
          cell = this.#pool.take();
          cells.set(slot, cell);
        }
        this.#pool.merge(cell, own);
      }
    }
    const slots = this.#inOrder(cells.keys());
    const list = slots.map((slot) => cells.get(slot)!);
    take(new Array<number>(slots.length).fill(window * this.#slide), slots, list);
    if (!isPane) for (const cell of list) this.#pool.give(cell);
  }

  /** The same of a window that is one pane, all its keys. */
  #gatherPane(
    window: number,
    take: (starts: number[], slots: number[], cells: number[]) => void
  ): void {
    const [pane] = this.#panesOf(window);
    const slots = this.#inOrder(pane?.slots ?? []);
    const cells = slots.map((slot) => pane!.cellOf[slot]!);
    take(new Array<number>(slots.length).fill(window * this.#slide), slots, cells);
  }

  #panesOf(window: number): Pane[] {
    const first = (window * this.#slide) / this.#width;
    const last = this.#endOf(window) / this.#width;
    const panes: Pane[] = [];
    for (const index of this.#order) {
      if (index >= last) break;
      if (index >= first) panes.push(this.#panes.get(index)!);
    }
    return panes;
  }

  /** Different keys in their order: by going through all ranks where they are many, else by sorting. */
  #inOrder(keys: Iterable<number>): number[] {
    const ranks = this.#keys.ranks();
    const slots = [...keys];
    if (slots.length * shareSorted < ranks.length)
      return slots.sort((a, b) => ranks[a]! - ranks[b]!);
    const byRank = new Int32Array(ranks.length).fill(-1);
    for (const slot of slots) byRank[ranks[slot]!] = slot;
    let n = 0;
    for (const slot of byRank) if (slot >= 0) slots[n++] = slot;
    return slots;
  }
}

function cellsOf(slots: readonly number[], cellOf: Int32Array): Int32Array {
  return Int32Array.from(slots, (slot) => cellOf[slot]!);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
