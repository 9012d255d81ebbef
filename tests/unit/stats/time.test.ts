import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import { faultOf } from '#lib/analytics/time/faults.ts';
import {
  detectFrequency,
  firstUneven,
  frequencies,
  futureTimes,
  type FrequencyName
} from '#lib/analytics/time/frequency.ts';
import { readPanel } from '#lib/analytics/time/panel.ts';
import { isSeasonal } from '#lib/analytics/time/season-test.ts';
import { centredMean, exponentialLevels, trailingAverage } from '#lib/analytics/time/smooth.ts';

const day = (text: string) => Date.parse(`${text}T00:00Z`);
const days = (...texts: string[]) => Float64Array.from(texts, day);
const iso = (times: Float64Array) =>
  Array.from(times, (t) => new Date(t).toISOString().slice(0, 10));

describe('the frequency', () => {
  test('every named one is found from its own times', () => {
    const names = Object.keys(frequencies) as FrequencyName[];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 3, max: 40 }),
        (name, start, count) => {
          const first = Float64Array.of(start * 86_400_000);
          const times = Float64Array.of(first[0]!, ...futureTimes(first, frequencies[name], count));
          expect(detectFrequency([times], true)?.name).toBe(name);
          expect(firstUneven(times, frequencies[name])).toBe(-1);
        }
      )
    );
  });

  test('month ends stay month ends', () => {
    const times = days('2023-01-31', '2023-02-28', '2023-03-31');
    expect(detectFrequency([times], true)).toEqual(frequencies.month);
    expect(firstUneven(times, frequencies.month)).toBe(-1);
    expect(iso(futureTimes(times, frequencies.month, 2))).toEqual(['2023-04-30', '2023-05-31']);
  });

  test('the most common step wins over gaps, and numbers count as they are', () => {
    const gappy = days('2024-01-01', '2024-01-02', '2024-01-05', '2024-01-06');
    expect(detectFrequency([gappy], true)).toEqual(frequencies.day);
    expect(detectFrequency([Float64Array.of(1, 2, 3)], false)).toEqual({
      name: 'step',
      unit: 'number',
      size: 1
    });
    expect(detectFrequency([Float64Array.of(5)], true)).toBeNull();
  });

  test('five minutes is a frequency too', () => {
    const times = Float64Array.from({ length: 5 }, (_, i) => i * 300_000);
    expect(detectFrequency([times], true)?.name).toBe('5m');
  });
});

describe('a panel', () => {
  const table = columns({
    sku: text(['b', 'a', 'b', 'a']),
    t: numeric([2, 1, 1, 2], 'integer'),
    y: numeric([4, 1, 3, 2])
  });
  const names = { relation: 'r', time: 't', value: 'y', by: ['sku'] };

  test('is ordered by key and time', () => {
    const panel = readPanel(table, names, () => undefined);
    expect(panel.series.map((s) => [s.label, [...s.values], [...s.rows]])).toEqual([
      ['a', [1, 2], [1, 3]],
      ['b', [3, 4], [2, 0]]
    ]);
  });

  test('a column that is not there is named with the nearest', () => {
    const wrong = () => readPanel(table, { ...names, by: ['skuu'] }, () => undefined);
    expect(wrong).toThrow('`r` has no column `skuu`.');
  });

  const fault = (times: Float64Array, values: number[]) => {
    const t = { type: 'date' as const, values: times, valid: null };
    const panel = readPanel(
      columns({ t, y: numeric(values) }),
      { relation: 'r', time: 't', value: 'y', by: [] },
      () => undefined
    );
    return faultOf(panel.series[0]!, panel, frequencies.day, 'y');
  };

  test('a gap, a duplicate, a step off the grid and a missing value are told apart', () => {
    expect(fault(days('2024-01-01', '2024-01-02', '2024-01-03'), [1, 2, 3])).toBeNull();
    const gap = fault(days('2024-01-01', '2024-01-02', '2024-01-05'), [1, 2, 3]);
    expect(gap?.code).toBe('demand.gap');
    expect(gap?.message).toBe('The series has no row between 2024-01-02 and 2024-01-05.');
    expect(gap?.hint).toContain('complete: { time: t, every: 1d, fill: { y: 0 } }');
    expect(fault(days('2024-01-01', '2024-01-01'), [1, 2])?.code).toBe('demand.duplicate-time');
    const off = Float64Array.of(day('2024-01-01'), day('2024-01-01') + 3_600_000);
    expect(fault(off, [1, 2])?.code).toBe('demand.uneven-step');
    expect(fault(days('2024-01-01', '2024-01-02'), [1, Number.NaN])?.code).toBe(
      'demand.missing-value'
    );
  });
});

test('a trend alone is no season, a week on a trend is one', () => {
  const noise = (t: number) => Math.sin(t * t * 12.9898) * 3;
  const line = Float64Array.from({ length: 70 }, (_, t) => 5 * t + noise(t));
  const week = line.map((v, t) => v + (t % 7 === 0 ? 60 : 0));
  expect(isSeasonal(line, 7)).toBe(false);
  expect(isSeasonal(week, 7)).toBe(true);
});

test('moving means and levels', () => {
  const values = Float64Array.of(2, 4, 6, 8, 10);
  expect([...trailingAverage(values, 2)]).toEqual([Number.NaN, 3, 5, 7, 9]);
  expect([...centredMean(values, 3)]).toEqual([Number.NaN, 4, 6, 8, Number.NaN]);
  expect([...centredMean(values, 4)]).toEqual([Number.NaN, Number.NaN, 6, Number.NaN, Number.NaN]);
  expect([...exponentialLevels(values, 0.5, 2)]).toEqual([2, 3, 4.5, 6.25, 8.125]);
});
