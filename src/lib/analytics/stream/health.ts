import type { Columns } from '#lib/base/columns.ts';
import { Table } from './table.ts';

/** Figures of a feed for one period of its arrivals. */
const fields = {
  time: 'timestamp',
  rate: 'number',
  gap: 'number',
  late: 'integer',
  duplicate: 'integer',
  silent: 'boolean'
} as const;

const steps = [
  1, 10, 100, 1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 10_800_000, 21_600_000,
  86_400_000, 604_800_000, 2_419_200_000
];

/** A round period that cuts `span` milliseconds into at most `rows` pieces. */
export function healthPeriod(span: number, rows = 400): number {
  return steps.find((step) => span / step <= rows) ?? Math.ceil(span / rows);
}

/** The figures of the period under way, rows not taken yet and the longest silences. */
export interface HealthSnapshot {
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  readonly rows: readonly (readonly (number | string | null)[])[];
  readonly start: number;
  readonly last: number;
  readonly events: number;
  readonly late: number;
  readonly duplicates: number;
  readonly longest: number;
}

/**
 * Watches arrivals and writes one row per period of arrival time: accepted events per second, the longest
 * silence that ended or lasted in it (seconds), late and duplicate events, and whether nothing came at all.
 */
export class Health {
  /** The longest silences so far, longest first. */
  readonly gaps: { from: number; to: number }[] = [];
  readonly #period: number;
  readonly #table = new Table(fields);
  #start = Number.NaN;
  #last = Number.NaN;
  #events = 0;
  #late = 0;
  #duplicates = 0;
  #longest = 0;

  constructor(period: number) {
    this.#period = period;
  }

  event(arrival: number, kind: 'normal' | 'late' | 'duplicate'): void {
    this.reach(arrival);
    const silence = arrival - this.#last;
    if (silence > 0) {
      this.#longest = Math.max(this.#longest, silence);
      this.#keepGap(this.#last, arrival);
    }
    this.#last = arrival;
    if (kind === 'duplicate') this.#duplicates++;
    else this.#events++;
    if (kind === 'late') this.#late++;
  }

  snapshot(): HealthSnapshot {
    return {
      gaps: this.gaps.map((gap) => ({ ...gap })),
      rows: this.#table.rowList(),
      start: this.#start,
      last: this.#last,
      events: this.#events,
      late: this.#late,
      duplicates: this.#duplicates,
      longest: this.#longest
    };
  }

  restore(state: HealthSnapshot): void {
    this.gaps.splice(0, Infinity, ...state.gaps.map((gap) => ({ ...gap })));
    this.#table.clear();
    for (const row of state.rows) this.#table.push(row);
    this.#start = state.start;
    this.#last = state.last;
    this.#events = state.events;
    this.#late = state.late;
    this.#duplicates = state.duplicates;
    this.#longest = state.longest;
  }

  /** The rows of the periods that are over. */
  take(): Columns {
    return this.#table.take();
  }

  /** Ends the last period, at `at` where that is later than the last arrival. */
  finish(at = this.#last): void {
    if (Number.isNaN(this.#start)) return;
    this.reach(at);
    this.#longest = Math.max(this.#longest, at - this.#last);
    this.#row();
  }

  /** Time has come to `arrival`, whether anything arrives or not: the periods before it are over. */
  reach(arrival: number): void {
    if (Number.isNaN(this.#start)) {
      this.#start = Math.floor(arrival / this.#period) * this.#period;
      this.#last = arrival;
    }
    while (arrival >= this.#start + this.#period) {
      const end = this.#start + this.#period;
      this.#longest = Math.max(this.#longest, end - this.#last);
      this.#row();
      this.#start = end;
    }
  }

  /** Goes on after a time in which nobody watched: one that is longer than `most` periods has no rows. */
  resume(now: number, most: number): void {
    if (!(now - this.#start > most * this.#period)) return this.reach(now);
    this.#row();
    this.#start = Math.floor(now / this.#period) * this.#period;
    this.#keepGap(this.#last, now);
    this.#last = now;
  }

  #row(): void {
    this.#table.push([
      this.#start,
      this.#events / (this.#period / 1000),
      this.#longest / 1000,
      this.#late,
      this.#duplicates,
      this.#events + this.#duplicates === 0 ? 1 : 0
    ]);
    this.#events = this.#late = this.#duplicates = this.#longest = 0;
  }

  #keepGap(from: number, to: number): void {
    const longer = (g: { from: number; to: number }) => g.to - g.from >= to - from;
    const at = this.gaps.findIndex((g) => !longer(g));
    if (at < 0 && this.gaps.length >= 8) return;
    this.gaps.splice(at < 0 ? this.gaps.length : at, 0, { from, to });
    this.gaps.length = Math.min(this.gaps.length, 8);
  }
}
