import { curveStride } from '#lib/analytics/forecast/network-engine.ts';
import { fail } from '#lib/problems/index.ts';
import { Batches } from './batches.ts';
import { wordsOf, type Choice } from './choose-trainer.ts';
import { rateAt } from './schedule.ts';
import { initialState, type Trainer, type TrainerTask, type TrainingState } from './trainer.ts';

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
    loss(this: void, parameters: ArrayLike<number>): number;
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

export interface TrainedState {
  readonly state: TrainingState;
  readonly backend: string;
  readonly reason: string;
  readonly loss: number;
}

const sliceMs = 40;
const checkpointMs = 2000;
const mostDead = 3;
const smoothing = 0.98;
const checks = 40;

/**
 * Adam over random batches, whatever the trainer. Hands control back after at most 40 ms or one step, keeps a
 * checkpoint in memory every two seconds, and goes on from it on the next trainer of the chain when one gives
 * a loss that is no number, gradients of zero three times, or an error such as a lost device.
 */
export async function trainLoop(
  choice: Choice,
  task: TrainerTask,
  first: Float32Array,
  plan: TrainingPlan,
  onStep: (progress: LoopProgress) => Promise<void>
): Promise<TrainedState> {
  let saved = initialState(first);
  let reason = choice.reason;
  const clock = new Clock(plan);
  for (const [i, offer] of choice.chain.entries()) {
    let failure: string;
    const keep = (state: TrainingState) => (saved = state);
    let trainer: Trainer | null = null;
    try {
      trainer = await offer.make(task);
      const run = new Run(trainer, task, plan, clock, reason, onStep);
      return await run.from(saved, keep);
    } catch (error) {
      if (error instanceof Passed) throw error.cause;
      failure = wordsOf(error);
    } finally {
      trainer?.dispose();
    }
    if (i < choice.chain.length - 1) {
      const went = `${offer.backend} left at step ${saved.step}: ${failure}`;
      reason = [reason, went].filter((part) => part !== '').join('; ');
    } else if (failure === notFinite) {
      throw fail('network.diverged', { step: saved.step, rate: plan.rate });
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

/** How much of the training is done: by steps, or by time where that is the limit. */
class Clock {
  readonly #plan: TrainingPlan;
  readonly #began = performance.now();

  constructor(plan: TrainingPlan) {
    this.#plan = plan;
  }

  share(step: number): number {
    const { seconds, steps } = this.#plan;
    if (seconds === undefined) return step / steps;
    return (performance.now() - this.#began) / (1000 * seconds);
  }

  /** The number of steps, foretold from the pace where time is the limit. */
  steps(step: number): number {
    const { seconds, steps } = this.#plan;
    if (seconds === undefined) return steps;
    return Math.max(step, Math.round(step / Math.max(this.share(step), 1e-3)));
  }
}

/** A training on one trainer. */
class Run {
  readonly #trainer: Trainer;
  readonly #task: TrainerTask;
  readonly #plan: TrainingPlan;
  readonly #clock: Clock;
  readonly #reason: string;
  readonly #onStep: (progress: LoopProgress) => Promise<void>;
  #loss = 0;
  #weight = 0;
  #dead = 0;
  #stepMs = 0;

  constructor(
    trainer: Trainer,
    task: TrainerTask,
    plan: TrainingPlan,
    clock: Clock,
    reason: string,
    onStep: (progress: LoopProgress) => Promise<void>
  ) {
    this.#trainer = trainer;
    this.#task = task;
    this.#plan = plan;
    this.#clock = clock;
    this.#reason = reason;
    this.#onStep = onStep;
  }

  async from(start: TrainingState, keep: (state: TrainingState) => void): Promise<TrainedState> {
    const { batch, targets, objective } = this.#task;
    const trainer = this.#trainer;
    const stopper = new Stopper(this.#plan);
    const batches = new Batches(targets.length / objective.horizon, this.#plan.seed);
    batches.next(start.step * batch);
    trainer.restore(start);
    let step = start.step;
    let kept = performance.now();
    let reported = kept;
    while (this.#clock.share(step) < 1) {
      const count = this.#count(step, stopper);
      const rates = Float32Array.from({ length: count }, (_, i) => this.#rate(step + i));
      const began = performance.now();
      const { losses, norms } = await trainer.train(batches.next(count * batch), rates);
      this.#stepMs = (performance.now() - began) / count;
      losses.forEach((loss, i) => this.#look(loss, norms[i]!));
      step += count;
      if (stopper.due(step) && stopper.stops(await trainer.state())) break;
      const now = performance.now();
      if (now - kept > checkpointMs) {
        keep(await trainer.state());
        kept = now;
      }
      if (now - reported > sliceMs || this.#isMark(step)) {
        await this.#report(step);
        reported = performance.now();
      }
    }
    return {
      state: stopper.best ?? (await trainer.state()),
      backend: trainer.backend,
      reason: this.#reason,
      loss: this.#loss / this.#weight
    };
  }

  /** As many steps as fit into a slice, but none across a mark of the curve or a check. */
  #count(step: number, stopper: Stopper): number {
    const fits = this.#stepMs === 0 ? 1 : Math.floor(sliceMs / this.#stepMs);
    const { steps, seconds } = this.#plan;
    const stride = seconds === undefined ? curveStride(steps) : Infinity;
    const toMark = stride - (step % stride);
    const toEnd = seconds === undefined ? steps - step : Infinity;
    const room = Math.min(fits, this.#trainer.chunk, toMark, toEnd, stopper.until(step));
    return Math.max(1, room);
  }

  #rate(step: number): number {
    const steps = this.#plan.seconds === undefined ? this.#plan.steps : Infinity;
    return rateAt(step, this.#clock.share(step), steps, this.#plan.rate);
  }

  #look(loss: number, norm: number): void {
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw new Error(notFinite);
    this.#dead = norm === 0 && loss > 0 ? this.#dead + 1 : 0;
    if (this.#dead === mostDead) throw new Error(`gradients were zero ${mostDead} times`);
    this.#loss = this.#loss * smoothing + loss;
    this.#weight = this.#weight * smoothing + 1;
  }

  #isMark(step: number): boolean {
    const { steps, seconds } = this.#plan;
    return step === steps || (seconds === undefined && step % curveStride(steps) === 0);
  }

  async #report(step: number): Promise<void> {
    const progress = {
      step,
      steps: this.#clock.steps(step),
      loss: this.#loss / this.#weight,
      backend: this.#trainer.backend,
      stepMs: this.#stepMs,
      reason: this.#reason
    };
    await this.#onStep(progress).catch((error: unknown) => {
      throw new Passed(error);
    });
  }
}

/** Early stopping: 40 checks in a training, the best state kept. */
class Stopper {
  best: TrainingState | null = null;
  readonly #validation: TrainingPlan['validation'];
  readonly #every: number;
  #least = Infinity;
  #since = 0;

  constructor({ validation, steps, seconds }: TrainingPlan) {
    this.#validation = validation;
    this.#every = seconds === undefined ? Math.max(1, Math.ceil(steps / checks)) : 50;
  }

  until(step: number): number {
    return this.#validation ? this.#every - (step % this.#every) : Infinity;
  }

  due(step: number): boolean {
    return this.#validation !== undefined && step % this.#every === 0;
  }

  stops(state: TrainingState): boolean {
    const { loss, patience } = this.#validation!;
    const now = loss(state.parameters);
    if (now < this.#least) {
      this.#least = now;
      this.best = state;
      this.#since = 0;
      return false;
    }
    return ++this.#since >= patience;
  }
}
