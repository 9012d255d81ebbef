import type { PlotBand, PlotFlag, PlotLine, PlotMark, PlotModel, PlotRing } from './plot.ts';

export interface LiveLine {
  readonly name: string;
  /** Parallel to the times; NaN where nothing came. */
  readonly values: Float64Array;
}

export interface LiveSeries {
  readonly times: Float64Array;
  readonly lines: readonly LiveLine[];
  /** What the detector expects, and the limits it allows. */
  readonly expected?: Float64Array | undefined;
  readonly low?: Float64Array | undefined;
  readonly high?: Float64Array | undefined;
  readonly anomalies?: readonly PlotRing[] | undefined;
  readonly thresholds?: readonly { readonly value: number; readonly words: string }[] | undefined;
  readonly gaps?:
    readonly { readonly from: number; readonly to: number; readonly words?: string }[] | undefined;
  /** What the chosen anomaly covers. */
  readonly shades?: readonly { readonly from: number; readonly to: number }[] | undefined;
  readonly now?: number | undefined;
  readonly log?: boolean | undefined;
  /** Signs at the foot, such as of windows that were corrected. */
  readonly flags?: readonly PlotFlag[] | undefined;
  readonly range?: PlotModel['range'];
}

export interface LiveWords {
  readonly expected: string;
  readonly low: string;
  readonly high: string;
  /** The words of the now-line, such as its clock time. */
  readonly now: string;
}

/** Observed lines over the band of what was expected. One line has the ink of actual values, several the eight colours. */
export function livePlot(series: LiveSeries, words: LiveWords): PlotModel {
  const lines: PlotLine[] = [];
  const bands: PlotBand[] = [];
  if (series.low && series.high) {
    lines.push(
      { name: words.low, values: series.low, role: 'edge' },
      { name: words.high, values: series.high, role: 'edge' }
    );
    bands.push({ low: 0, high: 1, role: 'expected', name: words.expected });
  }
  if (series.expected) {
    lines.push({ name: words.expected, values: series.expected, role: 'expected' });
  }
  const several = series.lines.length > 1;
  series.lines.forEach((line, i) => {
    lines.push({
      name: line.name,
      values: broken(series.times, line.values, series.gaps ?? []),
      role: several ? 'category' : 'actual',
      ...(several ? { category: i % 8 } : {})
    });
  });
  const marks: PlotMark[] =
    series.now === undefined ? [] : [{ time: series.now, kind: 'now', words: words.now }];
  return {
    times: series.times,
    lines,
    bands,
    rings: series.anomalies ?? [],
    levels: series.thresholds ?? [],
    stretches: [
      ...(series.shades ?? []).map((s) => ({ ...s, kind: 'shade' as const })),
      ...(series.gaps ?? []).map((g) => ({ ...g, kind: 'gap' as const }))
    ],
    marks,
    log: series.log ?? false,
    ...(series.flags ? { flags: series.flags } : {}),
    range: series.range
  };
}

/** The values with those inside a gap taken out, so that the line breaks there and is never bridged. */
function broken(
  times: Float64Array,
  values: Float64Array,
  gaps: readonly { readonly from: number; readonly to: number }[]
): Float64Array {
  if (gaps.length === 0) return values;
  const out = values.slice();
  for (const { from, to } of gaps) {
    for (let i = 0; i < times.length; i++) {
      const time = times[i] ?? 0;
      if (time > from && time < to) out[i] = Number.NaN;
    }
  }
  return out;
}
