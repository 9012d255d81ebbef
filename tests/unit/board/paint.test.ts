import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { History } from '#lib/cells/monitor/board/history.ts';
import { emptyHistory } from '#lib/cells/monitor/board/tail.ts';
import { MeasurePainter, painterOf, type Shown } from '#lib/cells/monitor/board/view-paint.ts';
import { pictureOf, RecordedPath, type Picture } from './recording-canvas.ts';

const minute = 60_000;

beforeAll(() => void vi.stubGlobal('Path2D', RecordedPath));
afterAll(() => void vi.unstubAllGlobals());
beforeEach(() => void (RecordedPath.made = 0));

function put(history: History, at: number, value: number): void {
  history.put(at * minute, [[value], [value + 1], [value - 5], [value + 5]], 0);
}

/** A stretch of so many columns from one minute to another. */
const stretch = (from: number, to: number, columns: number): Shown => ({
  from: from * minute,
  to: to * minute,
  columns,
  step: minute
});

/** Windows at the end or in the past, and pictures of a stretch between them. */
const doings = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        next: fc.integer({ min: 1, max: 3 }),
        value: fc.integer({ min: -99, max: 99 })
      })
    },
    {
      weight: 2,
      arbitrary: fc.record({
        back: fc.integer({ min: 0, max: 200 }),
        value: fc.integer({ min: -99, max: 99 })
      })
    },
    { weight: 3, arbitrary: fc.record({ look: fc.constantFrom(40, 150, 151, 160, 600) }) }
  ),
  { minLength: 40, maxLength: 400, size: 'max' }
);

/** What of a picture lies within its columns, and the lines out of them, to a millionth of a pixel. */
function withinOf(picture: Picture, columns: number) {
  const rounded = (places: readonly number[]) => places.map((place) => Math.round(place * 1e6));
  return picture.map(({ ink, steps }) => {
    const within: (readonly (string | number)[])[] = [];
    let [isWithin, begunWithin] = [false, false];
    for (const [name, ...places] of steps) {
      const wasWithin = isWithin;
      if (name !== 'close') isWithin = places[0]! <= columns;
      if (name === 'move') begunWithin = isWithin;
      const leaves = name === 'line' && wasWithin;
      if (name === 'close' ? begunWithin : isWithin || leaves)
        within.push([name, ...rounded(places)]);
    }
    return { ink, steps: within };
  });
}

describe('a picture of a measure', () => {
  it('is that of a painter who sees the history for the first time, whatever was painted before it', () => {
    let [pictures, edits] = [0, 0];
    fc.assert(
      fc.property(doings, fc.constantFrom(100, 300, 900), (all, columns) => {
        const history = emptyHistory(['units']);
        const painter = painterOf(history, 'units');
        put(history, 1, 0);
        const last = () => history.last / minute;
        const seen = new Map<string, string>();
        for (const doing of all) {
          if ('next' in doing) put(history, last() + doing.next, doing.value);
          else if ('back' in doing) {
            put(history, Math.max(1, last() - doing.back), doing.value);
            edits++;
          } else {
            const shown = stretch(last() - doing.look, last() - (doing.look % 7), columns);
            const picture = pictureOf(painter, shown);
            expect(picture).toEqual(pictureOf(new MeasurePainter(history, 'units'), shown));
            // Where nothing shown differs, the revision may stay; where it stays, nothing may differ.
            const { revision } = painter.painted(shown);
            const told = JSON.stringify(withinOf(picture, columns));
            expect(seen.get(revision) ?? told).toBe(told);
            seen.set(revision, told);
            pictures++;
          }
        }
      }),
      { numRuns: 30 }
    );
    expect(pictures).toBeGreaterThan(300);
    expect(edits).toBeGreaterThan(300);
  });

  it('has its band, what was expected and the line, each apart where windows are missing', () => {
    const history = emptyHistory(['units']);
    for (let at = 1; at <= 100; at++) if (at < 40 || at > 60) put(history, at, at);
    put(history, 50, 7);
    const picture = pictureOf(painterOf(history, 'units'), stretch(0, 100, 1000));
    expect(picture.map(({ ink }) => ink)).toEqual([
      '--c-expected',
      '--c-expected-line',
      '--c-actual',
      '--c-actual'
    ]);
    const [band, expected, line, dots] = picture.map(({ steps }) => steps);
    const ends = (steps: typeof line) =>
      steps!.flatMap((step, i) => {
        const isMove = step[0] === 'move';
        const from = isMove ? [] : [steps![i - 1]!, step];
        return from.length === 2 ? [Math.abs(from[1]![1]! - from[0]![1]!)] : [];
      });
    // No stroke bridges more than a minute, ten pixels.
    for (const strokes of [line, expected])
      expect(Math.max(...ends(strokes))).toBeLessThanOrEqual(10 + 1e-6);
    const x = (steps: typeof line) =>
      steps!.filter(([name]) => name === 'line').map((step) => step[1]!);
    for (const part of [line, expected, band]) {
      // Of a window alone the band has a polygon of no width.
      expect(x(part).filter((at) => at > 391 && at < 609 && at !== 500)).toEqual([]);
      expect(x(part).filter((at) => at < 391).length).toBeGreaterThan(37);
      expect(x(part).filter((at) => at > 609).length).toBeGreaterThan(37);
    }
    expect(band!.filter(([name]) => name === 'close').length).toBeGreaterThanOrEqual(2);
    expect(dots).toEqual([
      ['move', 500, -7],
      ['arc', 500, -7, 2]
    ]);
  });

  it('lays out the last pieces alone for a window more, and nothing for another look', () => {
    const history = emptyHistory(['units']);
    for (let at = 1; at <= 5000; at++) put(history, at, at % 60);
    const painter = painterOf(history, 'units');
    const paths = (shown: Shown) => {
      const before = RecordedPath.made;
      pictureOf(painter, shown);
      return RecordedPath.made - before;
    };
    /** Those of a picture, and those of a piece. */
    const [whole, piece] = [4, 3];
    expect(paths(stretch(0, 5000, 1000))).toBeGreaterThan(whole + 15 * piece);
    expect(paths(stretch(0, 5000, 1000))).toBe(whole);
    expect(paths(stretch(1000, 6000, 1000))).toBeLessThanOrEqual(whole + 3 * piece);
    put(history, 5001, 3);
    expect(paths(stretch(0, 5000, 1000))).toBeLessThanOrEqual(whole + 2 * piece);
    // A change of the past lays out what comes after it.
    put(history, 2500, 99);
    expect(paths(stretch(0, 5000, 1000))).toBeGreaterThan(whole + 7 * piece);
    expect(paths(stretch(0, 5000, 1000))).toBe(whole);
  });

  it('has another revision after every change that shows, and keeps it for windows beyond its end', () => {
    const history = emptyHistory(['units']);
    for (let at = 1; at <= 100; at++) if (at !== 30) put(history, at, at % 7);
    const painter = painterOf(history, 'units');
    const shown = stretch(0, 90, 900);
    const revision = () => painter.painted(shown).revision;
    const first = revision();
    put(history, 101, 1);
    put(history, 20, 20 % 7);
    expect(revision()).toBe(first);
    put(history, 20, 50);
    const second = revision();
    expect(second).not.toBe(first);
    put(history, 30, 2);
    expect(revision()).not.toBe(second);
    const growing = () => painter.painted(stretch(0, 101, 900)).revision;
    const before = growing();
    put(history, 102, 1);
    expect(growing()).not.toBe(before);
  });
});
