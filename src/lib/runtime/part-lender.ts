import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { Transferred, type Handlers } from '#lib/rpc/contract.ts';
import { serve } from '#lib/rpc/server.ts';
import { withGrace } from './grace.ts';
import type { RunId } from './states.ts';
import { buffersOf } from './transfer.ts';
import type { ComputeContract, LenderContract, Part } from './worker-contracts.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { WorkerSlot } from './worker-slot.ts';

interface Borrower {
  readonly signal: AbortSignal;
  readonly loans: Set<WorkerSlot<ComputeContract>>;
  paused: boolean;
}

/**
 * Lends idle compute workers to those that have a job, one part at a time, and asks for one back when a job comes that
 * finds none. Nothing queues here: a worker that finds none idle does the part itself, and no two jobs can wait for each
 * other. A job that is paused holds no worker but its own.
 */
export class PartLender {
  readonly #pool: WorkerPool<ComputeContract>;
  readonly #runs = new Map<RunId, Borrower>();
  readonly #closers = new Set<() => void>();

  constructor(pool: WorkerPool<ComputeContract>) {
    this.#pool = pool;
  }

  /** The end that a worker gets: it asks there for help with the jobs that are under way. */
  channel(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const stop = serve<LenderContract>(port1, this.#handlers);
    this.#closers.add(() => {
      stop();
      port1.close();
    });
    return port2;
  }

  /** While `work` goes on, parts of `run` are taken; when it ends in any way, those under way end too. */
  async during<T>(run: RunId, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const end = new AbortController();
    const stopped = AbortSignal.any([signal, end.signal]);
    this.#runs.set(run, { signal: stopped, loans: new Set(), paused: false });
    try {
      return await work();
    } finally {
      this.#runs.delete(run);
      end.abort();
    }
  }

  /** Asks for the workers of a paused run back, and lends it none until it goes on. */
  pause(run: RunId, paused: boolean): void {
    const borrower = this.#runs.get(run);
    if (!borrower) return;
    borrower.paused = paused;
    if (paused) for (const slot of borrower.loans) recall(slot);
  }

  dispose(): void {
    for (const close of this.#closers) close();
    this.#closers.clear();
  }

  readonly #handlers: Handlers<LenderContract> = {
    idle: async ({ run }) => (this.#mayBorrow(run) ? this.#pool.idle : 0),

    lend: async ({ run, ...part }, { signal, progress }) => {
      const borrower = this.#mayBorrow(run);
      if (!borrower) return null;
      const lent = await this.#lend(borrower, part, signal, progress);
      return lent && new Transferred(lent, buffersOf(lent));
    }
  };

  #mayBorrow(run: RunId): Borrower | null {
    const borrower = this.#runs.get(run);
    return borrower && !borrower.paused ? borrower : null;
  }

  async #lend(
    { signal: job, loans }: Borrower,
    part: Part,
    asked: AbortSignal,
    onProgress: (report: unknown) => void
  ): Promise<{ answer: unknown } | null> {
    const signal = AbortSignal.any([job, asked]);
    const transfer = buffersOf(part.payload);
    const work = async (slot: WorkerSlot<ComputeContract>) => {
      loans.add(slot);
      try {
        return await withGrace(
          signal,
          async () => ({
            answer: await slot.call('runPart', part, { signal, onProgress, transfer })
          }),
          () => slot.stop(new Cancelled())
        );
      } finally {
        loans.delete(slot);
      }
    };
    try {
      return await this.#pool.lend(work, recall);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'worker.lost') return null;
      throw error;
    }
  }
}

/** A worker that is lost on the way has nothing to hand back. */
function recall(slot: WorkerSlot<ComputeContract>): void {
  slot.call('handBack', null).catch(() => undefined);
}
