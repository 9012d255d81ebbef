import { robust } from './deviation.ts';
import { Seasons, type SeasonsSnapshot } from './seasons.ts';
import {
  leastSpread,
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { studentQuantile } from './student.ts';

/** Share of the error left that another season must save to be followed instead. */
const gain = 0.15;
/** What a smoothed spread is worth, in degrees of freedom. */
const freedom = 12;
/** Spreads beyond which a value is learnt as if it lay there. */
const mostLearnt = 4;

/**
 * The distance from the usual at the place in the season, in standard deviations of that place: nights of a shop
 * vary less than its noons. Usual values and spreads are exponentially smoothed (`Seasons`), over about the
 * last ten to twenty seasons. Without a stated season the one that saves most of the error is followed, once it
 * saves 15 %; before, and where none does, this is `robust`. O(1), and O(history) without a season.
 */
export const seasonal: Method = {
  threshold: 3.5,
  season: 'auto',
  refractory: 0,
  startsOver: false,
  make: (options) => new SeasonalResidual(options)
};

class SeasonalResidual implements StreamDetector {
  readonly #seasons: Seasons;
  readonly #isStated: boolean;
  /** What judges while no season is known. */
  readonly #plain: StreamDetector;
  #followed = -1;

  constructor(options: DetectorOptions) {
    const { season, slide } = options;
    this.#isStated = typeof season === 'number' && season > 0;
    this.#seasons = new Seasons(slide, typeof season === 'number' ? season : null);
    this.#plain = robust.make({ ...options, season: 0 });
    if (this.#isStated) this.#followed = 0;
  }

  update(t: number, value: number, limit: number): Judged | null {
    const plain = this.#plain.update(t, value, limit);
    const c = this.#followed;
    if (c < 0) {
      this.#seasons.learn(t, value);
      this.#follow();
      return plain;
    }
    const expected = this.#seasons.usual(c, t);
    const spread = Math.max(this.#seasons.spread(c, t), leastSpread(expected));
    const reach = mostLearnt * spread;
    const isKnown = reach === reach;
    const learnt = isKnown ? Math.max(expected - reach, Math.min(expected + reach, value)) : value;
    this.#seasons.learn(t, learnt);
    if (!this.#isStated) this.#follow();
    if (!isKnown) return null;
    return {
      score: (value - expected) / spread,
      expected,
      lo: expected - limit * spread,
      hi: expected + limit * spread
    };
  }

  limitFor(p: number): number {
    if (this.#followed < 0) return this.#plain.limitFor(p);
    return studentQuantile(normalQuantile(1 - Math.min(p, 1) / 2), freedom);
  }

  reason(judged: Judged): string {
    if (this.#followed < 0) return this.#plain.reason(judged);
    const { score, expected } = judged;
    return `${short(Math.abs(score))} standard deviations ${score > 0 ? 'above' : 'below'} ${short(expected)}, which is usual at this place in the season`;
  }

  snapshot(): unknown {
    return {
      seasons: this.#seasons.snapshot(),
      plain: this.#plain.snapshot(),
      followed: this.#followed
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as { seasons: SeasonsSnapshot; plain: unknown; followed: number };
    this.#seasons.restore(state.seasons);
    this.#plain.restore(state.plain);
    this.#followed = state.followed;
  }

  /** Goes over to the season that saves clearly more, and leaves one that saves nothing. */
  #follow(): void {
    let best = this.#followed;
    let saved = best < 0 ? 0 : this.#seasons.saving(best);
    if (saved === 0) best = -1;
    for (let c = 0; c < this.#seasons.count; c++) {
      const saves = this.#seasons.saving(c);
      if (saves <= saved + gain * (1 - saved)) continue;
      best = c;
      saved = saves;
    }
    this.#followed = best;
  }
}
