const warmUp = 30;
const least = 1e-3;

/**
 * Adam's rate at a step counted from 0: linear over 30 steps or a tenth of the training, then down along half
 * a cosine (Loshchilov & Hutter 2017) to a thousandth. `share` is how much of the training is done.
 */
export function rateAt(step: number, share: number, steps: number, rate: number): number {
  const rising = Math.min(1, (step + 1) / Math.max(1, Math.min(warmUp, steps / 10)));
  return rate * Math.max(least, rising * (0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, share))));
}
