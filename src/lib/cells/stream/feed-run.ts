import { eventTimes } from '#lib/analytics/stream/event-time.ts';
import { columnOf } from '#lib/analytics/stream/batch-scope.ts';
import { FeedIntake } from '#lib/analytics/stream/feed-intake.ts';
import { Quarantine } from '#lib/analytics/stream/quarantine.ts';
import { columns, numeric, text, type Columns, type Vector } from '#lib/base/columns.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Live, Retention, RunContext } from '../core/context.ts';
import type { FeedColumn, FeedItem, FeedRequest } from '../core/feed.ts';
import type { StreamConfig } from './config.ts';
import { clockReport, type FeedGap, type StreamReport } from './report.ts';
import { retention } from './retention.ts';
import { reachOf } from './sources.ts';

/** A live source as it runs. */
type Fed = Omit<StreamConfig, 'replay' | 'feed'> & {
  readonly feed: FeedRequest;
  readonly name: string;
};

/** Milliseconds of a row of the health table, how many gaps a report tells, and rows of the quarantine. */
const healthPeriod = 10_000;
const gapsTold = 12;
const quarantineRows = 100_000;
const pauseMs = 60_000;

/** Takes events from a live source until it ends, the run is asked to finish, or is stopped. */
export async function runFeed(
  config: Fed,
  live: Live<StreamReport>,
  ctx: RunContext
): Promise<StreamReport> {
  const { name, feed } = config;
  let fed: FedStream | null = null;
  if (feed.columns) await live.append(name, withArrival(noRows(feed.columns)));
  for await (const item of live.feed(feed)) {
    fed ??= new FedStream(config, item.at);
    for (const warning of item.warnings) ctx.warn(warning);
    const log = fed.take(item);
    if (log) await live.append(name, log, retention(config, fed.intake, fed.time));
    // The log comes first: what a cell shows of itself is its first table.
    if (feed.columns || !fed.isEmpty) await live.append(`${name}_health`, fed.intake.health.take());
    if (log)
      await live.append(`${name}_quarantine`, fed.intake.quarantined, fed.quarantineBounds());
    live.report(fed.report());
    ctx.progress({ done: fed.intake.accepted, unit: 'events' });
    await ctx.checkpoint();
    while (live.speed() === 0) await live.sleep(pauseMs);
  }
  fed ??= new FedStream(config, ctx.now());
  fed.finish();
  if (fed.isEmpty && !feed.columns) await live.append(name, withArrival(noRows([])));
  await live.append(`${name}_health`, fed.intake.health.take());
  if (fed.isEmpty) await live.append(`${name}_quarantine`, emptyQuarantine(feed.columns ?? []));
  if (fed.intake.untimed > 0)
    ctx.warn(problem('live.untimed', { rows: fed.intake.untimed, column: fed.time }));
  return fed.report();
}

class FedStream {
  readonly intake: FeedIntake;
  /** The column of event time; empty before the first rows. */
  time = '';
  isEmpty = true;
  readonly #config: Fed;
  readonly #breaks: FeedGap[] = [];
  #item: FeedItem | null = null;

  constructor(config: Fed, now: number) {
    this.#config = config;
    const { name, id, sequence, health, future } = config;
    const options = {
      relation: name,
      id,
      sequence,
      clock: config,
      future: future ?? Infinity,
      health: health ?? healthPeriod
    };
    this.intake = new FeedIntake(options, now);
  }

  /** The rows of the log that an item adds; null if none. */
  take(item: FeedItem): Columns | null {
    this.#item = item;
    for (const { from, to } of item.breaks) {
      this.intake.rates.addBreak(from, to);
      this.#breaks.push({ why: 'break', from, to });
      if (this.#breaks.length > gapsTold) this.#breaks.shift();
    }
    this.intake.reach(item.at);
    const { rows } = item;
    if (!rows) return null;
    this.isEmpty = false;
    if (this.time === '') this.time = eventTimeColumn(rows, this.#config);
    const times = eventTimes(rows, this.time, this.#config.name);
    return this.intake.take(rows, times, item.at);
  }

  /** The quarantine is kept like the log, and in any case not without end. */
  quarantineBounds(): Retention[] {
    const most = this.#config.retain.rows ?? quarantineRows;
    return [{ column: 'held', from: this.intake.quarantine.count - most + 1 }];
  }

  finish(): void {
    if (this.#item) this.intake.health.finish(this.#item.at);
  }

  report(): StreamReport {
    const { intake } = this;
    const { accepted, greatest, least, sequence } = intake;
    const has = accepted > 0;
    const seconds = (greatest - least) / 1000;
    return {
      time: this.time,
      events: accepted,
      duplicates: intake.duplicates,
      late: intake.late,
      dropped: this.#item?.status.dropped ?? 0,
      watermark: has ? intake.clock.watermark : null,
      clock: clockReport(this.#config, intake.clock),
      quarantined: intake.quarantine.count,
      quarantine: [...intake.quarantine.latest],
      eventTime: has ? greatest : null,
      rate: has && seconds > 0 ? accepted / seconds : 0,
      counts: intake.rates.counts(this.#item?.status.lostAt),
      gaps: intake.health.gaps.map((gap) => ({ ...gap })),
      from: has ? least : null,
      to: has ? greatest : null,
      done: 0,
      speed: 1,
      feed: this.#item && {
        kind: this.#config.feed.source.kind,
        place: placeOf(this.#config.feed),
        status: this.#item.status,
        lag: has ? Math.max(0, this.#item.at - greatest) : null,
        perSecond: intake.rates.perSecond(this.#item.at),
        missing: sequence?.missing ?? 0,
        gaps: this.#gaps()
      }
    };
  }

  #gaps(): FeedGap[] {
    const missing = (this.intake.sequence?.gaps ?? []).slice(-gapsTold);
    const gaps: FeedGap[] = [
      ...this.#breaks,
      ...missing.map((gap) => ({ why: 'sequence' as const, ...gap }))
    ];
    const when = (gap: FeedGap) => (gap.why === 'break' ? gap.from : gap.at);
    return gaps
      .reverse()
      .sort((a, b) => when(b) - when(a))
      .slice(0, gapsTold);
  }
}

/** The host or the connection; an address may be long, and is in the cell. */
function placeOf({ source }: FeedRequest): string {
  const reach = reachOf(source);
  if (reach === null) return '';
  return URL.canParse(reach) ? new URL(reach).host : reach;
}

function eventTimeColumn(rows: Columns, { feed, name }: Fed): string {
  if (feed.time !== null) {
    const vector = columnOf(rows, feed.time, name);
    return rows.names[rows.vectors.indexOf(vector)]!;
  }
  const found = rows.names.filter((_, i) => /^(timestamp|date)$/.test(rows.vectors[i]!.type));
  if (found.length !== 1)
    throw fail('feed.no-time', { found: found.join(', '), known: rows.names.join(', ') });
  return found[0]!;
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
