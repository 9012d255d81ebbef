import { autoencoderJudge, type AutoencoderProgress } from '#lib/analytics/anomaly/autoencoder.ts';
import { dbscanJudge } from '#lib/analytics/anomaly/by-dbscan.ts';
import {
  forecastBudget,
  forecastJudge,
  forecastThreshold
} from '#lib/analytics/anomaly/by-forecast.ts';
import { forestJudge } from '#lib/analytics/anomaly/by-forest.ts';
import { kmeansJudge } from '#lib/analytics/anomaly/by-kmeans.ts';
import { noveltyJudge } from '#lib/analytics/anomaly/by-novelty.ts';
import { pointJudge, type Judge, type Judged } from '#lib/analytics/anomaly/judge.ts';
import { seasonalJudge } from '#lib/analytics/anomaly/seasonal.ts';
import type { Frequency } from '#lib/analytics/time/frequency.ts';
import { seeded } from '#lib/base/random.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import type { Method } from './methods.ts';
import type { Config } from './rows.ts';
import { naturalLearning, naturalRefractory, placesOf, placesOfRows } from './season.ts';

/** One series to judge. */
export interface Task {
  readonly columns: readonly Judged[];
  /** In the order of the rows; null without a time column. */
  readonly times: Float64Array | null;
  /** Rows a week; NaN when not known. */
  readonly perWeek: number;
  /** For names of random sequences: the same series draws the same numbers. */
  readonly label: string;
}

/** How the cell judges every series. */
export interface Setting {
  readonly config: Config;
  readonly method: Method;
  readonly frequency: Frequency | null;
  /** Of the methods in time, and the window of the autoencoder; 1 = none. */
  readonly season: number;
  readonly ctx: RunContext;
  /** Lets a stop arrive and tells how much of the series is done. */
  checkpoint(this: void, share?: number): Promise<void>;
  onTraining(progress: AutoencoderProgress): Promise<void>;
}

export interface Verdict {
  readonly judge: Judge;
  /** The columns that the judge counts from 0. */
  readonly columns: readonly number[];
  readonly engine?: string;
}

const longestPeriodic = 100;

/** One verdict over all columns together, or one for each. */
export async function verdicts(task: Task, setting: Setting): Promise<Verdict[]> {
  const columns = task.columns.map((_, c) => c);
  const together = await jointly(task, setting);
  if (together) return [{ ...together, columns }];
  const out: Verdict[] = [];
  for (const c of columns) {
    const { checkpoint } = setting;
    await checkpoint(c / columns.length);
    const part = (share = 0) => checkpoint((c + share) / columns.length);
    const judge = await alone(task.columns[c]!, task, { ...setting, checkpoint: part });
    out.push({ judge, columns: [c] });
  }
  return out;
}

async function jointly(
  { columns, label }: Task,
  setting: Setting
): Promise<{ judge: Judge; engine?: string } | null> {
  const { config, method, ctx, checkpoint } = setting;
  const random = seeded(ctx.seed, `anomaly ${method} ${label}`);
  switch (method) {
    case 'kmeans': {
      const { k = 4, restarts = 10, window = 1 } = config.kmeans ?? {};
      return { judge: await kmeansJudge(columns, { k, restarts, window, random, checkpoint }) };
    }
    case 'dbscan': {
      const { eps, min_points: minPoints } = config.dbscan ?? {};
      return { judge: await dbscanJudge(columns, { eps, minPoints, checkpoint }) };
    }
    case 'isolation_forest': {
      const { trees = 100, sample = 256, window = 1 } = config.isolation_forest ?? {};
      return { judge: await forestJudge(columns, { trees, sample, window, random, checkpoint }) };
    }
    case 'autoencoder':
      return byAutoencoder(columns, setting, random);
    default:
      return null;
  }
}

function byAutoencoder(columns: readonly Judged[], setting: Setting, random: () => number) {
  const { config, ctx, season, checkpoint } = setting;
  const train = ctx.networks?.trainAutoencoder;
  if (!train) throw fail('anomaly.no-network', {});
  const asked = config.autoencoder ?? {};
  return autoencoderJudge(columns, {
    window: columns.length > 1 ? 1 : (asked.window ?? (season > 1 ? Math.min(season, 1000) : 8)),
    hidden: asked.hidden ?? 32,
    code: asked.code,
    epochs: asked.epochs,
    batchSize: asked.batch,
    learningRate: asked.learning_rate ?? 0.003,
    seed: asked.seed ?? ctx.seed,
    backend: asked.backend ?? 'auto',
    random,
    train,
    checkpoint,
    onStep: (progress) => setting.onTraining(progress)
  });
}

async function alone(column: Judged, task: Task, setting: Setting): Promise<Judge> {
  const { config, method, frequency, season, checkpoint } = setting;
  switch (method) {
    case 'seasonal': {
      const cycles = column.values.length / season;
      const window =
        config.seasonal?.window ?? (cycles <= longestPeriodic ? 'periodic' : longestPeriodic + 1);
      const robust = config.seasonal?.robust ?? true;
      return seasonalJudge(column, { season, window, robust, checkpoint });
    }
    case 'forecast': {
      const history = config.forecast?.history ?? 1000;
      const threshold =
        config.threshold ??
        (config.budget !== undefined && task.perWeek > 0
          ? forecastBudget(config.budget, task.perWeek)
          : forecastThreshold);
      return forecastJudge(column, { season, history, threshold, checkpoint });
    }
    case 'novelty': {
      const asked = config.novelty ?? {};
      const refractory = asked.refractory ?? naturalRefractory(frequency);
      return noveltyJudge(column, {
        prototypes: asked.prototypes ?? 400,
        refractory,
        learning: naturalLearning(frequency),
        places:
          asked.season === undefined
            ? placesOf(task.times ?? new Float64Array(0), frequency)
            : placesOfRows(column.values.length, asked.season),
        checkpoint
      });
    }
    case 'iqr':
    case 'mad':
      return pointJudge(method, column);
    default:
      return pointJudge('zscore', column);
  }
}
