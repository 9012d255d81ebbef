import { autocorrelation } from '#lib/analytics/stats/autocorrelation.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';

const longest = 400;
const chance = 0.05;
/** A shorter peak nearly as high is the season; its multiples repeat it. */
const nearly = 0.85;

/**
 * The length of the season that shows in a series by itself, 1 where none does: the first high peak of the
 * autocorrelation of the differences (a trend is no season) over lags up to a third of the rows. A peak counts if it
 * stands above the Bartlett limit of noise with the autocorrelations before it, at a chance of 5 % over all lags
 * looked at (Bonferroni). A length that comes round three times can be found. O(n · lags).
 */
export function findSeason(values: Float64Array): number {
  const lags = Math.min(longest, Math.floor(values.length / 3));
  if (lags < 2) return 1;
  const differences = values.slice(1).map((value, t) => value - values[t]!);
  const r = autocorrelation(differences, Math.min(lags + 1, differences.length - 1));
  const z = normalQuantile(1 - chance / lags);
  const peaks: { lag: number; height: number }[] = [];
  let spread = 1;
  for (let lag = 1; lag <= lags; lag++) {
    const height = r[lag - 1]!;
    const rises = lag >= 2 && height > r[lag - 2]! && height >= (r[lag] ?? -1);
    if (rises && height > z * Math.sqrt(spread / differences.length)) peaks.push({ lag, height });
    spread += 2 * height ** 2;
  }
  const highest = peaks.reduce((most, { height }) => Math.max(most, height), 0);
  return peaks.find(({ height }) => height >= nearly * highest)?.lag ?? 1;
}

/** The length found in at least half of the series, 1 where no one is. */
export function commonSeason(found: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const length of found) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [length = 1, count = 0] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  return 2 * count >= found.length ? length : 1;
}
