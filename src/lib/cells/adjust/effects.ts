import {
  columns,
  numeric,
  take,
  text,
  vectorOf,
  type Columns,
  type Vector
} from '#lib/base/columns.ts';
import { totalOf } from '#lib/analytics/loop/with-and-without.ts';
import type { Service } from '#lib/analytics/loop/service.ts';
import type { EffectConfig } from './effect-config.ts';
import { effectWords } from './effect-words.ts';
import type { JournalRow } from './journal.ts';
import type { Replay, StockReplay, Step } from './replay.ts';

/** Periods before a change over which it is replayed, without a gate that says how many. */
const usualPeriods = 120;
/** Rows of the journal whose effect is worked out, the latest. */
const mostRows = 100;

/** A replay that is shown: what is proposed last, or all that was approved. */
export interface Scenario {
  readonly name: 'proposal' | 'loop';
  readonly replay: Replay;
}

/** Two lines of stock and the service on either side, for a view. */
export interface ScenarioReport {
  readonly scenario: 'proposal' | 'loop';
  /** Milliseconds since 1970; the periods after the warm-up. */
  readonly times: Float64Array;
  readonly stockWith: Float64Array;
  readonly stockWithout: Float64Array;
  readonly with: Service;
  readonly without: Service;
}

/** What each change did, or would have done, in words. */
export function effectsOf(
  journal: readonly JournalRow[],
  replay: StockReplay,
  periods = usualPeriods
): ReadonlyMap<JournalRow, string> {
  const said = new Map<JournalRow, string>();
  for (const row of journal.filter(isChange).slice(-mostRows)) {
    const [before, after] = [Number(row.before), Number(row.after)];
    const at = replay.periodsBefore(row.time);
    const wouldHave = effectWords(replay.before(at, periods, before, after), false);
    const came = row.decision === 'approved' && at < replay.history.times.length;
    const did = came ? effectWords(replay.since(before, [{ from: at, value: after }]), true) : null;
    const words = did ?? wouldHave;
    if (words !== null) said.set(row, words);
  }
  return said;
}

/** The replays to be shown. */
export function scenariosOf(
  journal: readonly JournalRow[],
  replay: StockReplay,
  periods = usualPeriods
): Scenario[] {
  const changes = journal.filter(isChange);
  const made = changes.filter((row) => row.decision === 'approved');
  const last = changes.filter((row) => row.decision === 'proposed').at(-1);
  const scenarios: Scenario[] = [];
  const steps = made.map(({ time, after }): Step => ({
    from: replay.periodsBefore(time),
    value: Number(after)
  }));
  if (steps.length > 0 && steps[0]!.from < replay.history.times.length) {
    scenarios.push({ name: 'loop', replay: replay.since(Number(made[0]!.before), steps) });
  }
  if (last) {
    const until = replay.periodsBefore(last.time);
    const shown = replay.before(until, periods, Number(last.before), Number(last.after));
    if (shown.to > shown.from) scenarios.push({ name: 'proposal', replay: shown });
  }
  return scenarios;
}

function isChange({ decision, before, after }: JournalRow): boolean {
  const made = decision === 'proposed' || decision === 'approved';
  return made && [before, after].every((x) => x !== null && Number.isFinite(Number(x)));
}

export function scenarioReport(
  { name, replay: { from, to, warmUp, effect } }: Scenario,
  { times }: StockReplay['history']
): ScenarioReport {
  const shown = (side: typeof effect.with) => totalOf(side, 'onHand').slice(warmUp);
  return {
    scenario: name,
    times: times.slice(from + warmUp, to),
    stockWith: shown(effect.with),
    stockWithout: shown(effect.without),
    with: effect.with.service,
    without: effect.without.service
  };
}

/** NAME_effect: the replays period by period and item, the warm-up left out. */
export function effectTable(
  scenarios: readonly Scenario[],
  { times, items }: StockReplay['history'],
  table: Columns,
  { by }: EffectConfig
): Columns {
  const parts = scenarios.map(({ replay: { from, to, warmUp } }) => to - from - warmUp);
  const length = parts.reduce((sum, periods) => sum + periods * items.length, 0);
  const list = () => new Float64Array(length);
  const [time, demand] = [list(), list()];
  const figures = Object.fromEntries(
    ['stock', 'short', 'ordered', 'cost'].flatMap((what) => [
      [`${what}_without`, list()],
      [`${what}_with`, list()]
    ])
  ) as Record<string, Float64Array>;
  const names: string[] = [];
  const rows = new Int32Array(length);
  let at = 0;
  for (const { name, replay } of scenarios) {
    const { from, to, warmUp, effect } = replay;
    items.forEach((item, i) => {
      const [first, count] = [from + warmUp, to - from - warmUp];
      time.set(times.subarray(first, to), at);
      demand.set(item.demand.subarray(first, to), at);
      for (const side of ['without', 'with'] as const) {
        const { trace } = effect[side].runs[i]!;
        figures[`stock_${side}`]!.set(trace.onHand.subarray(warmUp), at);
        figures[`short_${side}`]!.set(trace.short.subarray(warmUp), at);
        figures[`ordered_${side}`]!.set(trace.ordered.subarray(warmUp), at);
        figures[`cost_${side}`]!.set(trace.cost.subarray(warmUp), at);
      }
      rows.fill(item.row, at, at + count);
      for (let k = 0; k < count; k++) names.push(name);
      at += count;
    });
  }
  const keys = take(table, rows);
  const entries: [string, Vector][] = [
    ['scenario', text(names)],
    ...by.map((key): [string, Vector] => [key, vectorOf(keys, key)!]),
    ['time', numeric(time, 'timestamp')],
    ['demand', numeric(demand)],
    ...Object.entries(figures).map(([key, values]): [string, Vector] => [key, numeric(values)])
  ];
  return columns(Object.fromEntries(entries));
}
