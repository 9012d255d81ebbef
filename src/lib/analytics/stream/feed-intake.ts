import { emptyColumns, take, type Columns } from '#lib/base/columns.ts';
import { EventClock, type ClockSnapshot, type ClockSpec } from './event-clock.ts';
import { Health, type HealthSnapshot } from './health.ts';
import { IdFilter, type IdFilterSnapshot } from './id-filter.ts';
import { Quarantine, type QuarantineSnapshot } from './quarantine.ts';
import { RateHistory, type RateHistorySnapshot } from './rate-history.ts';
import { SilenceClock, type SilenceSnapshot } from './silence-clock.ts';
import { SequenceWatch, type SequenceWatchSnapshot } from './sequence-watch.ts';

/** Ids remembered at least; twice as many at most. */
const idsKept = 1_000_000;

export interface FeedIntakeOptions {
  readonly relation: string;
  readonly id: readonly string[];
  readonly sequence: { readonly column: string; readonly by: readonly string[] } | null;
  readonly clock: ClockSpec;
  /** Milliseconds by which an event may be ahead of its arrival. */
  readonly future: number;
  /** Milliseconds of one row of the health table. */
  readonly health: number;
}

/** How many rows of a batch are copies, or without a time. */
interface LeftOut {
  readonly duplicates: number;
  readonly untimed: number;
}

const snapshotVersion = 2;

/** Everything an intake knows, as plain data. */
export interface FeedIntakeSnapshot {
  readonly version: typeof snapshotVersion;
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  readonly untimed: number;
  readonly least: number;
  readonly clock: ClockSnapshot;
  readonly quarantine: QuarantineSnapshot;
  readonly ids: IdFilterSnapshot | null;
  readonly health: HealthSnapshot;
  readonly rates: RateHistorySnapshot;
  readonly sequence: SequenceWatchSnapshot | null;
  /** Absent in what earlier versions kept. */
  readonly silence?: SilenceSnapshot;
}

/**
 * Takes the rows of a live source in as they come: keeps the first copy of every id among the last million at least,
 * numbers what is accepted (`arrival` 1, 2, …), tells late events (behind the watermark; they are accepted too), and
 * watches the feed's health, rate and sequence numbers. Rows without a time are left out, rows from the future kept
 * apart. O(rows).
 */
export class FeedIntake {
  accepted = 0;
  duplicates = 0;
  late = 0;
  untimed = 0;
  /** Least event time; Infinity before the first event. */
  least = Infinity;
  readonly health: Health;
  readonly rates: RateHistory;
  readonly sequence: SequenceWatch | null;
  readonly clock: EventClock;
  readonly quarantine: Quarantine;
  /** What `take` kept apart the last time. */
  quarantined: Columns = emptyColumns;
  readonly #ids: IdFilter | null;
  readonly #silence = new SilenceClock();

  /** `now`: when the feed began; health is told from then on. */
  constructor(options: FeedIntakeOptions, now: number) {
    const { relation, id, sequence, clock, future, health } = options;
    this.clock = new EventClock(clock, relation);
    this.quarantine = new Quarantine(future);
    this.#ids = id.length === 0 ? null : new IdFilter(id, relation, idsKept);
    this.sequence = sequence ? new SequenceWatch(sequence.column, sequence.by, relation) : null;
    this.health = new Health(health);
    this.health.reach(now);
    this.rates = new RateHistory(now);
  }

  /** Greatest event time; −Infinity before the first event. */
  get greatest(): number {
    return this.clock.greatest;
  }

