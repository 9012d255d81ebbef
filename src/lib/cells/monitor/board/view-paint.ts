import type { Painted, PaintFrame } from '#lib/charts/painted.ts';
import type { ChartTokens } from '#lib/charts/theme.ts';
import { columnWidth, layPiece, pieceAt, type Piece } from './columns.ts';
import type { History } from './history.ts';
import { figureOf } from './tail.ts';

/** How far beyond the extent of a line, in shares of it, a band is followed before it runs off the picture. */
const bandRoom = 0.75;
/** Pieces that are kept: those of some screens. */
const mostPieces = 400;

export interface Shown {
  readonly from: number;
  readonly to: number;
  /** Pixel columns. */
  readonly columns: number;
  /** The distance of windows, for breaks; 0: none. */
  readonly step: number;
}

/** A path in its own unit square, and where that lies: x from `from` in columns, y from `base` in `scale`. */
interface Path {
  readonly path: Path2D;
  readonly base: number;
  readonly scale: number;
}

interface DrawnPiece {
  readonly piece: Piece;
  readonly line: Path | null;
  readonly expected: Path | null;
  readonly band: Path | null;
}

const painters = new WeakMap<History, Map<string, MeasurePainter>>();
/** Painters made so far, in all histories. */
let made = 0;

/** The painter of a measure, with what it has laid out already. */
export function painterOf(history: History, measure: string): MeasurePainter {
  let own = painters.get(history);
  if (!own) painters.set(history, (own = new Map<string, MeasurePainter>()));
  let painter = own.get(measure);
  if (!painter) own.set(measure, (painter = new MeasurePainter(history, measure)));
  return painter;
}

/**
 * Draws one measure of a history. What is laid out once is kept as paths in time and value, piece by piece, and only
 * moved and stretched for the next picture; a new window lays out the last piece alone. So a picture takes
 * O(columns / 64) script, however many windows lie behind it, and O(columns · log n) after a zoom.
 */
export class MeasurePainter {
  readonly history: History;
  readonly #measure: string;
  /** Tells the pictures of this history and measure from those of others that have come as far. */
  readonly #number = ++made;
  readonly #pieces = new Map<number, DrawnPiece>();
  #width = 0;
  #step = 0;
  #edits = 0;
  #drawnAt = -1;

  constructor(history: History, measure: string) {
    this.history = history;
    this.#measure = measure;
  }

  /** Whether a detector has judged any window. */
  get isJudged(): boolean {
    return this.#extremes('expected', 0, this.history.length) !== null;
  }

  /** Least and greatest of the line over a stretch; null where there is none. */
  extentOfLine({ from, to }: Shown): { readonly min: number; readonly max: number } | null {
    return this.#extremes(null, this.history.from(from) - 1, this.history.upTo(to) + 2);
  }

  painted(shown: Shown): Painted {
    const { history } = this;
    return {
      revision: this.#revision(shown),
      extent: this.#extent(shown),
      valueBefore: (time) => {
        const value = history.value(this.#measure, history.upTo(time));
        return Number.isNaN(value) ? null : value;
      },
      paint: (ctx, frame, inks) => this.#paint(ctx, frame, inks, shown)
    };
  }

  /** What comes after the end of a stretch does not change its picture, but for the first window. */
  #revision({ from, to, step }: Shown): string {
    const { history } = this;
    const reaches = history.upTo(to) + 2 >= history.length;
    return `${this.#number} ${from} ${to} ${step} ${history.edits} ${reaches ? history.revision : ''}`;
  }

