import type { Columns } from '#lib/base/columns.ts';
import type { Input } from '../accumulator.ts';
import type { Carried, CarriedFigure, Lost } from '../carried.ts';
import { BackorderQueue, type BackorderSnapshot } from './backorder-queue.ts';

const day = 86_400_000;

/** Units ordered and filled of every key. Quantities at or below zero count as none. Memory: open orders, `mostOrders` at most. */
export class Backorders implements Carried {
  readonly #inputs: { readonly ordered: Input; readonly filled: Input };
  readonly #most: number;
  readonly #queues: (BackorderQueue | undefined)[] = [];
  #held = 0;
  #joined = 0;
  #horizon = -Infinity;
  #times: Float64Array = new Float64Array(0);
  #slots: Int32Array = new Int32Array(0);
  #ordered: Float64Array = new Float64Array(0);
  #filled: Float64Array = new Float64Array(0);

  /** `mostOrders`: orders held one by one over all keys; beyond, an order's units count with the order before it. */
  constructor(inputs: { readonly ordered: Input; readonly filled: Input }, mostOrders: number) {
    this.#inputs = inputs;
    this.#most = mostOrders;
  }

  get lost(): Lost | null {
    return this.#joined === 0 ? null : { what: 'orders', rows: this.#joined };
  }

  prepare(batch: Columns, times: Float64Array, slots: Int32Array): void {
    this.#times = times;
    this.#slots = slots;
    this.#ordered = this.#inputs.ordered(batch);
    this.#filled = this.#inputs.filled(batch);
  }

  add(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const time = this.#times[row]!;
      const ordered = this.#ordered[row]! > 0 ? this.#ordered[row]! : 0;
      const filled = this.#filled[row]! > 0 ? this.#filled[row]! : 0;
      if (time !== time || ordered + filled === 0) continue;
      const queue = this.queueOf(this.#slots[row]!);
      const before = queue.size;
      if (queue.add(time, ordered, filled, this.#held >= this.#most)) this.#joined++;
      this.#held += queue.size - before;
    }
  }

  settle(time: number): void {
    this.#horizon = time;
  }

  queueOf(slot: number): BackorderQueue {
    const queue = (this.#queues[slot] ??= new BackorderQueue());
    if (queue.settledThrough < this.#horizon) {
      const before = queue.size;
      queue.settle(this.#horizon);
      this.#held += queue.size - before;
    }
    return queue;
  }

  mayForget(slot: number): boolean {
    return this.#queues[slot] === undefined || this.queueOf(slot).isEmpty;
  }

  forget(slots: readonly number[]): void {
    for (const slot of slots) this.#queues[slot] = undefined;
  }

  snapshot(): unknown {
    const queues = this.#queues.map((queue) => queue?.snapshot());
    return { queues, joined: this.#joined, horizon: this.#horizon };
  }

  restore(snapshot: unknown): void {
    const { queues, joined, horizon } = snapshot as {
      queues: (BackorderSnapshot | undefined)[];
      joined: number;
      horizon: number;
    };
    this.#joined = joined;
    this.#horizon = horizon;
    this.#held = 0;
    this.#queues.length = 0;
    queues.forEach((state, slot) => {
      if (!state) return;
      const queue = new BackorderQueue();
      queue.restore(state);
      this.#queues[slot] = queue;
      this.#held += queue.size;
    });
  }
}

export const backorderNames = ['backorders', 'backorder_age', 'oldest_backorder'] as const;

/**
 * Open backorders at the window's end (Silver, Pyke and Thomas, ch. 6: complete backordering, served first come first
 * served): `backorders` in units, `backorder_age` the mean age of open units in days, `oldest_backorder` the age of
 * the oldest. Ages are missing when none is open.
 */
export function backorderFigure(
  name: (typeof backorderNames)[number],
  state: Backorders
): CarriedFigure {
  const read = {
    backorders: (units: number) => units,
    backorder_age: (units: number, _: number, moments: number, end: number) =>
      (end - moments / units) / day,
    oldest_backorder: (_: number, oldest: number, __: number, end: number) => (end - oldest) / day
  }[name];
  return {
    type: 'number',
    at: (slot, _, end) => {
      const { units, oldest, moments } = state.queueOf(slot).openAt(end);
      return name === 'backorders' || units > 0 ? read(units, oldest, moments, end) : Number.NaN;
    }
  };
}
