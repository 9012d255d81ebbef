import { emptyCurve, type GrowingCurve } from '#lib/analytics/forecast/loss-curve.ts';
import { initialState, type TrainingState } from './trainer.ts';

/** The parameters that did best on what was held out. */
export interface Best {
  readonly step: number;
  readonly loss: number;
  readonly parameters: Float32Array | Float64Array;
}

/**
 * All that a training goes on from, as plain data: the position in the sequence of random batches follows from
 * the step, as every step takes as many.
 */
export interface LoopState {
  readonly training: TrainingState;
  /** The weighted sum of past losses, its weight, and how many gradients of zero came in a row. */
  readonly loss: number;
  readonly weight: number;
  readonly dead: number;
  readonly curve: GrowingCurve;
  /** Absent before the first check on what is held out. */
  readonly best?: Best;
  /** Checks since the best one. */
  readonly since: number;
  /** Time spent in training. */
  readonly spentMs: number;
}

/** `steps` is how many there will be; Infinity where time is the limit. */
export function firstState(parameters: Float32Array, steps: number): LoopState {
  const training = initialState(parameters);
  return { training, loss: 0, weight: 0, dead: 0, curve: emptyCurve(steps), since: 0, spentMs: 0 };
}
