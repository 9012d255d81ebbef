import { judgeLosses, usualRule, type Verdict } from '#lib/analytics/loop/verdict.ts';
import { lossByWindow } from '#lib/analytics/loop/with-and-without.ts';
import type { Scalar } from '#lib/base/problem.ts';
import type { Input } from '../core/define.ts';
import type { ModelLosses } from './model-losses.ts';
import type { GateNote, Loss } from './notes.ts';
import type { Setting, StockReplay } from './replay.ts';

/** What a change must win before it is proposed: the last windows before it, old value against new. */
export interface BacktestGate {
  readonly windows: number;
  /** Periods in a window of demand. */
  readonly size: number;
  /** Null: to be no worse is enough. */
  readonly confidence: number | null;
  readonly leastGain: number;
  /** What a stock is judged by. */
  readonly metric: 'cost' | 'fill_rate';
  /** The forecast whose backtest decides between models; null: demand decides. */
  readonly forecast: string | null;
}

export function backtestReads({ forecast }: BacktestGate): Input[] {
  return forecast === null ? [] : [{ relation: `${forecast}_backtest`, key: 'gate' }];
}

/** Whether a change passes, and why. */
export interface Ruling {
  readonly passed: boolean;
  readonly notes: readonly GateNote[];
}

export type GateOf = (time: number, before: Scalar, after: Scalar) => Ruling;

const fewestWindows = 4;

/** Old and new value of a number: what the stock that follows from each loses on the demand of the last windows. */
export function stockGate(gate: BacktestGate, replay: StockReplay): GateOf {
  return (time, before, after) =>
    typeof before === 'number' && typeof after === 'number'
      ? stockRuling(gate, replay, time, before, after)
      : { passed: false, notes: [{ code: 'no-replay' }] };
}

/** Holds two settings of a stock against each other on the demand of the last windows before a time. */
export function stockRuling(
  gate: BacktestGate,
  replay: StockReplay,
  time: number,
  before: Setting,
  after: Setting
): Ruling {
  const { windows, size, metric } = gate;
  const until = replay.periodsBefore(time);
  const { effect, warmUp } = replay.before(until, windows * size, before, after);
  const cut = { windows, size, skip: warmUp };
  const loss = metric === 'cost' ? 'cost' : 'short';
  const sides = [effect.without, effect.with].map((side) => lossByWindow(side, loss, cut));
  return judged(gate, sides[0]!, sides[1]!, metric === 'cost' ? 'cost' : 'shortage');
}

/** Old and new name of a model: the errors of each in the backtest of a forecast. */
export function modelGate(gate: BacktestGate, losses: ModelLosses): GateOf {
  return (time, before, after) => {
    const pair = losses.of(String(before), String(after), time, gate.windows);
    if ('code' in pair) return { passed: false, notes: [pair] };
    return judged(gate, pair.champion, pair.challenger, 'error', pair.overlap);
  };
}

/** Holds two lists of losses against each other by the rule of the gate. */
export function judged(
  gate: BacktestGate,
  champion: Float64Array,
  challenger: Float64Array,
  loss: Loss,
  overlap = 1
): Ruling {
  const verdict = judgeLosses(champion, challenger, ruleOf(gate), overlap);
  return { passed: verdict.passed, notes: [noteOf(verdict, loss)] };
}

/** As many windows as are asked for, four at least unless fewer are. */
function ruleOf({ windows, confidence, leastGain }: BacktestGate) {
  return { ...usualRule, confidence, leastGain, leastWindows: Math.min(windows, fewestWindows) };
}

function noteOf({ passed, reason, windows, gain, p }: Verdict, loss: Loss): GateNote {
  if (reason === 'too-few') return { code: 'few', windows };
  const percent = Number((Math.abs(gain) * 100).toFixed(1));
  return {
    code: 'backtest',
    ...{ passed, reason, loss, windows },
    percent: reason === 'same' || !Number.isFinite(gain) ? null : percent,
    lower: gain > 0,
    p: reason === 'worse' || reason === 'same' ? null : Number(p.toPrecision(2))
  };
}
