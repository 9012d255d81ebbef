import { ScoreSums } from '#lib/analytics/forecast/metrics.ts';
import { demandFigures } from '#lib/analytics/time/demand-class.ts';
import { judge, type SeriesResult, type Tried } from './results.ts';
import type { Settings } from './settings.ts';
import type { ListedSeries, Standing } from './listed.ts';

/** A finished series in small. */
export interface PreviewSeries extends ListedSeries {
  readonly actual: Float64Array;
  readonly forecast: Float64Array;
}

/** A model over the series finished so far; its bands come at the end. */
export interface PreviewStanding extends Standing {
  readonly wape: number | null;
  readonly bias: number | null;
}

/** What the view shows of a forecast under way. */
export interface ForecastPreview {
  readonly done: number;
  readonly total: number;
  readonly origins: number;
  readonly levels: readonly number[];
  readonly standings: readonly PreviewStanding[];
  /** Those of the highest MASE so far, the highest first. */
  readonly series: readonly PreviewSeries[];
}

const mostSeries = 60;
const longestPast = 120;

/** What is gathered of one model. */
interface Pool {
  readonly sums: ScoreSums;
  series: number;
  won: number;
  /** Sums of its MASE and of that of seasonal naive, over the series where both have one. */
  own: number;
  naive: number;
}

/** Gathers what can be shown of finished series: pooled scores as NAME_pooled has them, and the worst 60 in small. */
export class PreviewMaker {
  readonly #settings: Settings;
  readonly #total: number;
  readonly #pools = new Map<string, Pool>();
  #worst: PreviewSeries[] = [];
  #done = 0;
  #origins = 0;

  constructor(settings: Settings, total: number) {
    // Conformal bands rest on every series; nothing shown before the end does.
    this.#settings = { ...settings, intervals: 'analytic' };
    this.#total = total;
  }

  add(tried: Tried): void {
    const [result] = judge([tried], this.#settings);
    this.#done++;
    for (const [i, { candidate }] of result!.judged.entries()) {
      this.#pool(candidate.model, result!, i);
    }
    this.#pool('chosen', result!, result!.chosen);
    this.#origins = Math.max(this.#origins, ...result!.judged.map((j) => j.trials.length));
    const small = inSmall(result!);
    const at = this.#worst.findIndex((other) => (other.mase ?? -1) < (small.mase ?? -1));
    this.#worst.splice(at < 0 ? this.#worst.length : at, 0, small);
    this.#worst = this.#worst.slice(0, mostSeries);
  }

  make(): ForecastPreview {
    return {
      done: this.#done,
      total: this.#total,
      origins: this.#origins,
      levels: this.#settings.levels,
      standings: [...this.#pools].map(([model, { sums, series, won, own, naive }]) => {
        const { mase, wape, bias } = sums.scores(true);
        const against = naive > 0 ? own / naive - 1 : null;
        const figures = { mase: orNull(mase), wape: orNull(wape), bias: orNull(bias) };
        return { model, series, won, against, ...figures };
      }),
      // A copy: what is told may be sent after the next series has come.
      series: [...this.#worst]
    };
  }

  #pool(model: string, { series, judged, chosen }: SeriesResult, i: number): void {
    const { levels, season } = this.#settings;
    const sums = new ScoreSums(levels, season);
    const pool = this.#pools.get(model) ?? { sums, series: 0, won: 0, own: 0, naive: 0 };
    this.#pools.set(model, pool);
    pool.sums.add(series.values, judged[i]!.trials);
    pool.series++;
    if (i === chosen) pool.won++;
    const naive = judged.find(({ candidate }) => candidate.model === 'seasonal_naive');
    const [own, theirs] = [judged[i]!.scores.mase, naive?.scores.mase ?? Number.NaN];
    if (!Number.isFinite(own) || !Number.isFinite(theirs)) return;
    pool.own += own;
    pool.naive += theirs;
  }
}

function inSmall({ series, judged, chosen }: SeriesResult): PreviewSeries {
  const { candidate, scores } = judged[chosen]!;
  const { yhat } = candidate.forecast;
  const { kind, interval, variation } = demandFigures(series.values);
  return {
    key: series.label,
    model: candidate.model,
    mase: orNull(scores.mase),
    volume: yhat.reduce((sum, value) => sum + value, 0),
    nature: { demand: kind, adi: orNull(interval), cv2: variation },
    actual: series.values.slice(-longestPast),
    forecast: yhat.slice(0, longestPast)
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
