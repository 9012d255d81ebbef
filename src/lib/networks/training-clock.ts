import type { TrainingPlan } from './training-loop.ts';

/** How much of a training is done: by steps, or by time spent in it where that is the limit. Runs from the start. */
export class TrainingClock {
  readonly #plan: TrainingPlan;
  #spentMs: number;
  #since: number | null = performance.now();

  /** `spentMs` was spent before. */
  constructor(plan: TrainingPlan, spentMs: number) {
    this.#plan = plan;
    this.#spentMs = spentMs;
  }

  get spentMs(): number {
    return this.#spentMs + (this.#since === null ? 0 : performance.now() - this.#since);
  }

  stop(): void {
    this.#spentMs = this.spentMs;
    this.#since = null;
  }

  start(): void {
    this.#since ??= performance.now();
  }

  share(step: number): number {
    const { seconds, steps } = this.#plan;
    return seconds === undefined ? step / steps : this.spentMs / (1000 * seconds);
  }

  /** The number of steps, foretold from the pace where time is the limit. */
  steps(step: number): number {
    const { seconds, steps } = this.#plan;
    if (seconds === undefined) return steps;
    return Math.max(step, Math.round(step / Math.max(this.share(step), 1e-3)));
  }
}
