import type { CellPool } from './cell-pool.ts';
import type { KeyTable } from './keys.ts';
import {
  ofKind,
  type GridSnapshot,
  type OnClose,
  type OpenSnapshot,
  type OpenWindows,
  type WindowDeps
} from './open-windows.ts';

/** A slice of time that windows are made of, as wide as the greatest common divisor of size and slide. */
interface Pane {
  readonly index: number;
  /** Cell by slot, −1 where the key has no event. */
  cellOf: Int32Array;
  readonly slots: number[];
}

/**
 * Tumbling and sliding windows. An event is added once, to its pane; a sliding window merges its panes
 * when it closes (Li et al., "No pane, no gain", 2005). O(1) per event, O(keys · panes) per window.
 */
export class GridWindows implements OpenWindows {
  late = 0;
  readonly #size: number;
  readonly #slide: number;
  readonly #width: number;
  readonly #lateness: number;
  readonly #pool: CellPool;
  readonly #keys: KeyTable;
  readonly #onClose: OnClose;
  readonly #panes = new Map<number, Pane>();
  /** Indices of the panes, ascending. */
  readonly #order: number[] = [];
  #recent: Pane | null = null;
  #closedThrough = -Infinity;
  #nextClose = Infinity;

  constructor(size: number, slide: number, lateness: number, deps: WindowDeps) {
    this.#size = size;
    this.#slide = slide;
    this.#width = greatestCommonDivisor(size, slide);
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
    const size = this.#size;
    const slide = this.#slide;
    const reach = size + this.#lateness;
    let from = 0;
    for (let row = 0; row < times.length; row++) {
      const time = times[row]!;
      cells[row] = -1;
      if (time !== time) continue;
      const watermark = marks[row]!;
      if (watermark >= this.#nextClose) {
        this.#pool.add(cells, from, row);
        from = row;
        this.#close(watermark);
      }
      const lastStart = Math.floor(time / slide) * slide;
      if (time < lastStart + size) {
        if (lastStart + reach <= watermark) this.late++;
        else cells[row] = this.#cell(time, slots[row]!, watermark);
      }
    }
    this.#pool.add(cells, from, times.length);
    if (mark >= this.#nextClose) this.#close(mark);
  }

  finish(): void {
    this.#close(Infinity);
  }

  snapshot(): GridSnapshot {
    const panes = this.#order.map((index) => {
      const { slots, cellOf } = this.#panes.get(index)!;
      return { index, slots: Int32Array.from(slots), cells: cellsOf(slots, cellOf) };
    });
    const { late } = this;
    return { version: 1, kind: 'grid', late, closedThrough: this.#closedThrough, panes };
  }

  restore(snapshot: OpenSnapshot): void {
    const { late, closedThrough, panes } = ofKind('grid', snapshot);
    this.late = late;
    this.#closedThrough = closedThrough;
    this.#recent = null;
    this.#panes.clear();
    this.#order.length = 0;
    for (const { index, slots, cells } of panes) {
      const cellOf = new Int32Array(this.#keys.size).fill(-1);
      slots.forEach((slot, i) => (cellOf[slot] = cells[i]!));
      this.#panes.set(index, { index, cellOf, slots: [...slots] });
      this.#order.push(index);
    }
    this.#nextClose = this.#endOfNext() + this.#lateness;
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
    // Windows that were empty when the watermark passed them are out of this event's reach as well.
    this.#closedThrough = Math.max(this.#closedThrough, this.#outOfReach(watermark));
    this.#nextClose = this.#endOfNext() + this.#lateness;
    return pane;
  }

  #close(watermark: number): void {
    const through = this.#outOfReach(watermark);
    for (let next = this.#next(); next <= through && next < Infinity; next = this.#next()) {
      this.#emit(next);
      this.#closedThrough = next;
      this.#dropPanes();
    }
    if (through !== Infinity) this.#closedThrough = Math.max(this.#closedThrough, through);
    this.#dropPanes();
    this.#nextClose = this.#endOfNext() + this.#lateness;
  }

  /** The last window that an event coming at this watermark can no longer enter. */
  #outOfReach(watermark: number): number {
    return Math.floor((watermark - this.#lateness - this.#size) / this.#slide);
  }

  /** The first open window that holds an event; Infinity if none does. */
  #next(): number {
    const first = this.#order[0];
    if (first === undefined) return Infinity;
    const holding = Math.floor((first * this.#width - this.#size) / this.#slide) + 1;
    return Math.max(holding, this.#closedThrough + 1);
  }

  #endOfNext(): number {
    return this.#next() * this.#slide + this.#size;
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

  #emit(window: number): void {
    const start = window * this.#slide;
    const cells = this.#gather(start);
    const ranks = this.#keys.ranks();
    const slots = [...cells.keys()].sort((a, b) => ranks[a]! - ranks[b]!);
    const merged = this.#width !== this.#size;
    const list = slots.map((slot) => cells.get(slot)!);
    this.#onClose(start + this.#size, new Array<number>(slots.length).fill(start), slots, list);
    if (merged) for (const cell of list) this.#pool.give(cell);
  }

  /** The cell of every key of a window: its pane's own when it has one pane, else merged for the purpose. */
  #gather(start: number): Map<number, number> {
    const cells = new Map<number, number>();
    const last = (start + this.#size) / this.#width;
    const first = start / this.#width;
    for (const index of this.#order) {
      if (index >= last) break;
      if (index < first) continue;
      const pane = this.#panes.get(index)!;
      for (const slot of pane.slots) {
        const own = pane.cellOf[slot]!;
        if (this.#width === this.#size) {
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
    return cells;
  }
}

function cellsOf(slots: readonly number[], cellOf: Int32Array): Int32Array {
  return Int32Array.from(slots, (slot) => cellOf[slot]!);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
