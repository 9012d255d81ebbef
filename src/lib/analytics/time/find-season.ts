import { autocorrelation } from '#lib/analytics/stats/autocorrelation.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';

const longest = 400;
const chance = 0.05;
/** A shorter peak nearly as high is the season; its multiples repeat it. */
const nearly = 0.85;
/** What is left of a season's peak, as a share, where it comes round the second and third time. */
const repeated = 0.5;

interface Peak {
  readonly lag: number;
  readonly height: number;
  /** Height over what noise reaches. */
  readonly clear: number;
}

/**
 * The length of the season that shows in a series by itself, 1 where none does: the first high peak of the
 * autocorrelation over lags up to a third of the rows, of the differences (a trend is no season) or of the values less
 * their line (noise drowns a slow season in differences), whichever stands out more. A peak is the highest within an
 * eighth of its lag, comes again at twice and three times its lag, and stands above the Bartlett limit of noise with
 * the autocorrelations before it, at a chance of 5 % over all lags looked at (Bonferroni). A length that comes round
 * three times can be found. O(n · lags).
 */
export function findSeason(values: Float64Array): number {
  const differences = values.slice(1).map((value, t) => value - values[t]!);
  const lags = Math.min(longest, Math.floor(values.length / 3));
  // What a line leaves over is rounding, which has patterns of its own.
  const ripple = 1e-9 * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const found = [differences, lessLine(values)].map((series) =>
    series.some((value) => Math.abs(value - series[0]!) > ripple)
      ? firstHighPeak(series, lags)
      : null
  );
  const clearest = Math.max(...found.map((peak) => peak?.clear ?? 0));
  return found.find((peak) => peak?.clear === clearest)?.lag ?? 1;
}

function firstHighPeak(series: Float64Array, lags: number): Peak | null {
  if (lags < 2) return null;
  const r = autocorrelation(series, Math.min(lags + Math.ceil(lags / 8), series.length - 1));
  const z = normalQuantile(1 - chance / lags);
  const peaks: Peak[] = [];
  let spread = 1;
  for (let lag = 1; lag <= lags; lag++) {
    const height = r[lag - 1]!;
    const clear = height / (z * Math.sqrt(spread / series.length));
    if (lag > 1 && clear > 1 && isPeak(r, lag) && comesAgain(r, lag, lags)) {
      peaks.push({ lag, height, clear });
    }
    spread += 2 * height ** 2;
  }
  const highest = peaks.reduce((most, { height }) => Math.max(most, height), 0);
  return peaks.find(({ height }) => height >= nearly * highest) ?? null;
}

function isPeak(r: ArrayLike<number>, lag: number): boolean {
  const height = r[lag - 1]!;
  const reach = Math.max(1, Math.round(lag / 8));
  for (let near = Math.max(1, lag - reach); near <= lag + reach; near++) {
    if ((r[near - 1] ?? -1) > height) return false;
  }
  return true;
}

function comesAgain(r: ArrayLike<number>, lag: number, lags: number): boolean {
  const again = [2, 3].map((times) => times * lag).filter((multiple) => multiple <= lags);
  const sum = again.reduce((total, multiple) => total + r[multiple - 1]!, 0);
  return sum >= repeated * r[lag - 1]! * again.length;
}

function lessLine(values: Float64Array): Float64Array {
  const n = values.length;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const slope =
    values.reduce((sum, value, t) => sum + (t - middle) * (value - mean), 0) /
    ((n * (n * n - 1)) / 12);
  return values.map((value, t) => value - mean - slope * (t - middle));
}

/** The length found in at least half of the series, 1 where no one is. */
export function commonSeason(found: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const length of found) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [length = 1, count = 0] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  return 2 * count >= found.length ? length : 1;
}
