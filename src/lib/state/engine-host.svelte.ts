import type { Columns } from '#lib/base/columns.ts';
import { deferred } from '#lib/base/deferred.ts';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { Engine, ExportFormat, ExportOptions, TableSize } from '#lib/runtime/engine.ts';
import { Keeping } from './keeping.ts';
import { problemOf } from './problem-of.ts';

export type EngineStatus =
  | { readonly at: 'off' }
  | { readonly at: 'starting' }
  | { readonly at: 'ready' }
  | { readonly at: 'failed'; readonly problem: Problem };

/** The engine of one notebook: not there at first, started once, let go of at the end. What is asked before it is there waits for it. */
export class EngineHost {
  status = $state.raw<EngineStatus>({ at: 'off' });
  readonly #create: () => Engine | Promise<Engine>;
  readonly #ready = deferred<Engine>();
  readonly #keeping = new Keeping();
  #started: Promise<void> | null = null;
  #disposed = false;

  constructor(create: () => Engine | Promise<Engine>) {
    this.#create = create;
    // Whoever waits for the engine sees it fail; nobody has to wait.
    this.#ready.promise.catch(() => undefined);
  }

  /** The engine itself, once it is there. */
  get engine(): Promise<Engine> {
    return this.#ready.promise;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Starts the engine and hands it to `attach`; it is ready when that is done. Later calls share the first. */
  start(attach: (engine: Engine) => Promise<void>): Promise<void> {
    this.#started ??= this.#start(attach);
    return this.#started;
  }

  async #start(attach: (engine: Engine) => Promise<void>): Promise<void> {
    this.status = { at: 'starting' };
    try {
      const engine = await this.#create();
      if (this.#disposed) return engine.dispose();
      this.#ready.resolve(engine);
      await attach(this.#keeping.watch(engine));
      if (!this.#disposed) this.status = { at: 'ready' };
    } catch (error) {
      const { cause, message } = problemOf(error);
      this.#ready.reject(error);
      const trouble = problem('page.engine-failed', { detail: cause ?? message });
      this.status = { at: 'failed', problem: trouble };
    }
  }

  async export(
    relation: string,
    format: ExportFormat,
    options: Partial<ExportOptions> = {}
  ): Promise<Blob> {
    return (await this.engine).export(relation, format, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...options
    });
  }

  /** A small read-only query over the relations that exist; at most `limit` rows. */
  async query(sql: string, limit: number): Promise<Columns> {
    return (await this.engine).query(sql, limit);
  }

  async memory(): Promise<{ readonly used: number; readonly limit: number } | null> {
    return this.status.at === 'ready' ? (await this.engine).memory() : null;
  }

  async tableSizes(): Promise<readonly TableSize[]> {
    return this.status.at === 'ready' ? (await this.engine).tableSizes() : [];
  }

  /** Bytes on disk of the results kept for the next visits. */
  async keptBytes(): Promise<number> {
    return this.status.at === 'ready' ? (await this.engine).keptBytes() : 0;
  }

  async forgetKept(): Promise<void> {
    if (this.status.at === 'ready') await (await this.engine).forgetKept();
  }

  setSpeed(speed: number): void {
    void this.engine.then((engine) => engine.setSpeed(speed)).catch(() => undefined);
  }

  /** Ends streams that have no end of their own; they are done with what has come. */
  finishFeeds(): void {
    void this.engine.then((engine) => engine.finishFeeds()).catch(() => undefined);
  }

  /** Removes what is kept of a stream over restarts, once it does not run. */
  async forgetLog(cell: string): Promise<void> {
    await (await this.engine).forgetLog(cell);
  }

  /** Resolves when every result asked to be kept for the next visit is on disk. */
  kept(): Promise<void> {
    return this.#keeping.done();
  }

  dispose(): void {
    this.#disposed = true;
    void this.engine.then((engine) => engine.dispose()).catch(() => undefined);
  }
}
