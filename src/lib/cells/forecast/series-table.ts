import { numeric, text, type Columns } from '#lib/base/columns.ts';
import { demandFigures } from '#lib/analytics/time/demand-class.ts';
import { findSeason } from '#lib/analytics/time/find-season.ts';
import { isSeasonal } from '#lib/analytics/time/season-test.ts';
import type { SeriesResult } from './results.ts';
import { TableBuilder, type TableContext } from './tables.ts';

/** One row per series: its step of time, how its demand comes, and whether the season in use, or another one, shows in it. */
export function seriesTable(results: readonly SeriesResult[], context: TableContext): Columns {
  const { season, frequency } = context.settings;
  const table = new TableBuilder(context, results.length);
  const values = results.map(({ series }) => series.values);
  for (const { series } of results) table.add(series.row, '', 1);
  const demand = values.map(demandFigures);
  const seasonal = Uint8Array.from(values, (own) => (isSeasonal(own, season, 2) ? 1 : 0));
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  const whole = (list: readonly (number | null)[]) => numeric(list, 'integer');
  return table.build([
    ['frequency', text(values.map(() => frequency.name))],
    ['row_count', whole(values.map((own) => own.length))],
    ['demand_class', text(demand.map(({ kind }) => kind))],
    ['adi', numeric(demand.map(({ interval }) => finite(interval)))],
    ['cv2', numeric(demand.map(({ variation }) => finite(variation)))],
    ['season_used', whole(values.map(() => season))],
    ['season_shows', { type: 'boolean', values: seasonal, valid: null }],
    ['season_found', whole(values.map(findSeason))]
  ]);
}
