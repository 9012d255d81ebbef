import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatCompact } from '#lib/base/format.ts';
import { timeLabels } from './axis-time.ts';
import { overlays } from './overlays.ts';
import { paintInto } from './painted.ts';
import {
  extent,
  linearBelow,
  logTicks,
  shapeOf,
  valueRange,
  type PlotLine,
  type PlotModel
} from './plot.ts';
import type { ChartTokens } from './theme.ts';

/** Pixels at the right of lines that grow: half of a date's, which may stand under their end. */
const paintedRoom = 20;

export interface PlotOptions {
  readonly width: number;
  readonly height: number;
  readonly tokens: ChartTokens;
  readonly lang: string;
  /** The index under the cursor, or null. */
  readonly oncursor: (index: number | null) => void;
  /** The x axis is left out when another plot below shows it. */
  readonly timeAxis: boolean;
  /** Plots with the same key share their cursor. */
  readonly sync?: string | undefined;
}

export interface PlotView {
  /** Draws a model of the same shape; false when the plot must be built anew. */
  update(model: PlotModel): boolean;
  resize(width: number): void;
  /** Puts the cursor on a point of the axis. */
  point(index: number): void;
  destroy(): void;
}

/** A time plot on canvas: bands, lines, and what lies over them, in the inks of the page. */
export function plotView(host: HTMLElement, first: PlotModel, options: PlotOptions): PlotView {
  let model = first;
  const { tokens } = options;
  const shape = shapeOf(first);
  const font = `${tokens.size}px ${tokens.font}`;
  /** What was measured for labels of 11 pixels, for those of the page. */
  const scaled = (pixels: number) => Math.round((pixels * tokens.size) / 11);
  const ticks = () => {
    const found = extent(model);
    return logTicks(found?.min ?? 0, found?.max ?? 1);
  };
  const endWidth = Math.max(0, ...first.lines.map((l) => (l.endLabel ? roomFor(l.endLabel) : 0)));
  const plot = new uPlot(
    {
      width: options.width,
      height: options.height,
      padding: [
        first.marks.length ? scaled(18) : 8,
        first.painted ? scaled(paintedRoom) : Math.max(12, endWidth),
        options.timeAxis ? 0 : 8,
        0
      ],
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      scales: {
        x: {
          time: true,
          range: (_u, min, max) => {
            const { range } = model;
            return range ? [range.from / 1000, range.to / 1000] : [min, max];
          }
        },
        y: first.log
          ? {
              distr: 4,
              asinh: linearBelow(ticks()),
              range: () => {
                const found = extent(model);
                const marks = ticks();
                return [
                  Math.min(0, found?.min ?? 0),
                  Math.max(found?.max ?? 1, marks.at(-1) ?? 1) * 1.15
                ];
              }
            }
          : { range: () => valueRange(extent(model)) }
      },
      axes: [
        {
          show: options.timeAxis,
          font,
          stroke: tokens.label,
          space: scaled(72),
          gap: 5,
          size: scaled(28),
          grid: { show: false },
          ticks: { show: true, stroke: tokens.axis, width: 1, size: 4 },
          border: { show: true, stroke: tokens.axis, width: 1 },
          values: ({ scales: { x } }, splits) =>
            timeLabels(
              splits.map((s) => s * 1000),
              options.lang,
              1000 * ((x?.max ?? Infinity) - (x?.min ?? 0))
            )
        },
        {
          font,
          stroke: tokens.label,
          gap: 6,
          size: scaled(44),
          space: Math.max(scaled(32), options.height / 6),
          grid: { show: true, stroke: tokens.grid, width: 1 },
          ticks: { show: false },
          values: (_u, splits) => splits.map((value) => formatCompact(value)),
          ...(first.log
            ? { splits: () => ticks(), filter: (_u: uPlot, splits: number[]) => splits }
            : {})
        }
      ],
      series: [{}, ...(first.painted ? [unseen] : first.lines.map((l) => lineSeries(l, tokens)))],
      bands: (first.painted ? [] : first.bands).map((band) => ({
        series: [band.high + 1, band.low + 1] as [number, number],
        fill: tokens[band.role]
      })),
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { show: true, size: 7, width: 1.5, fill: tokens.sheet },
        ...(options.sync ? { sync: { key: options.sync } } : {})
      },
      hooks: {
        ...overlays(() => model, tokens),
        drawAxes: [
          (u) => {
            if (!model.painted) return;
            const gaps = model.stretches.filter(({ kind }) => kind === 'gap');
            paintInto(u, model.painted, gaps, tokens);
          }
        ],
        setCursor: [(u) => options.oncursor(indexUnder(u, model))]
      }
    },
    aligned(model),
    host
  );
  let drawn = pictureOf(first);
  return {
    update(next) {
      if (shapeOf(next) !== shape) return false;
      model = next;
      const picture = pictureOf(next);
      if (picture !== null && picture === drawn) return true;
      drawn = picture;
      // Drawn at once, so that whoever counts the time of a frame counts this.
      plot.batch(() => plot.setData(aligned(next)));
      return true;
    },
    resize(width) {
      if (Math.round(width) !== plot.width) {
        plot.setSize({ width: Math.round(width), height: options.height });
      }
    },
    point(index) {
      const time = model.times[index];
      if (time === undefined) return;
      plot.setCursor({ left: plot.valToPos(time / 1000, 'x'), top: plot.over.clientHeight / 2 });
    },
    destroy() {
      plot.destroy();
    }
  };
}

