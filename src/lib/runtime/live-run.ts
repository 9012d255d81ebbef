import type { Columns } from '#lib/base/columns.ts';
import { deferred, type Deferred } from '#lib/base/deferred.ts';
import type { Problem } from '#lib/base/problem.ts';
import type {
  Came,
  Followed,
  KeptLog,
  Live,
  LiveRun,
  RelationInfo
} from '#lib/cells/core/context.ts';
import type { LiveEnv } from '#lib/live/env.ts';
import { openFeed } from '#lib/live/feed.ts';
import type { StreamLog } from '#lib/live/log/stream-log.ts';
import { ipcFromColumns } from '#lib/relations/arrow.ts';
import type { TableContract } from '#lib/relations/data-contract.ts';
import { problemOf } from '#lib/rpc/bug.ts';
import type { Call, HandlerContext, ProgressOf } from '#lib/rpc/contract.ts';
import type { Job } from './engine.ts';
import { LiveLog, slices, unlessAborted, type LogEnd } from './live-log.ts';
import { LiveMemory } from './live-memory.ts';
import { LiveSink } from './live-sink.ts';
import { LiveTables } from './live-tables.ts';
import type { LogStore } from './log-store.ts';
import type { Publication } from './mirror/publication.ts';
import type { Publisher } from './mirror/publisher.ts';
import { runContext } from './run-context.ts';
import type { LiveOutcome, StreamContract } from './worker-contracts.ts';

export type LiveProgress = ProgressOf<StreamContract['runJob']>;

/** What the runs of one worker share. */
export interface LiveWorld {
  /** Where other tabs of the notebook can follow; null: there is no such place. */
  readonly publisher: Publisher | null;
  /** Of the streams that run now, by relation in lower case. */
  readonly logs: Map<string, LiveLog>;
  readonly store: LogStore;
  readonly env: LiveEnv;
  /** Event time per wall-clock time; undefined until the reader chooses. */
  readonly speed: number | undefined;
  readonly speedChange: Deferred<void>;
  /** Aborted when live sources are to end; a new one then stands for those that start later. */
  readonly finish: AbortController;
}

/** One run of one live cell: what its kind may do, done. What it has written stays when it is stopped. */
export class HostedRun {
  readonly #world: LiveWorld;
  readonly #tables: LiveTables;
  readonly #job: Job;
  readonly #context: HandlerContext<LiveProgress>;
  readonly #log: LiveLog;
  readonly #sink: LiveSink;
  readonly #publication: Publication | null;
  readonly #relations = new Map<string, RelationInfo>();
  readonly #leave: (() => void)[] = [];
  readonly #channels = new Map<string, BroadcastChannel | null>();
  readonly #began = performance.now();
  #report: unknown = null;
  #problems: () => readonly Problem[] = () => [];
  #revision = 0;
  #appended = 0;
  #followed = 0;
  #started: number | null = null;
  #memory: LiveMemory | null = null;

