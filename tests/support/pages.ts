import { toRows } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { StreamClock } from '#lib/cells/core/context.ts';
import monitor from '#lib/cells/monitor/index.ts';
import stream, { type StreamReport } from '#lib/cells/stream/index.ts';
import type { LiveEnv } from '#lib/live/env.ts';
import type { LiveUpdate } from '#lib/runtime/engine.ts';
import { testEnv } from './feed.ts';
import { MemoryFolder } from './log-folder.ts';
import { job, openWorker } from './stream-worker.ts';

export interface PageCase {
  /** The body of the stream `log`. */
  readonly feed: string;
  /** The body of a monitor `watch` over it, and the stream's clock; absent: none. */
  readonly watch?: { readonly body: string; readonly clock: StreamClock };
  readonly env?: Partial<LiveEnv>;
  /** The reader ends the stream once this holds; absent: it ends by itself. */
  readonly until?: (report: StreamReport) => boolean;
}

export interface PageOutcome {
  /** Whether it lived to its end. */
  readonly ok: boolean;
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly reports: readonly StreamReport[];
  readonly problems: readonly Problem[];
  /** The most rows that each table has had. */
  readonly largest: Readonly<Record<string, number>>;
  /** Why it did not. */
  readonly failure?: unknown;
}

const pace = { rows: 150, ms: 1000 };

/** One page: a stream, and its monitor if there is one, until the stream is done or the disk dies; what is in the tables then. */
export async function page(
  { feed, watch, env = {}, until }: PageCase,
  disk: MemoryFolder
): Promise<PageOutcome> {
  const worker = await openWorker({}, { env: testEnv(env), disk, pace });
  const reports: StreamReport[] = [];
  const onProgress = ({ live }: { live?: LiveUpdate }) => {
    if (!live?.report) return;
    reports.push(live.report as StreamReport);
    if (until?.(reports.at(-1)!)) void worker.call('finishFeeds', null).catch(() => undefined);
  };
  const running = [worker.call('runJob', job(stream, 'log', feed), { onProgress })];
  if (watch) running.push(worker.call('runJob', job(monitor, 'watch', watch.body, watch.clock)));
  const [own, ...others] = await Promise.allSettled(running);
  const tables = Object.fromEntries(
    [...worker.tables].map(([name, table]) => [name, toRows(table)] as const)
  );
  worker.close();
  const failed = [own!, ...others].find((settled) => settled.status === 'rejected');
  const problems = own!.status === 'fulfilled' ? own!.value.problems : [];
  const outcome = { ok: !failed, tables, reports, problems, largest: worker.largest };
  return failed ? { ...outcome, failure: failed.reason as unknown } : outcome;
}

/** Pages on one disk that die after so many bytes each, until one lives to its end; that one, and how many died. */
export async function pagesThatDie(
  given: PageCase,
  budgets: () => number,
  deaths: number
): Promise<PageOutcome & { readonly kills: number; readonly disk: MemoryFolder }> {
  let disk = new MemoryFolder();
  for (let kills = 0; ; kills++) {
    disk = disk.survived(kills < deaths ? budgets() : Infinity);
    const outcome = await page(given, disk);
    if (outcome.ok) return { ...outcome, kills, disk };
    if (disk.budget.left > 0)
      throw new Error('It failed, and not for the disk', { cause: outcome.failure });
  }
}
