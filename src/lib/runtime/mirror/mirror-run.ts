import { deferred } from '#lib/base/deferred.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { HandlerContext } from '#lib/rpc/contract.ts';
import type { Job } from '../engine.ts';
import { unlessAborted } from '../live-log.ts';
import type { LiveProgress } from '../live-run.ts';
import type { LiveTables } from '../live-tables.ts';
import type { LiveOutcome } from '../worker-contracts.ts';
import type { Asked, PublishedEnd, Question, Told } from './messages.ts';

/** How often a tab that leads is asked until it answers, and how long it may say that it has no such run, or nothing. */
const askEvery = 1000;
const absentFor = 5000;
const silentFor = 30_000;
/** How long it may say nothing in the middle of its state until it is asked whether that still comes. */
const breakFor = 5000;
/** How many times in a row it may fail to give its state. */
const mostFailures = 5;

/** A run of a live cell in a tab that does not lead: its tables and its report are those of the tab that does. */
export async function mirrorRun(
  channel: BroadcastChannel,
  tables: LiveTables,
  job: Job,
  context: HandlerContext<LiveProgress>
): Promise<LiveOutcome> {
  const mirror = new MirrorRun(channel, tables, job, context);
  try {
    return await unlessAborted(mirror.ended, context.signal);
  } finally {
    mirror.close();
  }
}

class MirrorRun {
  readonly #channel: BroadcastChannel;
  readonly #tables: LiveTables;
  readonly #job: Job;
  readonly #context: HandlerContext<LiveProgress>;
  readonly #cell: string;
  readonly #by = crypto.randomUUID();
  readonly #end = deferred<LiveOutcome>();
  readonly #relations = new Map<string, RelationInfo>();
  /** The number of the last write taken in, by relation. */
  readonly #numbers = new Map<string, number>();
  readonly #asking: ReturnType<typeof setInterval>;
  /** When the tab that leads has last been heard of. */
  #heard = performance.now();
  /** The run that is followed; null until the tab that leads has answered. */
  #run: string | null = null;
  /** Whether every table is here, so that the writes from then on complete them. */
  #isWhole = false;
  #isAbsent = false;
  #failures = 0;
  #report: unknown = null;
  #problems: readonly Problem[] = [];
  #revision = 0;
  /** Messages are taken in one after the other. */
  #taking: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(
    channel: BroadcastChannel,
    tables: LiveTables,
    job: Job,
    context: HandlerContext<LiveProgress>
  ) {
    this.#channel = channel;
    this.#tables = tables;
    this.#job = job;
    this.#context = context;
    this.#cell = job.cell.name.toLowerCase();
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isTold(data) || data.cell !== this.#cell) return;
      if (data.to !== null && data.to !== this.#by) return;
      if (data.tell !== 'absent') this.#heard = performance.now();
      this.#waiting++;
      this.#taking = this.#taking
        .then(() => this.#take(data))
        .catch((error: unknown) => this.#end.reject(error))
        .finally(() => this.#waiting--);
    };
    this.#asking = setInterval(() => this.#askAgain(), askEvery);
    this.#askState();
  }

  /** Resolves or rejects as the run that is followed does. */
  get ended(): Promise<LiveOutcome> {
    return this.#end.promise;
  }

  close(): void {
    clearInterval(this.#asking);
    this.#ask({ ask: 'nothing' });
    this.#channel.close();
  }

  /** What comes from now on counts as the state of a run not known yet. */
  #forget(): void {
    this.#run = null;
    this.#isWhole = false;
    this.#numbers.clear();
    this.#heard = performance.now();
  }

  #askState(): void {
    this.#forget();
    this.#ask({ ask: 'state' });
  }

  #askAgain(): void {
    if (this.#isWhole || this.#waiting > 0) return;
    const silence = performance.now() - this.#heard;
    if (silence >= (this.#isAbsent ? absentFor : silentFor))
      this.#end.reject(fail('live.not-led', { cell: this.#job.cell.name }));
    else if (this.#run === null || silence >= breakFor) this.#ask({ ask: 'state' });
  }

  async #take(told: Told): Promise<void> {
    if (told.tell === 'absent' || told.tell === 'coming') {
      if (this.#isWhole) return;
      this.#isAbsent = told.tell === 'absent';
      const run = this.#isAbsent ? null : told.run;
      // What had begun to come is not to be ended any more.
      if (this.#run !== null && this.#run !== run) this.#forget();
      this.#run = run;
      return;
    }
    if (told.run !== this.#run) return;
    switch (told.tell) {
      case 'table':
        await this.#write(told, { fresh: true });
        break;
      case 'rows':
        await this.#takeRows(told);
        this.#ask({ ask: 'more', size: told.size });
        break;
      case 'report': {
        const { report, problems, progress } = told.shown;
        this.#report = report;
        this.#problems = problems;
        this.#show();
        if (progress) this.#context.progress({ progress });
        if (told.size > 0) this.#ask({ ask: 'more', size: told.size });
        break;
      }
      case 'whole':
        this.#isWhole = true;
        this.#failures = 0;
        break;
      case 'behind':
        this.#askState();
        break;
      case 'trouble':
        if (++this.#failures === mostFailures) throw new ProblemError(told.problem);
        this.#forget();
        break;
      case 'end':
        if (this.#isWhole) this.#finish(told.end);
    }
  }

  async #takeRows(told: Told & { tell: 'rows' }): Promise<void> {
    const at = this.#numbers.get(told.relation) ?? 0;
    if (told.number <= at) return;
    if (told.number === at + 1) await this.#write(told, { fresh: at === 0 });
    // Before the table itself has come, its later writes are in it.
    else if (this.#isWhole) this.#askState();
  }

  async #write(
    told: Told & { tell: 'table' | 'rows' },
    { fresh }: { fresh: boolean }
  ): Promise<void> {
    const { relation, ipc, number } = told;
    if (!this.#job.outputs.some((name) => name.toLowerCase() === relation.toLowerCase())) return;
    const how = told.tell === 'rows' ? { retain: told.retain, revision: told.revision } : {};
    const info = await this.#tables.writeIpc(relation, ipc, { ...how, fresh });
    this.#numbers.set(relation, number);
    this.#relations.set(info.name, info);
    this.#show();
  }

  #written(): RelationInfo[] {
    return this.#job.outputs.flatMap((name) => this.#relations.get(name) ?? []);
  }

  #show(): void {
    const revision = ++this.#revision;
    this.#context.progress({
      live: {
        revision,
        relations: this.#written(),
        report: this.#report,
        problems: this.#problems
      }
    });
  }

  /** What is here is of another tab's run: nobody is to keep it as a result of this one's. */
  #finish(end: PublishedEnd): void {
    if (end.how === 'stopped') this.#end.reject(new Cancelled());
    else if (end.how === 'failed') this.#end.reject(new ProblemError(end.problem));
    else this.#end.resolve({ ...end.outcome, relations: this.#written(), partial: true });
  }

  #ask(question: Question): void {
    const asked: Asked = { ...question, cell: this.#cell, by: this.#by };
    this.#channel.postMessage(asked);
  }
}

function isTold(data: unknown): data is Told {
  return typeof data === 'object' && data !== null && 'tell' in data;
}
