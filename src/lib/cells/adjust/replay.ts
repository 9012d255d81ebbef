import type { Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { withAndWithout, type Effect, type Item } from '#lib/analytics/loop/with-and-without.ts';
import type { StockPolicy } from '#lib/analytics/loop/stock-policy.ts';
import type { EffectConfig } from './effect-config.ts';
import {
  demandIn,
  periodsBefore,
  statisticsOf,
  type DemandHistory,
  type DemandItem
} from './demand-items.ts';
import { stockRule, type StockRule } from './stock-rule.ts';

/** What decides on the stock: a value for all items, or one by item; undefined where an item has none. */
export type Setting = number | ((item: string) => number | undefined);

/** A setting from a period on. */
export interface Step {
  readonly from: number;
  readonly value: Setting;
}

/** Demand replayed over some periods of the history, without and with changes. */
export interface Replay {
  /** The periods replayed, the end not among them. */
  readonly from: number;
  readonly to: number;
  /** Periods at the beginning that count for no figure. */
  readonly warmUp: number;
  /** Those with a setting, in the order of `effect`. */
  readonly items: readonly DemandItem[];
  readonly effect: Effect;
}

/**
 * The stock that a parameter decides on, or figures by item, for replays. An item's mean and standard deviation are those of its demand
 * before the first change that is asked about, for both sides alike, so that nothing differs but the parameter and
 * nothing is known before its time. Both start with the level of the old value on hand.
 */
export class StockReplay {
  readonly history: DemandHistory;
  readonly #config: EffectConfig;
  readonly #rule: StockRule;

  constructor(config: EffectConfig, parameter: string, table: Columns, span: Span | undefined) {
    this.#config = config;
    this.#rule = stockRule(config, parameter, span);
    this.history = demandIn(table, config, span);
  }

  /** Whole periods that have passed at a time. */
  periodsBefore(time: number): number {
    return periodsBefore(this.history, time);
  }

  /** What `after` would have done instead of `before` in up to `most` periods before period `until`. */
  before(until: number, most: number, before: Setting, after: Setting): Replay {
    const from = Math.max(0, until - most - this.#settling(until));
    const warmUp = Math.min(this.#settling(until), Math.floor((until - from) / 4));
    return this.#run({ from, to: until, warmUp, known: until }, before, [{ from, value: after }]);
  }

  /** What changes did from the first of them on, to the end of the history. */
  since(before: Setting, steps: readonly Step[]): Replay {
    const first = steps[0]!.from;
    const from = Math.max(0, first - 4 * this.#settling(first));
    const to = this.history.times.length;
    return this.#run({ from, to, warmUp: first - from, known: first }, before, steps);
  }

  /** Periods until what was on hand at the beginning no longer matters much: twice the longest lead time and one. */
  #settling(period: number): number {
    const longest = this.history.items.reduce(
      (most, item) => Math.max(most, Math.ceil(statisticsOf(item, period).leadTime) || 0),
      0
    );
    return 2 * longest + 1;
  }

  #run(
    { from, to, warmUp, known }: { from: number; to: number; warmUp: number; known: number },
    before: Setting,
    steps: readonly Step[]
  ): Replay {
    const items: DemandItem[] = [];
    const runs: Item[] = [];
    for (const item of this.history.items) {
      const values = settled([before, ...steps.map(({ value }) => value)], item.name);
      if (!values) continue;
      const statistics = statisticsOf(item, known);
      const old = this.#rule(values[0]!, statistics, 0);
      const changed = steps.map((step, i) =>
        this.#rule(values[i + 1]!, statistics, step.from - from)
      );
      items.push(item);
      runs.push({
        setting: this.#setting(item, from, to, warmUp, old),
        without: [old],
        with: [old, ...changed]
      });
    }
    return { from, to, warmUp, items, effect: withAndWithout(runs) };
  }

  #setting(item: DemandItem, from: number, to: number, warmUp: number, old: StockPolicy) {
    const { unmet, holding, stockout: shortage, order } = this.#config;
    const { leadTime } = item;
    const level = old.orderUpTo ?? old.reorderPoint + (old.quantity ?? 0);
    return {
      demand: item.demand.subarray(from, to),
      leadTime: typeof leadTime === 'number' ? leadTime : leadTime.subarray(from, to),
      unmet,
      start: Math.max(0, level) || 0,
      holding,
      shortage,
      order,
      warmUp
    } as const;
  }
}

/** Settings of one item; where one is missing, the one before it holds, and the first one from the beginning. Null without any. */
function settled(settings: readonly Setting[], item: string): number[] | null {
  const given = settings.map((of) => (typeof of === 'number' ? of : of(item)));
  let last = given.find((value) => value !== undefined);
  return last === undefined ? null : given.map((value) => (last = value ?? last!));
}
