import { formatDuration } from '#lib/base/duration.ts';
import { columns, numeric, text, type Columns } from '#lib/base/columns.ts';
import type { Change } from '../core/change.ts';
import type { ComputeRunOf } from '../core/define.ts';
import { spansOf } from '../core/span.ts';
import { driftAlerts, endOfDrift, namedAlerts } from './drift-alerts.ts';
import { driftTable, lookForDrift } from './drift.ts';
import type adjust from './index.ts';
import { journalOf, textOf, type DecisionWord, type JournalRow } from './journal.ts';
import type { AdjustReport, JournalReport } from './report.ts';
import { aimOf, targetOf, type Target } from './target.ts';
import { trialOf } from './trial.ts';
import { followUp, triggersIn } from './triggers.ts';

const rowsShown = 200;

/** Reads alerts, parameter and decisions, and writes the journal. It changes nothing: what is due stands in the report. */
const run: ComputeRunOf<typeof adjust, AdjustReport> = async (cell, inputs, ctx) => {
  const { config, name } = cell;
  const { on, set, to, approve } = config;
  await ctx.checkpoint();
  const spanOf = spansOf(cell);
  const { drift } = config;
  const looks = drift && (await lookForDrift(drift, inputs, spanOf('on'), () => ctx.checkpoint()));
  const alerts = looks ? driftAlerts(looks, drift.recent) : inputs[on.relation]!;
  const target = targetOf(set, inputs[set]!, spanOf('set'));
  const aim = aimOf({ to, name: set }, target, alerts, spanOf('to'));
  const trial = trialOf(config, target, inputs, spanOf);
  const triggers = triggersIn(looks ? namedAlerts(alerts) : alerts, on);
  const journal = journalOf(config, triggers, target, aim, trial.gate);
  await ctx.checkpoint();
  const shown = trial.show(journal);
  const effect = effectsIn(looks ? endOfDrift(looks) : followUp(alerts, on), shown.words);
  const rows = journal.map((row) => reported(row, set, effect));
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
      [name]: tableOf(rows, target),
      ...(looks ? { [`${name}_drift`]: driftTable(looks) } : {}),
      ...(shown.table ? { [`${name}_effect`]: shown.table } : {})
    },
    report: {
      target: set,
      current: textOf(target.value),
      alerts: drift ? (drift.forecast ?? drift.inputs!.relation) : on.relation,
      counts,
      rows: rows.slice(-rowsShown).reverse(),
      scenarios: shown.scenarios,
      due: approve === 'auto' ? rows.flatMap(dueIn) : []
    }
  };
};

export default run;

function reported(
  row: JournalRow,
  target: string,
  effect: (row: JournalRow) => string | null
): JournalReport {
  const { trigger, time, action, before, after, gate, decision, by, value, written } = row;
  const shown = { time, trigger, action, before, after, gate, decision, by, effect: effect(row) };
  if (decision !== 'proposed' && decision !== 'approved') return { ...shown, change: null };
  const at = written ?? new Date(time).toISOString();
  const entry = { trigger, time: at, action, before, after, gate };
  return { ...shown, change: { target, action: 'set', value, entry } };
}

function dueIn({ decision, change }: JournalReport): Change[] {
  return decision === 'proposed' && change ? [change] : [];
}

/** What came of a decision, or would: what became of the alert, stock with and without it, why it was not made. */
function effectsIn(next: ReturnType<typeof followUp>, replayed: ReadonlyMap<JournalRow, string>) {
  return (row: JournalRow): string | null => {
    const { decision, note, trigger, time } = row;
    const figures = replayed.get(row);
    if (decision !== 'approved') return [figures, note].filter(Boolean).join('; ') || null;
    const followed = next(trigger, time);
    const said = followed && `${followed.state} after ${formatDuration(followed.time - time)}`;
    return [said, figures, note].filter(Boolean).join('; ') || null;
  };
}

/** The contract's columns; `before` and `after` are numbers where the parameter is one. */
function tableOf(rows: readonly JournalReport[], { type }: Target): Columns {
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
    gate: text(rows.map((r) => r.gate)),
    decision: text(rows.map((r) => r.decision)),
    by: text(rows.map((r) => r.by)),
    effect: text(rows.map((r) => r.effect))
  });
}
