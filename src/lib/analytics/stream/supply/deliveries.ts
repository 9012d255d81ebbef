import { quantileSorted, sorted } from '#lib/analytics/stats/descriptive.ts';
import { isMissing, type Columns, type Vector } from '#lib/base/columns.ts';
import type { Input } from '../accumulator.ts';
import type { Carried, CarriedFigure, Lost } from '../carried.ts';
import { keyAt } from '../keys.ts';

const day = 86_400_000;

type Id = string | number;

/** One order as its events tell it, in milliseconds. */
interface Order {
  /** Pairs of when a promise was made and what was promised, in order of the former. */
  readonly promises: number[];
  /** The first event that says it was delivered, Infinity while none does, and when that was. */
  deliveredAt: number;
  actual: number;
}

export interface DeliveryInputs {
  readonly order: (batch: Columns) => Vector;
  /** The time promised, where an event promises one. */
  readonly promised: Input;
  /** The time of delivery, where an event tells one; by the event's own time where `happens`. */
  readonly delivered: Input;
  readonly happens: boolean;
}

/** Orders of one key as of a window's end. */
interface Standing {
  /** Actual less promised of the orders delivered in the window, ascending. */
  readonly delays: Float64Array;
  readonly open: number;
  readonly late: number;
}

/**
 * Orders by id from promise to delivery. The last promise made counts, and the first delivery told; what an event tells
 * holds from the event's time on. An order is late once the time promised has passed without a delivery: no event is
 * needed for that. Deliveries come after their orders in event time. Memory: open orders and those delivered
 * in open windows, `mostOrders` at most; what comes beyond is left out and counted. O(orders held of the key) to read.
 */
export class Deliveries implements Carried {
  readonly #inputs: DeliveryInputs;
  readonly #most: number;
  #orders: (Map<Id, Order> | undefined)[] = [];
  #held = 0;
  #refused = 0;
  #horizon = -Infinity;
  #swept = -Infinity;
  #seen: { slot: number; start: number; end: number; standing: Standing } | null = null;
  #times: Float64Array = new Float64Array(0);
  #slots: Int32Array = new Int32Array(0);
  #ids: Vector | null = null;
  #promised: Float64Array = new Float64Array(0);
  #delivered: Float64Array = new Float64Array(0);

  constructor(inputs: DeliveryInputs, mostOrders: number) {
    this.#inputs = inputs;
    this.#most = mostOrders;
  }

  get lost(): Lost | null {
    return this.#refused === 0 ? null : { what: 'orders', rows: this.#refused };
  }

  prepare(batch: Columns, times: Float64Array, slots: Int32Array): void {
    this.#times = times;
    this.#slots = slots;
    this.#ids = this.#inputs.order(batch);
    this.#promised = this.#inputs.promised(batch);
    this.#delivered = this.#inputs.delivered(batch);
  }

  add(from: number, to: number): void {
    this.#seen = null;
    const ids = this.#ids!;
    for (let row = from; row < to; row++) {
      const time = this.#times[row]!;
      const promised = this.#promised[row]!;
      const delivered = this.#delivery(row, time);
      if (time !== time || isMissing(ids, row)) continue;
      if (promised !== promised && delivered !== delivered) continue;
      const order = this.#order(this.#slots[row]!, keyAt(ids, row)!);
      if (!order) continue;
      if (promised === promised) promise(order.promises, time, promised);
      if (delivered !== delivered || time > order.deliveredAt) continue;
      order.actual = time < order.deliveredAt ? delivered : Math.min(order.actual, delivered);
      order.deliveredAt = time;
    }
  }

  settle(time: number): void {
    this.#horizon = time;
  }

  /** What stands for a key at `end`. */
  standing(slot: number, start: number, end: number): Standing {
    const seen = this.#seen;
    if (seen?.slot === slot && seen.start === start && seen.end === end) return seen.standing;
    this.#forget(slot);
    const delays: number[] = [];
    let open = 0;
    let late = 0;
    for (const { promises, deliveredAt, actual } of this.#orders[slot]?.values() ?? []) {
      const promised = promisedBefore(promises, end);
      if (promised !== promised) continue;
      if (deliveredAt < end) {
        if (deliveredAt >= start) delays.push(actual - promised);
        continue;
      }
      open++;
      if (promised < end) late++;
    }
    const standing = { delays: sorted(delays), open, late };
    this.#seen = { slot, start, end, standing };
    return standing;
  }