  #extent(shown: Shown): Painted['extent'] {
    const [first, end] = [this.history.from(shown.from) - 1, this.history.upTo(shown.to) + 2];
    const line = this.#extremes(null, first, end);
    const room = roomAround(line, bandRoom);
    const parts = [
      line,
      this.#extremes('expected', first, end),
      this.#extremes('lo', first, end),
      this.#extremes('hi', first, end)
    ].flatMap((part, i) =>
      part === null ? [] : i < 2 ? [part.min, part.max] : [part.min, part.max].map(room)
    );
    return parts.length === 0 ? null : { min: Math.min(...parts), max: Math.max(...parts) };
  }

  #extremes(part: 'expected' | 'lo' | 'hi' | null, first: number, end: number) {
    const name = part === null ? this.#measure : figureOf(this.#measure, part);
    const both = new Float64Array(2).fill(Number.NaN);
    this.history.pyramid(name)?.extremes(first, end, both, 0);
    return Number.isNaN(both[0]!) ? null : { min: both[0]!, max: both[1]! };
  }

  #paint(ctx: CanvasRenderingContext2D, frame: PaintFrame, inks: ChartTokens, shown: Shown): void {
    const pieces = this.#shown(shown);
    const joined = (of: (drawn: DrawnPiece) => Path | null) => {
      const whole = new Path2D();
      for (const drawn of pieces) {
        const part = of(drawn);
        if (part) whole.addPath(part.path, placed(part, drawn.piece.from, this.#width, frame));
      }
      return whole;
    };
    ctx.lineJoin = 'bevel';
    ctx.fillStyle = inks.expected;
    ctx.fill(joined(({ band }) => band));
    ctx.strokeStyle = inks.expectedLine;
    ctx.lineWidth = frame.ratio;
    ctx.setLineDash([2 * frame.ratio, 3 * frame.ratio]);
    ctx.stroke(joined(({ expected }) => expected));
    ctx.setLineDash([]);
    ctx.strokeStyle = inks.actual;
    ctx.lineWidth = 1.4 * frame.ratio;
    ctx.stroke(joined(({ line }) => line));
    ctx.fillStyle = inks.actual;
    const dots = new Path2D();
    for (const { piece } of pieces) {
      for (const i of piece.alone) {
        const [x, y] = [frame.x(piece.times[i]!), frame.y(piece.values[i]!)];
        dots.moveTo(x, y);
        dots.arc(x, y, 2 * frame.ratio, 0, 2 * Math.PI);
      }
    }
    ctx.fill(dots);
  }

  /** The pieces of a stretch, those with news laid out. */
  #shown({ from, to, columns, step }: Shown): DrawnPiece[] {
    const { history } = this;
    const width = columnWidth(to - from, columns);
    if (width !== this.#width || step !== this.#step || this.#pieces.size > mostPieces) {
      this.#pieces.clear();
    }
    const changedFrom = history.changedSince(this.#edits);
    for (const [at, { piece }] of this.#pieces) {
      const isStale = !piece.isFull && history.revision !== this.#drawnAt;
      // A change may join or part the piece before it, too.
      if (isStale || changedFrom < 2 * piece.to - piece.from) this.#pieces.delete(at);
    }
    this.#width = width;
    this.#step = step;
    this.#edits = history.edits;
    this.#drawnAt = history.revision;
    const found: DrawnPiece[] = [];
    // A line to the next window leaves the picture.
    const beyond = history.time(Math.min(history.upTo(to) + 1, history.length - 1));
    const last = pieceAt(to, width);
    for (let at = pieceAt(from, width); at <= last; at++) found.push(this.#piece(at));
    const next = pieceAt(beyond, width);
    if (next > last) found.push(this.#piece(next));
    return found;
  }

  #piece(at: number): DrawnPiece {
    let drawn = this.#pieces.get(at);
    if (!drawn) {
      const piece = layPiece(this.history, this.#measure, at, {
        width: this.#width,
        step: this.#step
      });
      drawn = {
        piece,
        line: lineOf(piece.times, piece.values, piece.from, this.#width),
        expected: lineOf(piece.at, piece.expected, piece.from, this.#width),
        band: bandOf(piece, this.#width)
      };
      this.#pieces.set(at, drawn);
    }
    return drawn;
  }
}

/** A line in the unit square of its values; null where there is none. */
function lineOf(
  times: Float64Array,
  values: Float64Array,
  from: number,
  width: number
): Path | null {
  const place = placeOf(values, values);
  if (!place) return null;
  const { base, scale } = place;
  const path = new Path2D();
  let isOn = false;
  for (let i = 0; i < times.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      isOn = false;
      continue;
    }
    const x = (times[i]! - from) / width;
    const y = (value - base) / scale;
    if (isOn) path.lineTo(x, y);
    else path.moveTo(x, y);
    isOn = true;
  }
  return { path, base, scale };
}

/** The area between two limits, in one polygon for each run of places that have both. */
function bandOf({ at, low, high, from }: Piece, width: number): Path | null {
  const place = placeOf(low, high);
  if (!place) return null;
  const { base, scale } = place;
  const path = new Path2D();
  for (let i = 0; i < at.length;) {
    const start = i;
    while (i < at.length && Number.isFinite(low[i]!) && Number.isFinite(high[i]!)) {
      const x = (at[i]! - from) / width;
      const y = (high[i]! - base) / scale;
      if (i === start) path.moveTo(x, y);
      else path.lineTo(x, y);
      i++;
    }
    for (let back = i - 1; back >= start; back--) {
      path.lineTo((at[back]! - from) / width, (low[back]! - base) / scale);
    }
    if (i > start) path.closePath();
    else i++;
  }
  return { path, base, scale };
}

/** Paths hold single precision: their numbers are kept between 0 and 1. */
function placeOf(lows: Float64Array, highs: Float64Array) {
  let base = Infinity;
  let top = -Infinity;
  for (let i = 0; i < lows.length; i++) {
    if (lows[i]! < base && lows[i]! > -Infinity) base = lows[i]!;
    if (highs[i]! > top && highs[i]! < Infinity) top = highs[i]!;
  }
  return base <= top ? { base, scale: top - base || 1 } : null;
}

/** The transform that puts a path where its times and values lie. */
function placed({ base, scale }: Path, from: number, width: number, frame: PaintFrame) {
  return {
    a: width * frame.perMs,
    d: scale * frame.perUnit,
    e: frame.x(from),
    f: frame.y(base)
  };
}

/** Holds a value to the extent of a line and `share` of it beyond; without a line, anything goes. */
export function roomAround(
  line: { readonly min: number; readonly max: number } | null,
  share: number
): (value: number) => number {
  if (!line) return (value) => value;
  const { min, max } = line;
  const room = share * Math.max(max - min, Math.abs(max) / 2, Math.abs(min) / 2);
  return (value) => Math.min(Math.max(value, min - room), max + room);
}
