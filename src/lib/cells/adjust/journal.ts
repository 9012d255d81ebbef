import type { Scalar } from '#lib/base/problem.ts';
import type { AdjustConfig } from './config.ts';
import { causeOf, type Decided, type DecisionRecord, type Refitted } from './decisions.ts';
import type { GateOf } from './backtest-gate.ts';
import { readGate } from './gate-text.ts';
import { Guards } from './guards.ts';
import type { GateNote } from './notes.ts';
import type { Aim, Target } from './target.ts';
import type { Trigger } from './triggers.ts';

/** `proposed` waits for a decision; `held` was stopped by a guard rail and comes to nothing. */
export type DecisionWord = Decided | 'proposed' | 'held';

export interface JournalRow {
  readonly trigger: string;
  readonly time: number;
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly gate: readonly GateNote[];
  readonly decision: DecisionWord;
  readonly by: string | null;
  /** Of a person, or why it failed. */
  readonly note: string | null;
  /** The value to set: of what is proposed, or to take an approved change back. */
  readonly value: Scalar;
  /** Its time in the text, of what is on record. */
  readonly written: string | null;
  /** The forecast that a refit replaces. */
  readonly refit: Refitted | null;
}

const noChange: GateNote = { code: 'no-change' };

/** What of the configuration the journal goes by. */
type JournalConfig = Pick<AdjustConfig, 'act' | 'set' | 'approve' | 'limits' | 'decisions'>;

/**
 * The decision journal: every decision on record and every trigger that none is on record for, in order of event
 * time. What is on record is told as it was decided. Of the rest, a trigger proposes the value that follows from the
 * parameter as it is now, unless it comes too soon after another, too often on its day, or before a change that was
 * made since, or unless a backtest finds it no better. Where no person approves, each proposal starts from the one before it, as if they were made one after
 * the other. A pure function: O(n log n) in triggers and records.
 */
export function journalOf(
  { act, set, approve, limits, decisions }: JournalConfig,
  triggers: readonly Trigger[],
  target: Target,
  aim: Aim,
  backtest: GateOf | null = null
): JournalRow[] {
  const action = `${act} ${set}`;
  const onRecord = new Map(decisions.map((record) => [causeOf(record), record]));
  const timeline: (Trigger | DecisionRecord)[] = [...onRecord.values()];
  const seen = new Set(onRecord.keys());
  for (const trigger of triggers) {
    const cause = causeOf(trigger);
    if (!seen.has(cause)) timeline.push(trigger);
    seen.add(cause);
  }
  timeline.sort((a, b) => a.time - b.time);
  const lastMade = decisions.reduce(
    (t, d) => (d.decision === 'rejected' ? t : Math.max(t, d.time)),
    -Infinity
  );
  const guards = new Guards(limits);
  let current = target.value;
  return timeline.map((entry) => {
    if ('decision' in entry) {
      guards.note(entry.time);
      const before = Number(entry.before ?? Number.NaN);
      if (entry.decision === 'approved' && Number.isFinite(before))
        guards.moved(entry.time, before);
      const value = act === 'refit' ? (entry.refit?.from ?? null) : valueOf(entry.before, target);
      return { ...entry, action: entry.action || action, gate: readGate(entry.gate), value };
    }
    const { trigger, time } = entry;
    const row = {
      trigger,
      time,
      action,
      by: null,
      note: null,
      written: null,
      refit: null
    };
    const held = (...gate: GateNote[]): JournalRow => {
      return { ...row, before: null, after: null, gate, decision: 'held', value: null };
    };
    const refusal: GateNote | null =
      time < lastMade ? { code: 'superseded' } : guards.refusal(time);
    if (refusal !== null) return held(refusal);
    const wanted = aim(current, entry.row, time);
    if (wanted === null) return held({ code: 'no-number' });
    const { value, note } =
      typeof wanted === 'number' && typeof current === 'number'
        ? guards.bound(time, current, wanted, target.type)
        : { value: wanted, note: { code: 'passed' } as const };
    const bounds = note.code === 'passed' ? [] : [note];
    if (value === current) return held(...(bounds.length > 0 ? bounds : [noChange]));
    const values = { before: textOf(current), after: textOf(value) };
    const tried = backtest?.(time, current, value);
    const said = [...bounds, ...(tried?.notes ?? [])];
    if (tried && !tried.passed) return { ...held(...said), ...values };
    guards.note(time);
    const proposed: JournalRow = {
      ...row,
      ...values,
      gate: said.length > 0 ? said : [{ code: 'passed' }],
      decision: 'proposed',
      value
    };
    if (approve === 'auto') {
      if (typeof current === 'number') guards.moved(time, current);
      current = value;
    }
    return proposed;
  });
}

export function textOf(value: Scalar): string | null {
  return value === null ? null : String(value);
}

function valueOf(text: string | null, { type }: Target): Scalar {
  return text === null || type === 'other' ? text : Number(text);
}
