import { Past, type PastSnapshot } from '../past.ts';

const leastSeasons = 2;
const kept = 8;

/** A season of so many windows: the mean or median of the last eight values at each place. Memory: 8 values a place. */
export class Season {
  readonly #windows: number;
  readonly #robust: boolean;
  readonly #places = new Map<number, Past>();

  constructor(windows: number, robust: boolean) {
    this.#windows = windows;
    this.#robust = robust;
  }

  /** What is usual at the place of window `t`; NaN while not known. */
  usual(t: number): number {
    const past = this.#places.get(this.#place(t));
    if (!past || past.size < leastSeasons) return Number.NaN;
    return this.#robust ? past.median() : past.mean();
  }

  learn(t: number, value: number): void {
    const place = this.#place(t);
    let past = this.#places.get(place);
    if (!past) this.#places.set(place, (past = new Past(kept)));
    past.push(value);
  }

  snapshot(): unknown {
    return [...this.#places].map(([place, past]) => [place, past.snapshot()]);
  }

  restore(snapshot: unknown): void {
    this.#places.clear();
    for (const [place, past] of snapshot as [number, PastSnapshot][]) {
      const restored = new Past(kept);
      restored.restore(past);
      this.#places.set(place, restored);
    }
  }

  #place(t: number): number {
    return ((t % this.#windows) + this.#windows) % this.#windows;
  }
}
