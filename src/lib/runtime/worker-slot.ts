import { Cancelled, type Problem } from '#lib/base/problem.ts';
import { connect, type Connection } from '#lib/rpc/client.ts';
import type { Call, ContractOf } from '#lib/rpc/contract.ts';
import type { Endpoint } from '#lib/rpc/endpoint.ts';

/** A worker as seen from the page. */
export interface WorkerLike extends Endpoint {
  terminate(): void;
}

export type StartWorker = (url: string, name: string) => WorkerLike;

export interface SlotOptions<C extends ContractOf<C>> {
  readonly name: string;
  readonly url: string;
  readonly start: StartWorker;
  /** Makes a fresh worker fit for use, before anyone else calls it. */
  prepare(this: void, call: Call<C>): Promise<unknown>;
  /** Told synchronously when the worker died of itself, before its pending calls reject. */
  onLost?(this: void, problem: Problem): void;
}

interface Started<C extends ContractOf<C>> {
  readonly worker: WorkerLike;
  readonly connection: Connection<C>;
  readonly prepared: Promise<unknown>;
}

/** A place for one worker, which is started on first use and again after it was lost or stopped. */
export class WorkerSlot<C extends ContractOf<C>> {
  readonly #options: SlotOptions<C>;
  #started: Started<C> | null = null;

  constructor(options: SlotOptions<C>) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#started !== null;
  }

  /** Calls the worker once it is ready. */
  readonly call: Call<C> = async (method, params, options) => {
    const started = (this.#started ??= this.#start());
    await started.prepared;
    return started.connection.call(method, params, options);
  };

  /** Ends the worker: its calls reject with `reason`. The next call starts a new one. */
  stop(reason: Problem | Cancelled): void {
    const started = this.#started;
    if (!started) return;
    this.#started = null;
    started.worker.terminate();
    started.connection.close(reason);
  }

  /** As if the worker had died of itself. */
  lose(problem: Problem): void {
    if (!this.#started) return;
    this.#options.onLost?.(problem);
    this.stop(problem);
  }

  #start(): Started<C> {
    const { name, url, start, prepare } = this.#options;
    const worker = start(url, name);
    const connection = connect<C>(worker, {
      name,
      onLost: (problem) => {
        if (this.#started?.worker === worker) this.lose(problem);
      }
    });
    const prepared = prepare(connection.call);
    prepared.catch(() => {
      if (this.#started?.worker !== worker) return;
      this.#started = null;
      worker.terminate();
    });
    return { worker, connection, prepared };
  }
}
