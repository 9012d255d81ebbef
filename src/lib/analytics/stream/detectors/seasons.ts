const day = 86_400_000;
const week = 7 * day;

/** How fast the usual value of a place follows, and that of the series as a whole. */
const placeSpeed = 0.1;
const levelSpeed = 0.05;
const mostPerDay = 48;
const mostPerWeek = 168;
/** Seasons that a place's own spread counts as, at most, and those that the spread of all places counts as beside it. */
const mostSeasons = 10;
const priorSeasons = 3;

interface Candidate {
  /** Milliseconds; the place is where a window's start falls in it, cut in `places` pieces. */
  readonly length: number;
  readonly places: number;
}

/** Seasons that windows of this distance may have: a day in up to 48 pieces, a week in up to 168, a year of weeks. */
function candidatesFor(slide: number): Candidate[] {
  if (!(slide > 0)) return [];
  if (slide < day) {
    const perDay = Math.floor(day / slide);
    const daily = { length: day, places: Math.min(mostPerDay, perDay) };
    const weekly = { length: week, places: Math.min(mostPerWeek, 7 * perDay) };
    return perDay < 2 ? [weekly] : [daily, weekly];
  }
  if (2 * slide <= week) return [{ length: week, places: Math.floor(week / slide) }];
  return 26 * slide <= 52 * week
    ? [{ length: 52 * week, places: Math.floor((52 * week) / slide) }]
    : [];
}

/** Milliseconds of the longest season that windows of this distance may have; 0: none. */
export function longestSeason(slide: number): number {
  return Math.max(0, ...candidatesFor(slide).map(({ length }) => length));
}

export interface SeasonsSnapshot {
  readonly usual: readonly Float64Array[];
  readonly gaps: readonly Float64Array[];
  readonly figures: readonly number[];
  readonly level: number;
}

/**
 * The seasons a series may have, side by side: for each, an exponentially smoothed value at every place and the
 * share of the error that it saves against the smoothed level alone. A window's place comes from its time, so
 * that missing windows shift nothing. O(candidates) a window; at most 432 numbers a series.
 */
export class Seasons {
  readonly #slide: number;
  readonly #candidates: readonly Candidate[];
  readonly #usual: Float64Array[];
  /** Smoothed absolute errors by place. */
  readonly #gaps: Float64Array[];
  /** By candidate: smoothed absolute error, that of the level on the same windows, windows foretold. */
  readonly #figures: Float64Array;
  #level = Number.NaN;

  /** `stated`: the one season there is, in windows (0 = none); null: those that windows of this distance may have. */
  constructor(slide: number, stated: number | null = null) {
    this.#slide = slide > 0 ? slide : 1;
    this.#candidates =
      stated === null
        ? candidatesFor(slide)
        : stated > 0
          ? [{ length: stated * this.#slide, places: stated }]
          : [];
    this.#usual = this.#candidates.map(() => new Float64Array(0));
    this.#gaps = this.#candidates.map(() => new Float64Array(0));
    this.#figures = new Float64Array(3 * this.#candidates.length);
  }

  get count(): number {
    return this.#candidates.length;
  }

  /** The usual value at the place of window `t` in candidate `c`; NaN when the place is new. */
  usual(c: number, t: number): number {
    return this.#usual[c]![this.#place(c, t)] ?? Number.NaN;
  }

  /** From 0 to 1: the share of the error that candidate `c` saves; 0 until one whole season was foretold. */
  saving(c: number): number {
    const plain = this.#figures[3 * c + 1]!;
    const foretold = this.#figures[3 * c + 2]!;
    if (foretold < this.#candidates[c]!.places || !(plain > 0)) return 0;
    return Math.max(0, 1 - this.#figures[3 * c]! / plain);
  }

  /**
   * The standard deviation at the place of window `t`: its own smoothed error, and, as if it were that of three
   * more seasons, the error of all places; NaN while nothing was foretold.
   */
  spread(c: number, t: number): number {
    const foretold = this.#figures[3 * c + 2]!;
    if (foretold === 0) return Number.NaN;
    const overall = this.#figures[3 * c]!;
    const own = this.#gaps[c]![this.#place(c, t)] ?? Number.NaN;
    const seasons = own === own ? Math.min(mostSeasons, foretold / this.#candidates[c]!.places) : 0;
    const shared =
      seasons === 0 ? overall : (seasons * own + priorSeasons * overall) / (seasons + priorSeasons);
    return Math.sqrt(Math.PI / 2) * shared;
  }

  learn(t: number, value: number): void {
    for (let c = 0; c < this.#candidates.length; c++) this.#teach(c, t, value);
    const level = this.#level;
    this.#level = level === level ? level + levelSpeed * (value - level) : value;
  }

  snapshot(): SeasonsSnapshot {
    return {
      usual: this.#usual.map((places) => places.slice()),
      gaps: this.#gaps.map((places) => places.slice()),
      figures: [...this.#figures],
      level: this.#level
    };
  }

  restore({ usual, gaps, figures, level }: SeasonsSnapshot): void {
    usual.forEach((places, c) => (this.#usual[c] = Float64Array.from(places)));
    gaps.forEach((places, c) => (this.#gaps[c] = Float64Array.from(places)));
    this.#figures.set(figures);
    this.#level = level;
  }

  #teach(c: number, t: number, value: number): void {
    const { places } = this.#candidates[c]!;
    if (this.#usual[c]!.length === 0) {
      this.#usual[c] = new Float64Array(places).fill(Number.NaN);
      this.#gaps[c] = new Float64Array(places).fill(Number.NaN);
    }
    const usual = this.#usual[c]!;
    const gaps = this.#gaps[c]!;
    const place = this.#place(c, t);
    const before = usual[place]!;
    if (before !== before) {
      usual[place] = value;
      return;
    }
    const figures = this.#figures;
    const at = 3 * c;
    const memory = 1 / Math.min(++figures[at + 2]!, 2 * places);
    figures[at]! += memory * (Math.abs(value - before) - figures[at]!);
    figures[at + 1]! += memory * (Math.abs(value - this.#level) - figures[at + 1]!);
    const gap = Math.abs(value - before);
    const usually = gaps[place]!;
    gaps[place] = usually === usually ? usually + placeSpeed * (gap - usually) : gap;
    usual[place] = before + placeSpeed * (value - before);
  }

  #place(c: number, t: number): number {
    const { length, places } = this.#candidates[c]!;
    const time = t * this.#slide;
    return Math.floor(((time - Math.floor(time / length) * length) / length) * places);
  }
}
