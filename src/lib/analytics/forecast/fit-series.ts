import { tryModel, type BacktestPlan, type Candidate } from './backtest.ts';
import type { ModelOptions } from './model.ts';
import { modelNamed } from './models.ts';

/** A model to fit and what it is told. */
export interface ModelRequest {
  readonly name: string;
  readonly options: ModelOptions;
}

/** All the work on one series; plain data, so that any worker can do it. */
export interface SeriesTask {
  readonly values: Float64Array;
  readonly models: readonly ModelRequest[];
  readonly horizon: number;
  readonly plan: BacktestPlan;
}

/**
 * Fits every model of the task to its series, backtest included, in the order asked for. The answer depends on
 * nothing but the task. `before` is awaited ahead of each model: a place to stop.
 */
export async function fitSeries(
  { values, models, horizon, plan }: SeriesTask,
  before: (model: string) => Promise<void>
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const { name, options } of models) {
    await before(name);
    candidates.push(tryModel(modelNamed(name)!, values, options, horizon, plan));
  }
  return candidates;
}
