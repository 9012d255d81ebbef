import type * as v from 'valibot';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { shapedBody } from '../core/body.ts';
import type { YamlTree } from '../core/yaml.ts';
import type { BacktestGate } from './backtest-gate.ts';
import { driftConfigOf, type DriftConfig } from './drift-config.ts';
import { recordOf, type DecisionRecord } from './decisions.ts';
import { effectConfigOf, type EffectConfig } from './effect-config.ts';
import type { Schedule } from './schedule.ts';
import { adjustSchema, type alertStates } from './schema.ts';

/** Which rows of a table of alerts call for a change; an absent name means any. */
export interface AlertTrigger {
  readonly relation: string;
  readonly alert: string | null;
  readonly state: (typeof alertStates)[number];
}

/** What keeps changes rare and small. Times are milliseconds of event time, shares parts of one. */
export interface Limits {
  readonly cooldown: number;
  readonly perDay: number;
  readonly maxChange: number | null;
  readonly min: number;
  readonly max: number;
}

export interface AdjustConfig {
  readonly on: AlertTrigger;
  /** What is watched for drift; the alerts are made from it then. */
  readonly drift: DriftConfig | null;
  /** Times that call for a change; the alerts are made from it then. */
  readonly schedule: Schedule | null;
  readonly act: 'set' | 'refit' | 'propose';
  /** The cell that changes, or the table that is proposed. */
  readonly set: string;
  /** The figure that is proposed; null: the usual one. */
  readonly column: string | null;
  /** The column of the figures in use before any was accepted; null: there is none. */
  readonly present: string | null;
  /** A number, a text, or an expression over `old` and the alert. */
  readonly to: string;
  readonly limits: Limits;
  readonly backtest: BacktestGate | null;
  /** The stock on which changes are tried; null if their effect is not measured. */
  readonly effect: EffectConfig | null;
  readonly approve: 'human' | 'auto';
  readonly decisions: readonly DecisionRecord[];
}

type Raw = v.InferOutput<typeof adjustSchema>;

const hour = 3_600_000;

export const adjustBody = shapedBody(adjustSchema, shape);

function shape(raw: Raw, tree: YamlTree): { config: AdjustConfig | null; problems: Problem[] } {
  const problems: Problem[] = [];
  const refuse = (key: string, detail: string, remedy: string) =>
    problems.push(problem('config.combination', { detail, remedy }, tree.spanOf([key])));
  const drift = raw.on.drift ? driftConfigOf(raw.on.drift) : null;
  if (drift && 'detail' in drift) refuse('on', drift.detail, drift.remedy);
  const schedule = scheduleOf(raw.on);
  if (schedule === 'no-table')
    refuse(
      'on',
      'A schedule needs a table that tells the time.',
      'Write `on: { schedule: 1d, of: TABLE }`.'
    );
  const on = drift ? driftTrigger : schedule ? scheduleTrigger : triggerOf(raw.on);
  if (!on) refuse('on', '`on` names no alert.', 'Write `on: MONITOR.ALERT`.');
  const acts = (['set', 'refit', 'propose'] as const).filter((key) => raw[key] !== undefined);
  const [act = 'set'] = acts;
  if (acts.length === 0) {
    const expected = 'what to change: `set` a parameter, `refit` a forecast or `propose` figures';
    problems.push(problem('config.missing', { key: 'set', expected }, { line: 1 }));
  }
  if (acts.length > 1) {
    const detail = `A cell does one thing, not ${acts.map((a) => `\`${a}\``).join(' and ')}.`;
    refuse(acts[1]!, detail, 'Give each an adjust cell of its own.');
  }
  if (raw.set !== undefined && raw.to === undefined) {
    problems.push(problem('config.missing', { key: 'to', expected: 'the new value' }, { line: 1 }));
  }
  const { min = -Infinity, max = Infinity, cooldown = hour, approve = 'human' } = raw;
  if (min > max)
    refuse('min', `\`min\` ${min} is greater than \`max\` ${max}.`, 'Exchange the two.');
  if (approve === 'auto' && cooldown <= 0) {
    const detail = 'Changes that no person approves need a cooldown.';
    refuse('cooldown', detail, 'Write `cooldown: 1h`, or `approve: human`.');
  }
  const effect = raw.effect ? effectConfigOf(raw.effect) : null;
  const watched = drift && 'forecast' in drift ? drift.forecast : null;
  const backtest = backtestOf(raw.gate, watched, act, effect);
  if (act === 'refit' && effect) {
    const detail = '`effect` measures a parameter, or figures.';
    refuse('effect', detail, 'Use it with `set` or `propose`, or take it out.');
  }
  if (act === 'set' && effect?.reorderPoint === null) {
    const detail = '`effect` does not say what stock the parameter leads to.';
    refuse('effect', detail, `Write \`reorder_point: mean * (lead_time + ${raw.set})\`.`);
  }
  if (act === 'propose' && backtest && !effect) {
    const detail = '`backtest` has nothing to compare figures on.';
    refuse('gate', detail, 'Write `effect` with the demand of the items.');
  }
  if (act !== 'propose' && raw.present !== undefined) {
    refuse('present', '`present` is of figures.', 'Use it with `propose`, or take it out.');
  }
  if (
    act === 'refit' &&
    backtest &&
    !(watched === raw.refit && drift && 'actual' in drift && drift.actual)
  ) {
    const remedy = 'Write `on: { drift: { forecast, actual, value } }` with that forecast.';
    refuse('gate', 'A refit is tried on what came since the forecast.', remedy);
  }
  if (act !== 'propose' && backtest && !effect && backtest.forecast === null) {
    const detail = '`backtest` has nothing to compare on.';
    refuse('gate', detail, 'Write `effect`, or name the `forecast` in the gate.');
  }
  const decisions = decisionsOf(raw, tree, problems);
  if (
    !on ||
    schedule === 'no-table' ||
    (drift && 'detail' in drift) ||
    problems.some((p) => p.severity === 'error')
  )
    return { config: null, problems };
  const limits = {
    cooldown,
    perDay: raw.max_per_day ?? 3,
    maxChange: raw.gate?.max_change ?? null,
    min,
    max
  };
  return {
    config: {
      on,
      drift,
      schedule,
      act,
      set: raw[act]!,
      column: raw.column ?? null,
      present: raw.present ?? null,
      to: raw.to ?? '',
      limits,
      backtest,
      effect,
      approve,
      decisions
    },
    problems
  };
}

