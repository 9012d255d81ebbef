import type { StockPath } from './stock-path.ts';

/** What was learnt of a key's demand: weighted sum and weight of the steps so far, and where the next one begins. */
export interface DemandRate {
  readonly sum: number;
  readonly weight: number;
  /** NaN before the key's first movement. */
  readonly next: number;
}

export const noDemandYet: DemandRate = { sum: 0, weight: 0, next: Number.NaN };

/** How time is cut into steps of demand: at multiples of `step` plus `origin`. */
export interface DemandSteps {
  readonly step: number;
  readonly origin: number;
  /** Weight of the latest step. */
  readonly alpha: number;
}

export function stepStart({ step, origin }: DemandSteps, time: number): number {
  return Math.floor((time - origin) / step) * step + origin;
}

/**
 * Learns the demand of every whole step before `until`, from the one of the key's first movement on: an exponentially
 * weighted mean with weights that sum to 1 from the first step on (simple exponential smoothing without a starting
 * value). A step in which stock was out for any time teaches nothing, because what was not there could not be asked
 * for: censored demand (Nahmias 1994, Demand estimation in lost sales inventory systems). The path must hold the movements from
 * `rate.next` on. O(movements), whatever the number of empty steps.
 */
export function learnDemand(
  rate: DemandRate,
  path: StockPath,
  until: number,
  steps: DemandSteps
): DemandRate {
  let { sum, weight, next } = rate;
  if (next !== next) {
    if (!(path.first < until)) return rate;
    next = stepStart(steps, Math.max(path.first, path.settledThrough));
  }
  const { step, alpha } = steps;
  const last = stepStart(steps, until);
  let level = path.settledLevel;
  let i = 0;
  while (next < last) {
    const coming = i < path.movements ? path.timeOf(i) : Infinity;
    if (coming >= next + step) {
      const empty = (Math.min(stepStart(steps, Math.min(coming, last)), last) - next) / step;
      if (level > 0) {
        const kept = (1 - alpha) ** empty;
        sum *= kept;
        weight = 1 - (1 - weight) * kept;
      }
      next += empty * step;
      continue;
    }
    let wasOut = level <= 0 && coming > next && path.since <= next;
    let demand = 0;
    for (; i < path.movements && path.timeOf(i) < next + step; i++) {
      level = path.after(i, level);
      demand += path.demandOf(i);
      wasOut ||= level <= 0;
    }
    if (!wasOut) {
      sum = (1 - alpha) * sum + alpha * demand;
      weight = (1 - alpha) * weight + alpha;
    }
    next += step;
  }
  return { sum, weight, next };
}

/** Mean demand of a step; NaN before there is one. */
export function meanDemand({ sum, weight }: DemandRate): number {
  return weight > 0 ? sum / weight : Number.NaN;
}
