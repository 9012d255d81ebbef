import { eventTimes } from '#lib/analytics/stream/event-time.ts';
import { columnOf } from '#lib/analytics/stream/batch-scope.ts';
import { FeedIntake, type FeedIntakeSnapshot } from '#lib/analytics/stream/feed-intake.ts';
import { concat, emptyColumns, take, type Columns } from '#lib/base/columns.ts';
import { fail } from '#lib/problems/index.ts';
import type { Remembered, Retention } from '../core/context.ts';
import type { FeedItem, FeedMark, FeedRequest, FeedStatus } from '../core/feed.ts';
import type { StreamConfig } from './config.ts';
import type { KeptNote } from './kept-feed.ts';
import { clockReport, type FeedGap, type KeptReport, type StreamReport } from './report.ts';
import { reachOf } from './sources.ts';

/** A live source as it runs. */
export type Fed = Omit<StreamConfig, 'replay' | 'feed'> & {
  readonly feed: FeedRequest;
  readonly name: string;
};

/** Milliseconds of a row of the health table, rows of it kept over restarts, how many gaps a report tells, and rows of the quarantine. */
const healthPeriod = 10_000;
const healthKept = 10_000;
const gapsTold = 12;
const quarantineRows = 100_000;
/** Periods without anybody there that the health table still shows one by one. */
const periodsAway = 400;
/** A lost connection is given so long to come back before silence is what it seems. */
const reconnecting = 60_000;
/** How many numbers are noted by which old rows are found. */
const mostMilestones = 500;

/** What a stream is apart from its rows. */
interface FedState {
  readonly intake: FeedIntakeSnapshot;
  readonly time: string;
  readonly breaks: readonly FeedGap[];
  readonly health: Columns;
  readonly milestones: readonly Milestone[];
}

/** No row up to this one is of a later event time. */
interface Milestone {
  readonly row: number;
  readonly time: number;
}

/** A live source as a stream sees it: what is accepted, how it stands, and where it is to go on after a restart. */
export class FedStream {
  readonly intake: FeedIntake;
  /** The column of event time; empty before the first rows. */
  time = '';
  isEmpty = true;
  kept: KeptReport | null = null;
  /** Where the source goes on; null: from its beginning. */
  mark: FeedMark | null = null;
  /** Rows kept apart, by the last record remembered. */
  held = 0;
  readonly #config: Fed;
  #breaks: FeedGap[] = [];
  #standing: Pick<FeedItem, 'status' | 'at'> | null = null;
  #health: Columns = emptyColumns;
  #milestones: Milestone[] = [];
  #byClock = false;

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

  /** The feed stands like that now. */
  stand(status: FeedStatus, at: number): void {
    this.#standing = { status, at };
  }

