import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnWidth, layPiece, pieceAt, type Piece } from '#lib/cells/monitor/board/columns.ts';
import { History } from '#lib/cells/monitor/board/history.ts';

const minute = 60_000;
const figures = ['value', 'value|expected', 'value|lo', 'value|hi'];

/** Windows a minute apart, few or many of them left out. */
const windows = fc
  .record({
    each: fc.array(fc.record({ kept: fc.integer({ min: 0, max: 9 }), value: fc.integer() }), {
      minLength: 1,
      maxLength: 500,
      size: 'medium'
    }),
    missing: fc.integer({ min: 1, max: 6 })
  })
  .map(({ each, missing }) =>
    each.flatMap(({ kept, value }, i) =>
      kept < missing && i > 0 ? [] : [{ time: (i + 1) * minute, value }]
    )
  );

function historyOf(all: readonly { time: number; value: number }[]): History {
  const history = new History(figures);
  for (const { time, value } of all)
    history.put(time, [[value], [value], [value - 1], [value + 1]], 0);
  return history;
}

function pieces(history: History, width: number, step: number): Piece[] {
  const last = pieceAt(history.last, width);
  const first = pieceAt(history.first, width);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    layPiece(history, 'value', first + i, { width, step })
  );
}

describe('pieces of a line', () => {
  it('span in every column the least to the greatest of its windows, and the band the widest', () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 1, max: 90 }), (all, many) => {
        const width = (many * minute) / 3;
        const laid = pieces(historyOf(all), width, minute);
        const column = (time: number) => Math.floor(time / width);
        for (const c of new Set(all.map(({ time }) => column(time)))) {
          const values = all.filter(({ time }) => column(time) === c).map(({ value }) => value);
          const [least, greatest] = [Math.min(...values), Math.max(...values)];
          const own = laid.find(({ from, to }) => c * width >= from && c * width < to)!;
          const shown = [...own.values].filter(
            (value, i) => column(own.times[i]!) === c && !Number.isNaN(value)
          );
          expect([Math.min(...shown), Math.max(...shown)]).toEqual([least, greatest]);
          const band = [...own.low.keys()].filter(
            (i) => column(own.at[i]!) === c && !Number.isNaN(own.low[i]!)
          );
          expect(band.map((i) => [own.low[i], own.high[i]])).toEqual([[least - 1, greatest + 1]]);
        }
      }),
      { numRuns: 200 }
    );
  });

  it('join where no window is missing, and break where one is', () => {
    let found = 0;
    fc.assert(
      fc.property(windows, fc.integer({ min: 1, max: 12 }), (all, many) => {
        const laid = pieces(historyOf(all), many * minute, minute);
        let joined = 0;
        for (const { times, values } of laid) {
          for (let i = 1; i < times.length; i++) {
            const isOn = !Number.isNaN(values[i]!) && !Number.isNaN(values[i - 1]!);
            if (
              isOn &&
              Math.floor(times[i]! / minute / many) > Math.floor(times[i - 1]! / minute / many)
            )
              joined++;
          }
        }
        const near = all.filter(
          ({ time }, i) =>
            i > 0 &&
            time - all[i - 1]!.time === minute &&
            Math.floor(time / minute / many) > Math.floor(all[i - 1]!.time / minute / many)
        );
        expect(joined).toBe(near.length);
        const column = (time: number) => Math.floor(time / minute / many);
        const isApart = (i: number) => all[i]!.time - all[i - 1]!.time > minute;
        // In its column and on both sides.
        const single = all.filter(
          ({ time }, i) =>
            all.filter((other) => column(other.time) === column(time)).length === 1 &&
            (i === 0 || isApart(i)) &&
            (i === all.length - 1 || isApart(i + 1))
        );
        const alone = laid.flatMap((piece) => piece.alone.map((i) => piece.times[i]!));
        expect(alone).toEqual(single.map(({ time }) => time));
        found += alone.length;
      }),
      { numRuns: 200 }
    );
    expect(found).toBeGreaterThan(100);
  });
});

it('gives columns a width that stays while a stretch grows, never wider than a pixel', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e12, noNaN: true }),
      fc.integer({ min: 60, max: 1600 }),
      (span, pixels) => {
        const width = columnWidth(span, pixels);
        expect(width).toBeLessThanOrEqual((span / pixels) * (1 + 1e-12));
        expect(width).toBeGreaterThan(span / pixels / 1.2);
      }
    )
  );
  const widths = new Set(
    Array.from({ length: 1000 }, (_, i) => columnWidth((100_000 + i) * minute, 840))
  );
  expect(widths.size).toBeLessThanOrEqual(2);
});
