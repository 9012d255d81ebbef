import { formatDuration } from '#lib/base/duration.ts';
import type { Limits } from './config.ts';
import { tidy, type Target } from './target.ts';

const day = 86_400_000;

/**
 * The guard rails of one cell over event time: what came before decides whether a trigger may still propose, and how
 * far the value may move. Both look at nothing but the journal, so that the same journal gives the same answer on
 * every run.
 */
export class Guards {
  readonly #limits: Limits;
  #last = -Infinity;
  #day = Number.NaN;
  #count = 0;
  /** The value before the first change of the day. */
  #dayStart: number | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Why nothing may be proposed at `time`; null if it may. */
  refusal(time: number): string | null {
    const { cooldown, perDay } = this.#limits;
    const since = time - this.#last;
    if (since < cooldown) {
      return `cooldown: ${formatDuration(since)} of ${formatDuration(cooldown)} have passed`;
    }
    if (this.#dayOf(time) === this.#day && this.#count >= perDay) {
      return `limit: ${this.#count} of ${perDay} a day`;
    }
    return null;
  }

  /** Something was proposed or decided at `time`. */
  note(time: number): void {
    this.#turn(time);
    this.#last = Math.max(this.#last, time);
    this.#count++;
  }

  /** A change at `time` was made, or is taken as made. */
  moved(time: number, before: number): void {
    this.#turn(time);
    this.#dayStart ??= before;
  }

  /** The value wanted, as near as the limits allow, and what the gate says to it. */
  bound(
    time: number,
    before: number,
    wanted: number,
    type: Target['type']
  ): { readonly value: number; readonly gate: string } {
    const { min, max, maxChange } = this.#limits;
    this.#turn(time);
    const base = this.#dayStart ?? before;
    const reach = maxChange === null ? Infinity : maxChange * Math.abs(base);
    const lo = Math.max(min, base - reach);
    const hi = Math.min(max, base + reach);
    const aim = tidy(wanted, type);
    if (aim >= lo && aim <= hi) return { value: aim, gate: 'passed' };
    const edge = tidy(aim < lo ? lo : hi, 'number');
    const whole = type === 'integer' ? (aim < lo ? Math.ceil(edge) : Math.floor(edge)) : edge;
    const byChange = aim < lo ? base - reach > min : base + reach < max;
    const rule = byChange
      ? `max_change ${tidy(maxChange! * 100, 'number')}%`
      : aim < lo
        ? `min ${min}`
        : `max ${max}`;
    return { value: whole, gate: `bounded by ${rule}: ${aim} was wanted` };
  }

  #turn(time: number): void {
    const today = this.#dayOf(time);
    if (today === this.#day) return;
    this.#day = today;
    this.#count = 0;
    this.#dayStart = null;
  }

  #dayOf(time: number): number {
    return Math.floor(time / day);
  }
}
