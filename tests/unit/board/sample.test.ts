import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from '#lib/cells/monitor/board/history.ts';
import { sample, sampled } from '#lib/cells/monitor/board/sample.ts';

const minute = 60_000;

function historyOf(windows: readonly { time: number; value: number }[]): History {
  const history = new History(['value']);
  for (const { time, value } of windows) history.put(time, [[value]], 0);
  return history;
}

/** Windows a minute apart, some left out. */
const windows = fc
  .array(fc.record({ kept: fc.integer({ min: 0, max: 9 }), value: fc.integer() }), {
    minLength: 1,
    maxLength: 500
  })
  .map((all) =>
    all.flatMap(({ kept, value }, i) =>
      kept === 0 && i > 0 ? [] : [{ time: (i + 1) * minute, value }]
    )
  );

describe('what is drawn of a history', () => {
  it('has in every pixel column the least and the greatest of the windows in it', () => {
    fc.assert(
      fc.property(
        windows,
        fc.integer({ min: 3, max: 60 }),
        fc.nat(400),
        fc.nat(400),
        (all, columns, a, b) => {
          const history = historyOf(all);
          const [from, to] = [Math.min(a, b) * minute, (Math.max(a, b) + 1) * minute];
          const at = sample(history, { from, to }, columns, minute);
          const drawn = sampled(history, 'value', at, 'extent');
          const width = (to - from) / columns;
          const within = all.filter(({ time }) => time >= from && time <= to);
          const column = (time: number) => Math.floor(time / width);
          for (const c of new Set(within.map(({ time }) => column(time)))) {
            const values = within
              .filter(({ time }) => column(time) === c)
              .map(({ value }) => value);
            const shown = [...drawn].filter(
              (value, i) =>
                column(at.times[i]!) === c &&
                at.times[i]! >= from &&
                at.times[i]! <= to &&
                !Number.isNaN(value)
            );
            expect(Math.min(...shown)).toBe(Math.min(...values));
            expect(Math.max(...shown)).toBe(Math.max(...values));
          }
          expect(drawn.length).toBeLessThanOrEqual(Math.max(3 * (columns + 4), 4 * columns + 2));
          expect([...at.times].every((time, i) => i === 0 || time >= at.times[i - 1]!)).toBe(true);
        }
      ),
      { numRuns: 300 }
    );
  });

  it('shows each window once they fit, and breaks where windows are missing', () => {
    const history = historyOf([1, 2, 3, 7, 8].map((n) => ({ time: n * minute, value: n })));
    const at = sample(history, { from: 0, to: 10 * minute }, 100, minute);
    expect([...sampled(history, 'value', at, 'extent')]).toEqual([1, 2, 3, Number.NaN, 7, 8]);
    expect(at.times[3]).toBe(3.5 * minute);
    const unbroken = sample(history, { from: 0, to: 10 * minute }, 100, 0);
    expect(unbroken.times).toHaveLength(5);
  });

  it('reaches past both edges, so that lines do', () => {
    const history = historyOf([1, 2, 3, 4, 5].map((n) => ({ time: n * minute, value: n })));
    const at = sample(history, { from: 2.5 * minute, to: 3.5 * minute }, 100, minute);
    expect([...at.times]).toEqual([2, 3, 4].map((n) => n * minute));
  });

  it('is nothing where there is nothing', () => {
    expect(sample(new History(['value']), { from: 0, to: 1 }, 10, 1).times).toHaveLength(0);
  });
});

describe('a history', () => {
  it('keeps windows in order whatever order they come in, with the last figures of each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.integer()), { maxLength: 200 }),
        (puts) => {
          const history = historyOf(puts.map(([time, value]) => ({ time, value })));
          const known = [...new Map(puts)].sort((a, b) => a[0] - b[0]);
          expect(history.length).toBe(known.length);
          known.forEach(([time, value], i) => {
            expect(history.time(i)).toBe(time);
            expect(history.value('value', i)).toBe(value);
            expect(history.at(time)).toBe(i);
          });
        }
      )
    );
  });

  it('keeps what it knows where a column is left out', () => {
    const history = new History(['value', 'expected']);
    history.put(1, [[5], [4]], 0);
    history.put(1, [[6]], 0);
    expect([history.value('value', 0), history.value('expected', 0)]).toEqual([6, 4]);
    expect([history.upTo(0.5), history.upTo(1), history.upTo(9), history.at(2)]).toEqual([
      -1, 0, 0, -1
    ]);
  });
});
