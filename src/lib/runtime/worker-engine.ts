import type { LoadFrom } from '#lib/cells/core/loader.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import type { Columns } from '#lib/base/columns.ts';
import type { TableProfile } from '#lib/base/table-profile.ts';
import { problem } from '#lib/problems/index.ts';
import { columnsFromIpc } from '#lib/relations/arrow.ts';
import type { DataContract } from '#lib/relations/data-contract.ts';
import type { Call, ContractOf, ProgressOf } from '#lib/rpc/contract.ts';
import { startWorker } from '#lib/rpc/start-worker.ts';
import type { Connection } from './connection.ts';
import type {
  Engine,
  ExportFormat,
  ExportOptions,
  GivenFile,
  GrowingSource,
  Job,
  Outcome,
  PageRequest,
  RunOptions,
  TableSize
} from './engine.ts';
import type { FileLook } from './file-look.ts';
import { withGrace } from './grace.ts';
import { computeWorkers } from './lanes.ts';
import { LiveWorker } from './live-worker.ts';
import { PartLender } from './part-lender.ts';
import type { SandboxRunner } from './sandbox-model.ts';
import type { RunId } from './states.ts';
import type { ComputeContract, ComputeOutcome, StreamContract } from './worker-contracts.ts';
import { WorkerPool } from './worker-pool.ts';
import { WorkerSlot, type StartWorker } from './worker-slot.ts';

export interface WorkerEngineOptions {
  /** Absolute URL of the site's root. */
  readonly assets: string;
  /** Names the notebook to the engine and its storage. */
  readonly notebook: string;
  /** Another tab runs the notebook: live cells show what they do there, and nothing is kept for the next visit. */
  readonly mirrors?: boolean;
  /** Absolute URLs of the workers' code. */
  readonly workers: Readonly<Record<WorkerName, string>>;
  readonly cores?: number;
  readonly sandbox?: SandboxRunner;
  readonly start?: StartWorker;
}

export type WorkerName = 'data' | 'compute' | 'model' | 'stream';

export interface WorkerEngine extends Engine {
  /** Ends workers as a crash would. */
  terminate(which: WorkerName): void;
}

/** The engine of the page: one data worker, a pool of compute workers, a model and a stream worker, each started on first use. */
export function createWorkerEngine(options: WorkerEngineOptions): WorkerEngine {
  return new PageEngine(options);
}

class PageEngine implements WorkerEngine {
  readonly #options: WorkerEngineOptions;
  readonly #data: WorkerSlot<DataContract>;
  readonly #compute: WorkerPool<ComputeContract>;
  readonly #model: WorkerPool<ComputeContract>;
  readonly #live: LiveWorker;
  readonly #lender: PartLender;
  readonly #files = new Map<string, File>();
  readonly #listeners = new Set<(problem: Problem) => void>();
  readonly #paused = new Set<RunId>();
  #connections: readonly Connection[] = [];
  #dataReady = false;

