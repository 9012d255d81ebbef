import { mean } from './descriptive.ts';

/**
 * The statistic of Kwiatkowski, Phillips, Schmidt and Shin (1992) for a level: how far partial sums of
 * deviations stray, against the long-run variance with Bartlett weights over trunc(3·√n/13) lags. Large
 * values speak against stationarity; 0.463 is the 5 % point. NaN for a constant series. O(n·lags).
 */
export function kpssLevel(values: Float64Array): number {
  const n = values.length;
  const centre = mean(values);
  const deviations = values.map((value) => value - centre);
  const lags = Math.trunc((3 * Math.sqrt(n)) / 13);
  let partial = 0;
  let strayed = 0;
  for (const deviation of deviations) {
    partial += deviation;
    strayed += partial * partial;
  }
  let variance = 0;
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += deviations[t]! * deviations[t - lag]!;
    variance += lag === 0 ? sum : 2 * (1 - lag / (lags + 1)) * sum;
  }
  return strayed / (n * variance);
}
