/** Scores kept of each block, and windows before the tail of the scores is trusted. */
const kept = 64;
const leastWindows = 100;
/** The share of the windows whose scores count as the tail. */
const share = 0.1;
/** Alarms expected in one block. */
const perBlock = 16;

/**
 * The limit that scores exceed at a wanted rate, from the tail of the scores so far: a generalised Pareto
 * distribution fitted to the greatest of them (peaks over threshold; Siffer et al. 2017 for streams), by
 * probability-weighted moments (Hosking and Wallis 1987). Scores of the last two blocks of 16/p windows count;
 * those beyond twice the limit count as that, so that incidents do not buy themselves silence. After n windows
 * the rate is right to about 1/√(n·p) of itself. At most 128 numbers; O(kept) where a score enters the tail.
 */
export class Tail {
  readonly #p: number;
  readonly #block: number;
  /** Ascending. */
  #now: number[] = [];
  #before: number[] = [];
  #windows = 0;
  #windowsBefore = 0;
  #limit = Number.NaN;

  constructor(p: number) {
    this.#p = p;
    this.#block = Math.max(10 * leastWindows, Math.ceil(perBlock / p));
  }

  /** NaN while too little is known. */
  get limit(): number {
    return this.#limit;
  }

  /** One window was judged; `score` counts as a possible alarm unless it is 0. */
  learn(score: number): void {
    this.#windows++;
    const least = this.#now.length < kept ? 0 : this.#now[0]!;
    const counted = this.#limit === this.#limit ? Math.min(score, 2 * this.#limit) : score;
    const enters = counted > least;
    if (enters) this.#insert(counted);
    const total = this.#windows + this.#windowsBefore;
    if (total >= leastWindows && (enters || this.#windows % 16 === 0))
      this.#limit = this.#fit(total);
    if (this.#windows < this.#block) return;
    this.#before = this.#now;
    this.#windowsBefore = this.#windows;
    this.#now = [];
    this.#windows = 0;
  }

  snapshot(): unknown {
    return {
      now: [...this.#now],
      before: [...this.#before],
      figures: [this.#windows, this.#windowsBefore, this.#limit]
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as {
      now: number[];
      before: number[];
      figures: [number, number, number];
    };
    this.#now = [...state.now];
    this.#before = [...state.before];
    [this.#windows, this.#windowsBefore, this.#limit] = state.figures;
  }

  #insert(score: number): void {
    let at = this.#now.length;
    while (at > 0 && this.#now[at - 1]! > score) at--;
    this.#now.splice(at, 0, score);
    if (this.#now.length > kept) this.#now.shift();
  }

  #fit(windows: number): number {
    const all = [...this.#now, ...this.#before].sort((a, b) => a - b);
    const count = Math.min(all.length - 1, kept, Math.floor(windows * share));
    if (count < 8) return Number.NaN;
    const tail = all.slice(-count - 1);
    const base = tail[0]!;
    const excesses = tail.slice(1).map((score) => score - base);
    return base + paretoQuantile(excesses, (this.#p * windows) / count);
  }
}

/** The excess that a share `rate` of ascending excesses is beyond, by a fitted generalised Pareto distribution; 0 where that is all of them. */
export function paretoQuantile(excesses: readonly number[], rate: number): number {
  if (rate >= 1) return 0;
  const { shape, scale } = paretoFit(excesses);
  if (!(scale > 0)) return 0;
  return Math.abs(shape) < 1e-6 ? -scale * Math.log(rate) : (scale / shape) * (rate ** -shape - 1);
}

/** Shape ξ and scale σ of 1 − (1 + ξx/σ)^(−1/ξ), by probability-weighted moments; ξ is held within ±0.5. */
export function paretoFit(ascending: readonly number[]): { shape: number; scale: number } {
  const n = ascending.length;
  let mean = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    mean += ascending[i]! / n;
    weighted += (ascending[i]! * (1 - (i + 0.65) / n)) / n;
  }
  const gap = mean - 2 * weighted;
  const shape = gap > 0 ? 2 - mean / gap : -0.5;
  const held = Math.max(-0.5, Math.min(0.5, shape));
  return { shape: held, scale: mean * (1 - held) };
}
