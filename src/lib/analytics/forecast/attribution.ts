import type { NetworkTask } from './global-network.ts';
import type { TrainedNetwork } from './network-engine.ts';
import type { InputGroup, NetworkInputs } from './network-inputs.ts';
import { seasonalBase, type WindowPlace, type WindowShape } from './windows.ts';

/** What each row of the window, and all else that a network was told, did to the sum of its forecast, in units of the series. */
export interface Attribution {
  /** Per row of the window, oldest first. */
  readonly lags: Float64Array;
  /** Per covariate over the window and over the horizon, of the calendar, and per static column. */
  readonly others: readonly (InputGroup & { readonly amount: number })[];
  /** The sum forecast after a window as flat as its own mean, with all else at its mean in training. */
  readonly baseline: number;
  /** The sum of the forecast's steps. */
  readonly total: number;
}

const panels = 8;
/** Points and weights of Gauss and Legendre's rule of order 4 over −1 to 1. */
const rule = [
  [-0.8611363115940526, 0.34785484513745385],
  [-0.33998104358485626, 0.6521451548625461],
  [0.33998104358485626, 0.6521451548625461],
  [0.8611363115940526, 0.34785484513745385]
] as const;
const points = panels * rule.length;

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017) of the summed median forecast, from a window that
 * stays at its mean and covariates at theirs to the inputs themselves, by Gauss and Legendre's rule at 8 × 4 points; what
 * the seasonal naive part adds is linear and goes to its own rows. The window's scale is held fixed.
 * Complete: `lags` and `others` add up to `total` − `baseline`. What the rule in single precision leaves over,
 * below 1 %, is shared out in proportion to their sizes. Null where the engine has no input gradients.
 * O(32) forward and backward passes.
 */
export async function attributionOf(
  network: TrainedNetwork,
  { series, horizon, settings: { quantiles } }: NetworkTask,
  shape: WindowShape,
  inputs: NetworkInputs,
  place: WindowPlace
): Promise<Attribution | null> {
  if (!network.inputGradients) return null;
  const values = series[place.series]!;
  const perStep = Math.max(1, quantiles.length);
  const middle = Math.max(0, quantiles.indexOf(0.5));
  const outputs = shape.horizon * perStep;
  const ends = new Float32Array(2 * inputs.size);
  ends.set(inputs.neutral);
  const { mean, scale } = inputs.write(values, place, ends, inputs.size);
  const answers = await network.predict(ends, 2);
  const sumOf = (row: number) => {
    let sum = 0;
    for (let h = 0; h < horizon; h++) sum += answers[row * outputs + h * perStep + middle]!;
    return scale * sum;
  };
  const away = Float64Array.from(inputs.neutral, (from, i) => ends[inputs.size + i]! - from);
  const summed = new Float32Array(outputs);
  for (let h = 0; h < horizon; h++) summed[h * perStep + middle] = 1;
  const amounts = await integrate(network, inputs.neutral, away, summed);
  const lags = new Float64Array(shape.window);
  const groups = new Float64Array(inputs.groups.length);
  amounts.forEach((amount, i) => {
    const [row, group] = [inputs.rowAt[i]!, inputs.groupAt[i]!];
    if (row >= 0) lags[row]! += scale * amount;
    if (group >= 0) groups[group]! += scale * amount;
  });
  const [first, last] = [sumOf(0), sumOf(1)];
  share(last - first, [lags, groups]);
  let seasonal = 0;
  for (let h = 0; h < horizon; h++) {
    const above = seasonalBase(values, place.end, h, shape.season) - mean;
    seasonal += above;
    lags[Math.max(0, shape.window - shape.season + (h % shape.season))]! += above;
  }
  return {
    lags,
    others: inputs.groups.map((group, g) => ({ ...group, amount: groups[g]! })),
    baseline: horizon * mean + first,
    total: horizon * mean + seasonal + last
  };
}

/** ∫ gradient · away along the way from `start`, entry by entry. */
async function integrate(
  network: TrainedNetwork,
  start: Float32Array,
  away: Float64Array,
  outputWeights: Float32Array
): Promise<Float64Array> {
  const size = start.length;
  const shares = new Float64Array(points);
  const path = new Float32Array(points * size);
  const weights = new Float32Array(points * outputWeights.length);
  for (let p = 0; p < points; p++) {
    const [at, weight] = rule[p % rule.length]!;
    const place = (Math.floor(p / rule.length) + (at + 1) / 2) / panels;
    shares[p] = weight / 2 / panels;
    for (let i = 0; i < size; i++) path[p * size + i] = start[i]! + place * away[i]!;
    weights.set(outputWeights, p * outputWeights.length);
  }
  const gradients = await network.inputGradients!(path, weights, points);
  const amounts = new Float64Array(size);
  for (let p = 0; p < points; p++) {
    for (let i = 0; i < size; i++) {
      amounts[i]! += shares[p]! * away[i]! * gradients[p * size + i]!;
    }
  }
  return amounts;
}

/** Moves the parts so that they add up to `whole`, each in proportion to its size. */
function share(whole: number, parts: readonly Float64Array[]): void {
  let [sum, size] = [0, 0];
  for (const part of parts) {
    for (const amount of part) {
      sum += amount;
      size += Math.abs(amount);
    }
  }
  if (size === 0) return;
  const factor = (whole - sum) / size;
  for (const part of parts)
    part.forEach((amount, i) => (part[i] = amount + factor * Math.abs(amount)));
}