function backtestOf(
  gate: Raw['gate'],
  watched: string | null,
  act: AdjustConfig['act'],
  effect: EffectConfig | null
): BacktestGate | null {
  if (gate?.backtest === undefined) return null;
  const { backtest: windows, window: size = 7, least_gain: leastGain = 0 } = gate;
  const charged = effect && effect.holding + effect.stockout + effect.order > 0;
  return {
    windows,
    size,
    confidence: gate.confidence ?? (act === 'propose' ? null : 0.9),
    leastGain,
    metric: gate.metric ?? (charged ? 'cost' : 'fill_rate'),
    forecast: gate.forecast ?? watched
  };
}

/** The alerts that are made from what drifts; no relation has this name. */
const driftTrigger: AlertTrigger = { relation: 'drift', alert: 'drift', state: 'firing' };

/** The alerts that are made from a schedule. */
const scheduleTrigger: AlertTrigger = { relation: 'schedule', alert: null, state: 'firing' };

function scheduleOf({ schedule, of, time }: Raw['on']): Schedule | 'no-table' | null {
  if (schedule === undefined) return null;
  return of === undefined || schedule <= 0
    ? 'no-table'
    : { every: schedule, of, time: time ?? null };
}

/** `shop.low_stock`, `shop`, `shop_alerts`, or the parts of these by name. */
function triggerOf({ alert, monitor, alerts, state = 'firing' }: Raw['on']): AlertTrigger | null {
  if (alerts !== undefined) return { relation: alerts, alert: alert ?? null, state };
  if (monitor !== undefined) return { relation: tableOf(monitor), alert: alert ?? null, state };
  if (alert === undefined) return null;
  const dot = alert.indexOf('.');
  if (dot < 0) return { relation: tableOf(alert), alert: null, state };
  return { relation: tableOf(alert.slice(0, dot)), alert: alert.slice(dot + 1), state };
}

function tableOf(monitor: string): string {
  return /_alerts$/i.test(monitor) ? monitor : `${monitor}_alerts`;
}

function decisionsOf(raw: Raw, tree: YamlTree, problems: Problem[]): DecisionRecord[] {
  const listed = Array.isArray(tree.value?.['decisions']);
  return (raw.decisions ?? []).flatMap((entry, i) => {
    try {
      return [recordOf(entry)];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const span = tree.spanOf(listed ? ['decisions', i] : ['decisions']);
      problems.push({ ...error.problem, ...(span ? { span } : {}) });
      return [];
    }
  });
}
