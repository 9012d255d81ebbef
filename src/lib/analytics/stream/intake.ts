import { take, type Columns } from '#lib/base/columns.ts';
import { EventClock, type ClockSpec } from './event-clock.ts';
import { Health, healthPeriod } from './health.ts';
import { IdFilter } from './id-filter.ts';
import { Quarantine } from './quarantine.ts';
import type { Schedule } from './replay.ts';

/** The most points a sparkline of counts has. */
const sparkPoints = 240;

/** Counts of accepted events by event time: `values[i]` from `from + i · period` on. */
export interface EventCounts {
  readonly from: number;
  readonly period: number;
  readonly values: readonly number[];
}

export interface IntakeOptions {
  readonly id: readonly string[];
  readonly clock: ClockSpec;
  /** Milliseconds by which an event may be ahead of its arrival; null: any. */
  readonly future: number | null;
  readonly health: number | null;
  readonly relation: string;
}

/**
 * Takes scheduled arrivals in: keeps the first copy of every id, numbers what is accepted (`arrival` 1, 2, …),
 * tells late events (behind the watermark when they come; they are accepted too), keeps events from the future apart and watches the
 * feed's health.
 */
export class Intake {
  accepted = 0;
  duplicates = 0;
  late = 0;
  readonly clock: EventClock;
  readonly quarantine: Quarantine;
  readonly health: Health;
  readonly from: number;
  readonly to: number;
  readonly #table: Columns;
  readonly #times: Float64Array;
  readonly #plan: Schedule;
  readonly #tick: (row: number, time: number) => void;
  readonly #isNew: (row: number) => boolean;
  readonly #counts: number[];
  readonly #period: number;

  constructor(table: Columns, times: Float64Array, plan: Schedule, options: IntakeOptions) {
    this.#table = table;
    this.#times = times;
    this.#plan = plan;
    this.clock = new EventClock(options.clock, options.relation);
    this.quarantine = new Quarantine(options.future ?? Infinity);
    this.#tick = this.clock.over(table);
    this.#isNew =
      options.id.length === 0 ? () => true : new IdFilter(options.id, options.relation).over(table);
    const { arrivals, rows } = plan;
    const span = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
    this.health = new Health(options.health ?? healthPeriod(span));
    let from = rows.length === 0 ? 0 : Infinity;
    let to = rows.length === 0 ? 0 : -Infinity;
    for (const row of rows) {
      from = Math.min(from, times[row]!);
      to = Math.max(to, times[row]!);
    }
    this.from = from;
    this.to = to;
    this.#period = rows.length === 0 ? 1 : healthPeriod(to - from + 1, sparkPoints);
    const buckets = rows.length === 0 ? 0 : this.#bucket(to) + 1;
    this.#counts = new Array<number>(buckets).fill(0);
  }

  /** Greatest event time; −Infinity before the first event. */
  get greatest(): number {
    return this.clock.greatest;
  }

  /** The rows kept apart since the last time. */
  quarantined(): Columns {
    return this.quarantine.take(this.#table);
  }

  /** The accepted events among arrivals `start` to `end` (exclusive), with their numbers. */
  take(start: number, end: number): Columns {
    const { rows, arrivals } = this.#plan;
    const kept = new Uint32Array(end - start);
    let n = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i]!;
      const time = this.#times[row]!;
      if (this.quarantine.catches(row, time, arrivals[i]!)) continue;
      if (!this.#isNew(row)) {
        this.duplicates++;
        this.health.event(arrivals[i]!, 'duplicate');
        continue;
      }
      const late = time < this.clock.watermark;
      if (late) this.late++;
      this.health.event(arrivals[i]!, late ? 'late' : 'normal');
      this.#tick(row, time);
      this.#counts[this.#bucket(time)]!++;
      kept[n++] = row;
    }
    const events = take(this.#table, kept.subarray(0, n));
    const arrival = Float64Array.from({ length: n }, (_, i) => this.accepted + i + 1);
    this.accepted += n;
    return {
      length: n,
      names: [...events.names, 'arrival'],
      vectors: [...events.vectors, { type: 'integer', values: arrival, valid: null }]
    };
  }

  counts(): EventCounts {
    return { from: this.#bucketStart, period: this.#period, values: [...this.#counts] };
  }

  get #bucketStart(): number {
    return Math.floor(this.from / this.#period) * this.#period;
  }

  #bucket(time: number): number {
    return Math.floor((time - this.#bucketStart) / this.#period);
  }
}
