import { deferred, type Deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { ContractOf } from '#lib/rpc/contract.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** Slots that take one job each; jobs beyond that wait for a free one in order. */
export class WorkerPool<C extends ContractOf<C>> {
  readonly slots: readonly WorkerSlot<C>[];
  readonly #free: WorkerSlot<C>[];
  readonly #waiting: Deferred<WorkerSlot<C>>[] = [];
  /** Slots that are lent and not asked back, those lent first in front. */
  readonly #lent = new Map<WorkerSlot<C>, (slot: WorkerSlot<C>) => void>();

  constructor(slots: readonly WorkerSlot<C>[]) {
    this.slots = slots;
    this.#free = [...slots].reverse();
  }

  /** Runs `job` on a slot of its own. Rejects with Cancelled if aborted while it waits for one. */
  async use<T>(signal: AbortSignal, job: (slot: WorkerSlot<C>) => Promise<T>): Promise<T> {
    const slot = await this.#take(signal);
    try {
      return await job(slot);
    } finally {
      this.#give(slot);
    }
  }

  get idle(): number {
    return this.#free.length;
  }

  /** Runs `job` on an idle slot; null at once if there is none. `onWanted` is told when someone waits for the slot. */
  async lend<T>(
    job: (slot: WorkerSlot<C>) => Promise<T>,
    onWanted: (slot: WorkerSlot<C>) => void
  ): Promise<T | null> {
    const slot = this.#free.shift();
    if (!slot) return null;
    this.#lent.set(slot, onWanted);
    try {
      return await job(slot);
    } finally {
      this.#lent.delete(slot);
      this.#give(slot);
    }
  }

  #askBack(): void {
    const [first] = this.#lent;
    if (!first) return;
    const [slot, onWanted] = first;
    this.#lent.delete(slot);
    onWanted(slot);
  }

  #give(slot: WorkerSlot<C>): void {
    const next = this.#waiting.shift();
    if (next) next.resolve(slot);
    else this.#free.push(slot);
  }

  async #take(signal: AbortSignal): Promise<WorkerSlot<C>> {
    const free = this.#free.pop();
    if (free) return free;
    const turn = deferred<WorkerSlot<C>>();
    const leave = () => {
      const at = this.#waiting.indexOf(turn);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      turn.reject(new Cancelled());
    };
    this.#waiting.push(turn);
    this.#askBack();
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await turn.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
