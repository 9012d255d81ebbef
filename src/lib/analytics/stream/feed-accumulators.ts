import type { Columns } from '#lib/base/columns.ts';
import type { Accumulator } from './accumulator.ts';
import { IdFilter, type IdFilterSnapshot } from './id-filter.ts';
import { Sum } from './number-accumulators.ts';

/** The share of events that came behind the watermark, as the stream counts late ones. */
export function lateShare(): Accumulator {
  const flags = (_: Columns, times: Float64Array, marks: Float64Array) =>
    times.map((time, row) => (time < marks[row]! ? 1 : 0));
  return new Sum(flags, 'number', true);
}

/** Ids remembered at least; twice as many at most. */
const idsKept = 1_000_000;

/**
 * How many events have an id (one column or several together) that came before, in whatever window and of whatever key:
 * every copy but the first. Exact for the last million ids at least. Events without an id are no copies.
 */
export class Duplicates implements Accumulator {
  readonly type = 'integer';
  readonly exact = true;
  readonly #ids: IdFilter;
  readonly #copies: Sum;

  constructor(columns: readonly string[], relation: string) {
    this.#ids = new IdFilter(columns, relation, idsKept);
    this.#copies = new Sum((batch, times) => this.#flags(batch, times), 'integer', false);
  }

  grow(capacity: number): void {
    this.#copies.grow(capacity);
  }

  prepare(batch: Columns, times: Float64Array, marks: Float64Array): void {
    this.#copies.prepare(batch, times, marks);
  }

  add(cells: Int32Array, from: number, to: number): void {
    this.#copies.add(cells, from, to);
  }

  merge(into: number, from: number): void {
    this.#copies.merge(into, from);
  }

  clear(cell: number): void {
    this.#copies.clear(cell);
  }

  value(cell: number): number {
    return this.#copies.value(cell);
  }

  snapshot(cells: number): unknown {
    return [this.#copies.snapshot(cells), this.#ids.snapshot()];
  }

  restore(snapshot: unknown): void {
    const [copies, ids] = snapshot as [unknown, IdFilterSnapshot];
    this.#copies.restore(copies);
    this.#ids.restore(ids);
  }

  /** Events without a time are no events. */
  #flags(batch: Columns, times: Float64Array): Float64Array {
    const isNew = this.#ids.over(batch);
    return times.map((time, row) => (time === time && !isNew(row) ? 1 : 0));
  }
}
