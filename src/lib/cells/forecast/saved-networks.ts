import { toBase64, fromBase64 } from '#lib/base/base64.ts';
import { numeric, text, vectorOf, type Columns } from '#lib/base/columns.ts';
import type { BacktestPlan } from '#lib/analytics/forecast/backtest.ts';
import {
  fromLayersModel,
  toLayersModel,
  type SavedNetwork
} from '#lib/analytics/forecast/layers-model.ts';
import { encodeFacts } from '#lib/analytics/forecast/network-facts.ts';
import { networkInputs } from '#lib/analytics/forecast/network-inputs.ts';
import type { NetworkSpec, TrainedNetwork } from '#lib/analytics/forecast/network-engine.ts';
import { formatTime, type Panel } from '#lib/analytics/time/panel.ts';
import type { Cell, RunContext, Tables } from '#lib/cells/core/context.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { ForecastConfig, Settings } from './settings.ts';

/** NAME_network: one row per seed, the model.json of a TensorFlow.js LayersModel and its weights in base64. */
export function networkTable(networks: readonly SavedNetwork[]): Columns {
  const files = networks.map(toLayersModel);
  return {
    length: networks.length,
    names: ['seed', 'model', 'weights'],
    vectors: [
      numeric(
        networks.map(({ recipe }) => recipe.seed),
        'integer'
      ),
      text(files.map(({ json }) => JSON.stringify(json))),
      text(files.map(({ weights }) => toBase64(weights)))
    ]
  };
}

/** Networks just trained as they are kept; none where the engine keeps weights to itself. */
export function savedFrom(
  spec: NetworkSpec,
  networks: readonly TrainedNetwork[],
  own: Pick<SavedNetwork['recipe'], 'season' | 'window' | 'facts' | 'seed' | 'until'>
): SavedNetwork[] {
  return networks.flatMap(({ weights }, i) => {
    if (!weights) return [];
    const recipe: SavedNetwork['recipe'] = {
      ...own,
      input: 'steps × features: values from the oldest on, scaled, with facts beside them',
      target: 'residual over seasonal naive',
      output: 'horizon × quantiles, the quantiles of a step side by side',
      scaling: 'mean and standard deviation of the window, at least a tenth of the mean size',
      seed: own.seed + i
    };
    return [{ spec, recipe, parameters: weights }];
  });
}

/** The networks of the relation that `lstm: { network }` names, which must suit the cell; null where none is named. */
export function readNetworks(
  cell: Cell<ForecastConfig>,
  inputs: Tables,
  settings: Settings,
  panel: Panel
): readonly SavedNetwork[] | null {
  const relation = cell.config.lstm?.network;
  if (relation === undefined || !settings.names.includes('lstm')) return null;
  const span = spansOf(cell)('lstm');
  const table = inputs[relation]!;
  const model = vectorOf(table, 'model');
  const weights = vectorOf(table, 'weights');
  if (model?.type !== 'text' || weights?.type !== 'text' || table.length === 0) {
    throw fail('forecast.network-relation', { relation }, span);
  }
  const networks = Array.from({ length: table.length }, (_, row) => {
    const json = parsed(model.values[row] ?? '');
    const bytes = decoded(weights.values[row] ?? '');
    if (!json || !bytes) throw fail('forecast.network-relation', { relation }, span);
    return fromLayersModel({ json, weights: bytes });
  });
  const fault = misfit(networks, cell.config, settings, panel);
  if (fault) throw fail('forecast.network-misfit', { relation, ...fault }, span);
  return networks;
}

/**
 * The plans less the origins whose rows a saved network has learnt from: what it says of those is no forecast.
 * What is left out is told.
 */
export function unseenOrigins(
  plans: readonly BacktestPlan[],
  panel: Panel,
  relation: string,
  networks: readonly SavedNetwork[],
  ctx: RunContext
): readonly BacktestPlan[] {
  const until = lastSeen(networks);
  const left = plans.map((plan, i) => {
    const { times } = panel.series[i]!;
    return { ...plan, origins: plan.origins.filter((origin) => times[origin]! > until) };
  });
  const count = (some: readonly BacktestPlan[]) =>
    some.reduce((sum, { origins }) => sum + origins.length, 0);
  const [kept, all] = [count(left), count(plans)];
  if (kept < all) {
    const params = { relation, until: formatTime(until, panel.timeType), out: all - kept, all };
    ctx.warn(problem('forecast.network-has-seen', params));
  }
  return left;
}

export function lastSeen(networks: readonly SavedNetwork[]): number {
  return Math.max(...networks.map(({ recipe }) => recipe.until));
}

/** What does not go together: among the networks, or between them and the cell. */
function misfit(
  networks: readonly SavedNetwork[],
  { lstm = {}, regressors = [] }: ForecastConfig,
  { season, horizon, backtest }: Settings,
  panel: Panel
): { what: string; theirs: string; ours: string } | null {
  const [{ spec, recipe }, ...others] = networks as [SavedNetwork, ...SavedNetwork[]];
  const shape = JSON.stringify(spec);
  const other = others.find((network) => JSON.stringify(network.spec) !== shape);
  if (other) return { what: 'shape', theirs: shape, ours: JSON.stringify(other.spec) };
  const { window, facts } = recipe;
  const calendar = panel.timeType === 'date' || panel.timeType === 'timestamp';
  const cycles = (facts?.cycles.length ?? 0) > 0;
  const asked: readonly (readonly [string, unknown, unknown])[] = [
    ['season', recipe.season, season],
    ['window', window, lstm.window],
    ['regressors', namesOf(facts?.covariates), regressors],
    ['static', namesOf(facts?.statics), lstm.static ?? []],
    ['calendar', cycles, cycles ? (lstm.calendar ?? true) && calendar : undefined],
    ['hidden', spec.hidden, lstm.hidden],
    ['layers', spec.layers, lstm.layers],
    ['activation', spec.activation, lstm.activation],
    ['quantiles', spec.quantiles, lstm.quantiles && [...lstm.quantiles].sort((a, b) => a - b)],
    ['seeds', networks.length, lstm.seeds]
  ];
  for (const [what, theirs, ours] of asked) {
    const [a, b] = [JSON.stringify(theirs), JSON.stringify(ours)];
    if (ours !== undefined && a !== b) return { what, theirs: a, ours: b };
  }
  const farthest = Math.max(horizon, backtest.horizon);
  if (spec.horizon < farthest) {
    return { what: 'horizon', theirs: `at most ${spec.horizon}`, ours: String(farthest) };
  }
  const shaped = networkInputs(
    { window, horizon: spec.horizon, season: recipe.season },
    facts && encodeFacts({}, [], facts)
  );
  const [theirs, ours] = [
    `${spec.window} × ${spec.features ?? 1}`,
    `${shaped.steps} × ${shaped.features}`
  ];
  return theirs === ours ? null : { what: 'steps × values', theirs, ours };
}

function namesOf(codes: readonly { readonly name: string }[] = []): string[] {
  return codes.map(({ name }) => name);
}

function parsed(source: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(source);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return fromBase64(base64);
  } catch {
    return null;
  }
}
