import type { Columns, NumericType } from '#lib/base/columns.ts';
import type { Input } from '../accumulator.ts';
import type { Carried, CarriedFigure, Lost } from '../carried.ts';
import { StockPath, type StockPathSnapshot } from './stock-path.ts';

export interface LedgerInputs {
  /** Units that come in (positive) or go out (negative) with an event. */
  readonly change: Input;
  /** Units that were counted at an event; null: nothing is ever counted. */
  readonly count: Input | null;
  /** Units asked for with an event; null: what goes out. */
  readonly demand: Input | null;
  /** The level of a key before its first event; NaN if that is not known. */
  readonly opening: (slot: number) => number;
}

/**
 * Stock movements of every key as a perpetual inventory record (Silver, Pyke and Thomas, Inventory and Production
 * Management in Supply Chains, 4th ed., ch. 1 and 9): on hand = opening + Σ change, from the last count on = count +
 * Σ change since. An event that comes too late for its windows still counts in those that close after it; only a count
 * too late for all of them is left out, because what followed it has been added up. Memory: keys, and the movements
 * that open windows reach back to.
 */
export class Ledger implements Carried {
  readonly #inputs: LedgerInputs;
  readonly #resolution: number;
  readonly #paths: (StockPath | undefined)[] = [];
  #horizon = -Infinity;
  #lateCounts = 0;
  #times: Float64Array = new Float64Array(0);
  #slots: Int32Array = new Int32Array(0);
  #changes: Float64Array = new Float64Array(0);
  #counts: Float64Array | null = null;
  #demands: Float64Array | null = null;

  /** `resolution`: movements within so many milliseconds from a multiple of them on need not be told apart; 0: each by itself. */
  constructor(inputs: LedgerInputs, resolution: number) {
    this.#inputs = inputs;
    this.#resolution = resolution;
  }

  get lost(): Lost | null {
    return this.#lateCounts === 0 ? null : { what: 'counts', rows: this.#lateCounts };
  }

  prepare(batch: Columns, times: Float64Array, slots: Int32Array): void {
    const { change, count, demand } = this.#inputs;
    this.#times = times;
    this.#slots = slots;
    this.#changes = change(batch);
    this.#counts = count?.(batch) ?? null;
    this.#demands = demand?.(batch) ?? null;
  }

  add(from: number, to: number): void {
    const resolution = this.#resolution;
    for (let row = from; row < to; row++) {
      const time = this.#times[row]!;
      const change = this.#changes[row]!;
      const count = this.#counts?.[row] ?? Number.NaN;
      const asked = this.#demands?.[row] ?? Number.NaN;
      if (time !== time || (change !== change && count !== count && asked !== asked)) continue;
      const demand = this.#demands ? (asked > 0 ? asked : 0) : change < 0 ? -change : 0;
      const at = resolution === 0 ? time : Math.floor(time / resolution) * resolution;
      const path = this.pathOf(this.#slots[row]!);
      if (!path.add(at, change, count, demand)) this.#lateCounts++;
    }
  }

  settle(time: number): void {
    const resolution = this.#resolution;
    this.#horizon = resolution === 0 ? time : Math.floor(time / resolution) * resolution;
  }

  /** The path of a key, settled as far as it may be. */
  pathOf(slot: number): StockPath {
    const path = (this.#paths[slot] ??= new StockPath(this.#inputs.opening(slot)));
    if (path.settledThrough < this.#horizon) {
      this.beforeSettling(slot, path, this.#horizon);
      path.settle(this.#horizon);
    }
    return path;
  }

  /** The last look at movements before `horizon` one by one. */
  protected beforeSettling(_slot: number, _path: StockPath, _horizon: number): void {
    // A plain ledger wants nothing of them but their sum.
  }

  /** A balance stays. */
  mayForget(slot: number): boolean {
    return this.#paths[slot] === undefined;
  }

  forget(): void {
    // No key that has a path is forgotten.
  }

  snapshot(): unknown {
    const paths = this.#paths.map((path) => path?.snapshot());
    return { paths, horizon: this.#horizon, lateCounts: this.#lateCounts };
  }

  restore(snapshot: unknown): void {
    const { paths, horizon, lateCounts } = snapshot as {
      paths: (StockPathSnapshot | undefined)[];
      horizon: number;
      lateCounts: number;
    };
    this.#horizon = horizon;
    this.#lateCounts = lateCounts;
    this.#paths.length = 0;
    paths.forEach((state, slot) => {
      if (!state) return;
      const path = new StockPath(this.#inputs.opening(slot));
      path.restore(state);
      this.#paths[slot] = path;
    });
  }
}

const day = 86_400_000;

type StockFigureName = 'on_hand' | 'stock_out_time' | 'stock_out_share' | 'stock_outs';

/**
 * Figures of a ledger's windows. `on_hand`: units at the window's end. Stock is out while the level is at or below
 * zero: `stock_out_time` in days, `stock_out_share` of the time in which the level was known (1 − P₃, the ready rate
 * of Silver, Pyke and Thomas, ch. 6), `stock_outs` how often it fell to zero or below from above. All missing before
 * the key's first movement. O(movements of the window).
 */
export function stockFigure(
  name: StockFigureName,
  ledger: Ledger,
  type: NumericType
): CarriedFigure {
  if (name === 'on_hand') return { type, at: (slot, _, end) => ledger.pathOf(slot).levelAt(end) };
  const ofOutage = {
    stock_out_time: (out: number) => out / day,
    stock_out_share: (out: number, observed: number) => out / observed,
    stock_outs: (_: number, __: number, falls: number) => falls
  }[name];
  return {
    type: name === 'stock_outs' ? 'integer' : 'number',
    at: (slot, start, end) => {
      const { out, observed, falls } = ledger.pathOf(slot).outage(start, end);
      return observed === 0 ? Number.NaN : ofOutage(out, observed, falls);
    }
  };
}
