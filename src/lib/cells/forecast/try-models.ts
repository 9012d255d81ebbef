import { Cancelled } from '#lib/base/problem.ts';
import type { BacktestPlan, Candidate } from '#lib/analytics/forecast/backtest.ts';
import { ensembleOf } from '#lib/analytics/forecast/ensemble.ts';
import type { SeriesTask } from '#lib/analytics/forecast/fit-series.ts';
import type { Route } from '#lib/analytics/forecast/route-models.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import type { Series } from '#lib/analytics/time/panel.ts';
import type { Cell, RunContext } from '#lib/cells/core/context.ts';
import { problem } from '#lib/problems/index.ts';
import { fitAll } from './fit-all.ts';
import { runNetwork, type NetworkRun } from './network.ts';
import { PreviewMaker } from './preview.ts';
import type { Explained } from './regressors.ts';
import type { Tried } from './results.ts';
import { planFor, routeOf, warnOfShortSeries, type Skips } from './routes.ts';
import { optionsFor, type ForecastConfig, type Known, type Settings } from './settings.ts';

/**
 * Fits every model asked for to every series; the network first, as it is the longest part. Series that are not done
 * when the reader has enough are left out, or have the network and the naive models where there is a network, which is told.
 */
export async function tryModels(
  cell: Cell<ForecastConfig>,
  explained: Explained,
  settings: Settings,
  learning: Pick<NetworkRun, 'saved' | 'training' | 'networks'>,
  ctx: RunContext
): Promise<Tried[]> {
  const { config } = cell;
  const { panel } = explained;
  const withNetwork = settings.names.includes('lstm');
  const total = panel.series.length * (withNetwork ? 3 : 1);
  const skips: Skips = new Map();
  const short: Series[] = [];
  const known = panel.series.map((series) => knownOf(series, explained, settings));
  const routes = panel.series.map((series, i) =>
    routeOf(series, config, settings, known[i]!, skips)
  );
  const plans = panel.series.map((series, i) =>
    planFor(series, routes[i]!.names, config, settings, known[i]!)
  );
  const networks = withNetwork
    ? await runNetwork({ cell, explained, known, plans, settings, ...learning, total }, ctx)
    : panel.series.map(() => null);
  const tasks = panel.series.map((series, i) => {
    const { names } = routes[i]!;
    const none = names.length === 0 && !networks[i];
    if (none) short.push(series);
    return taskFor(series, none ? ['naive'] : names, config, settings, known[i]!, plans[i]!);
  });
  const triedOn = (i: number, fits: readonly Candidate[]): Tried => {
    const series = panel.series[i]!;
    const { yardstick, favourite } = routes[i]!;
    const candidates = candidatesOf(series, fits, routes[i]!, networks[i] ?? null);
    return { series, candidates, yardstick, favourite };
  };
  const preview = new PreviewMaker(settings, panel.series.length);
  const done = await fitAll(tasks, total, ctx, (i, fits) => {
    if (!ctx.preview) return;
    preview.add(triedOn(i, fits));
    ctx.preview(() => preview.make());
  });
  const fitted = withNetwork ? await besideNetwork(tasks, done, total, ctx) : done;
  const tried = fitted.flatMap((fits, i) => (fits ? [triedOn(i, fits)] : []));
  warnOfShortSeries(skips, short, settings, ctx);
  if (tried.length < fitted.length) endEarly(tried.length, fitted.length, ctx);
  return tried;
}

const isNaive = ({ name }: { readonly name: string }) =>
  name === 'seasonal_naive' || name === 'naive';

/** Where the reader had enough, the network has the naive models beside it, which take no time. */
async function besideNetwork(
  tasks: readonly SeriesTask[],
  fitted: readonly (readonly Candidate[] | null)[],
  total: number,
  ctx: RunContext
): Promise<(readonly Candidate[] | null)[]> {
  const { enough: _enough, helpers: _helpers, ...alone } = ctx;
  const left = tasks.filter((_, i) => !fitted[i]);
  const naive = left.map((task) => ({ ...task, models: task.models.filter(isNaive) }));
  const fits = left.length > 0 ? await fitAll(naive, total, alone, () => undefined) : [];
  if (left.some(({ models }) => !models.every(isNaive))) {
    const told = { done: tasks.length - left.length, total: tasks.length };
    ctx.warn(problem('forecast.models-left', told), { partial: true });
  }
  return fitted.map((own) => own ?? fits.shift()!);
}

/** A part of the series is a result, none is a stop. */
function endEarly(done: number, total: number, ctx: RunContext): void {
  if (done === 0) throw new Cancelled();
  ctx.warn(problem('forecast.partial', { done, total }), { partial: true });
}

/** The fits to be shown, then what is made of all of them, then the network. */
function candidatesOf(
  { values }: Series,
  fits: readonly Candidate[],
  { hidden, members }: Route,
  network: Candidate | null
): Candidate[] {
  const ensemble = ensembleOf(
    values,
    fits.filter((fit) => members.includes(fit.model))
  );
  const shown = fits.filter((fit) => !hidden.includes(fit.model));
  return [...shown, ...(ensemble ? [ensemble] : []), ...(network ? [network] : [])];
}

function taskFor(
  { values }: Series,
  names: readonly string[],
  config: ForecastConfig,
  { season, horizon }: Settings,
  known: Known,
  plan: BacktestPlan
): SeriesTask {
  const models = names.map((name) => ({ name, options: optionsFor(name, config, season, known) }));
  return { values, models, horizon, plan };
}

/** What models may be told of the rows of a series besides its values. */
function knownOf(
  series: Series,
  { panel, regressors }: Explained,
  { frequency, horizon }: Settings
): Known {
  const { times } = series;
  const calendar = panel.timeType === 'date' || panel.timeType === 'timestamp';
  const ahead = futureTimes(times, frequency, horizon);
  return {
    regressors: regressors.get(series),
    times: calendar ? joined(times, ahead) : undefined
  };
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const whole = new Float64Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
