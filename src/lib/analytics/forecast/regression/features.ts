import type { ModelOptions } from '../model.ts';
import { calendarOf } from './terms.ts';

/** What trees read of a row; `past` holds what was left at the rows before it. */
export interface Feature {
  readonly name: string;
  at(row: number, past: Float64Array): number;
}

/** Regressors, calendar and lags; one column each, as trees find the places to cut themselves. */
export function treeFeatures(rows: number, options: ModelOptions): Feature[] {
  const { season, regressors } = options;
  const lags = options.lags ?? (season > 1 ? [1, season] : [1]);
  const { weekday, month } = calendarOf(options, rows);
  const known: Feature[] = [
    ...(regressors?.names ?? []).map((name, k) => ({
      name,
      at: (row: number) => regressors!.columns[k]![row]!
    })),
    ...(season > 1 ? [{ name: 'season', at: (row: number) => row % season }] : []),
    ...(weekday ? [{ name: 'weekday', at: weekday }] : []),
    ...(month ? [{ name: 'month', at: month }] : [])
  ];
  const before = [...new Set(lags)]
    .filter((lag) => 2 * lag < rows)
    .map((lag): Feature => ({
      name: `left${lag}`,
      at: (row, past) => (row < lag ? Number.NaN : past[row - lag]!)
    }));
  return [...known, ...before];
}