/** Stands for lines that paint themselves. */
const unseen: uPlot.Series = { points: { show: false }, paths: () => null };

/** What makes a picture of lines that paint themselves another one; null where that cannot be told. */
function pictureOf(model: PlotModel): string | null {
  if (!model.painted) return null;
  const { painted, range, rings, levels, stretches, marks, flags } = model;
  return JSON.stringify([painted.revision, range, rings, levels, stretches, marks, flags]);
}

/** The place of the time axis that the cursor is nearest to. */
function indexUnder(u: uPlot, model: PlotModel): number | null {
  if (!model.painted) return u.cursor.idx ?? null;
  const left = u.cursor.left ?? -1;
  const { times } = model;
  if (left < 0 || times.length === 0) return null;
  const time = u.posToVal(left, 'x') * 1000;
  const after = Math.max(1, bisect(times, time));
  if (after >= times.length) return times.length - 1;
  return time - times[after - 1]! < times[after]! - time ? after - 1 : after;
}

/** The first place at a time or later. */
function bisect(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lineSeries(line: PlotLine, t: ChartTokens): uPlot.Series {
  const plain = { points: { show: false }, spanGaps: false };
  switch (line.role) {
    case 'actual':
      return { ...plain, points: lonely, stroke: t.actual, width: 1.4 };
    case 'fitted':
      return { ...plain, stroke: t.fitted, width: 1, dash: [4, 3] };
    case 'forecast':
      return { ...plain, points: lonely, stroke: t.forecast, width: 2 };
    case 'expected':
      return { ...plain, stroke: t.expectedLine, width: 1, dash: [2, 3] };
    case 'edge':
      return { ...plain, stroke: 'transparent', width: 0 };
    case 'category': {
      const at = line.category ?? 0;
      return {
        ...plain,
        points: lonely,
        stroke: t.categories[at] ?? t.actual,
        width: 1.6,
        ...(at >= 2 ? { dash: dashes[(at - 2) % dashes.length] ?? [] } : {})
      };
    }
  }
}

const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

/** A value between two gaps has no line: it is drawn as a point. */
const lonely: uPlot.Series.Points = {
  show: true,
  size: 4,
  width: 0,
  filter: (u, series) => {
    const values = u.data[series] ?? [];
    const alone: number[] = [];
    for (let i = 0; i < values.length; i++) {
      const before = values[i - 1];
      const after = values[i + 1];
      if (values[i] != null && before == null && after == null) alone.push(i);
    }
    return alone;
  }
};

/** Plain loops: this runs for every picture of a live board. */
function aligned(model: PlotModel): uPlot.AlignedData {
  if (model.painted) {
    const { from, to } = model.range ?? { from: 0, to: 1 };
    return [
      [from / 1000, to / 1000],
      [null, null]
    ];
  }
  const { length } = model.times;
  const times = new Float64Array(length);
  for (let i = 0; i < length; i++) times[i] = model.times[i]! / 1000;
  const lines = model.lines.map(({ values }) => {
    const line = new Array<number | null>(length);
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      line[i] = Number.isNaN(value) ? null : value;
    }
    return line;
  });
  return [times, ...lines];
}

/** Pixels for words of 11 pixels beside the plot; a Chinese character is as wide as it is high. */
function roomFor(words: string): number {
  return Array.from(words, (letter) => (letter > '\u2e7f' ? 11 : 7)).reduce((a, b) => a + b, 10);
}
