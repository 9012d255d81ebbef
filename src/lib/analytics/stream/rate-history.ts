import type { EventCounts } from './intake.ts';

const mostBuckets = 240;
const mostBreaks = 64;

export interface RateHistorySnapshot {
  readonly from: number;
  readonly period: number;
  readonly counts: readonly number[];
  readonly breaks: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Events by time of arrival in at most 240 buckets of equal length. When they are full, neighbours are merged and the
 * length doubles, so that memory is bounded however long a feed lasts. Amortised O(1) a batch.
 */
export class RateHistory {
  #from: number;
  #period = 1000;
  #counts: number[] = [0];
  readonly #breaks: { from: number; to: number }[] = [];

  constructor(now: number) {
    this.#from = Math.floor(now / 1000) * 1000;
  }

  add(at: number, events: number): void {
    this.reach(at);
    this.#counts[this.#bucket(at)]! += events;
  }

  reach(now: number): void {
    while (this.#bucket(now) >= mostBuckets) this.#double();
    while (this.#counts.length <= this.#bucket(now)) this.#counts.push(0);
  }

  /** A time in which nothing could come: buckets that lie in it whole are gaps, not zeros. */
  addBreak(from: number, to: number): void {
    this.#breaks.push({ from, to });
    if (this.#breaks.length > mostBreaks) this.#breaks.shift();
  }

  /** The buckets that are over; NaN stands for a gap, one that lasts since `lostAt` included. */
  counts(lostAt: number | null = null): EventCounts {
    const breaks =
      lostAt === null ? this.#breaks : [...this.#breaks, { from: lostAt, to: Infinity }];
    const values = this.#counts.slice(0, -1).map((count, i) => {
      const start = this.#from + i * this.#period;
      const end = start + this.#period;
      const isGap = count === 0 && breaks.some((b) => b.from < end && end <= b.to);
      return isGap ? Number.NaN : count;
    });
    return { from: this.#from, period: this.#period, values };
  }

  /** Events per second over the last ten seconds or so (the last bucket that is over, at least). */
  perSecond(now: number): number {
    const last = this.#bucket(now);
    const buckets = Math.max(1, Math.ceil(10_000 / this.#period));
    const first = Math.max(0, last - buckets);
    let events = 0;
    for (let i = first; i <= last; i++) events += this.#counts[i] ?? 0;
    const seconds = (now - (this.#from + first * this.#period)) / 1000;
    return seconds > 0 ? events / seconds : 0;
  }

  snapshot(): RateHistorySnapshot {
    const breaks = this.#breaks.map((gap) => ({ ...gap }));
    return { from: this.#from, period: this.#period, counts: [...this.#counts], breaks };
  }

  restore({ from, period, counts, breaks }: RateHistorySnapshot): void {
    this.#from = from;
    this.#period = period;
    this.#counts = [...counts];
    this.#breaks.splice(0, Infinity, ...breaks.map((gap) => ({ ...gap })));
  }

  #bucket(time: number): number {
    return Math.max(0, Math.floor((time - this.#from) / this.#period));
  }

  #double(): void {
    this.#period *= 2;
    const merged: number[] = [];
    for (let i = 0; i < this.#counts.length; i += 2)
      merged.push(this.#counts[i]! + (this.#counts[i + 1] ?? 0));
    this.#counts = merged;
  }
}
