import { flatFitted, type DemandRate } from '../intermittent/flat.ts';
import type { Model } from '../model.ts';

const sizeWeight = 0.1;
const chanceWeights = [0.02, 0.05, 0.1, 0.2];

/**
 * Teunter, Syntetos and Babai (2011, European Journal of Operational Research 214): the chance of demand is
 * smoothed every row, its size where it occurs, so that the rate sinks while nothing is asked for. α = 0.1;
 * β is the one of four with the least squared one-step errors. O(n).
 */
export const tsb: Model = {
  name: 'tsb',
  seasonal: false,
  needs: () => 3,
  fit(values) {
    const tried = chanceWeights.map((beta) => ({ beta, rate: tsbRate(values, beta) }));
    const best = tried.reduce((a, b) =>
      squares(values, b.rate) < squares(values, a.rate) ? b : a
    );
    const parameters = { alpha: sizeWeight, beta: best.beta, rate: best.rate.after };
    return flatFitted(values, best.rate, 'TSB', parameters);
  }
};

/** Starts at the first size and at the share of rows with demand up to the first one. */
function tsbRate(values: Float64Array, beta: number): DemandRate {
  const before = new Float64Array(values.length).fill(Number.NaN);
  let size = Number.NaN;
  let chance = Number.NaN;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    before[t] = chance * size;
    if (Number.isNaN(size)) {
      if (value === 0) continue;
      size = value;
      chance = 1 / (t + 1);
      continue;
    }
    chance += beta * ((value === 0 ? 0 : 1) - chance);
    if (value !== 0) size += sizeWeight * (value - size);
  }
  if (Number.isNaN(size)) return { before: before.fill(0), after: 0, weight: 0 };
  return { before, after: chance * size, weight: beta };
}

function squares(values: Float64Array, { before }: DemandRate): number {
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    if (!Number.isNaN(before[t]!)) sum += (values[t]! - before[t]!) ** 2;
  }
  return sum;
}
