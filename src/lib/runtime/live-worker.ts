import { Cancelled, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { Call } from '#lib/rpc/contract.ts';
import type { Connection } from './connection.ts';
import type { GrowingSource, Job, RunOptions } from './engine.ts';
import { withGrace } from './grace.ts';
import type { LiveOutcome, StreamContract } from './worker-contracts.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** How long a run may take to stop where others go on beside it; its reader does not wait for that. */
const sharedGraceMs = 5000;

/**
 * The one worker that all live cells of the page share, as the page sees it. What it is told about the world outside is
 * told again to the next one when it was lost.
 */
export class LiveWorker {
  readonly #slot: WorkerSlot<StreamContract>;
  /** Runs that the worker has not ended yet, also those nobody waits for any more. */
  #runs = 0;
  #connections: readonly Connection[] = [];
  #growing: readonly GrowingSource[] = [];
  #speed: number | null = null;

  /** `slot` makes the place of the worker, given what each new one is told once it is connected. */
  constructor(
    slot: (introduce: (call: Call<StreamContract>) => Promise<void>) => WorkerSlot<StreamContract>
  ) {
    this.#slot = slot(async (call) => {
      if (this.#speed !== null) await call('speed', { speed: this.#speed });
      await call('setConnections', { connections: this.#connections });
      await call('setGrowingFiles', { files: this.#growing });
    });
  }

  /** Runs to the end of the stream or until it is stopped; then it rejects with Cancelled. */
  async run(
    job: Job,
    { signal, onProgress, onLive }: Pick<RunOptions, 'signal' | 'onProgress' | 'onLive'>
  ): Promise<LiveOutcome> {
    let run: Promise<LiveOutcome> | null = null;
    const work = () => {
      this.#runs++;
      run = this.#slot
        .call('runJob', job, {
          signal,
          onProgress: ({ progress, live }) => {
            if (progress) onProgress(progress);
            if (live) onLive(live);
          }
        })
        .finally(() => this.#runs--);
      return run;
    };
    const outcome = await withGrace(signal, work, () => void this.#endLate(run!));
    // A stream that was stopped hands over what it had; that is not its result.
    if (signal.aborted) throw new Cancelled();
    return outcome;
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    if (this.#slot.isStarted) this.#slot.call('speed', { speed }).catch(() => undefined);
  }

  async setConnections(connections: readonly Connection[]): Promise<void> {
    this.#connections = connections;
    if (this.#slot.isStarted) await this.#slot.call('setConnections', { connections });
  }

  async setGrowingFiles(files: readonly GrowingSource[]): Promise<void> {
    this.#growing = files;
    if (this.#slot.isStarted) await this.#slot.call('setGrowingFiles', { files });
  }

  finishFeeds(): void {
    if (this.#slot.isStarted) this.#slot.call('finishFeeds', null).catch(() => undefined);
  }

  async forgetLog(cell: string): Promise<void> {
    await this.#slot.call('forgetLog', { cell });
  }

  stop(reason: Problem | Cancelled): void {
    this.#slot.stop(reason);
  }

  /** As if the worker had died of itself. */
  lose(trouble: Problem): void {
    this.#slot.lose(trouble);
  }

  /** A run that is late to stop ends the worker at once only where no other goes on there. */
  async #endLate(run: Promise<unknown>): Promise<void> {
    if (this.#runs > 1) {
      const stopped = run.then(
        () => true,
        () => true
      );
      const late = new Promise<false>((tell) => setTimeout(() => tell(false), sharedGraceMs));
      if (await Promise.race([stopped, late])) return;
    }
    const detail = 'A stopped stream did not end in time.';
    this.#slot.stop(problem('worker.lost', { worker: 'stream', detail }));
  }
}
