import { grown, type LossCurve } from '#lib/analytics/forecast/loss-curve.ts';
import { fail } from '#lib/problems/index.ts';
import { Batches } from './batches.ts';
import { wordsOf, type Choice } from './choose-trainer.ts';
import type { LoopState } from './loop-state.ts';
import { rateAt } from './schedule.ts';
import type { Breathe } from './slices.ts';
import { Stopper } from './stopper.ts';
import type { Trainer, TrainerTask } from './trainer.ts';
import { TrainingClock } from './training-clock.ts';

/** How long and how fast to train. */
export interface TrainingPlan {
  readonly steps: number;
  /** A limit in time in place of `steps`. */
  readonly seconds?: number;
  readonly rate: number;
  readonly seed: number;
  /** The loss on held-out windows; training ends after `patience` checks without a lower one. */
  readonly validation?: {
    readonly patience: number;
    loss(this: void, parameters: ArrayLike<number>, breathe: Breathe): Promise<number>;
  };
}

export interface LoopProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly backend: string;
  readonly stepMs: number;
  readonly reason: string;
}

/** What a loop is told and asked while it trains. */
export interface LoopHooks {
  /** Told after every slice, and awaited: time that passes in it is not time spent in training. */
  onStep(this: void, progress: LoopProgress): Promise<void>;
  /** Told every two seconds what training would go on from. */
  onState?(this: void, state: LoopState): void;
  /** Asked after every slice: true ends training where it stands. */
  halts?(this: void): boolean;
  /** Aborted, training ends as it would at its last step. */
  readonly enough?: AbortSignal;
}

export interface TrainedState {
  readonly at: 'trained';
  readonly step: number;
  readonly parameters: Float32Array | Float64Array;
  readonly curve: LossCurve;
  readonly backend: string;
  readonly reason: string;
  readonly loss: number;
  /** It ended because of `enough`. */
  readonly early?: true;
}

/** Training was asked to halt; from this state it goes on to the same end. */
export interface HaltedState {
  readonly at: 'halted';
  readonly state: LoopState;
}

const sliceMs = 40;
const checkpointMs = 2000;
const mostDead = 3;
const smoothing = 0.98;

/**
 * Adam over random batches from `first` on, whatever the trainer. Hands control back every 40 ms or so, also
 * within a step, tells a checkpoint every two seconds, and goes on from the last one on the next trainer of the chain when
 * one gives a loss that is no number, gradients of zero three times, or an error such as a lost device. On one
 * trainer the result is the same whether it came in one go or from checkpoint to checkpoint.
 */
export async function trainLoop(
  choice: Choice,
  task: TrainerTask,
  first: LoopState,
  plan: TrainingPlan,
  hooks: LoopHooks
): Promise<TrainedState | HaltedState> {
  let saved = first;
  let reason = choice.reason;
  const clock = new TrainingClock(plan, first.spentMs);
  for (const [i, offer] of choice.chain.entries()) {
    let failure: string;
    const keep = (state: LoopState) => {
      saved = state;
      hooks.onState?.(state);
    };
    let trainer: Trainer | null = null;
    try {
      trainer = await offer.make(task);
      return await new Run(trainer, task, plan, clock, reason, hooks).from(saved, keep);
    } catch (error) {
      if (error instanceof Passed) throw error.cause;
      failure = wordsOf(error);
    } finally {
      trainer?.dispose();
    }
    const { step } = saved.training;
    if (i < choice.chain.length - 1) {
      const went = `${offer.backend} left at step ${step}: ${failure}`;
      reason = [reason, went].filter((part) => part !== '').join('; ');
    } else if (failure === notFinite) {
      throw fail('network.diverged', { step, rate: plan.rate });
    } else {
      throw fail('network.stopped', { detail: [reason, failure].filter(Boolean).join('; ') });
    }
  }
  throw fail('network.stopped', { detail: reason });
}

const notFinite = 'the loss was no number';

/** What `onStep` threw, such as a cancel: no fault of a trainer. */
class Passed extends Error {
  constructor(cause: unknown) {
    super('passed on', { cause });
  }
}

/** A training on one trainer. */
class Run {
  readonly #trainer: Trainer;
  readonly #task: TrainerTask;
  readonly #plan: TrainingPlan;
  readonly #clock: TrainingClock;
  readonly #reason: string;
  readonly #hooks: LoopHooks;
  #state!: Omit<LoopState, 'training'>;
  #step = 0;
  #stepMs = 0;
  #reported = performance.now();

