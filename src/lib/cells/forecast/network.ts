import type { BacktestPlan, Candidate } from '#lib/analytics/forecast/backtest.ts';
import {
  networkCandidates,
  networkNeeds,
  type EarlyNetwork,
  type TrainingPhase
} from '#lib/analytics/forecast/global-network.ts';
import type { SavedNetwork } from '#lib/analytics/forecast/layers-model.ts';
import type { NetworkProgress, TrainedWeights } from '#lib/analytics/forecast/network-engine.ts';
import type { SeedTraining } from '#lib/analytics/forecast/train-seeds.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { Cell, RunContext } from '#lib/cells/core/context.ts';
import { inParts } from '#lib/cells/core/parts.ts';
import type { NetworkFacts, StaticFact } from '#lib/analytics/forecast/network-facts.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Explained } from './regressors.ts';
import type { TrainingCurve } from './report.ts';
import { lastSeen, savedFrom, unseenOrigins } from './saved-networks.ts';
import {
  networkSettings,
  settingsOfSaved,
  type ForecastConfig,
  type Known,
  type Settings
} from './settings.ts';
import { savedIn, trainSeed } from './train-seed.ts';

export interface NetworkRun {
  readonly cell: Cell<ForecastConfig>;
  readonly explained: Explained;
  /** Of each series of the panel. */
  readonly known: readonly Known[];
  readonly plans: readonly BacktestPlan[];
  readonly settings: Settings;
  /** To be taken or trained on in place of new ones. */
  readonly saved: readonly SavedNetwork[] | null;
  /** Filled while training goes on. */
  readonly training: TrainingCurve[];
  /** Filled with the networks that the forecast comes from. */
  readonly networks: SavedNetwork[];
  /** Units of progress of the whole cell: one per series here for each training, one for the other models. */
  readonly total: number;
}

/** Trains the global network and answers its candidate for each series, null for those too short. */
export async function runNetwork(
  { cell, explained, known, plans: wanted, settings, saved, training, networks, total }: NetworkRun,
  ctx: RunContext
): Promise<readonly (Candidate | null)[]> {
  if (!ctx.networks) throw fail('forecast.no-network', {});
  const { panel, statics } = explained;
  const series = panel.series.map((s) => s.values);
  const plans = saved
    ? unseenOrigins(wanted, panel, cell.config.lstm!.network!, saved, ctx)
    : wanted;
  const histories = plans.map((plan, i) => plan.origins[0] ?? series[i]!.length);
  const longest = histories.reduce((most, length) => Math.max(most, length), 0);
  const made = networkSettings(cell.config, settings, longest, ctx.seed);
  const network = saved ? settingsOfSaved(saved, cell.config, made) : made;
  const start = saved && {
    horizon: saved[0]!.spec.horizon,
    weights: saved.map(({ parameters }) => parameters),
    code: saved[0]!.recipe.facts
  };
  const { season, horizon } = settings;
  const last = Math.max(...panel.series.map(({ times }) => times.at(-1)!));
  let seen: NetworkProgress | null = null;
  const tell = (phase: TrainingPhase, progress: NetworkProgress) => {
    seen = progress;
    const before = phase === 'backtest' ? 0 : panel.series.length;
    const share = Math.floor((1000 * progress.step) / progress.steps) / 1000;
    const { step, steps, epoch, loss, backend, stepMs, reason, resumed } = progress;
    const since = resumed === undefined ? '' : `, resumed at step ${resumed}`;
    ctx.progress({
      done: before + share * panel.series.length,
      total,
      unit: 'series',
      note: `lstm, ${phase === 'backtest' ? 'training for the backtest' : 'training on everything'}, step ${step} of ${steps}${since}`,
      figures: {
        step,
        steps,
        epoch,
        ...(Number.isFinite(loss) ? { loss } : {}),
        backend,
        ...(stepMs === undefined ? {} : { 'ms per step': stepMs }),
        ...(reason ? { reason } : {})
      }
    });
  };
  const found = await networkCandidates(
    ctx.networks,
    {
      series,
      plans,
      season,
      horizon,
      settings: network,
      facts: factsOf(cell.config, known, statics),
      ...(start ? { start } : {})
    },
    {
      onTrained(spec, trained, { code: facts }) {
        const learnt = trained.some(({ steps }) => steps > 0);
        const until = Math.max(learnt ? last : -Infinity, saved ? lastSeen(saved) : -Infinity);
        const { window, seed } = network;
        networks.push(...savedFrom(spec, trained, { season, window, facts, seed, until }));
      },
      tell,
      apart: (trainings, told) => trainApart(trainings, told, ctx),
      onCurve: (phase, { steps, loss }) => training.push({ phase, steps, loss }),
      checkpoint: () => ctx.checkpoint(),
      ...(ctx.enough ? { enough: ctx.enough } : {}),
      onEarly: (answering) => warnOfEarlyEnd(answering, seen!, ctx),
      ...(ctx.saved ? { saved: (training) => savedIn(ctx.saved!, training) } : {})
    }
  );
  if (!found) {
    const needs = networkNeeds(network, season, Math.max(horizon, settings.backtest.horizon));
    throw fail('forecast.network-too-short', { needs, longest });
  }
  return found;
}

function warnOfEarlyEnd(
  answering: EarlyNetwork,
  { step, steps }: NetworkProgress,
  ctx: RunContext
): void {
  const told = problem('forecast.training-ended', { network: answering, step, steps });
  ctx.warn(told, { partial: true });
}

/** What the network is told besides the values. */
function factsOf(
  config: ForecastConfig,
  known: readonly Known[],
  statics: readonly StaticFact[]
): NetworkFacts {
  const regressors = known.flatMap((own) => own.regressors ?? []);
  const times = known.flatMap((own) => own.times ?? []);
  const calendar = (config.lstm?.calendar ?? true) && times.length === known.length;
  return {
    statics,
    ...(calendar ? { times } : {}),
    ...(regressors.length > 0 ? { regressors } : {})
  };
}

/** Trains networks here and in the workers that are idle. */
async function trainApart(
  trainings: readonly SeedTraining[],
  told: (index: number, progress: NetworkProgress) => void,
  ctx: RunContext
): Promise<TrainedWeights[]> {
  const trained: TrainedWeights[] = [];
  const parts = inParts(trainSeed, trainings, ctx, undefined, {
    report: (at, progress) => told(at, progress as NetworkProgress),
    goOn: (seed, state) => ({ ...seed, training: { ...seed.training, state } }),
    wrapsUp: true
  });
  for await (const weights of parts) if (weights) trained.push(weights);
  if (trained.length === 0) throw new Cancelled();
  return trained;
}
