import { fail } from '#lib/problems/index.ts';
import type { NetShape } from './layout.ts';
import { firstParameters } from './layout.ts';
import { numericFault } from './numeric-check.ts';
import { initialState, type LstmBackend, type Trainer, type TrainerTask } from './trainer.ts';

/** One implementation that a browser may have. */
export interface Offer {
  readonly backend: LstmBackend;
  /** Why it cannot train this shape here, else null; `forced` lets a software adapter through. */
  refusal(this: void, shape: NetShape, forced: boolean): Promise<string | null>;
  make(this: void, task: TrainerTask): Promise<Trainer>;
}

/** What trains: the first of the chain, the others in turn when one fails; and why in words. */
export interface Choice {
  readonly chain: readonly Offer[];
  readonly reason: string;
}

const timedSteps = 3;

/**
 * Chooses among implementations, given fastest first by expectation: those that cannot run the shape or fail
 * the numeric check are out, and where WebGPU and WASM are both left, real steps are timed. Checks and timings
 * are kept for the worker's life.
 */
export class TrainerChooser {
  readonly #offers: readonly Offer[];
  readonly #faults = new Map<string, Promise<string | null>>();
  readonly #times = new Map<string, Promise<number>>();

  constructor(offers: readonly Offer[]) {
    this.#offers = offers;
  }

  async choose(wanted: 'auto' | LstmBackend, task: TrainerTask): Promise<Choice> {
    if (wanted !== 'auto') return this.#forced(wanted, task);
    const left: Offer[] = [];
    const refused: string[] = [];
    for (const offer of this.#offers) {
      const why = await this.#refusal(offer, task.shape, false);
      if (why === null) left.push(offer);
      else refused.push(`${offer.backend} not used: ${why}`);
    }
    const [first, second] = left;
    if (!first) throw fail('network.no-backend', { backend: 'auto', detail: refused.join('; ') });
    if (first.backend !== 'webgpu' || second?.backend !== 'wasm') {
      return { chain: left, reason: refused.join('; ') };
    }
    const [a, b] = [await this.#timeOf(first, task), await this.#timeOf(second, task)];
    const rest = left.slice(2);
    const words = (ours: number, other: string, theirs: number) =>
      [
        `${ours.toPrecision(2)} ms a step against ${theirs.toPrecision(2)} on ${other}`,
        ...refused
      ].join('; ');
    return a < b
      ? { chain: left, reason: words(a, 'wasm', b) }
      : { chain: [second, first, ...rest], reason: words(b, 'webgpu', a) };
  }

  async #forced(wanted: LstmBackend, task: TrainerTask): Promise<Choice> {
    const offer = this.#offers.find(({ backend }) => backend === wanted);
    const detail = offer
      ? await this.#refusal(offer, task.shape, true)
      : `This browser has no ${wanted}.`;
    if (!offer || detail !== null) {
      throw fail('network.no-backend', { backend: wanted, detail: detail ?? '' });
    }
    return { chain: [offer], reason: 'asked for' };
  }

  async #refusal(offer: Offer, shape: NetShape, forced: boolean): Promise<string | null> {
    const why = await offer.refusal(shape, forced);
    if (why !== null) return why;
    const { layers, sigmoid } = shape;
    const key = `${offer.backend} ${layers} ${sigmoid}`;
    return remember(this.#faults, key, () =>
      numericFault(offer.make, { layers, sigmoid }).catch(wordsOf)
    );
  }

  /** Milliseconds of the fastest of three steps after one that does not count; infinite where it fails. */
  #timeOf(offer: Offer, task: TrainerTask): Promise<number> {
    const { steps, features, hidden, layers, outputs } = task.shape;
    const key = [offer.backend, steps, features, hidden, layers, outputs, task.batch].join(' ');
    return remember(this.#times, key, () => timeSteps(offer, task).catch(() => Infinity));
  }
}

async function timeSteps(offer: Offer, task: TrainerTask): Promise<number> {
  const trainer = await offer.make(task);
  try {
    trainer.restore(initialState(firstParameters(task.shape, 1)));
    const order = new Int32Array(task.batch);
    let best = Infinity;
    for (let i = 0; i <= timedSteps; i++) {
      const began = performance.now();
      await trainer.train(order, Float32Array.of(1e-3));
      if (i > 0) best = Math.min(best, performance.now() - began);
    }
    return best;
  } finally {
    trainer.dispose();
  }
}

function remember<T>(
  kept: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>
): Promise<T> {
  const known = kept.get(key) ?? make();
  kept.set(key, known);
  return known;
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
