import { columns, numeric, type Columns, type Vector } from '#lib/base/columns.ts';
import type { Painted } from './painted.ts';

/** What a line stands for; its ink and stroke follow from it. */
export type LineRole = 'actual' | 'fitted' | 'forecast' | 'expected' | 'edge' | 'category';

export interface PlotLine {
  readonly name: string;
  /** One for each time; NaN breaks the line. */
  readonly values: Float64Array;
  readonly role: LineRole;
  /** For `category`: which of the eight colours, counted from 0. */
  readonly category?: number;
  /** Written at the line's end. */
  readonly endLabel?: string;
}

/** The area between two lines, by their places in `lines`. */
export interface PlotBand {
  readonly low: number;
  readonly high: number;
  readonly role: 'band80' | 'band95' | 'expected';
  readonly name: string;
}

/** A ring on a point, words beside it. */
export interface PlotRing {
  readonly time: number;
  readonly value: number;
  readonly words?: string;
}

/** A horizontal line with its value. */
export interface PlotLevel {
  readonly value: number;
  readonly words: string;
}

/** A stretch of time: a gap is hatched, a shade is what an anomaly covers. */
export interface PlotStretch {
  readonly from: number;
  readonly to: number;
  readonly kind: 'gap' | 'shade';
  readonly words?: string;
}

/** A vertical line: now is solid with a dot, a cut-off dotted, an origin thin. */
export interface PlotMark {
  readonly time: number;
  readonly kind: 'now' | 'cutoff' | 'origin';
  readonly words?: string;
}

/** A sign at the foot of a plot on something about that time: a small triangle. */
export interface PlotFlag {
  readonly time: number;
  readonly words?: string;
}

/** Everything a time plot draws. Times are milliseconds since 1970, ascending. */
export interface PlotModel {
  readonly times: Float64Array;
  readonly lines: readonly PlotLine[];
  readonly bands: readonly PlotBand[];
  readonly rings: readonly PlotRing[];
  readonly levels: readonly PlotLevel[];
  readonly stretches: readonly PlotStretch[];
  readonly marks: readonly PlotMark[];
  /** Powers of ten on the value axis, with zero at its foot. */
  readonly log: boolean;
  readonly flags?: readonly PlotFlag[];
  /** The time axis; that of the data where it is not given. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
  /** Draws the lines and bands in their place; `times` and `lines` are then made when they are asked for. */
  readonly painted?: Painted;
}

/** Plots with the same shape can take each other's data without being built anew. */
export function shapeOf(model: PlotModel): string {
  const lines = model.lines.map((l) => `${l.role}${l.category ?? ''}:${l.endLabel ? 1 : 0}`);
  const bands = model.bands.map((b) => `${b.low}-${b.high}${b.role}`);
  return `${model.log}|${model.painted !== undefined}|${lines.join(',')}|${bands.join(',')}`;
}

/** The numbers of a plot as a table, for those who would rather read them. */
export function plotTable(model: PlotModel, timeName: string): Columns {
  const entries: [string, Vector][] = [[timeName, numeric(model.times, 'timestamp')]];
  for (const line of model.lines) {
    let name = line.name;
    for (let n = 2; entries.some(([taken]) => taken === name); n++) name = `${line.name} ${n}`;
    entries.push([name, numeric(line.values)]);
  }
  return columns(Object.fromEntries(entries));
}

/** Lowest and highest of everything that is drawn; null when there is nothing. */
export function extent(model: PlotModel): { readonly min: number; readonly max: number } | null {
  let min = Infinity;
  let max = -Infinity;
  if (model.painted?.extent) ({ min, max } = model.painted.extent);
  for (const line of model.painted ? [] : model.lines) {
    for (const value of line.values) {
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  for (const { value } of model.levels) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? { min, max } : null;
}

/**
 * The value axis: from zero when zero is near the data (so that heights can be compared), else around the data
 * with a margin.
 */
export function valueRange(found: ReturnType<typeof extent>): [number, number] {
  if (!found) return [0, 1];
  const { min, max } = found;
  const span = max - min || Math.abs(max) || 1;
  if (min >= 0 && min < 0.6 * max) return [0, max + 0.06 * (max || 1)];
  if (min === 0 && max === 0) return [0, 1];
  if (max <= 0 && max > 0.6 * min) return [min - 0.06 * span, 0];
  // Of the smallest numbers a share is nothing.
  const room = Math.max(0.08 * span, Number.MIN_VALUE);
  return [min - room, max + room];
}

/** Zero and the upper four powers of ten, mirrored where there are values below zero. */
export function logTicks(min: number, max: number): number[] {
  const size = Math.max(Math.abs(min), Math.abs(max), 1);
  const top = Math.ceil(Math.log10(size) - 1e-9);
  const powers = Array.from({ length: 4 }, (_, i) => 10 ** (top - 3 + i)).filter(
    (p) => p <= size * 1.5
  );
  return [...(min < 0 ? powers.map((p) => -p).reverse() : []), 0, ...(max > 0 ? powers : [])];
}

/** Values below this are drawn linearly on a log axis: a third of its lowest power of ten. */
export function linearBelow(ticks: readonly number[]): number {
  const lowest = ticks.find((t) => t > 0) ?? -(ticks.findLast((t) => t < 0) ?? -1);
  return lowest / 3;
}

/** The part of a plot between two times, both included. Marks outside it are not drawn. */
export function windowed(model: PlotModel, from: number, to: number): PlotModel {
  const first = model.times.findIndex((time) => time >= from);
  const last = model.times.findLastIndex((time) => time <= to);
  if (first < 0 || last < first) return model;
  const cut = (values: Float64Array) => values.subarray(first, last + 1);
  return {
    ...model,
    times: cut(model.times),
    lines: model.lines.map((line) => ({ ...line, values: cut(line.values) })),
    marks: model.marks.filter(({ time }) => time >= from && time <= to)
  };
}
