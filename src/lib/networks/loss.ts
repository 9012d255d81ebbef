/** What a network is trained for: the mean squared error, or the pinball loss of its quantiles. */
export interface Objective {
  readonly horizon: number;
  /** Ascending; [] = a single mean output. */
  readonly quantiles: readonly number[];
}

type Numbers = Float32Array | Float64Array;

/**
 * The mean over rows, steps and quantiles of the squared error or of the pinball loss (Koenker & Bassett
 * 1978), and its gradient by every output. Outputs are [rows, horizon, quantiles], targets [rows, horizon].
 */
export function lossOf(
  { horizon, quantiles }: Objective,
  outputs: Numbers,
  targets: Numbers,
  rows: number,
  gradient: Numbers
): number {
  const perStep = Math.max(1, quantiles.length);
  const share = 1 / (rows * horizon * perStep);
  let loss = 0;
  for (let step = 0, at = 0; step < rows * horizon; step++) {
    const target = targets[step]!;
    for (let q = 0; q < perStep; q++, at++) {
      const error = target - outputs[at]!;
      const quantile = quantiles[q];
      if (quantile === undefined) {
        loss += error * error;
        gradient[at] = -2 * error * share;
      } else {
        const weight = error > 0 ? quantile : quantile - 1;
        loss += weight * error;
        gradient[at] = -weight * share;
      }
    }
  }
  return loss * share;
}
