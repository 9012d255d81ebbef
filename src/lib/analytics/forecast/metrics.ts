/** One origin of a backtest: forecasts made from the first `origin` rows, with their bands. */
export interface BandedTrial {
  /** Rows known when the forecast was made; the forecast of step h is for row origin + h − 1. */
  readonly origin: number;
  readonly yhat: Float64Array;
  /** One list per level, one entry per step. */
  readonly lower: readonly Float64Array[];
  readonly upper: readonly Float64Array[];
}

/** What a backtest says of one model on one series. NaN where it says nothing. */
export interface Scores {
  readonly mase: number;
  readonly rmsse: number;
  readonly wape: number;
  readonly smape: number;
  readonly bias: number;
  readonly pinball: number;
  /** Share of actuals inside the bands, one entry per level. */
  readonly coverage: readonly number[];
  readonly msis: number;
  readonly mae: number;
  readonly origins: number;
}

/**
 * Accuracy over all origins and steps.
 *
 * - MASE, RMSSE, MSIS divide by the in-sample error of the seasonal naive forecast of season m over the rows
 *   known at the origin (Hyndman and Koehler 2006; lag 1 where there are no m + 1 rows); missing if that is 0.
 * - WAPE = Σ|error| / Σ|actual|; bias = Σ(forecast − actual) / Σ actual, positive when too high.
 * - sMAPE in percent, 0 to 200, as the M4 competition has it; 0/0 counts as 0.
 * - Pinball: mean over the median and both ends of every band. MSIS at the widest level (Gneiting and Raftery 2007).
 */
export function scoreTrials(
  values: Float64Array,
  trials: readonly BandedTrial[],
  levels: readonly number[],
  season: number
): Scores {
  let count = 0;
  let absolute = 0;
  let signed = 0;
  let actuals = 0;
  let absoluteActuals = 0;
  let symmetric = 0;
  let scaled = 0;
  let scaledSquares = 0;
  let interval = 0;
  let pinball = 0;
  const inside = levels.map(() => 0);
  const widest = levels.length - 1;
  for (const { origin, yhat, lower, upper } of trials) {
    const scale = naiveScale(values, origin, season);
    for (let h = 0; h < yhat.length; h++) {
      const actual = values[origin + h]!;
      const forecast = yhat[h]!;
      const error = forecast - actual;
      const size = Math.abs(error);
      const sizes = Math.abs(actual) + Math.abs(forecast);
      count++;
      absolute += size;
      signed += error;
      actuals += actual;
      absoluteActuals += Math.abs(actual);
      symmetric += sizes === 0 ? 0 : (200 * size) / sizes;
      scaled += size / scale.absolute;
      scaledSquares += (error * error) / scale.squared;
      pinball += 0.5 * size;
      for (let l = 0; l < levels.length; l++) {
        const low = lower[l]![h]!;
        const high = upper[l]![h]!;
        const tail = (1 - levels[l]! / 100) / 2;
        if (actual >= low && actual <= high) inside[l]!++;
        pinball += quantileLoss(actual, low, tail) + quantileLoss(actual, high, 1 - tail);
        if (l !== widest) continue;
        const outside = Math.max(0, low - actual) + Math.max(0, actual - high);
        interval += (high - low + outside / tail) / scale.absolute;
      }
    }
  }
  const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
  return {
    mase: finite(scaled / count),
    rmsse: finite(Math.sqrt(scaledSquares / count)),
    wape: finite(absolute / absoluteActuals),
    smape: finite(symmetric / count),
    bias: finite(signed / actuals),
    pinball: finite(pinball / (count * (1 + 2 * levels.length))),
    coverage: inside.map((hits) => finite(hits / count)),
    msis: levels.length === 0 ? Number.NaN : finite(interval / count),
    mae: finite(absolute / count),
    origins: trials.length
  };
}

/** Loss of calling `quantile` the p-quantile when `actual` came. */
export function quantileLoss(actual: number, quantile: number, p: number): number {
  return actual >= quantile ? p * (actual - quantile) : (1 - p) * (quantile - actual);
}

/** Mean absolute and mean squared difference at lag `season` over the first `length` rows; lag 1 if they are too few. */
export function naiveScale(
  values: Float64Array,
  length: number,
  season: number
): { absolute: number; squared: number } {
  const lag = length > season ? season : 1;
  let absolute = 0;
  let squared = 0;
  for (let t = lag; t < length; t++) {
    const difference = values[t]! - values[t - lag]!;
    absolute += Math.abs(difference);
    squared += difference * difference;
  }
  return { absolute: absolute / (length - lag), squared: squared / (length - lag) };
}
