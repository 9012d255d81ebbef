import type { Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { Tables } from '../core/context.ts';
import { modelGate, stockGate, type GateOf } from './backtest-gate.ts';
import type { AdjustConfig } from './config.ts';
import type { EffectConfig } from './effect-config.ts';
import {
  effectsOf,
  effectTable,
  numberSettings,
  scenarioReport,
  scenariosOf,
  type ScenarioReport,
  type SettingsOf
} from './effects.ts';
import { figuresByItem, figureSettings, figuresGate } from './figures-gate.ts';
import type { JournalRow } from './journal.ts';
import { ModelLosses } from './model-losses.ts';
import type { EffectNote } from './notes.ts';
import type { Proposal } from './proposals.ts';
import { refitGate } from './refit-gate.ts';
import { StockReplay } from './replay.ts';
import type { Task } from './task.ts';

/** What replays show of the changes of a journal. */
interface Shown {
  readonly notes: ReadonlyMap<JournalRow, EffectNote>;
  readonly scenarios: readonly ScenarioReport[];
  /** NAME_effect; null without `effect`. */
  readonly table: Columns | null;
}

/** How changes of a cell are tried: what they must pass, and what they do. */
interface Trial {
  /** Null without a backtest. */
  readonly gate: GateOf | null;
  show(journal: readonly JournalRow[]): Shown;
}

type SpanOf = (key: string) => Span | undefined;

/** Prepares the trials that a cell asks for, from its inputs. */
export function trialOf(config: AdjustConfig, task: Task, inputs: Tables, spanOf: SpanOf): Trial {
  const { effect } = config;
  if (!effect) {
    const none: Shown = { notes: new Map(), scenarios: [], table: null };
    return { gate: unstocked(config, task, inputs, spanOf('gate')), show: () => none };
  }
  return task.proposal
    ? figureTrial(config, effect, task.proposal, inputs, spanOf)
    : numberTrial(config, effect, task, inputs, spanOf);
}

/** Of a parameter, by the stock that it leads to. */
function numberTrial(
  config: AdjustConfig,
  effect: EffectConfig,
  task: Task,
  inputs: Tables,
  spanOf: SpanOf
): Trial {
  const { set, backtest } = config;
  const replay = new StockReplay(effect, set, inputs[effect.demand]!, spanOf('effect'));
  const stocked = backtest && task.target.type !== 'other';
  const gate = stocked
    ? stockGate(backtest, replay)
    : unstocked(config, task, inputs, spanOf('gate'));
  return { gate, show: shownBy(config, effect, replay, inputs, numberSettings) };
}

/** Of figures, each by the stock of its item. */
function figureTrial(
  { set, backtest, approve, decisions }: AdjustConfig,
  effect: EffectConfig,
  proposal: Proposal,
  inputs: Tables,
  spanOf: SpanOf
): Trial {
  const { column } = proposal;
  if (effect.reorderPoint === null && column !== 'reorder_point')
    throw fail('adjust.no-reorder-point', { column }, spanOf('effect'));
  const replay = new StockReplay(effect, column, inputs[effect.demand]!, spanOf('effect'));
  const source = { relation: set, by: effect.by };
  const settingOf = figuresByItem(proposal, inputs[set]!, source, spanOf('propose'));
  const settings = figureSettings(proposal, decisions, settingOf);
  return {
    gate: backtest && figuresGate(backtest, replay, proposal, settingOf, approve),
    show: shownBy({ backtest }, effect, replay, inputs, settings)
  };
}

function shownBy(
  { backtest }: Pick<AdjustConfig, 'backtest'>,
  effect: EffectConfig,
  replay: StockReplay,
  inputs: Tables,
  settings: SettingsOf
): Trial['show'] {
  const periods = backtest ? backtest.windows * backtest.size : undefined;
  return (journal) => {
    const scenarios = scenariosOf(journal, replay, settings, periods);
    return {
      notes: effectsOf(journal, replay, settings, periods),
      scenarios: scenarios.map((scenario) => scenarioReport(scenario, replay.history)),
      table: effectTable(scenarios, replay.history, inputs[effect.demand]!, effect)
    };
  };
}

/**
 * What no stock decides: names of models pass by the backtest of a forecast; other texts and dates, such as the end of
 * its history, and refits by what refitting would have saved on what came since.
 */
function unstocked(
  { act, set, backtest, drift }: AdjustConfig,
  { target: { type, value } }: Task,
  inputs: Tables,
  span: Span | undefined
): GateOf | null {
  if (!backtest) return null;
  const number = type !== 'other';
  const { forecast } = backtest;
  if (number || forecast === null) throw fail('adjust.no-backtest', { name: set, number }, span);
  const losses = new ModelLosses(forecast, inputs[`${forecast}_backtest`]!, span);
  const actual = drift?.forecast === forecast ? drift.actual : null;
  if (!actual || (act === 'set' && losses.tried(String(value)))) return modelGate(backtest, losses);
  const came = { ...actual, table: inputs[actual.relation]! };
  return refitGate(backtest, { name: forecast, ahead: inputs[forecast]! }, came, span);
}
