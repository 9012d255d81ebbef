import type { SeriesReport } from '../report.ts';
import { History } from './history.ts';

/** What a detector made of a measure, as a figure of each window. */
export const figureOf = (measure: string, part: 'expected' | 'lo' | 'hi') => `${measure}|${part}`;

/** An empty history for windows with these measures. */
export function emptyHistory(measures: readonly string[]): History {
  return new History(
    measures.flatMap((name) => [
      name,
      figureOf(name, 'expected'),
      figureOf(name, 'lo'),
      figureOf(name, 'hi')
    ])
  );
}

/**
 * Takes the recent windows of one key from a report into a history. Figures of a report are rounded, so those of
 * windows that are known already stay unless they differ by more than that. Tells whether the report reaches back to
 * what the history has, with no window lost between.
 */
export function takeTail(history: History, series: readonly SeriesReport[]): boolean {
  const ends = series[0]?.ends ?? [];
  if (ends.length === 0) return false;
  const joins = history.length === 0 || ends[0]! <= history.last;
  const columns = history.names.map((name) => columnOf(series, name));
  for (let row = 0; row < ends.length; row++) {
    const known = history.at(ends[row]!);
    const news =
      known < 0
        ? columns
        : columns.map((column, c) =>
            column && differs(history.value(history.names[c]!, known), column[row])
              ? column
              : undefined
          );
    if (known < 0 || news.some((column) => column !== undefined)) {
      history.put(ends[row]!, news, row);
    }
  }
  return joins;
}

function columnOf(
  series: readonly SeriesReport[],
  name: string
): readonly (number | null)[] | undefined {
  const [measure, part] = name.split('|') as [string, 'expected' | 'lo' | 'hi' | undefined];
  const found = series.find((s) => s.measure === measure);
  return part === undefined ? found?.values : found?.[part];
}

function differs(known: number, told: number | null | undefined): boolean {
  if (told === null || told === undefined) return false;
  return Number.isNaN(known) || Math.abs(known - told) > 1e-6 * Math.abs(known);
}
