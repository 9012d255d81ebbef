import { Quarantine, streamColumns } from '#lib/analytics/stream/quarantine.ts';
import {
  columns,
  emptyColumns,
  numeric,
  text,
  type Columns,
  type Vector
} from '#lib/base/columns.ts';
import { problem } from '#lib/problems/index.ts';
import type { Live, RunContext } from '../core/context.ts';
import type { FeedColumn, FeedItem, FeedStatus } from '../core/feed.ts';
import { FedStream, type Fed } from './fed-stream.ts';
import { KeptFeed } from './kept-feed.ts';
import { publishLog } from './publish.ts';
import type { StreamReport } from './report.ts';
import { retention } from './retention.ts';

const pauseMs = 60_000;

/**
 * Takes events from a live source until it ends, the run is asked to finish, or is stopped. What earlier runs have taken
 * is there first, and the source goes on where they stood; events are on disk before they are shown or acknowledged.
 */
export async function runFeed(
  config: Fed,
  live: Live<StreamReport>,
  ctx: RunContext
): Promise<StreamReport> {
  const { name, feed } = config;
  const kept = await KeptFeed.open(live, identityOf(config), () =>
    live.report(waitingReport(config, ctx.now() + live.elapsed()))
  );
  let fed = await remembered(config, kept, live, ctx);
  if ((fed?.isEmpty ?? true) && feed.columns)
    await live.append(name, withArrival(noRows(feed.columns)));
  for await (const item of live.feed(feed, fed?.mark)) {
    fed ??= new FedStream(config, item.at);
    for (const warning of item.warnings) ctx.warn(warning);
    const log = await takeIn(item, fed, kept);
    fed.kept = kept.report();
    if (log)
      await live.append(name, log, retention(config, fed.intake, fed.time), {
        at: item.at,
        remembered: false
      });
    if (!log?.length) await tick(item, fed, kept, live, name);
    if (log) publishLog(live, config.publish, log);
    // The log comes first: what a cell shows of itself is its first table.
    if (feed.columns || !fed.isEmpty) await live.append(`${name}_health`, fed.takeHealth());
    if (log)
      await live.append(`${name}_quarantine`, fed.intake.quarantined, fed.quarantineBounds());
    await settle(fed, kept);
    live.report(fed.report());
    ctx.progress({ done: fed.intake.accepted, unit: 'events' });
    await ctx.checkpoint();
    while (live.speed() === 0) await live.sleep(pauseMs);
  }
  fed ??= new FedStream(config, ctx.now());
  await settle(fed, kept, true);
  fed.finish();
  if (fed.isEmpty && !feed.columns) await live.append(name, withArrival(noRows([])));
  await live.append(`${name}_health`, fed.takeHealth());
  if (fed.isEmpty) await live.append(`${name}_quarantine`, emptyQuarantine(feed.columns ?? []));
  if (kept.trouble) ctx.warn(kept.trouble);
  if (fed.intake.untimed > 0)
    ctx.warn(problem('live.untimed', { rows: fed.intake.untimed, column: fed.time }));
  return fed.report();
}

/** What makes the log of one source another's: where it comes from, how it is read, and what makes an event new. */
function identityOf({ feed, time, id, sequence, schema }: Fed): unknown {
  const { source, columns: stated } = feed;
  return { source, stated, time, id, sequence, schema };
}

