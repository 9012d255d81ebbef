import { describe, expect, test } from 'vitest';
import { between, moveEnd, moveWhole, rowAfterKey } from '#lib/charts/brush.ts';
import { forecastPlot } from '#lib/charts/forecast-plot.ts';
import { miniForecast } from '#lib/charts/mini-forecast.ts';
import { windowed } from '#lib/charts/plot.ts';

describe('the brush', () => {
  test('an end stops before the other and at the limits', () => {
    expect(moveEnd([3, 8], 'from', 99, 20)).toEqual([7, 8]);
    expect(moveEnd([3, 8], 'from', -5, 20)).toEqual([0, 8]);
    expect(moveEnd([3, 8], 'to', 0, 20)).toEqual([3, 4]);
    expect(moveEnd([3, 8], 'to', 99, 20)).toEqual([3, 19]);
  });

  test('moved as a whole it keeps its length; drawn either way it is at least two rows', () => {
    expect(moveWhole([3, 8], -10, 20)).toEqual([0, 5]);
    expect(moveWhole([3, 8], 50, 20)).toEqual([14, 19]);
    expect(between(9, 4, 20)).toEqual([4, 9]);
    expect(between(19, 19, 20)).toEqual([18, 19]);
  });

  test('keys move by one, by ten, and to both limits', () => {
    const keys = ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'a'];
    expect(keys.map((key) => rowAfterKey(5, key, false, 20))).toEqual([4, 6, 0, 19, null]);
    expect(rowAfterKey(5, 'ArrowRight', true, 20)).toBe(15);
  });
});

const series = (times: number[], values: number[]) => ({
  times: Float64Array.from(times),
  values: Float64Array.from(values)
});

test('a plot is cut to a part of time: times, lines, bands and marks alike', () => {
  const words = {
    actual: 'actual',
    fitted: 'fitted',
    forecast: 'forecast',
    low: String,
    high: String,
    interval: String,
    cutoff: 'last'
  };
  const whole = forecastPlot(
    {
      name: 'm',
      actual: series([1, 2, 3, 4], [10, 20, 30, 40]),
      forecast: series([5, 6], [50, 60]),
      intervals: [{ level: 80, low: Float64Array.of(45, 50), high: Float64Array.of(55, 70) }],
      cutoff: 4,
      origins: [{ at: 1, forecast: series([2, 3], [21, 31]) }],
      others: [{ name: 'other', series: series([5, 6], [51, 61]), category: 2 }]
    },
    words
  );
  expect(whole.lines.at(-1)).toMatchObject({ role: 'category', category: 2, name: 'other' });
  const part = windowed(whole, 3, 5);
  expect([...part.times]).toEqual([3, 4, 5]);
  expect(part.lines.map((line) => line.values.length)).toEqual(whole.lines.map(() => 3));
  expect([...part.lines.find((line) => line.role === 'actual')!.values]).toEqual([30, 40, NaN]);
  expect(part.marks.map((mark) => mark.kind)).toEqual(['cutoff']);
  expect(windowed(whole, 7, 9)).toBe(whole);
});

test('a small chart joins the forecast to the last actual and leaves out what is missing', () => {
  const empty = new Float64Array(0);
  const paths = miniForecast(
    {
      actual: Float64Array.of(0, Number.NaN, 10),
      forecast: Float64Array.of(5, 5),
      low: Float64Array.of(4, Number.NaN),
      high: Float64Array.of(6, Number.NaN)
    },
    40,
    12
  );
  expect(paths.actual).toBe('M0.0 11.0M20.0 1.0');
  expect(paths.forecast).toBe('M20.0 1.0L30.0 6.0L40.0 6.0');
  expect(paths.band).toBe('M30.0 5.0L30.0 7.0Z');
  expect(paths.now).toBe(20);
  const none = { actual: empty, forecast: empty, low: empty, high: empty };
  expect(miniForecast(none, 40, 12)).toEqual({ actual: '', forecast: '', band: '', now: 0 });
});
