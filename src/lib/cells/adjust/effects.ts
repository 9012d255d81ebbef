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
import { replayNote } from './effect-note.ts';
import type { JournalRow } from './journal.ts';
import type { EffectNote } from './notes.ts';
import type { Replay, Setting, StockReplay, Step } from './replay.ts';

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

/** What a row of the journal changes, as settings of the stock; null if it changes none. */
export type SettingsOf = (
  row: JournalRow
) => { readonly before: Setting; readonly after: Setting } | null;

/** Settings of a parameter that is a number. */
export const numberSettings: SettingsOf = ({ before, after }) => {
  const [a, b] = [before, after].map((text) => (text === null ? Number.NaN : Number(text)));
  return Number.isFinite(a) && Number.isFinite(b) ? { before: a!, after: b! } : null;
};

/** What each change did, or would have done. */
export function effectsOf(
  journal: readonly JournalRow[],
  replay: StockReplay,
  settingsOf: SettingsOf,
  periods = usualPeriods
): ReadonlyMap<JournalRow, EffectNote> {
  const said = new Map<JournalRow, EffectNote>();
  for (const { row, before, after } of changesIn(journal, settingsOf).slice(-mostRows)) {
    const at = replay.periodsBefore(row.time);
    const came = row.decision === 'approved' && at < replay.history.times.length;
    const did = came ? replayNote(replay.since(before, [{ from: at, value: after }]), true) : null;
    const note = did ?? replayNote(replay.before(at, periods, before, after), false);
    if (note !== null) said.set(row, note);
  }
  return said;
}

/** The replays to be shown. */
export function scenariosOf(
  journal: readonly JournalRow[],
  replay: StockReplay,
  settingsOf: SettingsOf,
  periods = usualPeriods
): Scenario[] {
  const changes = changesIn(journal, settingsOf);
  const made = changes.filter(({ row }) => row.decision === 'approved');
  const last = changes.filter(({ row }) => row.decision === 'proposed').at(-1);
  const scenarios: Scenario[] = [];
  const steps = made.map(({ row, after }): Step => ({
    from: replay.periodsBefore(row.time),
    value: after
  }));
  if (steps.length > 0 && steps[0]!.from < replay.history.times.length) {
    scenarios.push({ name: 'loop', replay: replay.since(made[0]!.before, steps) });
  }
  if (last) {
    const until = replay.periodsBefore(last.row.time);
    const shown = replay.before(until, periods, last.before, last.after);
    if (shown.to > shown.from) scenarios.push({ name: 'proposal', replay: shown });
  }
  return scenarios;
}

function changesIn(journal: readonly JournalRow[], settingsOf: SettingsOf) {
  return journal.flatMap((row) => {
    if (row.decision !== 'proposed' && row.decision !== 'approved') return [];
    const settings = settingsOf(row);
    return settings ? [{ row, ...settings }] : [];
  });
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
  { times }: StockReplay['history'],
  table: Columns,
  { by }: EffectConfig
): Columns {
  const length = scenarios.reduce(
    (sum, { replay: { from, to, warmUp, items } }) => sum + (to - from - warmUp) * items.length,
    0
  );
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
    const { from, to, warmUp, items, effect } = replay;
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
