import type { Checkpoint } from '#lib/analytics/cluster/points.ts';
import { median } from '#lib/analytics/stats/descriptive.ts';

export interface StlOptions {
  readonly season: number;
  /** Rows of the seasonal loess over equal places of the season; 'periodic' keeps the season constant. */
  readonly window: number | 'periodic';
  /** Whether outliers lose their weight. */
  readonly robust?: boolean;
}

export interface Stl {
  readonly trend: Float64Array;
  readonly seasonal: Float64Array;
  readonly remainder: Float64Array;
}

/**
 * Seasonal and trend decomposition by loess (Cleveland et al. 1990) with R's defaults: degrees 0 (seasonal)
 * and 1, two inner passes, or one inner and fifteen outer passes when robust. Every point is computed (no
 * jumps). Needs two full seasons, equal steps and no gaps. O(n · window) a pass.
 */
export function stl(values: Float64Array, options: StlOptions): Stl {
  const work = slices(values, options);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** As `stl`, with a checkpoint about every million weights. */
export async function stlInSlices(
  values: Float64Array,
  options: StlOptions,
  checkpoint: Checkpoint
): Promise<Stl> {
  const work = slices(values, options);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await checkpoint();
  }
}

type Slices<T> = Generator<undefined, T, undefined>;

const weightsPerSlice = 1e6;

function* slices(values: Float64Array, options: StlOptions): Slices<Stl> {
  const { season, robust = false } = options;
  const n = values.length;
  const periodic = options.window === 'periodic';
  const seasonalWindow = options.window === 'periodic' ? 10 * n + 1 : nextOdd(options.window);
  const trendWindow = nextOdd(Math.ceil((1.5 * season) / (1 - 1.5 / seasonalWindow)));
  const lowPassWindow = nextOdd(season);
  const inner = robust ? 1 : 2;
  const outer = robust ? 15 : 0;
  const pace = new Pace();
  let weights: Float64Array | null = null;
  let trend: Float64Array = new Float64Array(n);
  let seasonal: Float64Array = new Float64Array(n);
  for (let pass = 0; pass <= outer; pass++) {
    for (let k = 0; k < inner; k++) {
      const detrended = values.map((value, t) => value - trend[t]!);
      const cycle = yield* smoothCycles(detrended, season, seasonalWindow, weights, pace);
      const low = yield* lowPass(cycle, season, lowPassWindow, pace);
      seasonal = low.map((value, t) => cycle[t + season]! - value);
      const adjusted = values.map((value, t) => value - seasonal[t]!);
      trend = yield* loess(adjusted, trendWindow, 1, weights, pace);
    }
    if (pass < outer) weights = bisquare(values.map((v, t) => v - seasonal[t]! - trend[t]!));
  }
  if (periodic) seasonal = cycleMeans(seasonal, season);
  const remainder = values.map((value, t) => value - seasonal[t]! - trend[t]!);
  return { trend, seasonal, remainder };
}

function nextOdd(value: number): number {
  const whole = Math.max(3, Math.round(value));
  return whole % 2 === 1 ? whole : whole + 1;
}

/** Each place of the season smoothed over the years and carried one year out at both ends: n + 2·season values. */
function* smoothCycles(
  values: Float64Array,
  season: number,
  window: number,
  weights: Float64Array | null,
  pace: Pace
): Slices<Float64Array> {
  const n = values.length;
  const out = new Float64Array(n + 2 * season);
  for (let place = 0; place < season; place++) {
    const count = Math.floor((n - 1 - place) / season) + 1;
    const cycle = Float64Array.from({ length: count }, (_, i) => values[place + i * season]!);
    const own = weights
      ? Float64Array.from({ length: count }, (_, i) => weights[place + i * season]!)
      : null;
    const smooth = yield* loess(cycle, window, 0, own, pace);
    const tricube = new Tricube();
    out[place] = loessAt(cycle, window, 0, own, -1, tricube) ?? smooth[0]!;
    for (let i = 0; i < count; i++) out[place + (i + 1) * season] = smooth[i]!;
    const after = loessAt(cycle, window, 0, own, count, tricube) ?? smooth[count - 1]!;
    out[place + (count + 1) * season] = after;
  }
  return out;
}

/** Moving averages of season, season and 3 rows, then a loess: what of the smoothed cycles is no season. */
function* lowPass(
  cycle: Float64Array,
  season: number,
  window: number,
  pace: Pace
): Slices<Float64Array> {
  const averaged = movingMean(movingMean(movingMean(cycle, season), season), 3);
  return yield* loess(averaged, window, 1, null, pace);
}

