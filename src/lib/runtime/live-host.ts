import type { Columns } from '#lib/base/columns.ts';
import { deferred, type Deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type {
  Came,
  Followed,
  KeptLog,
  KeptState,
  Live,
  LiveRun,
  RelationInfo,
  Retention,
  Revision
} from '#lib/cells/core/context.ts';
import { runnerOf, type AnyRun } from '#lib/cells/runners.ts';
import { workerEnv, type GrowingFile, type LiveEnv } from '#lib/live/env.ts';
import { openFeed } from '#lib/live/feed.ts';
import { fail } from '#lib/problems/index.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import type { TableContract } from '#lib/relations/data-contract.ts';
import { connect } from '#lib/rpc/client.ts';
import type { Call, HandlerContext, Handlers, ProgressOf } from '#lib/rpc/contract.ts';
import type { Connection } from './connection.ts';
import type { GrowingSource, Job } from './engine.ts';
import { hash128 } from '#lib/base/hash.ts';
import { openOpfsFolder } from '#lib/live/log/opfs-folder.ts';
import type { FollowerLog, StreamLog } from '#lib/live/log/stream-log.ts';
import { canonicalConfig } from './canonical.ts';
import { LiveLog, slices, unlessAborted, type LogEnd } from './live-log.ts';
import { LiveSink } from './live-sink.ts';
import { LogStore, type LogStoreOptions } from './log-store.ts';
import { runContext } from './run-context.ts';
import type { LiveOutcome, StreamContract } from './worker-contracts.ts';

type LiveProgress = ProgressOf<StreamContract['runJob']>;

/** Where logs that outlive the page are kept: this site's own files. */
const onDisk: LogStoreOptions = {
  folder: () => openOpfsFolder('events'),
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
    connect: ({ data, notebook = '' }) => {
      host.store.notebook = notebook;
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
      await host.store.forget(cell, signal);
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
class LiveHost {
  tables: Call<TableContract> | null = null;
  /** undefined until the reader chooses. */
  speed: number | undefined;
  speedChange: Deferred<void> = deferred();
  readonly logs = new Map<string, LiveLog>();
  connections: ReadonlyMap<string, Connection> = new Map();
  growing: ReadonlyMap<string, GrowingFile> = new Map();
  /** Aborted when live sources are to end; a new one then stands for those that start later. */
  finish = new AbortController();
  readonly env: LiveEnv;
  readonly store: LogStore;
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
    const run = new HostedRun(this, this.tables, job, context);
    let end: LogEnd = 'failed';
    try {
      const runner = (await this.#runner(job.cell.kind)) as LiveRun<unknown>;
      const outcome = await run.start(runner);
      end = 'done';
      return outcome;
    } catch (error) {
      if (error instanceof Cancelled) end = 'stopped';
      throw error;
    } finally {
      run.end(end);
    }
  }
}

/** One run of one live cell. What it has written stays when it is stopped. */
class HostedRun {
  readonly #host: LiveHost;
  readonly #tables: Call<TableContract>;
  readonly #job: Job;
  readonly #context: HandlerContext<LiveProgress>;
  readonly #log: LiveLog;
  readonly #sink: LiveSink;
  readonly #relations = new Map<string, RelationInfo>();
  readonly #leave: (() => void)[] = [];
  readonly #began = performance.now();
  #report: unknown = null;
  #revision = 0;
  #appended = 0;
  #followed = 0;
  #started: number | null = null;
  #follower: FollowerLog | null = null;

  constructor(
    host: LiveHost,
    tables: Call<TableContract>,
    job: Job,
    context: HandlerContext<LiveProgress>
  ) {
    this.#host = host;
    this.#tables = tables;
    this.#job = job;
    this.#context = context;
    const own = job.outputs[0]!;
    this.#sink = new LiveSink(
      (relation, batch, retain, revision) => this.#write(relation, batch, retain, revision),
      (info) => this.#noteTable(info)
    );
    this.#log = new LiveLog(own, async () => {
      await this.#sink.flush();
      return this.#read(own);
    });
    host.logs.get(own.toLowerCase())?.end('stopped');
    host.logs.set(own.toLowerCase(), this.#log);
  }

  async start(run: LiveRun<unknown>): Promise<LiveOutcome> {
    const { context, verdict } = runContext(this.#job, {
      signal: this.#context.signal,
      onProgress: (progress) => this.#context.progress({ progress })
    });
    try {
      this.#report = await run(this.#job.cell, this.#live(), context);
    } catch (error) {
      await this.#sink.flush().catch(() => undefined);
      throw error;
    }
    await this.#sink.flush();
    return {
      ...verdict(),
      report: this.#report,
      relations: this.#written(),
      events: this.#job.follows.length > 0 ? this.#followed : this.#appended,
      started: this.#started ?? this.#job.now
    };
  }

  end(how: LogEnd): void {
    for (const leave of this.#leave) leave();
    this.#log.end(how);
    const own = this.#job.outputs[0]!.toLowerCase();
    if (this.#host.logs.get(own) === this.#log) this.#host.logs.delete(own);
  }

  #live(): Live<unknown> {
    const { signal } = this.#context;
    const host = this.#host;
    return {
      read: (relation, columns) => this.#read(relation, columns),
      follow: (stream, identity) => this.#follow(stream, identity),
      ...(host.store.notebook === ''
        ? {}
        : { keep: (identity: unknown, onWait: () => void) => this.#keep(identity, onWait) }),
      feed: (request, mark = null) =>
        openFeed(request, host.env, { stop: signal, finish: host.finish.signal }, mark),
      append: async (relation, batch, retain = [], came) => {
        if (batch.length > 0) this.#follower?.note(relation, batch);
        await this.#sink.append(relation, batch, retain, signal);
        await this.#hand(relation, batch, came);
      },
      revise: (relation, batch, revision) => {
        if (batch.length > 0) this.#follower?.note(relation, batch, revision);
        return this.#sink.append(relation, batch, [], signal, revision);
      },
      settle: (relation, batch) => this.#hand(relation, batch),
      report: (report) => {
        this.#report = report;
        this.#tell();
      },
      speed: () => host.speed,
      elapsed: () => performance.now() - this.#began,
      sleep: async (ms) => {
        const time = deferred<void>();
        const timer = setTimeout(() => time.resolve(), ms);
        try {
          await unlessAborted(Promise.race([time.promise, host.speedChange.promise]), signal);
        } finally {
          clearTimeout(timer);
        }
      }
    };
  }

  async #keep(identity: unknown, onWait: () => void): Promise<KeptLog | null> {
    const opened = await this.#host.store.open(
      this.#job.cell.name,
      identity,
      this.#context.signal,
      onWait
    );
    if (opened) this.#leave.push(() => opened.close());
    this.#log.kept.resolve(opened?.log ?? null);
    return opened?.log ?? null;
  }

  /** Gives rows to the followers of the run's own log. */
  async #hand(relation: string, batch: Columns, came?: Came): Promise<void> {
    if (relation !== this.#job.outputs[0]) return;
    this.#count(batch.length);
    this.#appended += batch.length;
    await this.#log.append(batch, this.#context.signal, came);
  }

  async #follow(stream: string, identity?: unknown): Promise<Followed> {
    const { signal } = this.#context;
    const name = stream.toLowerCase();
    const clock = this.#job.follows.find((f) => f.relation.toLowerCase() === name)?.clock ?? null;
    const log = this.#host.logs.get(name);
    if (!log || log.ended) {
      const batches = slices(await this.#read(stream));
      return { clock, batches: this.#counted(batches) };
    }
    const kept = identity === undefined ? null : await unlessAborted(log.kept.promise, signal);
    const follower = kept && (await this.#remember(kept, [clock, identity]));
    const { batches, leave } = log.follow(signal, follower?.position ?? 0);
    this.#leave.push(leave);
    const seen = { at: follower?.position ?? 0, came: null as Came | null };
    async function* rows() {
      for await (const { rows, to, came } of batches) {
        seen.at = to;
        seen.came = came;
        yield rows;
      }
    }
    return {
      clock,
      batches: this.#counted(rows()),
      isRunning: true,
      came: () => seen.came,
      ...(follower ? { kept: this.#keptState(follower, seen) } : {})
    };
  }

  /** What this cell keeps with a stream; what it had written is written again. */
  async #remember(kept: StreamLog, identity: unknown): Promise<FollowerLog> {
    const { cell } = this.#job;
    const print = hash128(`${cell.kind} ${cell.name.toLowerCase()} ${canonicalConfig(identity)}`);
    const follower = await kept.follower(print.slice(0, 16));
    this.#leave.push(() => kept.release(follower));
    for await (const { relation, rows, revision } of follower.recall())
      await this.#sink.append(relation, rows, [], this.#context.signal, revision);
    this.#follower = follower;
    return follower;
  }

  #keptState(follower: FollowerLog, seen: { readonly at: number }): KeptState {
    return {
      found: follower.value,
      isDue: () => follower.isDue(seen.at),
      save: async (state) => {
        // A disk that is full or broken keeps what was saved before; the run goes on without.
        await follower.save(seen.at, state).catch((error: unknown) => {
          if (!(error instanceof DOMException)) throw error;
          follower.close();
          this.#follower = null;
        });
      }
    };
  }

  async *#counted(batches: AsyncIterable<Columns> | Iterable<Columns>): AsyncGenerator<Columns> {
    for await (const batch of batches) {
      this.#count(batch.length);
      this.#followed += batch.length;
      yield batch;
    }
  }

  #count(rows: number): void {
    if (rows > 0) this.#started ??= Date.now();
  }

  /** A log comes back in order of arrival, whatever order the table keeps. */
  async #read(relation: string, columns?: readonly string[]): Promise<Columns> {
    const { signal } = this.#context;
    const info = await this.#tables('describeTable', { relation }, { signal });
    if (!info) throw fail('live.stream-missing', { stream: relation });
    const isLog =
      this.#job.follows.some((f) => f.relation.toLowerCase() === relation.toLowerCase()) ||
      relation === this.#job.outputs[0];
    const numbered = isLog && info.fields.some((f) => f.name === 'arrival');
    const ipc = await this.#tables(
      'readTable',
      {
        relation,
        ...(columns ? { columns } : {}),
        ...(numbered ? { orderBy: ['arrival'] } : {})
      },
      { signal }
    );
    return columnsFromIpc(ipc);
  }

  #write(
    relation: string,
    batch: Columns,
    retain: readonly Retention[],
    revision: Revision | null
  ) {
    const ipc = ipcFromColumns(batch);
    return this.#tables(
      'appendTable',
      {
        run: this.#job.run,
        relation,
        ipc,
        ...(retain.length > 0 ? { retain } : {}),
        ...(revision ? { revision } : {})
      },
      { transfer: [ipc.buffer] }
    );
  }

  #noteTable(info: RelationInfo): void {
    this.#relations.set(info.name, info);
    this.#tell();
  }

  /** The tables that are there by now, the cell's own first. */
  #written(): RelationInfo[] {
    return this.#job.outputs.flatMap((name) => this.#relations.get(name) ?? []);
  }

  #tell(): void {
    this.#context.progress({
      live: {
        revision: ++this.#revision,
        relations: this.#written(),
        report: this.#report
      }
    });
  }
}
