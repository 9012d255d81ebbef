/** Arrivals of rows whose lag is remembered, and from how many on the greatest of them is taken for an outlier. */
const arrivals = 32;
const enough = 8;
/** The share of the rows of one arrival that may lag more than its lag says. */
const exempt = 0.005;
/** Between two looks that are further apart nobody listened: the tab was frozen, or closed. */
const asleep = 90_000;
/** While nothing comes, time is told in steps of this share of the silence, from the least to the most. */
const pace = 1 / 30;
const leastStep = 1000;
const mostStep = 15_000;

export interface SilenceSnapshot {
  readonly lags: readonly number[];
  readonly at: number;
  readonly looked: number;
  readonly heard: number;
  readonly told: number;
}

/**
 * Says where event time is while nothing comes: it goes on with the clock of arrival, as far behind it as the events of
 * the last 32 arrivals were (bursts that bring what happened since the last one lag by that much). Only time in which
 * someone listened counts, so that a tab that was frozen or closed finds a gap there and no silence. What passed is told
 * one look later: what waits in a socket meanwhile is read first. Milliseconds; O(rows · log rows) per arrival.
 */
export class SilenceClock {
  #lags: number[] = [];
  #at = Number.NaN;
  #looked = Number.NaN;
  #heard = 0;
  #told = 0;

  /** Rows of these event times came at `at`. */
  came(at: number, times: Float64Array): void {
    if (times.length === 0) return;
    const earliest = times.slice().sort()[Math.floor(exempt * times.length)]!;
    this.#lags.push(at - earliest);
    if (this.#lags.length > arrivals) this.#lags.shift();
    this.#at = this.#looked = at;
    this.#heard = this.#told = 0;
  }

  /** Nothing came until `at`: event time, where it has silently gone on for `patience` and by a step; null where not. */
  look(at: number, patience: number): number | null {
    const heard = this.#heard;
    const passed = at - this.#looked;
    if (passed > 0 && passed <= asleep) this.#heard += passed;
    this.#looked = at;
    const step = Math.min(mostStep, Math.max(leastStep, pace * heard));
    if (this.#lags.length === 0 || heard < patience || heard - this.#told < step) return null;
    this.#told = heard;
    return this.#at + heard - this.#lag;
  }

  /** Nobody listened until `at`, however short that was. */
  resume(at: number): void {
    this.#looked = at;
  }

  snapshot(): SilenceSnapshot {
    return {
      lags: [...this.#lags],
      at: this.#at,
      looked: this.#looked,
      heard: this.#heard,
      told: this.#told
    };
  }

  restore({ lags, at, looked, heard, told }: SilenceSnapshot): void {
    this.#lags = [...lags];
    this.#at = at;
    this.#looked = looked;
    this.#heard = heard;
    this.#told = told;
  }

  get #lag(): number {
    const [greatest, second] = [...this.#lags].sort((a, b) => b - a);
    return this.#lags.length < enough ? greatest! : second!;
  }
}
