import { isMissing, take, vectorOf, type Columns } from '#lib/base/columns.ts';
import { parseTime } from '#lib/analytics/stream/event-time.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail } from '#lib/problems/index.ts';
import type { ForecastConfig } from './settings.ts';

/**
 * The rows of the source that are before `until`; all of them without it. What is later counts as not there yet, so
 * that the forecast is the one that was made before it came, byte for byte. Rows without a time stay, for others to
 * judge. O(rows).
 */
export function rowsUntil(cell: Cell<ForecastConfig>, source: Columns): Columns {
  const { until, time, source: relation } = cell.config;
  const times = vectorOf(source, time);
  // A time of another type is a problem of its own.
  if (until === undefined || !times || times.type === 'text' || times.type === 'other')
    return source;
  if (times.type === 'boolean') return source;
  const span = spansOf(cell)('until');
  const numbered = times.type === 'integer' || times.type === 'number';
  const end = numbered ? Number(until) : (parseTime(until) ?? Number.NaN);
  if (Number.isNaN(end)) throw fail('forecast.until', { until, time, numbered }, span);
  const rows: number[] = [];
  for (let row = 0; row < source.length; row++) {
    if (isMissing(times, row) || times.values[row]! < end) rows.push(row);
  }
  if (rows.length === 0 && source.length > 0)
    throw fail('forecast.until-all', { until, relation, time }, span);
  return rows.length === source.length ? source : take(source, rows);
}
