import type { RunContext } from '#lib/cells/core/context.ts';
import { problem } from '#lib/problems/index.ts';
import { readsRegressors } from './regressors.ts';
import type { ForecastConfig, Settings } from './settings.ts';

/** ARIMA models, and what fits or combines one. */
const ordersReaders: readonly string[] = ['auto', 'arima', 'sarima', 'ensemble'];

/** Keys that none of the models asked for reads. */
export function warnOfIdleKeys(config: ForecastConfig, settings: Settings, ctx: RunContext): void {
  const { names } = settings;
  const models = names.join(', ');
  const explains = config.regressors !== undefined && readsRegressors(names);
  const orders = names.some((name) => ordersReaders.includes(name));
  const keys = [
    ...(explains ? [] : (['regressors', 'future'] as const)),
    ...(orders ? [] : (['arima'] as const))
  ];
  for (const key of keys) {
    if (config[key] !== undefined) ctx.warn(problem('forecast.no-effect', { key, models }));
  }
}
