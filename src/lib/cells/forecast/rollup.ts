import { take, vectorOf, type Columns } from '#lib/base/columns.ts';
import { sumSeries } from '#lib/analytics/forecast/bottom-up.ts';
import { groupRows, type Panel } from '#lib/analytics/time/panel.ts';
import { judge, type SeriesResult } from './results.ts';
import type { Settings } from './settings.ts';

/** The sum of all series with one value in one `by` column, or of all series. */
export interface Rolled {
  /** The `by` column, or `total`. */
  readonly level: string;
  readonly result: SeriesResult;
  /** Series in the sum. */
  readonly count: number;
}

/**
 * Sums the chosen forecasts by each `by` column, where there are several, and over all series. The bands of a level
 * come from the errors that its own sums made in the backtest.
 */
export function rollUp(
  results: readonly SeriesResult[],
  source: Columns,
  { by }: Panel,
  settings: Settings
): Rolled[] {
  const keyRows = Int32Array.from(results, ({ series }) => series.row);
  const columns = by.length > 1 ? by : [];
  const levels = [
    ...columns.map((level) => {
      const key = take(
        { length: source.length, names: [level], vectors: [vectorOf(source, level)!] },
        keyRows
      );
      return { level, groups: groupRows(key.vectors, results.length) };
    }),
    { level: 'total', groups: [Int32Array.from(results.keys())] }
  ];
  return levels.flatMap(({ level, groups }) => {
    const sums = groups.map((members) =>
      sumSeries(
        Array.from(members, (i) => {
          const { series, judged, chosen } = results[i]!;
          const { times, values } = series;
          return { times, values, candidate: judged[chosen]!.candidate };
        })
      )
    );
    const tried = sums.map(({ times, values, candidate }, g) => {
      const { row } = results[groups[g]![0]!]!.series;
      const series = { label: level, row, rows: new Int32Array(0), times, values };
      return { series, candidates: [candidate], yardstick: null, favourite: null };
    });
    return judge(tried, settings).map((result, g) => ({ level, result, count: sums[g]!.count }));
  });
}
