import type { Columns } from '#lib/base/columns.ts';
import { faultOf, leaveOutFaulty } from '#lib/analytics/time/faults.ts';
import { detectFrequency, frequencies, type Frequency } from '#lib/analytics/time/frequency.ts';
import { readPanel, type Panel, type Series } from '#lib/analytics/time/panel.ts';
import type { Cell, RunContext } from '#lib/cells/core/context.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail } from '#lib/problems/index.ts';
import type { ForecastConfig } from './settings.ts';

const reserved = ['model', 'yhat', 'actual', 'fitted', 'residual', 'origin', 'step', 'level'];

/** The series that have one value per equal step. The others are named in a warning; a source of others alone is a problem. */
export function usableSeries(
  cell: Cell<ForecastConfig>,
  source: Columns,
  ctx: RunContext
): { panel: Panel; frequency: Frequency; skipped: number } {
  const { config } = cell;
  const spanOf = spansOf(cell);
  const by = config.by ?? [];
  const names = { relation: config.source, time: config.time, value: config.value, by };
  const panel = readPanel(source, names, spanOf);
  if (source.length === 0)
    throw fail('demand.no-rows', { relation: config.source }, spanOf('source'));
  for (const column of [config.time, ...by]) {
    if (reserved.includes(column)) {
      throw fail('demand.name-clash', { column, relation: config.source }, spanOf('source'));
    }
  }
  const frequency = frequencyOf(config, panel);
  if (!frequency) throw fail('demand.no-step', { relation: config.source }, spanOf('time'));
  const judge = (series: Series) => faultOf(series, panel, frequency, config.value, spanOf('time'));
  const cleared = leaveOutFaulty(panel, judge, spanOf('source'));
  if (cleared.warning) ctx.warn(cleared.warning);
  return { panel: cleared.panel, frequency, skipped: cleared.skipped };
}

function frequencyOf(config: ForecastConfig, panel: Panel): Frequency | null {
  const calendar = panel.timeType === 'date' || panel.timeType === 'timestamp';
  const stated = config.frequency ?? 'auto';
  if (stated !== 'auto' && calendar) return frequencies[stated];
  const found = detectFrequency(
    panel.series.map((series) => series.times),
    calendar
  );
  return found && stated !== 'auto' ? { ...found, name: stated } : found;
}
