import { planBacktest, tryModel } from '#lib/analytics/forecast/backtest.ts';
import type { ModelRequest } from '#lib/analytics/forecast/fit-series.ts';
import { naiveScale } from '#lib/analytics/forecast/metrics.ts';
import { modelNamed } from '#lib/analytics/forecast/models.ts';

/** One side of a comparison. */
export interface Contender {
  readonly model: ModelRequest;
  /** Rows of a series that it was fitted to, once and for all; without, it is fitted anew at every origin. */
  readonly fittedTo?: number;
}

export interface ChallengePlan {
  /** The last windows to compare on, and the steps of each; windows do not overlap. */
  readonly windows: number;
  readonly horizon: number;
}

/** Mean scaled absolute error of either side by window, oldest first. */
export interface PairedLosses {
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  /** Series that took part. */
  readonly series: number;
}

/**
 * Rolling-origin comparison of two ways to forecast on the last windows of every series (Tashman 2000), by the code of
 * the forecast's own backtest. Both sides see the rows before a window and nothing else; one that is fitted once sees
 * those it was fitted to, and forecasts the window from there: that is what becomes of a forecast that nobody refits.
 * Errors are divided by the series' seasonal naive error before the first window (its mean size where that is 0), so
 * that large series do not decide alone, and averaged over steps and series. A series that leaves no room for the
 * windows and the rows that both need takes no part; nor does a window that starts before the champion's last row.
 * Cost: a fit per window, side and series. The values of a series are finite.
 */
export function challenge(
  panel: readonly Float64Array[],
  champion: Contender,
  challenger: Contender,
  plan: ChallengePlan
): PairedLosses {
  const sums = [champion, challenger].map(() => new Float64Array(plan.windows));
  let series = 0;
  for (const values of panel) {
    const first = values.length - plan.windows * plan.horizon;
    const needs = Math.max(needsOf(champion), needsOf(challenger));
    const once = Math.max(champion.fittedTo ?? 0, challenger.fittedTo ?? 0);
    if (first < Math.max(needs, once, 2)) continue;
    const scale = scaleOf(values, first, champion.model.options.season);
    [champion, challenger].forEach((side, i) => {
      lossesOf(values, side, plan).forEach((loss, w) => (sums[i]![w]! += loss / scale));
    });
    series++;
  }
  const windows = series === 0 ? 0 : plan.windows;
  const [a, b] = sums.map((sum) => sum.subarray(0, windows).map((loss) => loss / series));
  return { champion: a!, challenger: b!, series };
}

function needsOf({ model, fittedTo }: Contender): number {
  const needs = modelNamed(model.name)!.needs(model.options);
  return fittedTo !== undefined && fittedTo < needs ? Number.POSITIVE_INFINITY : needs;
}

function scaleOf(values: Float64Array, first: number, season: number): number {
  const { absolute } = naiveScale(values, first, season);
  if (absolute > 0) return absolute;
  let size = 0;
  for (let t = 0; t < first; t++) size += Math.abs(values[t]!);
  return size / first || 1;
}

/** Mean absolute error by window. */
function lossesOf(
  values: Float64Array,
  { model, fittedTo }: Contender,
  { windows, horizon }: ChallengePlan
): Float64Array {
  const forecasts = fittedTo === undefined ? refitted : fittedOnce;
  const yhats = forecasts(values, model, { windows, horizon }, fittedTo ?? 0);
  return Float64Array.from(yhats, ({ origin, yhat }) => {
    let sum = 0;
    for (let h = 0; h < horizon; h++) sum += Math.abs(values[origin + h]! - yhat[h]!);
    return sum / horizon;
  });
}

interface Window {
  readonly origin: number;
  readonly yhat: Float64Array;
}

function refitted(
  values: Float64Array,
  { name, options }: ModelRequest,
  { windows, horizon }: ChallengePlan
): Window[] {
  const model = modelNamed(name)!;
  const wanted = { wanted: windows, step: horizon, horizon };
  const plan = planBacktest(values.length, model.needs(options), wanted);
  const { trials } = tryModel(model, values, options, 1, plan);
  return trials.map(({ origin, forecast }) => ({ origin, yhat: forecast.yhat }));
}

function fittedOnce(
  values: Float64Array,
  { name, options }: ModelRequest,
  { windows, horizon }: ChallengePlan,
  fittedTo: number
): Window[] {
  const fit = modelNamed(name)!.fit(values.subarray(0, fittedTo), options);
  const { yhat } = fit.forecast(values.length - fittedTo);
  return Array.from({ length: windows }, (_, w) => {
    const origin = values.length - (windows - w) * horizon;
    const from = origin - fittedTo;
    return { origin, yhat: yhat.subarray(from, from + horizon) };
  });
}
