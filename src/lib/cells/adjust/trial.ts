import type { Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { Tables } from '../core/context.ts';
import { costGate, modelGate, type GateOf } from './backtest-gate.ts';
import type { AdjustConfig } from './config.ts';
import {
  effectsOf,
  effectTable,
  scenarioReport,
  scenariosOf,
  type ScenarioReport
} from './effects.ts';
import type { JournalRow } from './journal.ts';
import { ModelLosses } from './model-losses.ts';
import { refitGate } from './refit-gate.ts';
import { StockReplay } from './replay.ts';
import type { Target } from './target.ts';

/** What replays show of the changes of a journal. */
export interface Shown {
  readonly words: ReadonlyMap<JournalRow, string>;
  readonly scenarios: readonly ScenarioReport[];
  /** NAME_effect; null without `effect`. */
  readonly table: Columns | null;
}

/** How changes of a cell are tried: what they must pass, and what they do. */
export interface Trial {
  /** Null without a backtest. */
  readonly gate: GateOf | null;
  show(journal: readonly JournalRow[]): Shown;
}

/** Prepares the trials that a cell asks for, from its inputs. */
export function trialOf(
  config: Pick<AdjustConfig, 'act' | 'set' | 'backtest' | 'effect' | 'drift'>,
  target: Target,
  inputs: Tables,
  spanOf: (key: string) => Span | undefined
): Trial {
  const { set, backtest, effect } = config;
  const replay = effect && new StockReplay(effect, set, inputs[effect.demand]!, spanOf('effect'));
  const periods = backtest ? backtest.windows * backtest.size : undefined;
  return {
    gate: gateIn(config, target, replay, inputs, spanOf('gate')),
    show(journal) {
      if (!replay) return { words: new Map(), scenarios: [], table: null };
      const scenarios = scenariosOf(journal, replay, periods);
      return {
        words: effectsOf(journal, replay, periods),
        scenarios: scenarios.map((scenario) => scenarioReport(scenario, replay.history)),
        table: effectTable(scenarios, replay.history, inputs[effect.demand]!, effect)
      };
    }
  };
}

/**
 * Numbers pass by the stock they lead to, names of models by the backtest of a forecast; other texts and dates, such as
 * the end of its history, by what refitting would have saved on what came since.
 */
function gateIn(
  { act, set, backtest, drift }: Pick<AdjustConfig, 'act' | 'set' | 'backtest' | 'drift'>,
  { type, value }: Target,
  replay: StockReplay | null,
  inputs: Tables,
  span: Span | undefined
): GateOf | null {
  if (!backtest) return null;
  const number = type !== 'other';
  if (number && replay) return costGate(backtest, replay);
  const { forecast } = backtest;
  if (number || forecast === null) throw fail('adjust.no-backtest', { name: set, number }, span);
  const losses = new ModelLosses(forecast, inputs[`${forecast}_backtest`]!, span);
  const actual = drift?.forecast === forecast ? drift.actual : null;
  if (!actual || (act === 'set' && losses.tried(String(value)))) return modelGate(backtest, losses);
  const came = { ...actual, table: inputs[actual.relation]! };
  return refitGate(backtest, { name: forecast, ahead: inputs[forecast]! }, came, span);
}
