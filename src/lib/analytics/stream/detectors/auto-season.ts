import type { Season } from './season.ts';
import { Seasons, type SeasonsSnapshot } from './seasons.ts';

/** Share of the error left that another season must save to be followed instead. */
const gain = 0.15;

/**
 * The season that foretells a series best, if any does: none at first, then whichever candidate of `Seasons`
 * saves 15 % of the error that is left by what is followed now. One that saves nothing any more is left.
 */
export class AutoSeason implements Season {
  generation = 0;
  readonly #seasons: Seasons;
  #choice = -1;

  constructor(slide: number) {
    this.#seasons = new Seasons(slide);
  }

  get isKnown(): boolean {
    return this.#choice >= 0;
  }

  usual(t: number): number {
    return this.#choice < 0 ? 0 : this.#seasons.usual(this.#choice, t);
  }

  learn(t: number, value: number): void {
    this.#seasons.learn(t, value);
    let best = this.#choice;
    let saved = best < 0 ? 0 : this.#seasons.saving(best);
    if (saved === 0) best = -1;
    for (let c = 0; c < this.#seasons.count; c++) {
      const saves = this.#seasons.saving(c);
      if (saves <= saved + gain * (1 - saved)) continue;
      best = c;
      saved = saves;
    }
    if (best === this.#choice) return;
    this.#choice = best;
    this.generation++;
  }

  snapshot(): unknown {
    return {
      seasons: this.#seasons.snapshot(),
      choice: this.#choice,
      generation: this.generation
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as { seasons: SeasonsSnapshot; choice: number; generation: number };
    this.#seasons.restore(state.seasons);
    this.#choice = state.choice;
    this.generation = state.generation;
  }
}
