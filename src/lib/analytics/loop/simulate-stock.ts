import { orderAt, type StockPolicy } from './stock-policy.ts';

/** What a stock has to serve, and how. Money per unit is in any one currency. */
export interface StockSetting {
  /** Units asked for per period; below 0 and NaN count as 0. */
  readonly demand: Float64Array;
  /** Whole periods from order to receipt: of every order, or one entry per period for the orders placed then. */
  readonly leadTime: number | Float64Array;
  readonly unmet: 'backorder' | 'lost';
  /** On hand before the first period. */
  readonly start: number;
  /** Cost of a unit on hand at the end of a period. */
  readonly holding: number;
  /** Cost of a unit that is short: per period while it is backordered, or once where the sale is lost. */
  readonly shortage: number;
  /** Cost of an order. */
  readonly order: number;
  /** Periods at the beginning that count for no figure. */
  readonly warmUp?: number;
}

/** Sums, so that stocks add up. Over the periods after the warm-up. */
export interface StockFigures {
  readonly periods: number;
  readonly demand: number;
  /** Units served from the shelf in the period they were asked for. */
  readonly served: number;
  /** Replenishment cycles: from one receipt to the next, the last one open. */
  readonly cycles: number;
  /** Cycles without a unit short. */
  readonly goodCycles: number;
  /** Unit-periods on hand at the ends of periods. */
  readonly stock: number;
  readonly orders: number;
  readonly cost: number;
}

/** By period: at its end, but for what was ordered at its beginning. */
export interface StockTrace {
  readonly onHand: Float64Array;
  /** Units asked for in the period and not served in it. */
  readonly short: Float64Array;
  readonly ordered: Float64Array;
  readonly cost: Float64Array;
}

export interface StockRun {
  readonly figures: StockFigures;
  readonly trace: StockTrace;
}

/**
 * One item under a policy whose parameters change at given periods, driven by demand that is known: observed, or drawn
 * before from a seed. In every period: receive what is due, order by the policy in force (so that an order with lead
 * time 0 is there at once), serve demand, charge; backorders are served first. `policies` are in order of `from`; before
 * the first one nothing is ordered. The same demand and policies give the same bytes. O(periods), typed arrays only.
 */
export function simulateStock(
  setting: StockSetting,
  policies: readonly StockPolicy[],
  trace = emptyTrace(setting.demand.length)
): StockRun {
  const { demand, leadTime, unmet, holding, shortage, order, warmUp = 0 } = setting;
  const periods = demand.length;
  /** What arrives in each period; later arrivals do not matter. */
  const due = new Float64Array(periods);
  let onHand = Math.max(0, setting.start);
  let [onOrder, backorders] = [0, 0];
  let [asked, served, stock, orders, cost] = [0, 0, 0, 0, 0];
  const cycles = new Cycles();
  let next = 0;
  let policy: StockPolicy | undefined;
  for (let t = 0; t < periods; t++) {
    const counts = t >= warmUp;
    const arrived = due[t]!;
    if (arrived > 0) onOrder -= arrived;
    const received = arrived > 0;
    onHand += arrived;
    while (next < policies.length && policies[next]!.from <= t) policy = policies[next++];
    const size = policy ? orderAt(policy, onHand + onOrder - backorders) : 0;
    const lead = typeof leadTime === 'number' ? leadTime : leadTime[t]!;
    const arrival = t + Math.max(0, Math.round(lead) || 0);
    if (size > 0) {
      if (arrival === t) onHand += size;
      else {
        onOrder += size;
        if (arrival < periods) due[arrival]! += size;
      }
    }
    const cleared = Math.min(backorders, onHand);
    backorders -= cleared;
    onHand -= cleared;
    if (received || (size > 0 && arrival === t)) cycles.receive(counts);
    const wanted = demand[t]! > 0 ? demand[t]! : 0;
    const now = Math.min(wanted, onHand);
    const short = wanted - now;
    onHand -= now;
    if (unmet === 'backorder') backorders += short;
    if (short > 0) cycles.runOut(counts);
    const ordering = size > 0 ? order : 0;
    const charge =
      holding * onHand + shortage * (unmet === 'backorder' ? backorders : short) + ordering;
    trace.onHand[t] = onHand;
    trace.short[t] = short;
    trace.ordered[t] = size;
    trace.cost[t] = charge;
    if (!counts) continue;
    asked += wanted;
    served += now;
    stock += onHand;
    orders += size > 0 ? 1 : 0;
    cost += charge;
  }
  const counted = Math.max(0, periods - warmUp);
  const figures = { periods: counted, demand: asked, served, stock, orders, cost };
  return { figures: { ...figures, ...cycles.count(counted > 0) }, trace };
}

/** Counts replenishment cycles and those in which the shelf never ran out. */
class Cycles {
  #ended = 0;
  #good = 0;
  #short = false;

  receive(counts: boolean): void {
    if (counts) {
      this.#ended++;
      if (!this.#short) this.#good++;
    }
    this.#short = false;
  }

  runOut(counts: boolean): void {
    if (counts) this.#short = true;
  }

  count(open: boolean): { readonly cycles: number; readonly goodCycles: number } {
    const last = open ? 1 : 0;
    return {
      cycles: this.#ended + last,
      goodCycles: this.#good + (open && !this.#short ? 1 : 0)
    };
  }
}

function emptyTrace(periods: number): StockTrace {
  const list = () => new Float64Array(periods);
  return { onHand: list(), short: list(), ordered: list(), cost: list() };
}
