import { numeric, text, type Columns } from '#lib/base/columns.ts';
import { futureTimes } from '#lib/analytics/time/frequency.ts';
import type { AdjustedHistory, Overridden } from './overrides.ts';
import type { SeriesResult } from './results.ts';
import { TableBuilder, timeVector, type TableContext } from './tables.ts';

/**
 * What was, what people corrected in it, what the chosen model forecasts and what people put in its place, in rows of
 * their own, so that none of them is lost. `overrides` has one list per series; `adjusted` is by key row.
 */
export function planTable(
  results: readonly SeriesResult[],
  overrides: readonly (readonly Overridden[])[],
  adjusted: ReadonlyMap<number, AdjustedHistory>,
  context: TableContext
): Columns {
  const { panel, settings } = context;
  const { horizon, frequency } = settings;
  const rows = results.reduce(
    (sum, { series }, i) =>
      sum +
      series.values.length +
      (adjusted.get(series.row)?.changes.length ?? 0) +
      horizon +
      overrides[i]!.length,
    0
  );
  const table = new TableBuilder(context, rows);
  const times = new Float64Array(rows);
  const values = new Float64Array(rows);
  const notes = new Array<string | null>(rows).fill(null);
  const write = (row: number, kind: string, at: Float64Array, changes: readonly Overridden[]) => {
    const start = table.add(row, kind, changes.length);
    changes.forEach(({ step, value, note }, c) => {
      times[start + c] = at[step]!;
      values[start + c] = value;
      notes[start + c] = note;
    });
  };
  results.forEach(({ series, judged, chosen }, i) => {
    const { yhat } = judged[chosen]!.candidate.forecast;
    const ahead = futureTimes(series.times, frequency, horizon);
    const past = table.add(series.row, 'history', series.values.length);
    times.set(series.times, past);
    const before = adjusted.get(series.row);
    values.set(before?.values ?? series.values, past);
    write(series.row, 'adjusted', series.times, before?.changes ?? []);
    const baseline = table.add(series.row, 'baseline', horizon);
    times.set(ahead, baseline);
    values.set(yhat, baseline);
    write(series.row, 'override', ahead, overrides[i]!);
  });
  return table.build([
    [panel.time, timeVector(times, panel.timeType)],
    ['kind', table.models()],
    ['value', numeric(values)],
    ['note', text(notes)]
  ]);
}
