import { isMissing, type Columns, type Vector } from '#lib/base/columns.ts';
import type { Accumulator, Input } from '../accumulator.ts';
import { keyAt } from '../keys.ts';
import { Ratio } from '../number-accumulators.ts';

type Id = string | number;

/**
 * Units filled over units ordered (fill rate, P₂ of Silver, Pyke and Thomas, ch. 6), event by event: a line filled
 * beyond its order makes up for no other, one that tells nothing filled counts as not filled, and lines that order
 * nothing are left out.
 */
export function fillRate(filled: Input, ordered: Input): Accumulator {
  return new Ratio(
    (batch) => lines(batch, filled, ordered, (f, o) => Math.min(f, o)),
    (batch) => lines(batch, filled, ordered, (_, o) => o)
  );
}

/** The share of events (orders of one line) that were filled in full. */
export function lineFillRate(filled: Input, ordered: Input): Accumulator {
  return new Ratio(
    (batch) => lines(batch, filled, ordered, (f, o) => (f >= o ? 1 : 0)),
    (batch) => lines(batch, filled, ordered, () => 1)
  );
}

/** The share of orders whose every line in the window was filled in full (order fill rate). Memory: orders of open windows. */
export class OrderFillRate implements Accumulator {
  readonly type = 'number';
  readonly exact = true;
  readonly #order: (batch: Columns) => Vector;
  readonly #full: Input;
  /** By cell: whether each order is filled in full so far. */
  readonly #cells: (Map<Id, boolean> | undefined)[] = [];
  #ids: Vector | null = null;
  #values: Float64Array = new Float64Array(0);

  constructor(filled: Input, ordered: Input, order: (batch: Columns) => Vector) {
    this.#order = order;
    this.#full = (batch) => lines(batch, filled, ordered, (f, o) => (f >= o ? 1 : 0));
  }

  grow(capacity: number): void {
    this.#cells.length = capacity;
  }

  prepare(batch: Columns): void {
    this.#ids = this.#order(batch);
    this.#values = this.#full(batch);
  }

  add(cells: Int32Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const cell = cells[row]!;
      const full = this.#values[row]!;
      if (cell < 0 || full !== full || isMissing(this.#ids!, row)) continue;
      note((this.#cells[cell] ??= new Map<Id, boolean>()), keyAt(this.#ids!, row)!, full === 1);
    }
  }

  merge(into: number, from: number): void {
    const target = (this.#cells[into] ??= new Map<Id, boolean>());
    for (const [id, full] of this.#cells[from] ?? []) note(target, id, full);
  }

  clear(cell: number): void {
    this.#cells[cell] = undefined;
  }

  value(cell: number): number {
    const orders = this.#cells[cell];
    if (!orders || orders.size === 0) return Number.NaN;
    let full = 0;
    for (const isFull of orders.values()) if (isFull) full++;
    return full / orders.size;
  }

  snapshot(cells: number): unknown {
    return this.#cells.slice(0, cells).map((orders) => orders && [...orders]);
  }

  restore(snapshot: unknown): void {
    const cells = snapshot as ([Id, boolean][] | undefined)[];
    cells.forEach((orders, cell) => (this.#cells[cell] = orders && new Map(orders)));
  }
}

function note(orders: Map<Id, boolean>, id: Id, full: boolean): void {
  orders.set(id, full && orders.get(id) !== false);
}

/** A figure of every line that orders something; NaN for the others. */
function lines(
  batch: Columns,
  filled: Input,
  ordered: Input,
  figure: (filled: number, ordered: number) => number
): Float64Array {
  const sent = filled(batch);
  return ordered(batch).map((asked, row) => {
    if (!(asked > 0)) return Number.NaN;
    return figure(sent[row]! > 0 ? sent[row]! : 0, asked);
  });
}
