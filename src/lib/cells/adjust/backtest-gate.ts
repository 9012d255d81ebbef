import { usualRule, judgeLosses, type Verdict } from '#lib/analytics/loop/verdict.ts';
import { costByWindow } from '#lib/analytics/loop/with-and-without.ts';
import type { Input } from '../core/define.ts';
import type { Scalar } from '#lib/base/problem.ts';
import type { ModelLosses } from './model-losses.ts';
import type { StockReplay } from './replay.ts';
import { share } from './effect-words.ts';

/** What a change must win before it is proposed: the last windows before it, old value against new. */
export interface BacktestGate {
  readonly windows: number;
  /** Periods in a window of demand. */
  readonly size: number;
  readonly confidence: number;
  readonly leastGain: number;
  /** The forecast whose backtest decides between models; null: demand decides. */
  readonly forecast: string | null;
}

export function backtestReads({ forecast }: BacktestGate): Input[] {
  return forecast === null ? [] : [{ relation: `${forecast}_backtest`, key: 'gate' }];
}

/** Whether a change passes, and why, in words and figures. */
export type GateOf = (
  time: number,
  before: Scalar,
  after: Scalar
) => { readonly passed: boolean; readonly words: string };

const fewestWindows = 4;

/** Old and new value of a number: the cost of the stock that follows from each, on the demand of the last windows. */
export function costGate(gate: BacktestGate, replay: StockReplay): GateOf {
  const { windows, size } = gate;
  return (time, before, after) => {
    if (typeof before !== 'number' || typeof after !== 'number') {
      return { passed: false, words: 'backtest: only numbers can be replayed' };
    }
    const until = replay.periodsBefore(time);
    const { effect, warmUp } = replay.before(until, windows * size, before, after);
    const cut = { windows, size, skip: warmUp };
    return judged(gate, costByWindow(effect.without, cut), costByWindow(effect.with, cut), 'cost');
  };
}

/** Old and new name of a model: the errors of each in the backtest of a forecast. */
export function modelGate(gate: BacktestGate, losses: ModelLosses): GateOf {
  return (time, before, after) => {
    const pair = losses.of(String(before), String(after), time, gate.windows);
    if (typeof pair === 'string') return { passed: false, words: `backtest: ${pair}` };
    return judged(gate, pair.champion, pair.challenger, 'error', pair.overlap);
  };
}

/** Holds two lists of losses against each other by the rule of the gate. */
export function judged(
  gate: BacktestGate,
  champion: Float64Array,
  challenger: Float64Array,
  what: 'cost' | 'error',
  overlap = 1
): ReturnType<GateOf> {
  const verdict = judgeLosses(champion, challenger, ruleOf(gate), overlap);
  return { passed: verdict.passed, words: verdictWords(verdict, what) };
}

/** As many windows as are asked for, four at least unless fewer are. */
function ruleOf({ windows, confidence, leastGain }: BacktestGate) {
  return { ...usualRule, confidence, leastGain, leastWindows: Math.min(windows, fewestWindows) };
}

function verdictWords({ passed, reason, windows, gain, p }: Verdict, what: string): string {
  const count = `${windows} window${windows === 1 ? '' : 's'}`;
  if (reason === 'too-few') return `backtest: only ${count} to compare on`;
  if (reason === 'same') return `backtest: the same ${what} on ${count}`;
  const size = Number.isFinite(gain) ? `${what} ${share(Math.abs(gain))}` : `${what} not 0 but`;
  const found = `${size} ${gain >= 0 ? 'lower' : 'higher'} on ${count}`;
  if (reason === 'worse') return `backtest: ${found}`;
  const chance = `p ${Number(p.toPrecision(2))}`;
  const why =
    reason === 'too-little'
      ? ', less than asked for'
      : reason === 'by-chance'
        ? ', as chance may have it'
        : '';
  return `backtest${passed ? ' passed' : ''}: ${found} (${chance})${why}`;
}
