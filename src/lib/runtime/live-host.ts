import { deferred, type Deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { LiveRun } from '#lib/cells/core/context.ts';
import { runnerOf, type AnyRun } from '#lib/cells/runners.ts';
import { workerEnv, type GrowingFile, type LiveEnv } from '#lib/live/env.ts';
import { eventsFolder } from '#lib/live/log/log-places.ts';
import { openOpfsFolder } from '#lib/live/log/opfs-folder.ts';
import { fail } from '#lib/problems/index.ts';
import type { TableContract } from '#lib/relations/data-contract.ts';
import { connect } from '#lib/rpc/client.ts';
import type { Call, HandlerContext, Handlers } from '#lib/rpc/contract.ts';
import type { Connection } from './connection.ts';
import type { GrowingSource, Job } from './engine.ts';
import type { LiveLog, LogEnd } from './live-log.ts';
import { HostedRun, type LiveProgress, type LiveWorld } from './live-run.ts';
import { LiveTables } from './live-tables.ts';
import { LogStore, type LogStoreOptions } from './log-store.ts';
import { mirrorChannel } from './mirror/messages.ts';
import { mirrorRun } from './mirror/mirror-run.ts';
import { Publisher } from './mirror/publisher.ts';
import type { LiveOutcome, StreamContract } from './worker-contracts.ts';

/** Where logs that outlive the page are kept: this site's own files. */
const onDisk: LogStoreOptions = {
  folder: () => openOpfsFolder(eventsFolder),
  locks: globalThis.navigator?.locks
};

/**
 * What the stream worker answers: it runs `live` kinds over the tables behind the data port. `env` is what live sources
 * find around them, `kept` where their logs outlive the page.
 */
export function liveHandlers(
  runner: (kind: string) => Promise<AnyRun> = runnerOf,
  env: Partial<LiveEnv> = {},
  kept: LogStoreOptions = onDisk
): Handlers<StreamContract> {
  const host = new LiveHost(runner, env, new LogStore(kept));
  return {
    connect: ({ data, notebook = '', mirrors = false }) => {
      host.join(notebook, mirrors);
      host.tables = connect<TableContract>(data, { name: 'data' }).call;
      return Promise.resolve(null);
    },
    runJob: (job, context) => host.run(job, context),
    speed: ({ speed }) => {
      host.setSpeed(speed);
      return Promise.resolve(null);
    },
    setConnections: ({ connections }) => {
      host.connections = new Map(connections.map((connection) => [connection.name, connection]));
      return Promise.resolve(null);
    },
    setGrowingFiles: ({ files }) => {
      host.growing = new Map(files.map((file) => [file.name, growing(file)]));
      return Promise.resolve(null);
    },
    forgetLog: async ({ cell }, { signal }) => {
      // The log is that of the tab that leads.
      if (host.mirrored === null) await host.store.forget(cell, signal);
      return null;
    },
    finishFeeds: () => {
      host.finishFeeds();
      return Promise.resolve(null);
    }
  };
}

function growing(file: GrowingSource): GrowingFile {
  return 'getFile' in file ? file : { getFile: () => Promise.resolve(file) };
}

/** The streams and monitors that run in one worker: their logs, and the speed the reader has chosen. */
class LiveHost implements LiveWorld {
  tables: Call<TableContract> | null = null;
  speed: number | undefined;
  speedChange: Deferred<void> = deferred();
  readonly logs = new Map<string, LiveLog>();
  connections: ReadonlyMap<string, Connection> = new Map();
  growing: ReadonlyMap<string, GrowingFile> = new Map();
  finish = new AbortController();
  readonly env: LiveEnv;
  readonly store: LogStore;
  publisher: Publisher | null = null;
  /** The notebook whose live cells another tab runs; null: they run here. */
  mirrored: string | null = null;
  readonly #runner: (kind: string) => Promise<AnyRun>;

  constructor(runner: (kind: string) => Promise<AnyRun>, env: Partial<LiveEnv>, store: LogStore) {
    this.store = store;
    this.#runner = runner;
    this.env = {
      ...workerEnv({
        connection: (name) => this.connections.get(name),
        connectionNames: () => [...this.connections.keys()],
        growingFile: (name) => this.growing.get(name)
      }),
      ...env
    };
  }

  /** Runs the cells of a notebook for all its tabs; with `mirrors`, as another one runs them. */
  join(notebook: string, mirrors: boolean): void {
    this.store.notebook = notebook;
    if (mirrors) this.mirrored = notebook;
    const channel =
      mirrors || notebook === '' ? null : this.env.openChannel(mirrorChannel(notebook));
    this.publisher = channel && new Publisher(channel);
  }

  finishFeeds(): void {
    this.finish.abort();
    this.finish = new AbortController();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    const change = this.speedChange;
    this.speedChange = deferred();
    change.resolve();
  }

  async run(job: Job, context: HandlerContext<LiveProgress>): Promise<LiveOutcome> {
    if (!this.tables) throw new Error('The stream worker has no tables yet');
    if (this.mirrored !== null) return this.#mirror(this.mirrored, job, context);
    const run = new HostedRun(this, this.tables, job, context);
    let end: LogEnd = 'failed';
    let trouble: unknown;
    try {
      const runner = (await this.#runner(job.cell.kind)) as LiveRun<unknown>;
      const outcome = await run.start(runner);
      end = 'done';
      return outcome;
    } catch (error) {
      if (error instanceof Cancelled) end = 'stopped';
      trouble = error;
      throw error;
    } finally {
      run.end(end, trouble);
    }
  }

  #mirror(notebook: string, job: Job, context: HandlerContext<LiveProgress>): Promise<LiveOutcome> {
    const channel = this.env.openChannel(mirrorChannel(notebook));
    if (!channel) throw fail('live.not-led', { cell: job.cell.name });
    return mirrorRun(channel, new LiveTables(this.tables!, job, context.signal), job, context);
  }
}
