import type { LiveSeries, LiveWords } from '#lib/charts/live-plot.ts';
import type { PlotLine, PlotMark, PlotModel } from '#lib/charts/plot.ts';
import { sample, sampled, type Drawn } from './sample.ts';
import { figureOf } from './tail.ts';
import { roomAround, type MeasurePainter, type Shown } from './view-paint.ts';

/** How far beyond the extent of a line, in shares of it, a limit is still drawn. */
const limitRoom = 1.5;

/** What stands over the lines of one measure. */
type Over = Required<Pick<LiveSeries, 'anomalies' | 'thresholds' | 'gaps' | 'flags' | 'shades'>> &
  Pick<LiveSeries, 'now'>;

/**
 * One measure of a history over a stretch of time. Its lines paint themselves; their numbers, at most four places for
 * each pixel column, are made when a cursor or a table asks for them.
 */
export function measurePlot(
  painter: MeasurePainter,
  measure: string,
  shown: Shown,
  over: Over,
  words: LiveWords
): PlotModel {
  const { history, isJudged } = painter;
  const places = once(() => sample(history, shown, shown.columns, shown.step));
  const line = (name: string, role: PlotLine['role'], figure: string, drawn: Drawn): PlotLine => {
    const values = once(() => sampled(history, figure, places(), drawn));
    return {
      name,
      role,
      get values() {
        return values();
      }
    };
  };
  const judged: readonly PlotLine[] = isJudged
    ? [
        line(words.low, 'edge', figureOf(measure, 'lo'), 'low'),
        line(words.high, 'edge', figureOf(measure, 'hi'), 'high'),
        line(words.expected, 'expected', figureOf(measure, 'expected'), 'ends')
      ]
    : [];
  const room = roomAround(painter.extentOfLine(shown), limitRoom);
  const marks: PlotMark[] =
    over.now === undefined ? [] : [{ time: over.now, kind: 'now', words: words.now }];
  return {
    get times() {
      return places().times;
    },
    lines: [...judged, line(measure, 'actual', measure, 'extent')],
    bands: isJudged ? [{ low: 0, high: 1, role: 'expected', name: words.expected }] : [],
    rings: over.anomalies ?? [],
    levels: (over.thresholds ?? []).filter(({ value }) => room(value) === value),
    stretches: [
      ...(over.shades ?? []).map((shade) => ({ ...shade, kind: 'shade' as const })),
      ...(over.gaps ?? []).map((gap) => ({ ...gap, kind: 'gap' as const }))
    ],
    marks,
    log: false,
    flags: over.flags ?? [],
    range: { from: shown.from, to: shown.to },
    painted: painter.painted(shown)
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
