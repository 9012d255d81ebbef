import type { PlotBand, PlotLine, PlotMark, PlotModel } from './plot.ts';

/** A series in time: values NaN where there is none. */
export interface TimeSeries {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Interval {
  /** Its nominal coverage in percent, such as 80. */
  readonly level: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface ForecastSeries {
  readonly name: string;
  readonly actual: TimeSeries;
  readonly fitted?: TimeSeries | undefined;
  readonly forecast: TimeSeries;
  /** Parallel to `forecast`. */
  readonly intervals: readonly Interval[];
  /** Where the history ends. */
  readonly cutoff?: number | undefined;
  /** Past forecasts, each from its origin. */
  readonly origins?: readonly { readonly at: number; readonly forecast: TimeSeries }[] | undefined;
  /** Drawn beside it, each in a colour of its own: other models' forecasts, or what people put in their place. */
  readonly others?: readonly NamedSeries[] | undefined;
}

export interface NamedSeries {
  readonly name: string;
  readonly series: TimeSeries;
  /** Which of the eight colours, counted from 0. */
  readonly category: number;
}

export interface ForecastWords {
  readonly actual: string;
  readonly fitted: string;
  readonly forecast: string;
  readonly low: (level: number) => string;
  readonly high: (level: number) => string;
  readonly interval: (level: number) => string;
  readonly cutoff: string;
}

/** History, fit, forecast and intervals over one axis of times. O(n log n) in the number of times. */
export function forecastPlot(series: ForecastSeries, words: ForecastWords): PlotModel {
  const parts = [
    series.actual,
    ...(series.fitted ? [series.fitted] : []),
    series.forecast,
    ...(series.origins ?? []).map((o) => o.forecast),
    ...(series.others ?? []).map((o) => o.series)
  ];
  const times = mergedTimes(parts.map((p) => p.times));
  const at = new Map<number, number>();
  times.forEach((time, i) => at.set(time, i));
  const spread = (from: Float64Array, values: Float64Array) => {
    const out = new Float64Array(times.length).fill(Number.NaN);
    from.forEach((time, i) => {
      out[at.get(time) ?? 0] = values[i] ?? Number.NaN;
    });
    return out;
  };
  const lines: PlotLine[] = [];
  const bands: PlotBand[] = [];
  for (const interval of [...series.intervals].sort((a, b) => b.level - a.level)) {
    const low = lines.length;
    lines.push(
      {
        name: words.low(interval.level),
        values: spread(series.forecast.times, interval.low),
        role: 'edge'
      },
      {
        name: words.high(interval.level),
        values: spread(series.forecast.times, interval.high),
        role: 'edge'
      }
    );
    bands.push({
      low,
      high: low + 1,
      role: interval.level > 85 ? 'band95' : 'band80',
      name: words.interval(interval.level)
    });
  }
  if (series.fitted) {
    lines.push({
      name: words.fitted,
      values: spread(series.fitted.times, series.fitted.values),
      role: 'fitted'
    });
  }
  lines.push({
    name: words.actual,
    values: spread(series.actual.times, series.actual.values),
    role: 'actual'
  });
  for (const origin of series.origins ?? []) {
    lines.push({
      name: series.name,
      values: spread(origin.forecast.times, origin.forecast.values),
      role: 'forecast'
    });
  }
  if (series.forecast.times.length > 0) {
    lines.push({
      name: words.forecast,
      values: spread(series.forecast.times, series.forecast.values),
      role: 'forecast',
      endLabel: words.forecast
    });
  }
  for (const { name, series: own, category } of series.others ?? []) {
    lines.push({ name, values: spread(own.times, own.values), role: 'category', category });
  }
  const marks: PlotMark[] = (series.origins ?? []).map((origin, i) => ({
    time: origin.at,
    kind: 'origin',
    words: String(i + 1)
  }));
  if (series.cutoff !== undefined) {
    marks.push({ time: series.cutoff, kind: 'cutoff', words: words.cutoff });
  }
  return { times, lines, bands, rings: [], levels: [], stretches: [], marks, log: false };
}

/** All times of several ascending axes, each once, ascending. */
export function mergedTimes(axes: readonly Float64Array[]): Float64Array {
  const all = new Set<number>();
  for (const axis of axes) for (const time of axis) all.add(time);
  return Float64Array.from(all).sort();
}
