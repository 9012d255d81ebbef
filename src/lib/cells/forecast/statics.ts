import { isMissing, type Columns, type Vector } from '#lib/base/columns.ts';
import type { StaticFact } from '#lib/analytics/forecast/network-facts.ts';
import { nameOf } from '#lib/analytics/time/faults.ts';
import { columnOf, keyLabel, type Panel, type Series } from '#lib/analytics/time/panel.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import { spansOf } from '#lib/cells/core/span.ts';
import { fail } from '#lib/problems/index.ts';
import type { ForecastConfig, Settings } from './settings.ts';

/**
 * Reads the columns under `static` of `lstm`: words and truth values as words, numbers and times as numbers, one per series.
 * A column that changes within a series is a problem; missing entries are passed over. Nothing where no network is asked for.
 */
export function readStatics(
  cell: Cell<ForecastConfig>,
  source: Columns,
  panel: Panel,
  settings: Settings
): StaticFact[] {
  if (!settings.names.includes('lstm')) return [];
  const { config } = cell;
  const spanOf = spansOf(cell);
  return [...new Set(config.lstm?.static ?? [])].map((name) => {
    const vector = columnOf(source, config.source, name, 'lstm', spanOf);
    if (vector.type === 'other') {
      const params = { column: name, relation: config.source, type: vector.type };
      throw fail('forecast.static-type', params, spanOf('lstm'));
    }
    const values = panel.series.map((series) => {
      const row = onlyRow(vector, series);
      if (row === null) return null;
      if (typeof row === 'number') return factAt(vector, row);
      const [first, second] = row.map((at) => keyLabel([vector], at));
      const params = { series: nameOf(series), column: name, first: first!, second: second! };
      throw fail('forecast.static-varies', params, spanOf('lstm'));
    });
    return { name, values };
  });
}

/** A row with the one value of a series, null where it has none, or two rows that differ. */
function onlyRow(
  vector: Vector,
  { rows }: Series
): number | null | readonly [first: number, second: number] {
  let found: number | null = null;
  for (const row of rows) {
    if (isMissing(vector, row) || Number.isNaN(vector.values[row])) continue;
    if (found === null) found = row;
    else if (vector.values[row] !== vector.values[found]) return [found, row];
  }
  return found;
}

function factAt(vector: Vector, row: number): string | number {
  const value = vector.values[row];
  return typeof value === 'number' && vector.type !== 'boolean' ? value : String(value);
}