function movingMean(values: Float64Array, window: number): Float64Array {
  const out = new Float64Array(values.length - window + 1);
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += values[t]!;
    if (t >= window) sum -= values[t - window]!;
    if (t >= window - 1) out[t - window + 1] = sum / window;
  }
  return out;
}

function* loess(
  values: Float64Array,
  window: number,
  degree: 0 | 1,
  weights: Float64Array | null,
  pace: Pace
): Slices<Float64Array> {
  const out = new Float64Array(values.length);
  const cost = Math.min(window, values.length);
  const tricube = new Tricube();
  for (let t = 0; t < values.length; t++) {
    out[t] = loessAt(values, window, degree, weights, t, tricube) ?? values[t]!;
    if (pace.due(cost)) yield;
  }
  return out;
}

/** The weights (1 − (distance/reach)³)³ of `size` rows around a place among them, kept as most rows have the same. */
class Tricube {
  #weights = new Float64Array(0);
  #offset = Number.NaN;
  #reach = Number.NaN;

  of(size: number, offset: number, reach: number): Float64Array {
    if (size === this.#weights.length && offset === this.#offset && reach === this.#reach) {
      return this.#weights;
    }
    [this.#offset, this.#reach] = [offset, reach];
    this.#weights = Float64Array.from({ length: size }, (_, i) => {
      const distance = Math.abs(i - offset);
      if (distance > 0.999 * reach) return 0;
      return distance <= 0.001 * reach ? 1 : (1 - (distance / reach) ** 3) ** 3;
    });
    return this.#weights;
  }
}

/** Counts work, and says when a slice is full. */
class Pace {
  #done = 0;

  due(cost: number): boolean {
    this.#done += cost;
    if (this.#done < weightsPerSlice) return false;
    this.#done = 0;
    return true;
  }
}

/** The local fit at `x` (which may lie outside) over the `window` nearest rows, tricube weights; null when all weights vanish. */
function loessAt(
  values: Float64Array,
  window: number,
  degree: 0 | 1,
  weights: Float64Array | null,
  x: number,
  tricube: Tricube
): number | null {
  const n = values.length;
  const size = Math.min(window, n);
  const left = Math.min(Math.max(0, x - (size - 1) / 2), n - size);
  const from = Math.max(0, Math.ceil(left));
  const to = from + size - 1;
  let reach = Math.max(x - from, to - x);
  if (window > n) reach += Math.floor((window - n) / 2);
  const near = tricube.of(size, x - from, reach);
  const local = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    local[i] = near[i]! * (weights ? weights[from + i]! : 1);
    total += local[i]!;
  }
  if (total <= 0) return null;
  if (degree === 1 && reach > 0) tilt(local, total, from, x, n);
  let sum = 0;
  for (let i = 0; i < size; i++) {
    sum += (local[i]! / total) * values[from + i]!;
  }
  return sum;
}

/** Turns the weights of a local mean into those of a local line at `x`, where the rows are wide enough to carry one. */
function tilt(local: Float64Array, total: number, from: number, x: number, n: number): void {
  let centre = 0;
  for (let i = 0; i < local.length; i++) centre += (local[i]! / total) * (from + i);
  let spread = 0;
  for (let i = 0; i < local.length; i++) spread += (local[i]! / total) * (from + i - centre) ** 2;
  if (Math.sqrt(spread) <= 0.001 * (n - 1)) return;
  const slope = (x - centre) / spread;
  for (let i = 0; i < local.length; i++) local[i]! *= 1 + slope * (from + i - centre);
}

/** Robustness weights from the remainder: bisquare of six median deviations. */
function bisquare(remainder: Float64Array): Float64Array {
  const sizes = remainder.map(Math.abs);
  const limit = 6 * median(sizes);
  return sizes.map((size) => {
    if (size <= 0.001 * limit) return 1;
    return size <= 0.999 * limit ? (1 - (size / limit) ** 2) ** 2 : 0;
  });
}

function cycleMeans(seasonal: Float64Array, season: number): Float64Array {
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  seasonal.forEach((value, t) => {
    sums[t % season]! += value;
    counts[t % season]! += 1;
  });
  return seasonal.map((_, t) => sums[t % season]! / counts[t % season]!);
}
