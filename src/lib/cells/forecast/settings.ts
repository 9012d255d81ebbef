import type { Criterion } from '#lib/analytics/forecast/choose.ts';
import type { NetworkSettings } from '#lib/analytics/forecast/global-network.ts';
import type { SavedNetwork } from '#lib/analytics/forecast/layers-model.ts';
import type { ModelOptions } from '#lib/analytics/forecast/model.ts';
import { seasonOf, type Frequency } from '#lib/analytics/time/frequency.ts';
import type { ConfigOf } from '#lib/cells/core/define.ts';
import type kind from './index.ts';
import type { ForecastNote } from './report.ts';

export type ForecastConfig = ConfigOf<typeof kind>;

/** The configuration with every default filled in. */
export interface Settings {
  readonly names: readonly string[];
  readonly levels: readonly number[];
  readonly intervals: 'conformal' | 'analytic';
  readonly select: Criterion;
  readonly frequency: Frequency;
  readonly season: number;
  readonly horizon: number;
  readonly backtest: { readonly wanted: number; readonly step: number; readonly horizon: number };
  readonly notes: readonly ForecastNote[];
}

const horizons: Readonly<Record<string, number>> = {
  hour: 24,
  day: 14,
  week: 8,
  month: 12,
  quarter: 4,
  year: 3
};

/**
 * Fills in what the data decides: the season from the frequency, if at least half of the series have two of it; where
 * the frequency has none of its own, the one `found` in the values.
 */
export function settingsOf(
  config: ForecastConfig,
  frequency: Frequency,
  lengths: readonly number[],
  found: () => number = () => 1
): Settings {
  const levels = [...new Set(config.levels ?? [80, 95])].sort((a, b) => a - b);
  const natural = seasonOf(frequency);
  const long = lengths.filter((length) => length >= 2 * natural).length;
  const season =
    config.season?.[0] ?? (natural === 1 ? found() : 2 * long >= lengths.length ? natural : 1);
  const horizon = config.horizon ?? horizons[frequency.name] ?? 6;
  const notes: ForecastNote[] = [];
  if (config.frequency === undefined || config.frequency === 'auto') {
    notes.push({ code: 'frequency-found', frequency: frequency.name });
  }
  if (config.season === undefined && season < natural) {
    notes.push({ code: 'season-long', season: natural, rows: 2 * natural });
  }
  if (config.season === undefined && season > natural) notes.push({ code: 'season-found', season });
  return {
    names: [...new Set(config.models ?? ['auto'])],
    levels,
    intervals: config.intervals ?? 'conformal',
    select: config.select ?? 'mase',
    frequency,
    season,
    horizon,
    backtest: {
      wanted: config.backtest?.origins ?? 5,
      step: config.backtest?.step ?? config.backtest?.horizon ?? horizon,
      horizon: config.backtest?.horizon ?? horizon
    },
    notes
  };
}

/** What is known of the rows of one series besides its values. */
export type Known = Pick<ModelOptions, 'regressors' | 'times'>;

/** What one model is told. */
export function optionsFor(
  name: string,
  config: ForecastConfig,
  season: number,
  known: Known
): ModelOptions {
  const seasons = config.season && config.season.length > 1 ? { seasons: config.season } : {};
  return { season, ...seasons, ...known, ...ownOptions(name, config) };
}

function ownOptions(name: string, config: ForecastConfig): Partial<ModelOptions> {
  switch (name) {
    case 'moving_average':
      return { window: config.moving_average?.window };
    case 'ses':
      return { alpha: config.ses?.alpha };
    case 'holt':
      return { damped: config.holt?.damped };
    case 'holt_winters': {
      const seasonal = config.holt_winters?.seasonal ?? 'auto';
      return {
        damped: config.holt_winters?.damped,
        seasonal: seasonal === 'auto' ? undefined : seasonal
      };
    }
    case 'regression':
      return { lags: config.regression?.lags, trees: treesOf(config.regression) };
    case 'arima':
    case 'sarima':
      return { arima: config.arima };
    case 'ets':
      return { form: config.ets?.model, damped: config.ets?.damped };
    case 'theta':
      return { optimised: config.theta?.optimised };
    default:
      return {};
  }
}

function treesOf(regression: ForecastConfig['regression']): ModelOptions['trees'] {
  if (regression?.learner !== 'trees') return undefined;
  const { trees, max_depth, learning_rate, loss } = regression;
  return { trees, maxDepth: max_depth, learningRate: learning_rate, loss };
}

/** A week of days for hourly rows, two months of weeks for daily ones. */
const seasonsBack = (season: number) => (season === 24 ? 7 : 8);
const mostSteps = 2000;

/**
 * The network's settings. The default window holds whole seasons: two of them or twice the horizon, and up to
 * eight as long as they take no more than half of the history. Where no passes are asked for there are 40,
 * of 2,000 steps in all at the most.
 */
export function networkSettings(
  config: ForecastConfig,
  settings: Settings,
  longestHistory: number,
  seed: number
): NetworkSettings {
  const { season, horizon } = settings;
  const least = Math.max(2 * horizon, 2 * season, 8);
  const room = longestHistory - horizon - season;
  const generous = season > 1 ? Math.min(seasonsBack(season) * season, Math.floor(room / 2)) : 0;
  const affordable = Math.max(2, Math.min(Math.max(least, generous), room));
  const seasons = Math.max(1, Math.floor(affordable / season));
  const window = season > 1 ? seasons * season : affordable;
  const lstm = config.lstm ?? {};
  return {
    window: lstm.window ?? window,
    hidden: lstm.hidden ?? 64,
    layers: lstm.layers ?? 1,
    epochs: lstm.epochs ?? 40,
    ...(lstm.epochs === undefined ? { mostSteps } : {}),
    ...(lstm.seconds === undefined ? {} : { seconds: lstm.seconds }),
    ...(lstm.patience === undefined ? {} : { patience: lstm.patience }),
    seeds: lstm.seeds ?? 1,
    batchSize: lstm.batch ?? 64,
    learningRate: lstm.learning_rate ?? 0.004,
    quantiles: [...(lstm.quantiles ?? [0.1, 0.5, 0.9])].sort((a, b) => a - b),
    activation: lstm.activation ?? 'tanh',
    seed: lstm.seed ?? seed,
    backend: lstm.backend ?? 'auto',
    engine: lstm.engine ?? 'auto'
  };
}

/** The shape of saved networks with the keys that say how they are trained on; without `epochs` or `seconds` they are not. */
export function settingsOfSaved(
  networks: readonly SavedNetwork[],
  config: ForecastConfig,
  made: NetworkSettings
): NetworkSettings {
  const { spec, recipe } = networks[0]!;
  const { hidden, layers, activation, quantiles } = spec;
  return {
    ...made,
    window: recipe.window,
    hidden,
    layers,
    activation,
    quantiles,
    epochs: config.lstm?.epochs ?? 0,
    seeds: networks.length,
    seed: config.lstm?.seed ?? recipe.seed
  };
}
