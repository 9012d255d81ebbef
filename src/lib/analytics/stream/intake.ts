import { take, type Columns } from '#lib/base/columns.ts';
import { Health, healthPeriod } from './health.ts';
import { IdFilter } from './id-filter.ts';
import type { Schedule } from './replay.ts';

/** The most points a sparkline of counts has. */
const sparkPoints = 240;

/** Counts of accepted events by event time: `values[i]` from `from + i · period` on. */
export interface EventCounts {
  readonly from: number;
  readonly period: number;
  readonly values: readonly number[];
}

/**
 * Takes scheduled arrivals in: keeps the first copy of every id, numbers what is accepted (`arrival` 1, 2, …),
 * tells late events (behind the watermark when they come; they are accepted too) and watches the feed's health.
 */
export class Intake {
  accepted = 0;
  duplicates = 0;
  late = 0;
  /** Greatest event time; −Infinity before the first event. */
  greatest = -Infinity;
  readonly health: Health;
  readonly from: number;
  readonly to: number;
  readonly #table: Columns;
  readonly #times: Float64Array;
  readonly #plan: Schedule;
  readonly #disorder: number;
  readonly #isNew: (row: number) => boolean;
  readonly #counts: number[];
  readonly #period: number;

  constructor(
    table: Columns,
    times: Float64Array,
    plan: Schedule,
    options: { id: readonly string[]; disorder: number; health: number | null; relation: string }
  ) {
    this.#table = table;
    this.#times = times;
    this.#plan = plan;
    this.#disorder = options.disorder;
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

  /** The accepted events among arrivals `start` to `end` (exclusive), with their numbers. */
  take(start: number, end: number): Columns {
    const { rows, arrivals } = this.#plan;
    const kept = new Uint32Array(end - start);
    let n = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i]!;
      if (!this.#isNew(row)) {
        this.duplicates++;
        this.health.event(arrivals[i]!, 'duplicate');
        continue;
      }
      const time = this.#times[row]!;
      const late = time < this.greatest - this.#disorder;
      if (late) this.late++;
      this.health.event(arrivals[i]!, late ? 'late' : 'normal');
      if (time > this.greatest) this.greatest = time;
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
