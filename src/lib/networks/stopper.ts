import type { Best, LoopState } from './loop-state.ts';
import type { Breathe } from './slices.ts';
import type { TrainingPlan } from './training-loop.ts';

const checks = 40;
const everyWithoutEnd = 50;

/** Early stopping: 40 checks in a training, the best parameters kept. */
export class Stopper {
  #best: Best | undefined;
  #since: number;
  readonly #validation: TrainingPlan['validation'];
  readonly #every: number;

  constructor({ validation, steps, seconds }: TrainingPlan, { best, since }: LoopState) {
    this.#validation = validation;
    this.#every = seconds === undefined ? Math.max(1, Math.ceil(steps / checks)) : everyWithoutEnd;
    this.#best = best;
    this.#since = since;
  }

  get best(): Best | undefined {
    return this.#best;
  }

  get since(): number {
    return this.#since;
  }

  /** Whether enough checks brought nothing. */
  get stopped(): boolean {
    return this.#validation !== undefined && this.#since >= this.#validation.patience;
  }

  /** How many steps the next check is away. */
  until(step: number): number {
    return this.#validation ? this.#every - (step % this.#every) : Infinity;
  }

  due(step: number): boolean {
    return this.#validation !== undefined && step % this.#every === 0;
  }

  async check(
    step: number,
    parameters: Float32Array | Float64Array,
    breathe: Breathe
  ): Promise<void> {
    const loss = await this.#validation!.loss(parameters, breathe);
    if (loss < (this.#best?.loss ?? Infinity)) {
      this.#best = { step, loss, parameters };
      this.#since = 0;
    } else this.#since++;
  }
}
