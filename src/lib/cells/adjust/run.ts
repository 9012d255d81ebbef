import { columns, numeric, text, type Columns } from '#lib/base/columns.ts';
import type { Change } from '../core/change.ts';
import type { ComputeRunOf } from '../core/define.ts';
import { spansOf } from '../core/span.ts';
import { driftAlerts, endOfDrift, namedAlerts } from './drift-alerts.ts';
import { driftReport } from './drift-report.ts';
import { driftTable, lookForDrift } from './drift.ts';
import { writeEffect } from './effect-text.ts';
import { writeGate } from './gate-text.ts';
import type adjust from './index.ts';
import { journalOf, type DecisionWord, type JournalRow } from './journal.ts';
import type { EffectNote } from './notes.ts';
import { proposalsTable } from './proposals.ts';
import type { AdjustReport, JournalReport } from './report.ts';
import { ticksOf } from './schedule.ts';
import type { Target } from './target.ts';
import { taskOf, type Task } from './task.ts';
import { trialOf } from './trial.ts';
import { causesIn, followUp, triggersIn, type Cause } from './triggers.ts';

const rowsShown = 200;

/** Reads alerts, parameter and decisions, and writes the journal. It changes nothing: what is due stands in the report. */
const run: ComputeRunOf<typeof adjust, AdjustReport> = async (cell, inputs, ctx) => {
  const { config, name } = cell;
  const { on, set, approve, schedule, drift, decisions } = config;
  await ctx.checkpoint();
  const spanOf = spansOf(cell);
  const looks = drift && (await lookForDrift(drift, inputs, spanOf('on'), () => ctx.checkpoint()));
  const alerts = looks
    ? driftAlerts(looks, drift.recent)
    : schedule
      ? ticksOf(schedule, inputs[schedule.of]!, approve === 'auto' && config.act === 'set')
      : inputs[on.relation]!;
  const task = taskOf(config, inputs, alerts, spanOf);
  const named = looks ? namedAlerts(alerts) : alerts;
  const triggers = triggersIn(named, on);
  const trial = trialOf(config, task, inputs, spanOf);
  const journal = task.finish(journalOf(task, triggers, task.target, task.aim, trial.gate));
  await ctx.checkpoint();
  const shown = trial.show(journal);
  const next = looks ? endOfDrift(looks) : schedule ? () => null : followUp(alerts, on);
  const effect = effectsIn(next, shown.notes, task);
  const cause = schedule ? () => null : causesIn(named, triggers);
  const rows = journal.map((row) => reported(row, task, effect, cause(row)));
  const counts: Record<DecisionWord, number> = {
    proposed: 0,
    approved: 0,
    rejected: 0,
    reverted: 0,
    failed: 0,
    held: 0
  };
  for (const { decision } of rows) counts[decision]++;
  return {
    tables: {
      [name]: tableOf(rows, task.type),
      ...(looks ? { [`${name}_drift`]: driftTable(looks) } : {}),
      ...(task.proposal
        ? { [`${name}_proposals`]: proposalsTable(rows, decisions, task.proposal) }
        : {}),
      ...(shown.table ? { [`${name}_effect`]: shown.table } : {})
    },
    report: {
      target: set,
      current: task.current,
      alerts: drift ? (drift.forecast ?? drift.inputs!.relation) : (schedule?.of ?? on.relation),
      counts,
      rows: rows.slice(-rowsShown).reverse(),
      scenarios: shown.scenarios,
      due: approve === 'auto' ? rows.flatMap(dueIn) : [],
      drift: looks && driftReport(looks)
    }
  };
};

export default run;

function reported(
  row: JournalRow,
  task: Task,
  effect: (row: JournalRow) => readonly EffectNote[],
  cause: Cause | null
): JournalReport {
  const { trigger, time, action, before, after, gate, decision, by, value, written } = row;
  const shown = {
    time,
    trigger,
    cause,
    action,
    before,
    after,
    gate,
    decision,
    by,
    effect: effect(row)
  };
  const { act, set: target } = task;
  const canGoBack = act !== 'refit' || value !== null;
  const open = decision === 'proposed' || (decision === 'approved' && canGoBack);
  if (!open) return { ...shown, change: null };
  const at = written ?? new Date(time).toISOString();
  const rows = decision === 'proposed' ? task.figures : null;
  const entry = {
    ...{ trigger, time: at, action, before, after, gate: writeGate(gate) },
    ...(rows ? { rows } : {}),
    ...row.refit
  };
  return { ...shown, change: { target, action: act, value, entry } };
}

function dueIn({ decision, change }: JournalReport): Change[] {
  return decision === 'proposed' && change ? [change] : [];
}

/** What came of a decision, or would: what became of the alert, stock with and without it, why it was not made. */
function effectsIn(
  next: ReturnType<typeof followUp>,
  replayed: ReadonlyMap<JournalRow, EffectNote>,
  task: Task
) {
  return (row: JournalRow): EffectNote[] => {
    const { decision, note, trigger, time } = row;
    const followed = decision === 'approved' ? next(trigger, time) : null;
    const back = task.restored(row);
    const until = row.refit?.from ?? '';
    const notes: (EffectNote | null | undefined)[] = [
      followed && { code: 'state', state: followed.state, after: followed.time - time },
      back === null ? null : back ? { code: 'restored' } : { code: 'not-restored', until },
      replayed.get(row),
      note ? { code: 'said', text: note } : null
    ];
    return notes.filter((one) => one !== null && one !== undefined);
  };
}

/** The contract's columns; `before` and `after` are numbers where what changes is one. */
function tableOf(rows: readonly JournalReport[], type: Target['type']): Columns {
  const values = (key: 'before' | 'after') => {
    const texts = rows.map((row) => row[key]);
    if (type === 'other') return text(texts);
    return numeric(
      texts.map((t) => (t === null ? null : Number(t))),
      type
    );
  };
  return columns({
    time: numeric(
      rows.map((r) => r.time),
      'timestamp'
    ),
    trigger: text(rows.map((r) => r.trigger)),
    action: text(rows.map((r) => r.action)),
    before: values('before'),
    after: values('after'),
    gate: text(rows.map((r) => writeGate(r.gate))),
    decision: text(rows.map((r) => r.decision)),
    by: text(rows.map((r) => r.by)),
    effect: text(rows.map((r) => writeEffect(r.effect)))
  });
}