  /** The accepted ones of rows that came at `at`, with their numbers; `times` are their event times. */
  take(table: Columns, times: Float64Array, at: number): Columns {
    this.sequence?.observe(table, at);
    const isNew = this.#ids?.over(table) ?? (() => true);
    const tick = this.clock.over(table);
    const kept = new Uint32Array(table.length);
    let n = 0;
    for (let row = 0; row < table.length; row++) {
      const time = times[row]!;
      if (time !== time) {
        this.untimed++;
        continue;
      }
      if (this.quarantine.catches(row, time, at)) continue;
      if (!isNew(row)) {
        this.duplicates++;
        this.health.event(at, 'duplicate');
        continue;
      }
      const late = time < this.clock.watermark;
      if (late) this.late++;
      this.health.event(at, late ? 'late' : 'normal');
      tick(row, time);
      if (time < this.least) this.least = time;
      kept[n++] = row;
    }
    this.rates.add(at, n);
    this.#silence.came(at, timesOf(times, kept.subarray(0, n)));
    this.quarantined = this.quarantine.take(table);
    return this.#numbered(table, kept.subarray(0, n));
  }

  /** Learns rows again that were taken before, under the numbers they got from `first` on, and what was not taken with them. */
  remember(table: Columns, times: Float64Array, at: number, first: number, others: LeftOut): void {
    // Rows before them may have been lost.
    this.accepted = first - 1;
    this.take(table, times, at);
    this.recount(at, others);
  }

  /** Counts again what came at `at` and was not taken. */
  recount(at: number, { duplicates, untimed }: LeftOut): void {
    this.duplicates += duplicates;
    this.untimed += untimed;
    for (let i = 0; i < duplicates; i++) this.health.event(at, 'duplicate');
  }

  /**
   * No rows were taken until `at`. After `patience` of that, event time goes on by the clock: where it has come to, for
   * those who fold the rows as well; null where nothing moves.
   */
  silent(at: number, patience: number): number | null {
    const now = this.#silence.look(at, patience);
    return now !== null && this.clock.reach(now) ? now : null;
  }

  /** Time has passed, whether anything came or not. */
  reach(now: number): void {
    this.health.reach(now);
    this.rates.reach(now);
  }

  /** Nobody was here until `now`; the health table tells so many of those periods one by one. */
  resume(now: number, periods: number): void {
    this.#silence.resume(now);
    this.health.resume(now, periods);
    this.reach(now);
  }

  snapshot(): FeedIntakeSnapshot {
    const { accepted, duplicates, late, untimed, least } = this;
    return {
      version: snapshotVersion,
      accepted,
      duplicates,
      late,
      untimed,
      least,
      clock: this.clock.snapshot(),
      quarantine: this.quarantine.snapshot(),
      ids: this.#ids?.snapshot() ?? null,
      health: this.health.snapshot(),
      rates: this.rates.snapshot(),
      sequence: this.sequence?.snapshot() ?? null,
      silence: this.#silence.snapshot()
    };
  }

  /** Whether it can be restored: not if an older version of this program has made it. */
  static knows(state: FeedIntakeSnapshot): boolean {
    return state.version === snapshotVersion;
  }

  restore(state: FeedIntakeSnapshot): void {
    this.accepted = state.accepted;
    this.duplicates = state.duplicates;
    this.late = state.late;
    this.untimed = state.untimed;
    this.least = state.least;
    this.clock.restore(state.clock);
    this.quarantine.restore(state.quarantine);
    if (state.ids) this.#ids?.restore(state.ids);
    this.health.restore(state.health);
    this.rates.restore(state.rates);
    if (state.sequence) this.sequence?.restore(state.sequence);
    if (state.silence) this.#silence.restore(state.silence);
  }

  #numbered(table: Columns, rows: Uint32Array): Columns {
    const events = rows.length === table.length ? table : take(table, rows);
    const arrival = new Float64Array(rows.length);
    for (let i = 0; i < arrival.length; i++) arrival[i] = this.accepted + i + 1;
    this.accepted += rows.length;
    return {
      length: rows.length,
      names: [...events.names, 'arrival'],
      vectors: [...events.vectors, { type: 'integer', values: arrival, valid: null }]
    };
  }
}

function timesOf(times: Float64Array, rows: Uint32Array): Float64Array {
  return rows.length === times.length ? times : Float64Array.from(rows, (row) => times[row]!);
}