  /** The rows of the log that an item adds; null if none. */
  take(item: FeedItem): Columns | null {
    this.stand(item.status, item.at);
    for (const { from, to } of item.breaks) {
      this.intake.rates.addBreak(from, to);
      this.#breaks.push({ why: 'break', from, to });
      if (this.#breaks.length > gapsTold) this.#breaks.shift();
    }
    this.intake.reach(item.at);
    const { rows } = item;
    if (!rows) return null;
    this.isEmpty = false;
    const times = this.#timesOf(rows);
    const taken = this.intake.take(rows, times, item.at);
    if (taken.length > 0) this.#byClock = false;
    return taken;
  }

  /** Where event time has come to by the clock, where an item adds no rows and that is news; else null. */
  tick({ at, status }: FeedItem): number | null {
    const { quiet } = this.#config;
    if (quiet === 0 || status.state === 'ended' || this.isEmpty) return null;
    const now = this.intake.silent(at, patienceWith(status, at, quiet));
    this.#byClock ||= now !== null;
    return now;
  }

  /** Whether a state can be put back; rows of the log tell the rest where not. */
  static knows(state: unknown): boolean {
    return FeedIntake.knows((state as FedState).intake);
  }

  /** Puts back what was saved, and the rows of the health table by then. */
  restore(state: unknown): void {
    const { intake, time, breaks, health, milestones } = state as FedState;
    this.intake.restore(intake);
    this.time = time;
    this.#breaks = [...breaks];
    this.#health = health;
    this.#milestones = [...milestones];
    this.isEmpty = this.intake.accepted === 0;
  }

  /** Learns a record of the log; up to row `known` they were in the state already. */
  remember({ rows, note, last }: Remembered, known: number): void {
    const { mark, at, held = 0, tick, ...others } = note as KeptNote;
    this.mark = mark;
    if (tick !== undefined) {
      // What was a disorder before later rows is not known any more. Behind the last row known it is the same, and so a
      // tick that the state has seen changes nothing there.
      if (last >= known) this.intake.clock.reach(tick);
      return;
    }
    this.held = held;
    if (last <= known) return;
    if (!rows) return this.intake.recount(at, others);
    this.isEmpty = false;
    const bare = withoutArrival(rows);
    const first = rows.vectors.at(-1)!.values[0] as number;
    this.intake.remember(bare, this.#timesOf(bare), at, first, others);
  }

  /** Learns rows kept apart. */
  rememberQuarantine(rows: Columns): void {
    this.isEmpty = false;
    this.intake.quarantine.remember(rows);
  }

  /** Everything is remembered: the time since then is one in which nobody was here. */
  wake(now: number): Columns {
    const { quarantine } = this.intake;
    // The last of them may have been lost.
    quarantine.count = Math.max(quarantine.count, this.held);
    this.intake.resume(now, periodsAway);
    return this.#health;
  }

  state(): FedState {
    const { accepted, greatest } = this.intake;
    if (accepted > 0) this.#milestones.push({ row: accepted, time: greatest });
    if (this.#milestones.length > mostMilestones)
      this.#milestones = this.#milestones.filter((_, i) => i % 2 === 1);
    return {
      intake: this.intake.snapshot(),
      time: this.time,
      breaks: this.#breaks,
      health: this.#health,
      milestones: this.#milestones
    };
  }

  /** The first rows that stay, of the log (as far as that is known) and of those kept apart. */
  firstRetained(): { readonly row: number; readonly held: number } {
    return { row: this.#firstRow(), held: this.#firstHeld() };
  }

  #firstRow(): number {
    const { rows, age } = this.#config.retain;
    const { accepted, greatest } = this.intake;
    const byRows = rows === null ? 1 : accepted - rows + 1;
    const old =
      age === null ? undefined : this.#milestones.findLast(({ time }) => time < greatest - age);
    return Math.max(1, byRows, old ? old.row + 1 : 1);
  }

  /** The rows of the health table since the last time. */
  takeHealth(): Columns {
    const rows = this.intake.health.take();
    if (rows.length > 0) {
      const all = this.#health.length > 0 ? concat([this.#health, rows]) : rows;
      const from = all.length - healthKept;
      this.#health =
        from <= 0
          ? all
          : take(
              all,
              Uint32Array.from({ length: healthKept }, (_, i) => from + i)
            );
    }
    return rows;
  }

  /** The quarantine is kept like the log, and in any case not without end. */
  quarantineBounds(): Retention[] {
    return [{ column: 'held', from: this.#firstHeld() }];
  }

  #firstHeld(): number {
    return this.intake.quarantine.count - (this.#config.retain.rows ?? quarantineRows) + 1;
  }

  finish(): void {
    if (this.#standing) this.intake.health.finish(this.#standing.at);
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
      dropped: this.#standing?.status.dropped ?? 0,
      watermark: has ? intake.clock.watermark : null,
      clock: clockReport(this.#config, intake.clock),
      quarantined: intake.quarantine.count,
      quarantine: [...intake.quarantine.latest],
      eventTime: has ? greatest : null,
      rate: has && seconds > 0 ? accepted / seconds : 0,
      counts: intake.rates.counts(this.#standing?.status.lostAt),
      gaps: intake.health.gaps.map((gap) => ({ ...gap })),
      from: has ? least : null,
      to: has ? greatest : null,
      done: 0,
      speed: 1,
      feed: this.#standing && {
        kind: this.#config.feed.source.kind,
        place: placeOf(this.#config.feed),
        status: this.#standing.status,
        lag: has ? Math.max(0, this.#standing.at - greatest) : null,
        perSecond: intake.rates.perSecond(this.#standing.at),
        byClock: this.#byClock,
        missing: sequence?.missing ?? 0,
        kept: this.kept,
        gaps: this.#gaps()
      }
    };
  }

  #timesOf(rows: Columns): Float64Array {
    if (this.time === '') this.time = eventTimeColumn(rows, this.#config);
    return eventTimes(rows, this.time, this.#config.name);
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

/** How long nothing may come in a state of the connection before that is silence, in milliseconds. */
function patienceWith({ state, since }: FeedStatus, at: number, quiet: number): number {
  // What the other side kept for us meanwhile is still on its way over a new connection.
  const isNew = state !== 'open' || at - since < quiet;
  return isNew ? Math.max(quiet, reconnecting) : quiet;
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

/** The log adds it as the last column. */
function withoutArrival({ length, names, vectors }: Columns): Columns {
  return { length, names: names.slice(0, -1), vectors: vectors.slice(0, -1) };
}
