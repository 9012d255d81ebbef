import { Prototypes } from '#lib/analytics/anomaly/prototypes.ts';
import { Seasons, type SeasonsSnapshot } from './seasons.ts';
import { Stretches } from './stretches.ts';
import {
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';

const prototypes = 100;
/** Windows before the first judgement. */
const learning = 8;
/** Windows that the usual novelty is a mean over. */
const memory = 2000;
/** Novelty below a thousandth of the range is as good as none. */
const floor = 1e-3;
/** A value so many ranges outside is kept as if it lay there: one wild value does not hide all others. */
const reach = 2;

/**
 * How many times farther a value is from anything seen before than values of the series usually are. Novelty is
 * the distance to the nearest of at most 100 stored values, in ranges of what was seen; to that of the value
 * comes that of its difference from the usual at its place in the season, of the day or the week, whichever
 * foretells better, in the share of the error that this season saves. The score is novelty over its mean in the
 * last 2,000 windows or so. Needs no form of distribution, finds values between the usual levels as well as
 * beyond, and learns each anomaly. A line that has gone flat, or a feed that was silent, for longer than
 * `limit` times the longest stretch before is told once as well.
 *
 * After the novelty detector of the `anomaly` kind; the mean makes its scores comparable between series. O(log
 * 100) to judge, O(100) to learn, 6 kB a series at most.
 */
export const novelty: Method = {
  threshold: 3.5,
  season: 'auto',
  refractory: 'day',
  startsOver: false,
  make: (options) => new NoveltyDetector(options)
};

type Cause = 'value' | 'season' | 'flat' | 'silence';

class NoveltyDetector implements StreamDetector {
  readonly #values = new Prototypes(prototypes);
  readonly #residuals: readonly Prototypes[];
  readonly #seasons: Seasons;
  readonly #flat = new Stretches();
  readonly #silence = new Stretches();
  #seen = 0;
  #usual = 0;
  #last = Number.NaN;
  #at = Number.NaN;
  #cause: Cause = 'value';
  #length = 0;

  constructor({ slide, season }: DetectorOptions) {
    this.#seasons = new Seasons(slide, typeof season === 'number' ? season : null);
    this.#residuals = Array.from({ length: this.#seasons.count }, () => new Prototypes(prototypes));
  }

  update(t: number, value: number, limit: number): Judged | null {
    const judged = this.#judge(t, value, limit);
    this.#seasons.learn(t, value);
    this.#last = value;
    this.#at = t;
    return this.#seen++ < learning ? null : judged;
  }

  /** Novelty is about exponential in its unit, and an incident is the greatest of about ten windows. */
  limitFor(p: number): number {
    return Math.max(1, -Math.log(Math.min(p, 1)));
  }

  reason({ score, expected }: Judged): string {
    const times = `${short(score)} times as far from any seen before as values usually are`;
    switch (this.#cause) {
      case 'flat':
        return `the same for ${this.#length} windows, ${short(score)} times the longest flat stretch before`;
      case 'silence':
        return `the first after ${this.#length} silent windows, ${short(score)} times the longest silence before`;
      case 'season':
        return `new for this place in the season, ${times} (${short(expected)} is the nearest usual one)`;
      default:
        return `${times} (${short(expected)} is the nearest)`;
    }
  }

  snapshot(): unknown {
    return {
      values: this.#values.snapshot(),
      residuals: this.#residuals.map((r) => r.snapshot()),
      seasons: this.#seasons.snapshot(),
      stretches: [this.#flat.snapshot(), this.#silence.snapshot()],
      figures: [this.#seen, this.#usual, this.#last, this.#at, this.#length],
      cause: this.#cause
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as {
      values: Float64Array;
      residuals: Float64Array[];
      seasons: SeasonsSnapshot;
      stretches: [number[], number[]];
      figures: [number, number, number, number, number];
      cause: Cause;
    };
    this.#values.restore(state.values);
    this.#residuals.forEach((r, c) => r.restore(state.residuals[c]!));
    this.#seasons.restore(state.seasons);
    this.#flat.restore(state.stretches[0]);
    this.#silence.restore(state.stretches[1]);
    [this.#seen, this.#usual, this.#last, this.#at, this.#length] = state.figures;
    this.#cause = state.cause;
  }

  #judge(t: number, value: number, limit: number): Judged {
    const values = this.#values;
    const range = values.range;
    const nearest = values.nearest(value);
    const own = take(values, value);
    const season = this.#best();
    let residual = 0;
    let usual = Number.NaN;
    let nearestResidual = Number.NaN;
    let residualRange = 0;
    for (let c = 0; c < this.#residuals.length; c++) {
      const level = this.#seasons.usual(c, t);
      if (level !== level) continue;
      const seen = this.#residuals[c]!;
      if (c === season) {
        usual = level;
        nearestResidual = seen.nearest(value - level);
        residualRange = seen.range;
      }
      const novel = take(seen, value - level);
      if (c === season) residual = novel;
    }
    const weight = season < 0 ? 0 : this.#seasons.saving(season);
    const raw = own + weight * residual;
    const unit = floor + this.#usual;
    this.#usual += (Math.min(raw, 1) - this.#usual) / Math.min(this.#seen + 1, memory);
    const score = raw / unit;
    const isSeasonal = weight * residual > own && usual === usual;
    const rest = limit * unit - (isSeasonal ? own : weight * residual);
    const half = isSeasonal
      ? (residualRange * Math.max(0, rest)) / weight
      : range * Math.max(0, rest);
    const expected = isSeasonal ? usual + nearestResidual : nearest;
    this.#cause = isSeasonal ? 'season' : 'value';
    return this.#stretched(t, value, limit, {
      score,
      expected,
      lo: expected - half,
      hi: expected + half
    });
  }

  /** The season that saves most; −1 if none saves anything. */
  #best(): number {
    let best = -1;
    let saved = 0;
    for (let c = 0; c < this.#seasons.count; c++) {
      const saves = this.#seasons.saving(c);
      if (saves <= saved) continue;
      best = c;
      saved = saves;
    }
    return best;
  }

  #stretched(t: number, value: number, limit: number, judged: Judged): Judged {
    const silent = this.#at === this.#at ? t - this.#at - 1 : 0;
    const silence = silent > 0 ? this.#silence.whole(silent, limit) : this.#silence.none();
    const flat = value === this.#last ? this.#flat.longer(limit) : this.#flat.none();
    if (silence > judged.score && silence >= flat) {
      this.#cause = 'silence';
      this.#length = silent;
      return { ...judged, score: silence };
    }
    if (flat <= judged.score) return judged;
    this.#cause = 'flat';
    this.#length = this.#flat.current + 1;
    return { ...judged, score: flat };
  }
}

/** The distance of `x` to the nearest value stored, in ranges; then stores it, at most `reach` ranges outside. */
function take(seen: Prototypes, x: number): number {
  const range = seen.range;
  const distance = Math.abs(x - seen.nearest(x));
  if (range > 0) {
    seen.learn(Math.max(seen.least - reach * range, Math.min(seen.greatest + reach * range, x)));
  } else seen.learn(x);
  if (!(distance > 0)) return 0;
  return range > 0 ? Math.min(distance / range, 1e6) : 1;
}
