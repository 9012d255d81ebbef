import { numeric, text, type Columns } from '#lib/base/columns.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import type { Overridden } from './overrides.ts';
import type { SeriesResult } from './results.ts';
import { TableBuilder, timeVector, type TableContext } from './tables.ts';

/**
 * What was, what the chosen model forecasts and what people put in its place, in rows of their own, so that
 * none of them is lost. `overrides` has one list per series.
 */
export function planTable(
  results: readonly SeriesResult[],
  overrides: readonly (readonly Overridden[])[],
  context: TableContext
): Columns {
  const { panel, settings } = context;
  const { horizon, frequency } = settings;
  const rows = results.reduce(
    (sum, { series }, i) => sum + series.values.length + horizon + overrides[i]!.length,
    0
  );
  const table = new TableBuilder(context, rows);
  const times = new Float64Array(rows);
  const values = new Float64Array(rows);
  const notes = new Array<string | null>(rows).fill(null);
  results.forEach(({ series, judged, chosen }, i) => {
    const { yhat } = judged[chosen]!.candidate.forecast;
    const ahead = futureTimes(series.times, frequency, horizon);
    const past = table.add(series.row, 'history', series.values.length);
    times.set(series.times, past);
    values.set(series.values, past);
    const baseline = table.add(series.row, 'baseline', horizon);
    times.set(ahead, baseline);
    values.set(yhat, baseline);
    const own = overrides[i]!;
    const at = table.add(series.row, 'override', own.length);
    own.forEach(({ step, value, note }, o) => {
      times[at + o] = ahead[step]!;
      values[at + o] = value;
      notes[at + o] = note;
    });
  });
  return table.build([
    [panel.time, timeVector(times, panel.timeType)],
    ['kind', table.models()],
    ['value', numeric(values)],
    ['note', text(notes)]
  ]);
}
