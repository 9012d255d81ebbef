import type { Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import type { Tables } from '../core/context.ts';
import type { AdjustConfig } from './config.ts';
import { textOf, type JournalRow } from './journal.ts';
import { itemsNote, proposalOf, sumOf, writeFigures, type Proposal } from './proposals.ts';
import { championOf, isRestored, refitJournal, untilWords } from './refit.ts';
import { aimOf, targetOf, type Aim, type Target } from './target.ts';

/** What a cell does when it is called: how things are, what it wants, and how the journal tells it. */
export interface Task extends Pick<
  AdjustConfig,
  'act' | 'set' | 'approve' | 'limits' | 'decisions'
> {
  readonly target: Target;
  readonly aim: Aim;
  /** What `before` and `after` are in the journal. */
  readonly type: Target['type'];
  /** How things are now, in words. */
  readonly current: string | null;
  /** Of `propose`: what is proposed now, and as the text that a decision keeps. */
  readonly proposal: Proposal | null;
  readonly figures: string | null;
  finish(this: void, rows: readonly JournalRow[]): JournalRow[];
  /** Whether what was taken back is what it was before; null where that is not known, or no longer so. */
  restored(this: void, row: JournalRow): boolean | null;
}

/** The task of a configuration over its inputs; `alerts` are the rows that triggers come from. */
export function taskOf(
  config: AdjustConfig,
  inputs: Tables,
  alerts: Columns,
  spanOf: (key: string) => Span | undefined
): Task {
  const { act, set, to, approve } = config;
  switch (act) {
    case 'set': {
      const target = targetOf(set, inputs[set]!, spanOf('set'));
      const aim = aimOf({ to, name: set }, target, alerts, spanOf('to'));
      const current = textOf(target.value);
      return { ...plain(config), target, aim, type: target.type, current };
    }
    case 'refit': {
      const parts = {
        ahead: inputs[set]!,
        scores: inputs[`${set}_scores`]!,
        series: inputs[`${set}_series`]!
      };
      const champion = championOf(set, parts, spanOf('refit'));
      // Once a refit has written `until`, the forecast stays there.
      const isPinned = config.decisions.some(
        ({ refit, decision }) => refit && (decision === 'approved' || decision === 'reverted')
      );
      return {
        ...plain(config),
        target: champion,
        aim: (old, _row, time) => {
          const until = champion.next(time);
          if (until === null) return 'fitted anew';
          if (isPinned && old === champion.value && until === champion.until) return old;
          return untilWords(until);
        },
        type: 'other',
        current: textOf(champion.value),
        finish: (rows) => refitJournal(rows, champion, approve),
        restored: (row) => isRestored(row, champion)
      };
    }
    case 'propose':
      return proposing(config, inputs[set]!, spanOf);
  }
}

function plain({ act, set, approve, limits, decisions }: AdjustConfig) {
  const finish = (rows: readonly JournalRow[]) => [...rows];
  return {
    act,
    set,
    approve,
    limits,
    decisions,
    proposal: null,
    figures: null,
    finish,
    restored: () => null
  } as const;
}

/** Proposals are compared item by item, and the journal tells their sums. */
function proposing(
  config: AdjustConfig,
  table: Columns,
  spanOf: (key: string) => Span | undefined
): Task {
  const { set, column, present, decisions, limits } = config;
  const source = { relation: set, column, present };
  const proposal = proposalOf(source, table, decisions, limits.maxChange, spanOf('propose'));
  const { accepted, bounded, type } = proposal;
  const sum = accepted.size === 0 ? null : String(sumOf(accepted));
  const figures = writeFigures(bounded);
  return {
    ...plain(config),
    // The bound holds for each item, not for the text of them all.
    limits: { ...limits, maxChange: null, min: -Infinity, max: Infinity },
    target: { value: writeFigures(accepted), type: 'other' },
    aim: () => figures,
    type,
    current: sum,
    proposal,
    figures,
    finish: (rows) =>
      rows.map((row) => {
        const waits = row.decision === 'proposed';
        if (!waits && !(row.decision === 'held' && row.after !== null)) return row;
        const sums = { before: sum, after: String(sumOf(bounded)) };
        const tried = row.gate.filter(({ code }) => code !== 'passed');
        const items = itemsNote(proposal, limits.maxChange);
        return { ...row, ...sums, gate: waits ? [items, ...tried] : tried };
      })
  };
}
