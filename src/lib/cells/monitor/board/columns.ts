import type { Pyramid } from '#lib/analytics/stream/pyramid.ts';
import type { History } from './history.ts';
import { figureOf } from './tail.ts';

/** Columns of one piece: few enough to lay out anew with every window, many enough that a picture has few pieces. */
const pieceColumns = 64;

/**
 * The width in time of the columns that a stretch is laid out in: a pixel's, rounded down to a quarter of an octave. So
 * it stays while the stretch grows by a window, and what was laid out before can be drawn again.
 */
export function columnWidth(span: number, pixels: number): number {
  return 2 ** (Math.floor(4 * Math.log2(span / pixels)) / 4);
}

/** The number of the piece that holds a time. */
export function pieceAt(time: number, width: number): number {
  return Math.floor(time / (pieceColumns * width));
}

/** What is drawn of a measure in one piece of the time axis. Times are milliseconds, NaN breaks lines. */
export interface Piece {
  /** The times of its edges. */
  readonly from: number;
  readonly to: number;
  /** The line: a window alone, or the two ends of a column whose whole extent it spans. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Places of the line that no neighbour joins. */
  readonly alone: readonly number[];
  /** One place for each column, the first to join the piece before: what was expected, and the widest band. */
  readonly at: Float64Array;
  readonly expected: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Whether nothing more can come into it but by a change of the past. */
  readonly isFull: boolean;
}

/**
 * Lays one piece out: the line begins at the last place of the piece before. `step` is the usual distance of windows; a
 * greater one than one and a half of it is a break; 0: none is. O(columns · log n).
 */
export function layPiece(
  history: History,
  measure: string,
  piece: number,
  { width, step }: { readonly width: number; readonly step: number }
): Piece {
  const from = piece * pieceColumns * width;
  const to = (piece + 1) * pieceColumns * width;
  const first = history.from(from);
  const out = new Places(history, measure, step);
  if (first < history.length && history.time(first) < to) {
    if (first > 0) {
      const column = Math.floor(history.time(first - 1) / width);
      out.join(Math.min(history.from(column * width), first - 1), first);
    }
    for (let i = first; i < history.length && history.time(i) < to;) {
      const edge = (Math.floor(history.time(i) / width) + 1) * width;
      const next = Math.max(i + 1, history.fromNear(edge, i, step || width));
      out.column(i, next);
      i = next;
    }
  }
  return { from, to, isFull: history.last >= to, ...out.laid() };
}

/** Places of a line and a band, column by column. */
class Places {
  readonly #history: History;
  readonly #step: number;
  readonly #value: Pyramid | undefined;
  readonly #expected: Pyramid | undefined;
  readonly #low: Pyramid | undefined;
  readonly #high: Pyramid | undefined;
  readonly #both = new Float64Array(2);
  readonly #times: number[] = [];
  readonly #values: number[] = [];
  readonly #alone: number[] = [];
  readonly #at: number[] = [];
  readonly #band: [number[], number[], number[]] = [[], [], []];

  constructor(history: History, measure: string, step: number) {
    this.#history = history;
    this.#step = step;
    this.#value = history.pyramid(measure);
    this.#expected = history.pyramid(figureOf(measure, 'expected'));
    this.#low = history.pyramid(figureOf(measure, 'lo'));
    this.#high = history.pyramid(figureOf(measure, 'hi'));
  }

  /** Only the end of a column, for the line to come from. */
  join(start: number, end: number): void {
    if (this.#isBreak(end)) return;
    this.#put(this.#history.time(end - 1), this.#ends(start, end)[1]);
    this.#judged(start, end);
  }

  column(start: number, end: number): void {
    if (this.#isBreak(start)) {
      this.#put(this.#history.time(start), Number.NaN);
      this.#at.push(this.#history.time(start));
      for (const figures of this.#band) figures.push(Number.NaN);
    }
    const [one, other] = this.#ends(start, end);
    if (end - start === 1 && this.#isAlone(start)) this.#alone.push(this.#times.length);
    this.#put(this.#history.time(start), one);
    if (end - start > 1) this.#put(this.#history.time(end - 1), other);
    this.#judged(start, end);
  }

  laid() {
    const [expected, low, high] = this.#band;
    return {
      times: Float64Array.from(this.#times),
      values: Float64Array.from(this.#values),
      alone: this.#alone,
      at: Float64Array.from(this.#at),
      expected: Float64Array.from(expected),
      low: Float64Array.from(low),
      high: Float64Array.from(high)
    };
  }

  #put(time: number, value: number): void {
    this.#times.push(time);
    this.#values.push(value);
  }

  #judged(start: number, end: number): void {
    const [expected, low, high] = this.#band;
    this.#at.push(this.#history.time(start));
    expected.push(this.#expected?.at(start) ?? Number.NaN);
    low.push(this.#extreme(this.#low, start, end, 0));
    high.push(this.#extreme(this.#high, start, end, 1));
  }

  /** How the line enters a column and leaves it: one that falls begins with its greatest. */
  #ends(start: number, end: number): [number, number] {
    const value = this.#value;
    if (!value) return [Number.NaN, Number.NaN];
    const [first, last] = [value.at(start), value.at(end - 1)];
    if (end - start === 1) return [first, first];
    value.extremes(start, end, this.#both, 0);
    const [least, greatest] = this.#both as unknown as [number, number];
    return first > last ? [greatest, least] : [least, greatest];
  }

  #extreme(figure: Pyramid | undefined, start: number, end: number, which: 0 | 1): number {
    if (!figure) return Number.NaN;
    if (end - start === 1) return figure.at(start);
    figure.extremes(start, end, this.#both, 0);
    return this.#both[which]!;
  }

  /** Whether windows are missing before one. */
  #isBreak(index: number): boolean {
    const apart = this.#history.time(index) - this.#history.time(index - 1);
    return this.#step > 0 && apart > 1.5 * this.#step;
  }

  #isAlone(index: number): boolean {
    const joins = (other: number, later: number) =>
      other >= 0 &&
      other < this.#history.length &&
      !this.#isBreak(later) &&
      !Number.isNaN(this.#value?.at(other) ?? Number.NaN);
    return !joins(index - 1, index) && !joins(index + 1, index + 1);
  }
}