  mayForget(slot: number): boolean {
    this.#forget(slot);
    return (this.#orders[slot]?.size ?? 0) === 0;
  }

  forget(slots: readonly number[]): void {
    for (const slot of slots) this.#orders[slot] = undefined;
    this.#seen = null;
  }

  snapshot(): unknown {
    const orders = this.#orders.map((of) => of && [...of]);
    return { orders, refused: this.#refused, horizon: this.#horizon };
  }

  restore(snapshot: unknown): void {
    const { orders, refused, horizon } = snapshot as {
      orders: ([Id, Order][] | undefined)[];
      refused: number;
      horizon: number;
    };
    this.#orders = orders.map((of) => of && new Map(of));
    this.#held = this.#orders.reduce((sum, of) => sum + (of?.size ?? 0), 0);
    this.#refused = refused;
    this.#horizon = horizon;
    this.#seen = null;
  }

  #delivery(row: number, time: number): number {
    const told = this.#delivered[row]!;
    if (!this.#inputs.happens) return told;
    return told === told && told !== 0 ? time : Number.NaN;
  }

  /** The order of an id; null if there is no room for another. */
  #order(slot: number, id: Id): Order | null {
    const orders = (this.#orders[slot] ??= new Map<Id, Order>());
    let order = orders.get(id);
    if (order) return order;
    if (this.#held >= this.#most) this.#sweep();
    if (this.#held >= this.#most) {
      this.#refused++;
      return null;
    }
    order = { promises: [], deliveredAt: Infinity, actual: Number.NaN };
    orders.set(id, order);
    this.#held++;
    return order;
  }

  /** Lets go of every delivery that no open window tells. */
  #sweep(): void {
    if (this.#swept === this.#horizon) return;
    this.#swept = this.#horizon;
    for (let slot = 0; slot < this.#orders.length; slot++) this.#forget(slot);
  }

  #forget(slot: number): void {
    const orders = this.#orders[slot];
    if (!orders) return;
    for (const [id, { deliveredAt }] of orders) {
      if (deliveredAt >= this.#horizon) continue;
      orders.delete(id);
      this.#held--;
    }
  }
}

export const deliveryNames = [
  'delivery_delay',
  'on_time_rate',
  'open_orders',
  'late_orders'
] as const;

/**
 * Figures of deliveries (SCOR RL.2.2, delivery performance to commit date). Of the orders delivered in the window: `delivery_delay`, the mean of
 * actual less promised in days, early ones below zero, or the quantile `share` of it (linear interpolation, type 7);
 * `on_time_rate`, the share that came no later than promised. At its end: `open_orders`, and `late_orders`, the open
 * ones whose time has passed.
 */
export function deliveryFigure(
  name: (typeof deliveryNames)[number],
  state: Deliveries,
  share: number | null
): CarriedFigure {
  const read: (of: Standing) => number = {
    delivery_delay: ({ delays }: Standing) =>
      (share === null ? mean(delays) : quantileSorted(delays, share)) / day,
    on_time_rate: ({ delays }: Standing) => delays.filter((d) => d <= 0).length / delays.length,
    open_orders: ({ open }: Standing) => open,
    late_orders: ({ late }: Standing) => late
  }[name];
  const counts = name === 'open_orders' || name === 'late_orders';
  return {
    type: counts ? 'integer' : 'number',
    at: (slot, start, end) => {
      const standing = state.standing(slot, start, end);
      return counts || standing.delays.length > 0 ? read(standing) : Number.NaN;
    }
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Of two promises made at one time the later to arrive counts. */
function promise(promises: number[], at: number, promised: number): void {
  let place = promises.length;
  while (place > 0 && promises[place - 2]! > at) place -= 2;
  promises.splice(place, 0, at, promised);
}

function promisedBefore(promises: readonly number[], end: number): number {
  for (let i = promises.length - 2; i >= 0; i -= 2) if (promises[i]! < end) return promises[i + 1]!;
  return Number.NaN;
}
