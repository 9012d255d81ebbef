import { ScoreSums } from '#lib/analytics/forecast/metrics.ts';
import { judge, type SeriesResult, type Tried } from './results.ts';
import type { Settings } from './settings.ts';

/** A finished series in small. */
export interface PreviewSeries {
  readonly key: string;
  readonly model: string;
  readonly mase: number | null;
  /** Sum of the chosen forecast. */
  readonly volume: number;
  readonly actual: Float64Array;
  readonly forecast: Float64Array;
}

/** A model over the series finished so far; its bands come at the end. */
export interface PreviewStanding {
  readonly model: string;
  readonly mase: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  /** How many series chose it. */
  readonly won: number;
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

/** Gathers what can be shown of finished series: pooled scores as NAME_pooled has them, and the worst 60 in small. */
export class PreviewMaker {
  readonly #settings: Settings;
  readonly #total: number;
  readonly #pools = new Map<string, { readonly sums: ScoreSums; won: number }>();
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
      this.#pool(candidate.model, result!, i).won += i === result!.chosen ? 1 : 0;
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
      standings: [...this.#pools].map(([model, { sums, won }]) => {
        const { mase, wape, bias } = sums.scores(true);
        return { model, mase: orNull(mase), wape: orNull(wape), bias: orNull(bias), won };
      }),
      series: this.#worst
    };
  }

  #pool(model: string, { series, judged }: SeriesResult, i: number) {
    const { levels, season } = this.#settings;
    const pool = this.#pools.get(model) ?? { sums: new ScoreSums(levels, season), won: 0 };
    this.#pools.set(model, pool);
    pool.sums.add(series.values, judged[i]!.trials);
    return pool;
  }
}

function inSmall({ series, judged, chosen }: SeriesResult): PreviewSeries {
  const { candidate, scores } = judged[chosen]!;
  const { yhat } = candidate.forecast;
  return {
    key: series.label,
    model: candidate.model,
    mase: orNull(scores.mase),
    volume: yhat.reduce((sum, value) => sum + value, 0),
    actual: series.values.slice(-longestPast),
    forecast: yhat.slice(0, longestPast)
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
