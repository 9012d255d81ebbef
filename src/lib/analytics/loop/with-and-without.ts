import { serviceOf, type Service } from './service.ts';
import { simulateStock, type StockRun, type StockSetting } from './simulate-stock.ts';
import type { StockPolicy } from './stock-policy.ts';

/** One item: what it has to serve, the policy as it was, and as the loop has it. */
export interface Item {
  readonly setting: StockSetting;
  readonly without: readonly StockPolicy[];
  readonly with: readonly StockPolicy[];
}

export interface Side {
  readonly service: Service;
  /** One per item. */
  readonly runs: readonly StockRun[];
}

export interface Effect {
  readonly without: Side;
  readonly with: Side;
}

/** The same demand served without and with the loop: common random numbers in the extreme, so that every difference is the loop's. O(items·periods). */
export function withAndWithout(items: readonly Item[]): Effect {
  const side = (policies: (item: Item) => readonly StockPolicy[]): Side => {
    const runs = items.map((item) => simulateStock(item.setting, policies(item)));
    return { runs, service: serviceOf(runs.map((run) => run.figures)) };
  };
  return { without: side((item) => item.without), with: side((item) => item.with) };
}

/**
 * Cost, or units short, of all items by window: the last `windows` of `size` periods each, oldest first; fewer where there are not so
 * many whole ones after the first `skip` periods. Items end together.
 */
export function lossByWindow(
  { runs }: Side,
  part: 'cost' | 'short',
  { windows, size, skip }: { windows: number; size: number; skip: number }
): Float64Array {
  const periods = runs.reduce((most, run) => Math.max(most, run.trace[part].length), 0);
  const count = Math.max(0, Math.min(windows, Math.floor((periods - skip) / size)));
  const sums = new Float64Array(count);
  for (const { trace } of runs) {
    const loss = trace[part];
    const begin = loss.length - count * size;
    for (let t = Math.max(0, begin); t < loss.length; t++) {
      sums[Math.floor((t - begin) / size)]! += loss[t]!;
    }
  }
  return sums;
}

/** Sums over items by period, those that end together aligned at the end. */
export function totalOf(
  { runs }: Side,
  part: 'onHand' | 'short' | 'ordered' | 'cost'
): Float64Array {
  const periods = runs.reduce((most, run) => Math.max(most, run.trace[part].length), 0);
  const sums = new Float64Array(periods);
  for (const { trace } of runs) {
    const begin = periods - trace[part].length;
    trace[part].forEach((value, t) => (sums[begin + t]! += value));
  }
  return sums;
}