  constructor(
    world: LiveWorld,
    tables: Call<TableContract>,
    job: Job,
    context: HandlerContext<LiveProgress>
  ) {
    this.#world = world;
    this.#tables = new LiveTables(tables, job, context.signal);
    this.#job = job;
    this.#context = context;
    const own = job.outputs[0]!;
    this.#sink = new LiveSink(
      (relation, batch, retain, revision) => {
        const ipc = ipcFromColumns(batch);
        this.#publication?.write(relation, ipc, retain, revision);
        return this.#tables.writeIpc(relation, ipc, { retain, revision });
      },
      (info) => this.#noteTable(info)
    );
    this.#log = new LiveLog(own, async () => {
      await this.#sink.flush();
      return this.#tables.read(own);
    });
    world.logs.get(own.toLowerCase())?.end('stopped');
    world.logs.set(own.toLowerCase(), this.#log);
    this.#publication =
      world.publisher?.open(job.cell.name, { writer: this.#sink, reader: this.#tables }) ?? null;
  }

  async start(run: LiveRun<unknown>): Promise<LiveOutcome> {
    const { context, verdict } = runContext(this.#job, {
      signal: this.#context.signal,
      onProgress: (progress) => {
        this.#publication?.progress(progress);
        this.#context.progress({ progress });
      }
    });
    this.#problems = () => verdict().problems;
    try {
      this.#report = await run(this.#job.cell, this.#live(), context);
    } catch (error) {
      await this.#sink.flush().catch(() => undefined);
      throw error;
    }
    await this.#sink.flush();
    const outcome = {
      ...verdict(),
      report: this.#report,
      events: this.#job.follows.length > 0 ? this.#followed : this.#appended,
      started: this.#started ?? this.#job.now
    };
    this.#publication?.end({ how: 'done', outcome });
    return { ...outcome, relations: this.#written() };
  }

  /** `error`: what it ended by, unless it is done. */
  end(how: LogEnd, error?: unknown): void {
    if (how === 'stopped') this.#publication?.end({ how });
    if (how === 'failed') this.#publication?.end({ how, problem: problemOf(error) });
    for (const leave of this.#leave) leave();
    this.#log.end(how);
    const own = this.#job.outputs[0]!.toLowerCase();
    const { logs } = this.#world;
    if (logs.get(own) === this.#log) logs.delete(own);
  }

  #live(): Live<unknown> {
    const { signal } = this.#context;
    const world = this.#world;
    return {
      read: (relation, columns) => this.#tables.read(relation, columns),
      follow: (stream, identity) => this.#follow(stream, identity),
      ...(world.store.notebook === ''
        ? {}
        : { keep: (identity: unknown, onWait: () => void) => this.#keep(identity, onWait) }),
      feed: (request, mark = null) =>
        openFeed(request, world.env, { stop: signal, finish: world.finish.signal }, mark),
      append: async (relation, batch, retain = [], came) => {
        // A tick has no columns that could make a table: it is for followers alone.
        if (came?.tick === undefined) {
          this.#memory?.note(relation, batch, null, retain);
          await this.#sink.append(relation, batch, retain, signal);
        }
        await this.#hand(relation, batch, came);
      },
      revise: (relation, batch, revision, retain = []) => {
        this.#memory?.note(relation, batch, revision, retain);
        return this.#sink.append(relation, batch, retain, signal, revision);
      },
      settle: (relation, batch) => this.#hand(relation, batch),
      publish: (channel, rows) => this.#publish(channel, rows),
      report: (report) => {
        this.#report = report;
        this.#publication?.report(report, this.#problems());
        this.#tell();
      },
      speed: () => world.speed,
      elapsed: () => performance.now() - this.#began,
      sleep: async (ms) => {
        const time = deferred<void>();
        const timer = setTimeout(() => time.resolve(), ms);
        try {
          await unlessAborted(Promise.race([time.promise, world.speedChange.promise]), signal);
        } finally {
          clearTimeout(timer);
        }
      }
    };
  }

  #publish(name: string, rows: Columns): void {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = this.#world.env.openChannel(name);
      this.#channels.set(name, channel);
      this.#leave.push(() => channel?.close());
    }
    if (!channel) return;
    for (const part of slices(rows)) channel.postMessage(ipcFromColumns(part));
  }

  async #keep(identity: unknown, onWait: () => void): Promise<KeptLog | null> {
    const opened = await this.#world.store.open(
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
    const log = this.#world.logs.get(name);
    if (!log || log.ended) {
      const batches = slices(await this.#tables.read(stream));
      return { clock, batches: this.#counted(batches) };
    }
    const kept = identity === undefined ? null : await unlessAborted(log.kept.promise, signal);
    const memory = kept && (await this.#remember(kept, [clock, identity]));
    const { batches, leave } = log.follow(signal, memory?.position ?? 0);
    this.#leave.push(leave);
    const seen = { at: memory?.position ?? 0, came: null as Came | null };
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
      ...(memory ? { kept: memory.state(seen) } : {})
    };
  }

  /** What this cell keeps with a stream; what it had written is written again. */
  async #remember(kept: StreamLog, identity: unknown): Promise<LiveMemory> {
    const memory = await LiveMemory.open(this.#job, kept, identity);
    this.#leave.push(() => memory.close());
    for await (const { relation, rows, retain, revision } of memory.recall())
      await this.#sink.append(relation, rows, retain, this.#context.signal, revision);
    this.#memory = memory;
    return memory;
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
        report: this.#report,
        problems: this.#problems()
      }
    });
  }
}
