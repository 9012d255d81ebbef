import type { Checkpoint } from '#lib/analytics/cluster/points.ts';
import { normalCdf, normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Past } from '#lib/analytics/stream/past.ts';
import { ahead, bestWeights, follow, startOf, type SmoothingState } from './robust-smoothing.ts';

export interface WalkForwardOptions {
  /** 1 = none. */
  readonly season: number;
  /** Rows that the smoothing weights are estimated on. */
  readonly history: number;
  /** How many normal deviations the band stands for: its level is P(|Z| ≤ threshold). */
  readonly threshold: number;
  readonly checkpoint: Checkpoint;
}

export interface WalkForward {
  /** Forecast of each row from those before it; NaN in the beginning. */
  readonly expected: Float64Array;
  /** Half the width of the band of each row; NaN until there are errors to rest it on. */
  readonly half: Float64Array;
}

const leastErrors = 10;
const errorsKept = 500;
/** So many rows in a row beyond the band on the same side are a shift of the level. */
const shiftRows = 5;
/** Errors beyond the band count as this much of it, so that bands recover from single outliers and yet can widen. */
const clip = 1.25;

/**
 * One-step forecasts by exponential smoothing with damped trend and additive season, each row from the rows
 * before it alone, with a conformal band. Values beyond the band move the states only as far as its edge
 * (robust smoothing, Gelper, Fried and Croux 2010); five in a row on one side move the level to the last. Half the width is the ⌈(n + 1)·level⌉-th smallest of the
 * last 500 error sizes; where those are too few for the level, that of 90 % stretched as normal errors
 * stretch. Weights are estimated anew whenever the rows have grown by half, later by `history`. Missing
 * values are neither judged nor learnt. Needs two seasons before the first forecast. O(n · 500) at worst.
 */
export async function walkForward(
  values: Float64Array,
  options: WalkForwardOptions
): Promise<WalkForward> {
  const n = values.length;
  const { history, threshold, checkpoint } = options;
  const cleaned = values.slice();
  const expected = new Float64Array(n).fill(Number.NaN);
  const half = new Float64Array(n).fill(Number.NaN);
  const first = Math.max(10, 2 * options.season);
  const season = n > first ? options.season : 1;
  const warm = n > first ? first : 10;
  if (n <= warm) return { expected, half };
  carryOn(cleaned, warm);
  const start = startOf(cleaned.subarray(0, warm), season);
  let weights = bestWeights(cleaned, 0, warm, start);
  const state = runThrough(cleaned, 0, warm, start, weights);
  const errors = new Past(errorsKept);
  let size = 0;
  let seen = 0;
  let run = 0;
  let next = Math.ceil(warm * 1.5);
  const resumes: { at: number; state: SmoothingState }[] = [{ at: 0, state: copy(start) }];
  for (let t = warm; t < n; t++) {
    if (t % 1024 === 0) await checkpoint(t / n);
    if (t === next) {
      await checkpoint();
      while (resumes.length > 1 && resumes[1]!.at <= t - history) resumes.shift();
      const from = resumes[0]!;
      weights = bestWeights(cleaned, from.at, t, from.state);
      resumes.push({ at: t, state: copy(state) });
      next = t + Math.max(1, Math.min(Math.ceil(t / 2), Math.max(history, Math.ceil(n / 64))));
    }
    const forecast = ahead(state, t);
    expected[t] = forecast;
    if (errors.size >= leastErrors) half[t] = halfWidth(errors, threshold, size / seen);
    if (!Number.isFinite(values[t]!)) {
      cleaned[t] = forecast;
      follow(state, t, 0, weights);
      continue;
    }
    const error = values[t]! - forecast;
    const limit = Number.isNaN(half[t]!) ? Number.POSITIVE_INFINITY : half[t]!;
    const beyond = Math.abs(error) > limit;
    run = !beyond
      ? 0
      : Math.sign(error) === Math.sign(run)
        ? run + Math.sign(error)
        : Math.sign(error);
    if (Math.abs(run) === shiftRows) {
      state.level += error;
      cleaned[t] = values[t]!;
      run = 0;
      continue;
    }
    const kept = beyond ? Math.sign(error) * limit : error;
    errors.push(Math.min(Math.abs(error), clip * limit));
    size += Math.abs(values[t]!);
    seen++;
    cleaned[t] = forecast + kept;
    follow(state, t, kept, weights);
  }
  return { expected, half };
}

/** Never under a millionth of the size of the values, so that a perfectly foretold series allows for rounding. */
function halfWidth(errors: Past, threshold: number, size: number): number {
  const level = 2 * normalCdf(threshold) - 1;
  const least = Math.max(1e-6 * size, Number.MIN_VALUE);
  const rank = Math.ceil((errors.size + 1) * level - 1e-9);
  if (rank >= 1 && rank <= errors.size) return Math.max(least, errors.ranked(rank - 1));
  const lower = Math.ceil((errors.size + 1) * 0.9 - 1e-9);
  const stretch = threshold / normalQuantile(0.95);
  return Math.max(least, errors.ranked(Math.min(lower, errors.size) - 1) * stretch);
}

function runThrough(
  values: Float64Array,
  from: number,
  to: number,
  start: SmoothingState,
  weights: Parameters<typeof follow>[3]
): SmoothingState {
  const state = copy(start);
  for (let t = from; t < to; t++) follow(state, t, values[t]! - ahead(state, t), weights);
  return state;
}

function copy({ level, trend, season }: SmoothingState): SmoothingState {
  return { level, trend, season: season.slice() };
}

/** Fills missing values of the first rows by the value before, at the very beginning by the first there is. */
function carryOn(values: Float64Array, rows: number): void {
  let last = values.find((value) => Number.isFinite(value)) ?? 0;
  for (let t = 0; t < rows; t++) {
    if (Number.isFinite(values[t]!)) last = values[t]!;
    else values[t] = last;
  }
}
