import { WebSocket } from 'ws';
import type { Columns } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import stream, { type StreamReport } from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import type { LiveEnv } from '#lib/live/env.ts';
import { openFeed } from '#lib/live/feed.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import { runLiveKindForTest } from './live.ts';

export interface FeedCase {
  readonly connections?: readonly Connection[];
  readonly env?: Partial<LiveEnv>;
  /** The feed is asked to finish once this holds. */
  readonly until?: (report: StreamReport) => boolean;
  readonly stop?: AbortSignal;
  readonly speed?: number;
}

export interface FeedOutcome {
  /** The log; undefined when nothing was written. */
  readonly log: Columns | undefined;
  readonly health: Columns | undefined;
  readonly report: StreamReport;
  readonly problems: readonly Problem[];
  /** Every report on the way. */
  readonly reports: readonly StreamReport[];
}

/** The world of a live source in Node: short waits, and the WebSocket of `ws`, which Node 20 lacks. */
export function testEnv(parts: Partial<LiveEnv> = {}, connections: readonly Connection[] = []) {
  const env: LiveEnv = {
    WebSocket: WebSocket as unknown as LiveEnv['WebSocket'],
    fetch: (...request) => fetch(...request),
    secure: false,
    now: () => Date.now(),
    random: () => 0.5,
    backoff: { first: 20, most: 200, tries: 3 },
    connection: (name) => connections.find((c) => c.name === name),
    connectionNames: () => connections.map((c) => c.name),
    growingFile: () => undefined,
    openChannel: (name) => new BroadcastChannel(name),
    ...parts
  };
  return env;
}

/** After so long a feed is asked to finish in any case: what is there then says more than a test that ran out of time. */
const mostMs = 25_000;

/** A stream cell with a live source, run against whatever really answers there. */
export async function runFeedForTest(body: string, options: FeedCase = {}): Promise<FeedOutcome> {
  const { connections = [], until, speed = 1 } = options;
  const env = testEnv(options.env, connections);
  const finish = new AbortController();
  const stop = options.stop ?? new AbortController().signal;
  const reports: StreamReport[] = [];
  const timer = setTimeout(() => finish.abort(), mostMs);
  const outcome = await runLiveKindForTest(stream as unknown as CellKind, runStream, {
    name: 'log',
    body,
    speed,
    feed: (request) => openFeed(request, env, { stop, finish: finish.signal }),
    onReport: (report) => {
      reports.push(report as StreamReport);
      if (until?.(report as StreamReport)) finish.abort();
    },
    context: { now: () => Date.now() }
  });
  clearTimeout(timer);
  const { relations, report, problems } = outcome;
  return {
    log: relations['log'],
    health: relations['log_health'],
    report: report as StreamReport,
    problems,
    reports
  };
}

export function connectionTo(
  name: string,
  url: string,
  more: Partial<Connection> = {}
): Connection {
  return { name, kind: 'http', url, user: '', password: '', database: '', token: '', ...more };
}
