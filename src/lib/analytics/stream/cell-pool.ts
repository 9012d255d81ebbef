import type { Columns } from '#lib/base/columns.ts';
import type { Accumulator } from './accumulator.ts';
import type { Carried } from './carried.ts';

export interface CellPoolSnapshot {
  readonly used: number;
  readonly free: Int32Array;
  /** By aggregate. */
  readonly held: readonly unknown[];
  readonly carried: readonly unknown[];
}

/**
 * Cells of all aggregates together: taken for a key when its window sees the first event, given back
 * when the window has closed. Memory follows the open windows, not the length of the stream.
 */
export class CellPool {
  readonly #accumulators: readonly Accumulator[];
  readonly #carried: readonly Carried[];
  #free: number[] = [];
  #capacity = 0;
  #used = 0;

  /** `carried` sees the events too, whether they come to a cell or not. */
  constructor(accumulators: readonly Accumulator[], carried: readonly Carried[] = []) {
    this.#accumulators = accumulators;
    this.#carried = carried;
  }

  /** Cells taken and not given back. */
  get inUse(): number {
    return this.#used - this.#free.length;
  }

  prepare(batch: Columns, times: Float64Array, slots: Int32Array, marks: Float64Array): void {
    for (const accumulator of this.#accumulators) accumulator.prepare(batch, times, marks);
    for (const state of this.#carried) state.prepare(batch, times, slots);
  }

  add(cells: Int32Array, from: number, to: number): void {
    if (from >= to) return;
    for (const accumulator of this.#accumulators) accumulator.add(cells, from, to);
    for (const state of this.#carried) state.add(from, to);
  }

  merge(into: number, from: number): void {
    for (const accumulator of this.#accumulators) accumulator.merge(into, from);
  }

  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#used === this.#capacity) {
      this.#capacity = Math.max(256, this.#capacity * 2);
      for (const accumulator of this.#accumulators) accumulator.grow(this.#capacity);
    }
    return this.#used++;
  }

  give(cell: number): void {
    for (const accumulator of this.#accumulators) accumulator.clear(cell);
    this.#free.push(cell);
  }

  value(aggregate: number, cell: number): number {
    return this.#accumulators[aggregate]!.value(cell);
  }

  snapshot(): CellPoolSnapshot {
    return {
      used: this.#used,
      free: Int32Array.from(this.#free),
      held: this.#accumulators.map((accumulator) => accumulator.snapshot(this.#used)),
      carried: this.#carried.map((state) => state.snapshot())
    };
  }

  restore({ used, free, held, carried }: CellPoolSnapshot): void {
    this.#used = used;
    this.#free = [...free];
    this.#capacity = Math.max(256, used);
    for (const [i, accumulator] of this.#accumulators.entries()) {
      accumulator.grow(this.#capacity);
      accumulator.restore(held[i]);
    }
    for (const [i, state] of this.#carried.entries()) state.restore(carried[i]);
  }
}