  constructor(options: WorkerEngineOptions) {
    const cores = options.cores ?? coresHere();
    this.#options = options;
    this.#data = this.#slot<DataContract>('data', {
      prepare: (call) => this.#prepareData(call),
      onLost: (trouble) => this.#loseData(trouble)
    });
    const computing = (name: 'compute' | 'model', size: number, helpers: number) =>
      new WorkerPool<ComputeContract>(
        Array.from({ length: size }, () =>
          this.#slot<ComputeContract>(name, {
            prepare: (call) => this.#joinComputing(call, helpers)
          })
        )
      );
    const helpers = computeWorkers(cores) - 1;
    this.#compute = computing('compute', computeWorkers(cores), helpers);
    this.#lender = new PartLender(this.#compute);
    this.#model = computing('model', 1, helpers);
    const { notebook, mirrors = false } = options;
    this.#live = new LiveWorker((introduce) =>
      this.#slot<StreamContract>('stream', {
        prepare: async (call) => {
          await this.#join((params, transfer) =>
            call('connect', { ...params, notebook, mirrors }, transfer)
          );
          await introduce(call);
        }
      })
    );
  }

  async run(job: Job, options: RunOptions): Promise<Outcome> {
    switch (job.mode) {
      case 'sql':
      case 'load':
        return this.#ask(options.signal, (call) => call('runJob', job, options));
      case 'compute':
        return this.#runComputing(job, options);
      case 'script':
        return this.#runScript(job, options);
      case 'live':
        return this.#runLive(job, options);
    }
  }

  pause(run: RunId, paused: boolean): void {
    if (paused) this.#paused.add(run);
    else this.#paused.delete(run);
    this.#lender.pause(run, paused);
    for (const slot of [...this.#compute.slots, ...this.#model.slots]) {
      if (slot.isStarted) tellPause(slot, run, paused);
    }
  }

  restore(fingerprint: string, cell: string): Promise<Outcome | null> {
    return this.#call('restore', { fingerprint, cell });
  }

  async keep(fingerprint: string, cell: string, outcome: Outcome): Promise<void> {
    if (!this.#options.mirrors) await this.#call('keep', { fingerprint, cell, outcome });
  }

  async drop(relations: readonly string[]): Promise<void> {
    if (this.#data.isStarted) await this.#call('drop', { relations });
  }

  async page(request: PageRequest, signal?: AbortSignal): Promise<Columns> {
    return columnsFromIpc(await this.#ask(signal, (call) => call('page', request, given(signal))));
  }

  async query(sql: string, limit: number, signal?: AbortSignal): Promise<Columns> {
    const ask = (call: Call<DataContract>) => call('query', { sql, limit }, given(signal));
    return columnsFromIpc(await this.#ask(signal, ask));
  }

  profile(relation: string, signal?: AbortSignal): Promise<TableProfile> {
    return this.#ask(signal, (call) => call('profile', { relation }, given(signal)));
  }

  export(relation: string, format: ExportFormat, options: ExportOptions): Promise<Blob> {
    const { signal, onProgress, ...how } = options;
    return this.#ask(signal, (call) =>
      call('export', { relation, format, ...how }, { signal, onProgress })
    );
  }

  lookAt(files: readonly File[]): Promise<readonly FileLook[]> {
    return this.#call('lookAt', { files });
  }

  async addFiles(files: readonly File[]): Promise<readonly GivenFile[]> {
    const added = await this.#call('addFiles', { files });
    for (const file of files) this.#files.set(file.name, file);
    return added;
  }

  async removeFile(name: string): Promise<void> {
    this.#files.delete(name);
    await this.#call('removeFile', { name });
  }

  async setConnections(connections: readonly Connection[]): Promise<void> {
    this.#connections = connections;
    if (this.#data.isStarted) await this.#call('setConnections', { connections });
    await this.#live.setConnections(connections);
  }

  setGrowingFiles(files: readonly GrowingSource[]): Promise<void> {
    return this.#live.setGrowingFiles(files);
  }

  fileMark(source: LoadFrom): Promise<string> {
    return this.#call('fileMark', source);
  }

  setSpeed(speed: number): void {
    this.#live.setSpeed(speed);
  }

  finishFeeds(): void {
    this.#live.finishFeeds();
  }

  forgetLog(cell: string): Promise<void> {
    return this.#live.forgetLog(cell);
  }

  onRestart(listener: (problem: Problem) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async memory(): Promise<{ readonly used: number; readonly limit: number }> {
    return this.#dataReady ? this.#call('memory', null) : { used: 0, limit: 0 };
  }

  async tableSizes(): Promise<readonly TableSize[]> {
    return this.#dataReady ? this.#call('tableSizes', null) : [];
  }

  async keptBytes(): Promise<number> {
    return this.#dataReady ? this.#call('keptBytes', null) : 0;
  }

  async forgetKept(): Promise<void> {
    await this.#call('forgetKept', null);
  }

  dispose(): void {
    this.#listeners.clear();
    this.#stopOthers(new Cancelled());
    this.#data.stop(new Cancelled());
    this.#lender.dispose();
    this.#options.sandbox?.dispose();
  }

  terminate(which: WorkerName): void {
    const slots: Readonly<Record<WorkerName, readonly { lose(trouble: Problem): void }[]>> = {
      data: [this.#data],
      compute: this.#compute.slots,
      model: this.#model.slots,
      stream: [this.#live]
    };
    const trouble = problem('worker.lost', { worker: which, detail: 'It was terminated.' });
    for (const slot of slots[which]) slot.lose(trouble);
  }

  #slot<C extends ContractOf<C>>(
    name: WorkerName,
    hooks: {
      prepare(this: void, call: Call<C>): Promise<unknown>;
      onLost?(this: void, problem: Problem): void;
    }
  ): WorkerSlot<C> {
    const { workers, start = startWorker } = this.#options;
    return new WorkerSlot<C>({ name, url: workers[name], start, ...hooks });
  }

  async #prepareData(call: Call<DataContract>): Promise<void> {
    const { assets, notebook } = this.#options;
    await call('start', { assets, notebook });
    if (this.#files.size > 0) await call('addFiles', { files: [...this.#files.values()] });
    const connections = this.#connections;
    if (connections.length > 0) await call('setConnections', { connections });
    this.#dataReady = true;
  }

  /** Gives a fresh worker its channel to the data worker, so that tables do not pass through the page. */
  async #join(
    connect: (
      params: ComputeContract['connect']['params'],
      options: { transfer: Transferable[] }
    ) => Promise<null>
  ): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    await this.#call('connect', { port: port1 }, [port1]);
    await connect({ data: port2, assets: this.#options.assets }, { transfer: [port2] });
  }

  /** A compute worker may also borrow the idle ones for parts of its work. */
  async #joinComputing(call: Call<ComputeContract>, helpers: number): Promise<void> {
    await this.#join((params, { transfer }) => {
      const lender = this.#lender.channel();
      return call('connect', { ...params, lender, helpers }, { transfer: [...transfer, lender] });
    });
  }

  #call<M extends keyof DataContract>(
    method: M,
    params: DataContract[M]['params'],
    transfer: readonly Transferable[] = []
  ): Promise<DataContract[M]['result']> {
    return this.#ask(undefined, (call) => call(method, params, { transfer }));
  }

  /** A question to the data worker, which is never ended for being late: it holds the tables. */
  async #ask<T>(
    signal: AbortSignal | undefined,
    ask: (call: Call<DataContract>) => Promise<T>
  ): Promise<T> {
    const work = () => this.#watch(ask(this.#data.call));
    return signal ? withGrace(signal, work) : work();
  }

  /** An SQL engine that says it is broken is as good as dead. */
  async #watch<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'engine.broken') {
        this.#data.lose(error.problem);
      }
      throw error;
    }
  }

  async #runComputing(job: Job, options: RunOptions): Promise<Outcome> {
    const { signal, enough, onPreview } = options;
    const onProgress = ({ progress, preview }: ComputeProgress) => {
      if (progress) options.onProgress(progress);
      if (preview !== undefined) onPreview?.(preview);
    };
    const pool = job.needsNetwork ? this.#model : this.#compute;
    return this.#publishing(job, signal, () =>
      pool.use(signal, (slot) =>
        this.#lender.during(job.run, signal, () =>
          withGrace(
            signal,
            () => {
              const answer = this.#watch(
                slot.call('runJob', job, { signal, onProgress, ...(enough ? { enough } : {}) })
              );
              if (this.#paused.has(job.run)) {
                tellPause(slot, job.run, true);
                this.#lender.pause(job.run, true);
              }
              return answer;
            },
            () => slot.stop(new Cancelled())
          )
        )
      )
    ).finally(() => this.#paused.delete(job.run));
  }

  async #runScript(job: Job, { signal }: RunOptions): Promise<Outcome> {
    const { sandbox } = this.#options;
    if (!sandbox) {
      const detail = 'This page was opened without one.';
      throw new ProblemError(problem('script.sandbox', { detail }));
    }
    return this.#publishing(job, signal, () =>
      withGrace(signal, async () => {
        const inputs: Record<string, Uint8Array> = {};
        for (const { relation, columns } of job.inputs) {
          const wanted = { relation, ...(columns ? { columns } : {}) };
          inputs[relation] = await this.#call('readTable', wanted);
        }
        const { tables, report, problems } = await sandbox.run(job, inputs, signal);
        for (const [relation, ipc] of Object.entries(tables)) {
          const buffers = [ipc.buffer as ArrayBuffer];
          await this.#call('writeTable', { run: job.run, relation, ipc }, buffers);
        }
        return { report, problems };
      })
    );
  }

  /** Runs what writes hidden tables, then makes them public all at once; what a stopped or failed run wrote is forgotten. */
  async #publishing(
    job: Job,
    signal: AbortSignal,
    work: () => Promise<ComputeOutcome>
  ): Promise<Outcome> {
    try {
      const { report, problems, failed, partial } = await work();
      if (signal.aborted) throw new Cancelled();
      const published = await this.#call('publish', { run: job.run, outputs: job.outputs });
      return {
        ...published,
        report,
        problems,
        ...(failed ? { failed } : {}),
        ...(partial ? { partial } : {})
      };
    } catch (error) {
      if (this.#dataReady) this.#call('discard', { run: job.run }).catch(() => undefined);
      throw error;
    }
  }

  async #runLive(job: Job, options: RunOptions): Promise<Outcome> {
    const outcome = await this.#watch(this.#live.run(job, options));
    const { relations } = outcome;
    const written = new Set(relations.map((r) => r.name.toLowerCase()));
    await this.drop(job.outputs.filter((name) => !written.has(name.toLowerCase())));
    const { hash } = await this.#call('settleLive', { relations: relations.map((r) => r.name) });
    return { ...outcome, hash };
  }

  #loseData(trouble: Problem): void {
    const hadTables = this.#dataReady;
    this.#dataReady = false;
    const detail = trouble.cause ?? trouble.message;
    const restarted = problem('engine.restarted', { detail });
    if (hadTables) for (const listener of [...this.#listeners]) listener(restarted);
    this.#stopOthers(restarted);
  }

  /** Ends the workers that hold channels to the data worker. */
  #stopOthers(reason: Problem | Cancelled): void {
    for (const slot of [...this.#compute.slots, ...this.#model.slots]) slot.stop(reason);
    this.#live.stop(reason);
  }
}

type ComputeProgress = ProgressOf<ComputeContract['runJob']>;

/** Workers that are lost on the way have nothing left to hold. */
function tellPause(slot: WorkerSlot<ComputeContract>, run: RunId, paused: boolean): void {
  slot.call('pauseJob', { run, paused }).catch(() => undefined);
}

function given(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function coresHere(): number {
  return typeof navigator === 'undefined' ? 4 : navigator.hardwareConcurrency;
}