/** The stream as its log remembers it, its tables filled; null where nothing is remembered. */
async function remembered(
  config: Fed,
  kept: KeptFeed,
  live: Live<StreamReport>,
  ctx: RunContext
): Promise<FedStream | null> {
  const { name } = config;
  const state = kept.state && FedStream.knows(kept.state.value) ? kept.state : null;
  const known = state?.rows ?? 0;
  let fed: FedStream | null = null;
  const groups = kept.recall((record) => {
    if (!fed) {
      fed = new FedStream(config, (record.note as { at: number }).at);
      if (state) fed.restore(state.value);
    }
    fed.remember(record, known);
  });
  const now = ctx.now() + live.elapsed();
  for await (const { rows, ...came } of groups) {
    const { intake, time } = fed!;
    await live.append(name, rows, retention(config, intake, time), { ...came, remembered: true });
    ctx.progress({ done: intake.accepted, unit: 'events' });
    await ctx.checkpoint();
  }
  for (const lost of kept.lost()) ctx.warn(lost);
  const stream = fed as FedStream | null;
  if (!stream) return null;
  await recallQuarantine(stream, kept, live, name);
  const health = stream.wake(now);
  // Without a state there are no columns either.
  if (health.length > 0 && !stream.isEmpty) await live.append(`${name}_health`, health);
  return stream;
}

async function recallQuarantine(
  fed: FedStream,
  kept: KeptFeed,
  live: Live<StreamReport>,
  name: string
): Promise<void> {
  for await (const rows of kept.recallQuarantine(fed.held)) {
    // Where nothing else has come, they tell what columns there are.
    if (fed.isEmpty) await live.append(name, withArrival(streamColumns(rows)));
    fed.rememberQuarantine(rows);
    await live.append(`${name}_quarantine`, rows, fed.quarantineBounds());
  }
}

/** The rows that an item adds, on disk with where the source then stands. */
async function takeIn(item: FeedItem, fed: FedStream, kept: KeptFeed): Promise<Columns | null> {
  const { intake } = fed;
  const { duplicates, untimed } = intake;
  const log = fed.take(item);
  if (!item.rows) return null;
  const held = intake.quarantine.count;
  await kept.appendQuarantine(intake.quarantined, held);
  await kept.append(log, {
    held,
    at: item.at,
    mark: item.mark,
    duplicates: intake.duplicates - duplicates,
    untimed: intake.untimed - untimed
  });
  return log;
}

/** Nothing has come: event time goes on by the clock, which is on disk before anyone folds it. */
async function tick(
  item: FeedItem,
  fed: FedStream,
  kept: KeptFeed,
  live: Live<StreamReport>,
  name: string
): Promise<void> {
  const now = fed.tick(item);
  if (now === null) return;
  const { at, mark } = item;
  await kept.append(null, { at, mark, duplicates: 0, untimed: 0, tick: now });
  const came = { at, remembered: false, tick: now, after: fed.intake.accepted };
  await live.append(name, emptyColumns, [], came);
}

function settle(fed: FedStream, kept: KeptFeed, now = false): Promise<void> {
  return kept.settle(
    fed.intake.accepted,
    () => fed.state(),
    () => fed.firstRetained(),
    now
  );
}

/** What is shown while another tab has the log. */
function waitingReport(config: Fed, now: number): StreamReport {
  const fed = new FedStream(config, now);
  const status: FeedStatus = {
    state: 'connecting',
    since: now,
    retryAt: null,
    lostAt: now,
    opened: 0,
    trouble: null,
    messages: 0,
    bytes: 0,
    queued: 0,
    dropped: 0,
    unreadable: 0,
    misfits: 0
  };
  fed.kept = { on: 'elsewhere', bytes: 0, found: 0, trouble: null };
  fed.stand(status, now);
  return fed.report();
}

function noRows(wanted: readonly FeedColumn[]): Columns {
  return columns(Object.fromEntries(wanted.map(({ name, type }) => [name, noValues(type)])));
}

function noValues(type: FeedColumn['type']): Vector {
  if (type === 'text') return text([]);
  if (type === 'boolean') return { type, values: new Uint8Array(), valid: null };
  return numeric([], type);
}

function emptyQuarantine(fields: readonly FeedColumn[]): Columns {
  return new Quarantine(Infinity).take(noRows(fields));
}

function withArrival(table: Columns): Columns {
  return {
    length: 0,
    names: [...table.names, 'arrival'],
    vectors: [...table.vectors, numeric([], 'integer')]
  };
}
