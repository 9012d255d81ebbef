import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import type { Forecast } from './model.ts';

/** Half-widths in units of the model's own spread: one list per level, one entry per step. */
export type Multipliers = readonly Float64Array[];

export interface Calibration {
  /** The multipliers that rest on errors known at `time`. */
  at(time: number): Multipliers;
  /** The multipliers that rest on every error. */
  readonly all: Multipliers;
}

/** Backtest errors of one model over all series, in units of the spread the model stated for that step. */
export interface CalibrationErrors {
  /** 1 … horizon. */
  readonly steps: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  /** The spread stated for that step over the one stated for the first step of the same forecast. */
  readonly widening: ArrayLike<number>;
  /** When the actual came, so that no band rests on what was not yet known. */
  readonly known: ArrayLike<number>;
  /** The times at which bands are asked for. */
  readonly origins: readonly number[];
}

const mostCheckpoints = 64;

/** The multipliers of normal errors, the same for every step. */
export function analyticMultipliers(levels: readonly number[], horizon: number): Multipliers {
  return levels.map((level) => new Float64Array(horizon).fill(normalQuantile(0.5 + level / 200)));
}

/**
 * Rolling conformal calibration (Vovk et al. 2005; Lei et al. 2018, normalised scores). The score of a
 * backtest error is its size over the spread that the model itself stated, which makes series and steps
 * comparable, so they are pooled: by step where a step has 5/(1 − level) errors, over all steps where it
 * has not, and the normal quantile where even those are too few for the level. The quantile is the
 * ⌈(n + 1)·level⌉-th smallest score. Bands never narrow with the level, nor, for spreads that widen as they
 * did on average, with the step.
 * Assumes that errors to come are like those pooled. O(n log n) for each of at most 64 distinct times.
 */
export function calibrate(
  errors: CalibrationErrors,
  levels: readonly number[],
  horizon: number
): Calibration {
  const order = Int32Array.from(errors.scores, (_, i) => i);
  order.sort((a, b) => errors.known[a]! - errors.known[b]! || a - b);
  const known = Float64Array.from(order, (i) => errors.known[i]!);
  const times = checkpoints(errors.origins);
  const cache = new Map<number, Multipliers>();
  const using = (count: number): Multipliers => {
    let multipliers = cache.get(count);
    if (!multipliers) {
      multipliers = fromErrors(errors, order.subarray(0, count), levels, horizon);
      cache.set(count, multipliers);
    }
    return multipliers;
  };
  return {
    all: using(order.length),
    at(time) {
      const checkpoint = lastAtMost(times, time);
      return using(checkpoint === undefined ? 0 : countAtMost(known, checkpoint));
    }
  };
}

/** Lower and upper ends for each level. */
export function bands(
  forecast: Forecast,
  multipliers: Multipliers
): { lower: Float64Array[]; upper: Float64Array[] } {
  const { yhat, below, above } = forecast;
  return {
    lower: multipliers.map((q) => yhat.map((value, i) => value - q[i]! * below[i]!)),
    upper: multipliers.map((q) => yhat.map((value, i) => value + q[i]! * above[i]!))
  };
}

function fromErrors(
  errors: CalibrationErrors,
  chosen: Int32Array,
  levels: readonly number[],
  horizon: number
): Multipliers {
  const { steps, scores } = errors;
  const widening = meanWidening(errors, chosen, horizon);
  const pooled = Float64Array.from(chosen, (i) => scores[i]!).sort();
  const byStep = Array.from({ length: horizon }, (): number[] => []);
  for (const i of chosen) byStep[steps[i]! - 1]?.push(scores[i]!);
  const stepScores = byStep.map((list) => Float64Array.from(list).sort());
  const out: Float64Array[] = [];
  for (const [l, level] of levels.entries()) {
    const share = level / 100;
    const enough = 5 / (1 - share) - 1e-9;
    const fallback = conformalQuantile(pooled, share) ?? normalQuantile(0.5 + share / 2);
    const line = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) {
      const own = stepScores[h]!.length >= enough ? conformalQuantile(stepScores[h]!, share) : null;
      const before = h > 0 ? (line[h - 1]! * widening[h - 1]!) / widening[h]! : 0;
      const inner = l > 0 ? out[l - 1]![h]! : 0;
      line[h] = Math.max(before, inner, own ?? fallback);
    }
    out.push(line);
  }
  return out;
}

/** How much wider than the first step the stated spreads were, on average; a step without errors goes on from the one before. */
function meanWidening(
  { steps, widening }: CalibrationErrors,
  chosen: Int32Array,
  horizon: number
): Float64Array {
  const sums = new Float64Array(horizon);
  const counts = new Float64Array(horizon);
  for (const i of chosen) {
    sums[steps[i]! - 1]! += widening[i]!;
    counts[steps[i]! - 1]! += 1;
  }
  const out = new Float64Array(horizon).fill(1);
  for (let h = 0; h < horizon; h++) {
    if (counts[h]! > 0 && sums[h]! > 0) out[h] = sums[h]! / counts[h]!;
    else if (h > 0) out[h] = out[h - 1]!;
  }
  return out;
}

function conformalQuantile(ascending: Float64Array, share: number): number | null {
  const rank = Math.ceil((ascending.length + 1) * share - 1e-9);
  return rank > ascending.length || rank < 1 ? null : ascending[rank - 1]!;
}

/** The distinct times, thinned evenly to a bounded number. */
function checkpoints(times: readonly number[]): Float64Array {
  const distinct = Float64Array.from(new Set(times)).sort();
  const stride = Math.ceil(distinct.length / mostCheckpoints);
  return stride <= 1 ? distinct : distinct.filter((_, i) => i % stride === 0);
}

function lastAtMost(ascending: Float64Array, time: number): number | undefined {
  const count = countAtMost(ascending, time);
  return count === 0 ? undefined : ascending[count - 1];
}

function countAtMost(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
