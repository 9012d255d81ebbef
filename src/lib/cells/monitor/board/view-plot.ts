import { livePlot, type LiveSeries, type LiveWords } from '#lib/charts/live-plot.ts';
import type { PlotModel } from '#lib/charts/plot.ts';
import type { History } from './history.ts';
import { sample, sampled } from './sample.ts';
import { figureOf } from './tail.ts';

/** How far beyond the extent of a line, in shares of it, a limit is still drawn, and a band before it runs off the picture. */
const limitRoom = 1.5;
const bandRoom = 0.75;

export interface Shown {
  readonly from: number;
  readonly to: number;
  /** Pixel columns. */
  readonly columns: number;
  /** The distance of windows, for breaks; 0: none. */
  readonly step: number;
}

/** What stands over the lines of one measure. */
export type Over = Pick<
  LiveSeries,
  'anomalies' | 'thresholds' | 'gaps' | 'flags' | 'now' | 'shades'
>;

/** One measure of a history over a stretch of time, as it is drawn: at most four places for each pixel column. */
export function measurePlot(
  history: History,
  measure: string,
  shown: Shown,
  over: Over,
  words: LiveWords
): PlotModel {
  const at = sample(history, shown, shown.columns, shown.step);
  const part = (name: 'expected' | 'lo' | 'hi', drawn: 'ends' | 'low' | 'high') =>
    sampled(history, figureOf(measure, name), at, drawn);
  const expected = part('expected', 'ends');
  const judged = expected.some((value) => !Number.isNaN(value));
  const values = sampled(history, measure, at, 'extent');
  const room = roomAround(values, bandRoom);
  const band = (name: 'lo' | 'hi', drawn: 'low' | 'high') =>
    part(name, drawn).map((value) => Math.min(Math.max(value, room.low), room.high));
  return livePlot(
    {
      times: at.times,
      lines: [{ name: measure, values }],
      ...(judged ? { expected, low: band('lo', 'low'), high: band('hi', 'high') } : {}),
      ...over,
      thresholds: (over.thresholds ?? []).filter(({ value }) => isWithin(value, values)),
      range: { from: shown.from, to: shown.to }
    },
    words
  );
}

/** Whether a limit can be drawn without pressing the line flat. */
function isWithin(level: number, values: Float64Array): boolean {
  const { low, high } = roomAround(values, limitRoom);
  return level >= low && level <= high;
}

/** The extent of a line and `share` of it beyond; without a line, everything. */
function roomAround(values: Float64Array, share: number): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: -Infinity, high: Infinity };
  const room = share * Math.max(high - low, Math.abs(high) / 2, Math.abs(low) / 2);
  return { low: low - room, high: high + room };
}
