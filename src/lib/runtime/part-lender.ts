import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { Transferred, type Handlers } from '#lib/rpc/contract.ts';
import { serve } from '#lib/rpc/server.ts';
import { withGrace } from './grace.ts';
import type { RunId } from './states.ts';
import { buffersOf } from './transfer.ts';
import type { ComputeContract, LenderContract, Part } from './worker-contracts.ts';
import type { WorkerPool } from './worker-pool.ts';

/**
 * Lends idle compute workers to those that have a job, one part at a time, so that a job that comes waits for a part at
 * most. Nothing queues here: a worker that finds none idle does the part itself, and no two jobs can wait for each other.
 */
export class PartLender {
  readonly #pool: WorkerPool<ComputeContract>;
  readonly #runs = new Map<RunId, AbortSignal>();
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
    this.#runs.set(run, AbortSignal.any([signal, end.signal]));
    try {
      return await work();
    } finally {
      this.#runs.delete(run);
      end.abort();
    }
  }

  dispose(): void {
    for (const close of this.#closers) close();
    this.#closers.clear();
  }

  readonly #handlers: Handlers<LenderContract> = {
    lend: async ({ run, kind, payload }, { signal }) => {
      const job = this.#runs.get(run);
      if (!job) return null;
      const lent = await this.#lend({ kind, payload }, AbortSignal.any([job, signal]));
      return lent && new Transferred(lent, buffersOf(lent));
    }
  };

  async #lend(part: Part, signal: AbortSignal): Promise<{ answer: unknown } | null> {
    try {
      return await this.#pool.lend((slot) =>
        withGrace(
          signal,
          async () => ({ answer: await slot.call('runPart', part, { signal }) }),
          () => slot.stop(new Cancelled())
        )
      );
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'worker.lost') return null;
      throw error;
    }
  }
}
