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
  const sums = new ScoreSums(levels, season);
  sums.add(values, trials);
  return sums.scores(false);
}

/** Accuracy gathered over any number of series, every step of every origin counting once. */
export class ScoreSums {
  readonly #levels: readonly number[];
  readonly #season: number;
  readonly #inside: number[];
  #origins = 0;
  #count = 0;
  /** Steps whose naive error is zero, so that nothing can be measured by it. */
  #unscaled = 0;
  #absolute = 0;
  #signed = 0;
  #actuals = 0;
  #absoluteActuals = 0;
  #symmetric = 0;
  #scaled = 0;
  #scaledSquares = 0;
  #interval = 0;
  #pinball = 0;

  constructor(levels: readonly number[], season: number) {
    this.#levels = levels;
    this.#season = season;
    this.#inside = levels.map(() => 0);
  }

  add(values: Float64Array, trials: readonly BandedTrial[]): void {
    const levels = this.#levels;
    const widest = levels.length - 1;
    this.#origins += trials.length;
    for (const { origin, yhat, lower, upper } of trials) {
      const scale = naiveScale(values, origin, this.#season);
      const scaled = scale.absolute > 0;
      for (let h = 0; h < yhat.length; h++) {
        const actual = values[origin + h]!;
        const forecast = yhat[h]!;
        const error = forecast - actual;
        const size = Math.abs(error);
        const sizes = Math.abs(actual) + Math.abs(forecast);
        this.#count++;
        this.#absolute += size;
        this.#signed += error;
        this.#actuals += actual;
        this.#absoluteActuals += Math.abs(actual);
        this.#symmetric += sizes === 0 ? 0 : (200 * size) / sizes;
        this.#pinball += 0.5 * size;
        if (scaled) {
          this.#scaled += size / scale.absolute;
          this.#scaledSquares += (error * error) / scale.squared;
        } else this.#unscaled++;
        for (let l = 0; l < levels.length; l++) {
          const low = lower[l]![h]!;
          const high = upper[l]![h]!;
          const tail = (1 - levels[l]! / 100) / 2;
          if (actual >= low && actual <= high) this.#inside[l]!++;
          this.#pinball += quantileLoss(actual, low, tail) + quantileLoss(actual, high, 1 - tail);
          if (l !== widest || !scaled) continue;
          const outside = Math.max(0, low - actual) + Math.max(0, actual - high);
          this.#interval += (high - low + outside / tail) / scale.absolute;
        }
      }
    }
  }

  /** With `lenient`, scaled measures are over the steps that have a scale; without, one that lacks it leaves them missing. */
  scores(lenient: boolean): Scores {
    const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
    const count = this.#count;
    const measured = this.#unscaled > 0 && !lenient ? 0 : count - this.#unscaled;
    const ofScaled = (sum: number) => (measured > 0 ? finite(sum / measured) : Number.NaN);
    return {
      mase: ofScaled(this.#scaled),
      rmsse: Math.sqrt(ofScaled(this.#scaledSquares)),
      wape: finite(this.#absolute / this.#absoluteActuals),
      smape: finite(this.#symmetric / count),
      bias: finite(this.#signed / this.#actuals),
      pinball: finite(this.#pinball / (count * (1 + 2 * this.#levels.length))),
      coverage: this.#inside.map((hits) => finite(hits / count)),
      msis: this.#levels.length === 0 ? Number.NaN : ofScaled(this.#interval),
      mae: finite(this.#absolute / count),
      origins: this.#origins
    };
  }
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
