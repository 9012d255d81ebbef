import { columnOf, keyLabel } from '#lib/analytics/time/panel.ts';
import type { Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { stockRuling, type BacktestGate, type GateOf } from './backtest-gate.ts';
import type { AdjustConfig } from './config.ts';
import type { DecisionRecord } from './decisions.ts';
import type { SettingsOf } from './effects.ts';
import type { GateNote } from './notes.ts';
import type { Figures, Proposal } from './proposals.ts';
import type { StockReplay } from './replay.ts';

/** Figures as a setting of the stock: by the name of an item of demand. */
export type FiguresOf = (figures: Figures) => (item: string) => number | undefined;

/** Finds the figures of a proposal for the items of demand, which share its columns `by`; one that several rows share has none. */
export function figuresByItem(
  { rows }: Proposal,
  table: Columns,
  { relation, by }: { readonly relation: string; readonly by: readonly string[] },
  span: Span | undefined
): FiguresOf {
  const keys = by.map((name) => columnOf(table, relation, name, 'propose', () => span));
  const named = new Map<string, string | null>();
  for (const [item, row] of rows) {
    const label = keyLabel(keys, row);
    named.set(label, named.has(label) ? null : item);
  }
  return (figures) => (label) => figures.get(named.get(label) ?? '');
}

/**
 * Figures in use and proposed: what the stock that follows from each loses on the demand of the last windows. Where none
 * are in use there is nothing to compare with: a person may accept the first ones, a rule may not.
 */
export function figuresGate(
  gate: BacktestGate,
  replay: StockReplay,
  { accepted, bounded }: Proposal,
  settingOf: FiguresOf,
  approve: AdjustConfig['approve']
): GateOf {
  const proposed = settingOf(bounded);
  const items = replay.history.items.filter(({ name }) => proposed(name) !== undefined).length;
  const tried: GateNote[] =
    items < bounded.size ? [{ code: 'tried', items, of: bounded.size }] : [];
  return (time) => {
    if (accepted.size === 0) return { passed: approve === 'human', notes: [{ code: 'first' }] };
    if (items === 0) return { passed: false, notes: tried };
    const { passed, notes } = stockRuling(gate, replay, time, settingOf(accepted), proposed);
    return { passed, notes: [...notes, ...tried] };
  };
}

/** What rows of the journal change by item: what was accepted before, and what is accepted then. */
export function figureSettings(
  { accepted, inUse, bounded }: Proposal,
  decisions: readonly DecisionRecord[],
  settingOf: FiguresOf
): SettingsOf {
  const made = decisions
    .filter((d) => d.decision === 'approved' && d.rows !== null)
    .sort((a, b) => a.time - b.time);
  const pair = (before: Figures, after: Figures) =>
    before.size === 0 ? null : { before: settingOf(before), after: settingOf(after) };
  return ({ decision, trigger, time }) => {
    if (decision === 'proposed') return pair(accepted, bounded);
    const at = made.findIndex((d) => d.time === time && d.trigger === trigger);
    return at < 0 ? null : pair(made[at - 1]?.rows ?? inUse, made[at]!.rows!);
  };
}