  constructor(
    trainer: Trainer,
    task: TrainerTask,
    plan: TrainingPlan,
    clock: TrainingClock,
    reason: string,
    hooks: LoopHooks
  ) {
    this.#trainer = trainer;
    this.#task = task;
    this.#plan = plan;
    this.#clock = clock;
    this.#reason = reason;
    this.#hooks = hooks;
  }

  /** Lets messages in within a step or a check that takes long. */
  readonly #breathe: Breathe = () =>
    performance.now() - this.#reported > sliceMs ? this.#report() : undefined;

  async from(
    start: LoopState,
    keep: (state: LoopState) => void
  ): Promise<TrainedState | HaltedState> {
    const { batch, targets, objective } = this.#task;
    const trainer = this.#trainer;
    const stopper = new Stopper(this.#plan, start);
    const batches = new Batches(targets.length / objective.horizon, this.#plan.seed);
    batches.skip(start.training.step * batch);
    trainer.restore(start.training);
    this.#state = start;
    this.#step = start.training.step;
    let kept = performance.now();
    const goesOn = () => this.#clock.share(this.#step) < 1 && !stopper.stopped;
    while (goesOn() && !this.#suffices) {
      const count = this.#count(stopper);
      const rates = Float32Array.from({ length: count }, (_, i) => this.#rate(this.#step + i));
      const began = this.#clock.spentMs;
      const figures = await trainer.train(batches.next(count * batch), rates, this.#breathe);
      this.#stepMs = (this.#clock.spentMs - began) / count;
      figures.losses.forEach((loss, i) => this.#take(loss, figures.norms[i]!));
      if (stopper.due(this.#step)) {
        await stopper.check(this.#step, (await trainer.state()).parameters, this.#breathe);
      }
      if (performance.now() - kept > checkpointMs) {
        keep(await this.#whole(stopper));
        kept = performance.now();
      }
      if (performance.now() - this.#reported > sliceMs) {
        await this.#report();
        if (this.#hooks.halts?.()) return { at: 'halted', state: await this.#whole(stopper) };
      }
    }
    await this.#report();
    const { best } = stopper;
    return {
      at: 'trained',
      step: best?.step ?? this.#step,
      parameters: best?.parameters ?? (await trainer.state()).parameters,
      curve: { steps: this.#state.curve.steps, loss: this.#state.curve.loss },
      backend: trainer.backend,
      reason: this.#reason,
      loss: this.#state.loss / this.#state.weight,
      ...(goesOn() ? { early: true } : {})
    };
  }

  /** A training of no step at all is none. */
  get #suffices(): boolean {
    return this.#hooks.enough?.aborted === true && this.#step > 0;
  }

  async #whole({ best, since }: Stopper): Promise<LoopState> {
    const training = await this.#trainer.state();
    const { spentMs } = this.#clock;
    return { ...this.#state, training, ...(best ? { best } : {}), since, spentMs };
  }

  /** As many steps as fit into a slice, but none across a check. */
  #count(stopper: Stopper): number {
    const fits = this.#stepMs === 0 ? 1 : Math.floor(sliceMs / this.#stepMs);
    const { steps, seconds } = this.#plan;
    const toEnd = seconds === undefined ? steps - this.#step : Infinity;
    const room = Math.min(fits, this.#trainer.chunk, toEnd, stopper.until(this.#step));
    return Math.max(1, room);
  }

  #rate(step: number): number {
    const steps = this.#plan.seconds === undefined ? this.#plan.steps : Infinity;
    return rateAt(step, this.#clock.share(step), steps, this.#plan.rate);
  }

  /** Takes in the figures of one step. */
  #take(found: number, norm: number): void {
    if (!Number.isFinite(found) || !Number.isFinite(norm)) throw new Error(notFinite);
    const dead = norm === 0 && found > 0 ? this.#state.dead + 1 : 0;
    if (dead === mostDead) throw new Error(`gradients were zero ${mostDead} times`);
    const loss = this.#state.loss * smoothing + found;
    const weight = this.#state.weight * smoothing + 1;
    const curve = grown(this.#state.curve, ++this.#step, loss / weight);
    this.#state = { ...this.#state, loss, weight, dead, curve };
  }

  async #report(): Promise<void> {
    const progress = {
      step: this.#step,
      steps: this.#clock.steps(this.#step),
      loss: this.#state.loss / this.#state.weight,
      backend: this.#trainer.backend,
      stepMs: this.#stepMs,
      reason: this.#reason
    };
    this.#clock.stop();
    await this.#hooks.onStep(progress).catch((error: unknown) => {
      throw new Passed(error);
    });
    this.#clock.start();
    this.#reported = performance.now();
  }
}
