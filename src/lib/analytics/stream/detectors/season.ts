import { Past, type PastSnapshot } from '../past.ts';
import { AutoSeason } from './auto-season.ts';

/** What is usual for a window at its place in the season. */
export interface Season {
  /** NaN while not known. */
  usual(t: number): number;
  /** Whether a season is known at all; without one, 0 is usual. */
  readonly isKnown: boolean;
  /** Counts up when another season is followed, so that differences from the usual are not comparable any more. */
  readonly generation: number;
  learn(t: number, value: number): void;
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

export function seasonOf(season: number | 'auto', slide: number, robust: boolean): Season | null {
  if (season === 'auto') return new AutoSeason(slide);
  return season === 0 ? null : new StatedSeason(season, robust);
}

const leastSeasons = 2;
const seasonsKept = 8;

/** A season of so many windows: the mean or median of the last eight values at each place. Memory: 8 values a place. */
class StatedSeason implements Season {
  readonly isKnown = true;
  readonly generation = 0;
  readonly #season: number;
  readonly #robust: boolean;
  readonly #places = new Map<number, Past>();

  constructor(season: number, robust: boolean) {
    this.#season = season;
    this.#robust = robust;
  }

  usual(t: number): number {
    const past = this.#places.get(this.#place(t));
    if (!past || past.size < leastSeasons) return Number.NaN;
    return this.#robust ? past.median() : past.mean();
  }

  learn(t: number, value: number): void {
    const place = this.#place(t);
    let past = this.#places.get(place);
    if (!past) this.#places.set(place, (past = new Past(seasonsKept)));
    past.push(value);
  }

  snapshot(): unknown {
    return [...this.#places].map(([place, past]) => [place, past.snapshot()]);
  }

  restore(snapshot: unknown): void {
    this.#places.clear();
    for (const [place, past] of snapshot as [number, PastSnapshot][]) {
      const restored = new Past(seasonsKept);
      restored.restore(past);
      this.#places.set(place, restored);
    }
  }

  #place(t: number): number {
    return ((t % this.#season) + this.#season) % this.#season;
  }
}
