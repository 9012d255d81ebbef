import { vectorOf, valueAt, type Columns } from '#lib/base/columns.ts';
import type { Scalar } from '#lib/base/problem.ts';
import type { SavedNetwork } from '#lib/analytics/forecast/layers-model.ts';
import { commonSeason, findSeason } from '#lib/analytics/time/find-season.ts';
import type { Panel, Series } from '#lib/analytics/time/panel.ts';
import type { ComputeRunOf } from '#lib/cells/core/define.ts';
import { explainedTables } from './explained-tables.ts';
import { warnOfIdleKeys } from './idle-keys.ts';
import type kind from './index.ts';
import { adjustHistory, overridden } from './overrides.ts';
import { planTable } from './plan-table.ts';
import { readExplained } from './regressors.ts';
import type { ForecastReport, TrainingCurve } from './report.ts';
import { rollUp } from './rollup.ts';
import { pooledTable, rollupTable } from './rollup-tables.ts';
import { judge } from './results.ts';
import { networkTable, readNetworks } from './saved-networks.ts';
import { settingsOf } from './settings.ts';
import { seriesTable } from './series-table.ts';
import { summarise } from './summary.ts';
import { backtestTable, fittedTable, forecastTable, modelsTable, scoresTable } from './tables.ts';
import { tryModels } from './try-models.ts';
import { rowsUntil } from './until.ts';
import { usableSeries } from './usable-series.ts';

const run: ComputeRunOf<typeof kind, ForecastReport> = async (cell, given, ctx) => {
  const { config } = cell;
  const source = rowsUntil(cell, given[config.source]!);
  const inputs = { ...given, [config.source]: source };
  const usable = usableSeries(cell, source, ctx);
  const lengths = usable.panel.series.map((series) => series.values.length);
  const settings = settingsOf(config, usable.frequency, lengths, () =>
    commonSeason(usable.panel.series.map(({ values }) => findSeason(values)))
  );
  warnOfIdleKeys(config, settings, ctx);
  const adjusted = adjustHistory(cell, usable.panel, source, ctx);
  const explained = readExplained(cell, inputs, adjusted.panel, settings, ctx);
  const { panel } = explained;
  const training: TrainingCurve[] = [];
  const networks: SavedNetwork[] = [];
  const saved = readNetworks(cell, inputs, settings, panel);
  const learning = { saved, training, networks };
  const tried = await tryModels(cell, explained, settings, learning, ctx);
  const results = judge(tried, settings);
  // Overrides of series left out are no mistakes.
  const whole = tried.length === panel.series.length;
  const listener = whole ? ctx : { ...ctx, warn: () => undefined };
  await ctx.checkpoint();
  const context = { source, panel, settings };
  const sums = config.rollup ? rollUp(results, source, panel, settings) : [];
  const { name } = cell;
  const tables: Record<string, Columns> = {};
  const writers: Readonly<Record<string, () => Columns>> = {
    [name]: () => forecastTable(results, context, 'chosen'),
    [`${name}_all`]: () => forecastTable(results, context, 'all'),
    [`${name}_fitted`]: () => fittedTable(results, context),
    [`${name}_backtest`]: () => backtestTable(results, context),
    [`${name}_scores`]: () => scoresTable(results, context),
    [`${name}_models`]: () => modelsTable(results, context),
    [`${name}_series`]: () => seriesTable(results, context),
    ...explainedTables(name, results, context),
    [`${name}_plan`]: () =>
      planTable(results, overridden(cell, results, context, listener), adjusted.before, context),
    [`${name}_pooled`]: () => pooledTable(results, sums, context),
    ...(config.rollup ? { [`${name}_rollup`]: () => rollupTable(sums, context) } : {}),
    ...(networks.length > 0 ? { [`${name}_network`]: () => networkTable(networks) } : {})
  };
  for (const [relation, write] of Object.entries(writers)) {
    await ctx.checkpoint();
    tables[relation] = write();
  }
  return {
    tables,
    report: summarise(results, {
      panel,
      settings,
      value: config.value,
      skipped: usable.skipped + explained.skipped,
      rollup: config.rollup === true,
      training,
      keyOf: (series) => keyOf(source, panel, series)
    })
  };
};

export default run;

function keyOf(source: Columns, panel: Panel, series: Series): Scalar[] {
  return panel.by.map((name) => {
    const value = valueAt(vectorOf(source, name)!, series.row);
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  });
}
