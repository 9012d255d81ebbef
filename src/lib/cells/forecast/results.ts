import type { Candidate } from '#lib/analytics/forecast/backtest.ts';
import { chooseModel, type Criterion } from '#lib/analytics/forecast/choose.ts';
import {
  analyticMultipliers,
  bands,
  calibrate,
  type Calibration
} from '#lib/analytics/forecast/conformal.ts';
import { scoreTrials, type BandedTrial, type Scores } from '#lib/analytics/forecast/metrics.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';
import type { Series } from '#lib/analytics/time/panel.ts';
import type { Settings } from './settings.ts';

/** One model on one series with its bands and its marks. */
export interface Judged {
  readonly candidate: Candidate;
  readonly lower: readonly Float64Array[];
  readonly upper: readonly Float64Array[];
  readonly trials: readonly BandedTrial[];
  readonly scores: Scores;
}

/** Every model of one series. */
export interface SeriesResult {
  readonly series: Series;
  readonly judged: readonly Judged[];
  readonly chosen: number;
}

export interface Tried {
  readonly series: Series;
  readonly candidates: readonly Candidate[];
  /** A model to compare with that is not to be chosen while there is another. */
  readonly yardstick: string | null;
  /** A model that is chosen unless another is clearly better. */
  readonly favourite: string | null;
}

/** Puts bands on all forecasts, scores the backtests and chooses a model for each series. */
export function judge(tried: readonly Tried[], settings: Settings): SeriesResult[] {
  const farthest = Math.max(settings.horizon, settings.backtest.horizon);
  const names = new Set(tried.flatMap(({ candidates }) => candidates.map((c) => c.model)));
  const calibrations = new Map<string, Calibration>();
  for (const name of names) calibrations.set(name, calibrationOf(name, tried, settings, farthest));
  return tried.map(({ series, candidates, yardstick, favourite }) => {
    const judged = candidates.map((candidate): Judged => {
      const calibration = calibrations.get(candidate.model)!;
      const trials = candidate.trials.map(({ origin, forecast }): BandedTrial => {
        const multipliers = calibration.at(series.times[origin - 1]!);
        return { origin, yhat: forecast.yhat, ...bands(forecast, multipliers) };
      });
      return {
        candidate,
        ...bands(candidate.forecast, calibration.all),
        trials,
        scores: scoreTrials(series.values, trials, settings.levels, settings.season)
      };
    });
    return { series, judged, chosen: choose(judged, settings.select, { yardstick, favourite }) };
  });
}

function choose(
  judged: readonly Judged[],
  select: Criterion,
  { yardstick, favourite }: Pick<Tried, 'yardstick' | 'favourite'>
): number {
  const others = judged.filter((j) => j.candidate.model !== yardstick);
  const eligible = others.length > 0 ? others : judged;
  const best = chooseModel(
    eligible.map((j) => j.scores),
    select,
    eligible.map((j) => modelNamed(j.candidate.model)?.seasonal ?? false),
    eligible.findIndex((j) => j.candidate.model === favourite)
  );
  return judged.indexOf(eligible[best]!);
}

/** Errors of fits to less than this share of a series say little of one to all of it. */
const leastHistory = 0.5;

function calibrationOf(
  name: string,
  tried: readonly Tried[],
  { intervals, levels }: Settings,
  farthest: number
): Calibration {
  const analytic = analyticMultipliers(levels, farthest);
  if (intervals === 'analytic') return { all: analytic, at: () => analytic };
  const trials = tried.flatMap(({ series, candidates }) => {
    const candidate = candidates.find((c) => c.model === name);
    return (candidate?.trials ?? [])
      .filter(({ origin }) => origin >= leastHistory * series.values.length)
      .map((trial) => ({ series, trial }));
  });
  const most = trials.reduce((sum, { trial }) => sum + trial.forecast.yhat.length, 0);
  const steps = new Int32Array(most);
  const scores = new Float64Array(most);
  const widening = new Float64Array(most);
  const known = new Float64Array(most);
  let count = 0;
  for (const { series, trial } of trials) {
    const { origin, forecast } = trial;
    for (let h = 0; h < forecast.yhat.length; h++) {
      const error = series.values[origin + h]! - forecast.yhat[h]!;
      const spreads = error < 0 ? forecast.below : forecast.above;
      const spread = spreads[h]!;
      const score = error === 0 ? 0 : Math.abs(error) / spread;
      if (!Number.isFinite(score)) continue;
      steps[count] = h + 1;
      scores[count] = score;
      widening[count] = spreads[0]! > 0 ? spread / spreads[0]! : 1;
      known[count] = series.times[origin + h]!;
      count++;
    }
  }
  const errors = {
    steps: steps.subarray(0, count),
    scores: scores.subarray(0, count),
    widening: widening.subarray(0, count),
    known: known.subarray(0, count),
    origins: trials.map(({ series, trial }) => series.times[trial.origin - 1]!)
  };
  return calibrate(errors, levels, farthest);
}
