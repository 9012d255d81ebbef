import { sorted } from '#lib/analytics/stats/descriptive.ts';

/** How far two samples are apart. */
export interface KolmogorovSmirnov {
  /** D, the greatest distance of the two empirical distribution functions. NaN where a sample is empty. */
  readonly distance: number;
  /** Chance of a distance as great between two samples of one distribution. NaN where a sample is empty. */
  readonly p: number;
  readonly exact: boolean;
}

/** As in R: exact below this product of the sample sizes. */
const largestExact = 10_000;
/** The steps of the distribution functions are compared in floating point. */
const rounding = 1e-7;

/**
 * The two-sided two-sample test of Kolmogorov and Smirnov. NaN is left out. The p-value is exact, conditional on the
 * ties (Schröer and Trenkler 1995), where the product of the sizes is below 10,000; otherwise it is that of Kolmogorov's
 * limit distribution, which ties make too great. Both as R's `ks.test` has them. Assumes independent values:
 * autocorrelated ones look different more often than `p` says. O(n log n) and, where exact, O(n·m).
 */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): KolmogorovSmirnov {
  const [x, y] = [sorted(a), sorted(b)];
  if (x.length === 0 || y.length === 0) {
    return { distance: Number.NaN, p: Number.NaN, exact: false };
  }
  const distance = greatestDistance(x, y);
  const exact = x.length * y.length < largestExact;
  const p = exact ? exactTail(distance, x, y) : limitTail(distance, x.length, y.length);
  return { distance, p: Math.min(1, Math.max(0, p)), exact };
}

/**
 * The least distance whose chance is at most `alpha` for samples of these values: Infinity where they are too few for
 * any. O(log(n·m)) tests.
 */
export function criticalDistance(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  alpha: number
): number {
  const [x, y] = [sorted(a), sorted(b)];
  const product = x.length * y.length;
  if (product === 0) return Number.POSITIVE_INFINITY;
  const exact = product < largestExact;
  const steps = exact ? product : 2 ** 40;
  const tail = (step: number) =>
    exact ? exactTail(step / steps, x, y) : limitTail(step / steps, x.length, y.length);
  let [low, high] = [0, steps];
  if (tail(high) > alpha) return Number.POSITIVE_INFINITY;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (tail(middle) > alpha) low = middle + 1;
    else high = middle;
  }
  return (low - rounding) / steps;
}

function greatestDistance(x: Float64Array, y: Float64Array): number {
  let [i, j, widest] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= at) i++;
    while (j < y.length && y[j]! <= at) j++;
    widest = Math.max(widest, Math.abs(i / x.length - j / y.length));
  }
  return widest;
}

/**
 * The share of all orders of the pooled sample that reach the distance where no tie is open: by the chance that a
 * random path to (i, j), which came from (i − 1, j) with chance i/(i + j), has reached it. Sums of positive terms only,
 * so that small chances keep their digits.
 */
function exactTail(distance: number, x: Float64Array, y: Float64Array): number {
  const [m, n] = [x.length, y.length];
  const closed = endsOfTies(x, y);
  const least = (0.5 + Math.floor(distance * m * n - rounding)) / (m * n);
  const chance = new Float64Array(n + 1);
  for (let i = 0; i <= m; i++) {
    for (let j = 0; j <= n; j++) {
      if (closed[i + j]! && Math.abs(i / m - j / n) > least) chance[j] = 1;
      else if (i + j > 0) {
        const fromLeft = j > 0 ? (j / (i + j)) * chance[j - 1]! : 0;
        chance[j] = (i / (i + j)) * chance[j]! + fromLeft;
      }
    }
  }
  return chance[n]!;
}

/** For every number of values taken in ascending order, whether the next one is another value. */
function endsOfTies(x: Float64Array, y: Float64Array): Uint8Array {
  const all = new Float64Array(x.length + y.length);
  all.set(x);
  all.set(y, x.length);
  all.sort();
  const ends = new Uint8Array(all.length + 1);
  ends[all.length] = 1;
  for (let k = 1; k < all.length; k++) ends[k] = all[k] === all[k - 1] ? 0 : 1;
  return ends;
}

/** Upper tail of Kolmogorov's distribution at √(mn/(m + n))·D: theta series near zero, the alternating one beyond. */
function limitTail(distance: number, m: number, n: number): number {
  const z = distance / Math.sqrt(1 / m + 1 / n);
  if (z <= 0) return 1;
  if (z < 1) {
    const step = -(Math.PI * Math.PI) / (8 * z * z);
    let sum = 0;
    for (let k = 1; k < 20; k += 2) sum += Math.exp(k * k * step);
    return 1 - (sum * Math.sqrt(2 * Math.PI)) / z;
  }
  let sum = 0;
  for (let k = 1; k < 100; k++) {
    const term = Math.exp(-2 * k * k * z * z);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-17 * Math.abs(sum)) break;
  }
  return 2 * sum;
}
