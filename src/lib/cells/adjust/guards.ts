import type { Limits } from './config.ts';
import type { GateNote } from './notes.ts';
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
  refusal(time: number): GateNote | null {
    const { cooldown, perDay } = this.#limits;
    const since = time - this.#last;
    if (since < cooldown) {
      return { code: 'cooldown', since, of: cooldown };
    }
    if (this.#dayOf(time) === this.#day && this.#count >= perDay) {
      return { code: 'limit', count: this.#count, most: perDay };
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
  ): { readonly value: number; readonly note: GateNote } {
    const { min, max, maxChange } = this.#limits;
    this.#turn(time);
    const base = this.#dayStart ?? before;
    const reach = maxChange === null ? Infinity : maxChange * Math.abs(base);
    const lo = Math.max(min, base - reach);
    const hi = Math.min(max, base + reach);
    const aim = tidy(wanted, type);
    if (aim >= lo && aim <= hi) return { value: aim, note: { code: 'passed' } };
    const edge = tidy(aim < lo ? lo : hi, 'number');
    const whole = type === 'integer' ? (aim < lo ? Math.ceil(edge) : Math.floor(edge)) : edge;
    const byChange = aim < lo ? base - reach > min : base + reach < max;
    const by = byChange ? 'max_change' : aim < lo ? 'min' : 'max';
    const limit = by === 'max_change' ? tidy(maxChange! * 100, 'number') : by === 'min' ? min : max;
    return { value: whole, note: { code: 'bounded', by, limit, wanted: aim } };
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
