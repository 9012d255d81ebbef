import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import { areDates, timeLabels } from '#lib/charts/axis-time.ts';
import { forecastPlot, mergedTimes } from '#lib/charts/forecast-plot.ts';
import { livePlot } from '#lib/charts/live-plot.ts';
import { extent, linearBelow, logTicks, plotTable, shapeOf, valueRange } from '#lib/charts/plot.ts';
import { sparkPath } from '#lib/charts/sparkline.ts';
import {
  dataNames,
  describe as describeSpec,
  followsWidth,
  inUtc,
  prepare,
  vegaRows,
  type JsonObject
} from '#lib/charts/spec.ts';
import { chartTokens, vegaConfig } from '#lib/charts/theme.ts';

const day = 86_400_000;
const css = readFileSync(new URL('../../../src/tokens.css', import.meta.url), 'utf8');
const tokens = chartTokens((name) => new RegExp(`${name}:\\s*([^;]+);`).exec(css)?.[1] ?? '');

const words = {
  actual: 'actual',
  fitted: 'fitted',
  forecast: 'forecast',
  low: (l: number) => `low ${l}`,
  high: (l: number) => `high ${l}`,
  interval: (l: number) => `${l} %`,
  cutoff: 'last'
};

describe('the theme of charts', () => {
  it('finds every role in the tokens', () => {
    for (const [role, value] of Object.entries(tokens)) {
      for (const item of [value].flat()) expect(item, role).not.toBe('');
    }
    expect(tokens.categories).toHaveLength(8);
  });

  it('is a configuration Vega-Lite takes', () => {
    const spec: TopLevelSpec = {
      data: { name: 'd' },
      mark: 'bar',
      encoding: { x: { field: 'a', type: 'nominal' }, y: { field: 'b', type: 'quantitative' } }
    };
    const json = JSON.stringify(compile(spec, { config: vegaConfig(tokens) }).spec);
    expect(json).toContain(tokens.histogram);
    expect(json).not.toContain('#4c78a8');
  });
});

describe('specifications', () => {
  const spec: JsonObject = {
    data: { url: 'https://example.org/x.csv' },
    mark: 'line',
    encoding: {
      x: { field: 'week', type: 'temporal', timeUnit: 'yearmonth' },
      y: { field: 'units', type: 'quantitative' }
    }
  };

  it('never keep an address', () => {
    expect(JSON.stringify(prepare(spec, { names: ['plan'], width: 600 }))).not.toContain(
      'example.org'
    );
  });

  it('get their relation, width and UTC', () => {
    const ready = prepare(
      { mark: 'bar', encoding: spec['encoding']! },
      { names: ['plan'], width: 600 }
    );
    expect(ready).toMatchObject({
      data: { name: 'plan' },
      width: 600,
      encoding: { x: { timeUnit: 'utcyearmonth', scale: { type: 'utc' } } }
    });
    expect(prepare({ ...spec, width: 320 }, { names: ['plan'], width: 600 })).toMatchObject({
      width: 320
    });
    expect(prepare({ hconcat: [spec] }, { names: ['plan'], width: 600 })).not.toHaveProperty(
      'width'
    );
    expect(followsWidth({ ...spec, width: { step: 12 } })).toBe(false);
  });

  it('keep scales and units that the author chose', () => {
    const own = { type: 'temporal', field: 'a', timeUnit: 'utcday', scale: { type: 'time' } };
    expect(inUtc(own)).toEqual(own);
    expect(inUtc({ values: [{ type: 'temporal', field: 'a' }] })).toEqual({
      values: [{ type: 'temporal', field: 'a' }]
    });
  });

  it('name the relations of layers and lookups', () => {
    expect(
      dataNames({
        layer: [{ data: { name: 'a' } }, { data: { name: 'b' } }],
        transform: [{ lookup: 'k', from: { data: { name: 'c' }, key: 'k' } }]
      })
    ).toEqual(['a', 'b', 'c']);
  });

  it('describe themselves', () => {
    expect(describeSpec({ ...spec, title: 'Units a week' })).toBe(
      'Units a week. line. week, units'
    );
  });

  it('turn columns into rows with missing values as null, up to a limit', () => {
    const table = columns({ a: numeric([1, null, 3]), b: text(['x', null, 'z']) });
    expect(vegaRows(table, 2)).toEqual([
      { a: 1, b: 'x' },
      { a: null, b: null }
    ]);
  });
});

describe('forecast plots', () => {
  const times = (from: number, n: number) =>
    Float64Array.from({ length: n }, (_, i) => (from + i) * day);
  const series = {
    name: 'theta',
    actual: { times: times(0, 5), values: Float64Array.of(1, 2, Number.NaN, 4, 5) },
    fitted: { times: times(1, 4), values: Float64Array.of(2, 3, 4, 5) },
    forecast: { times: times(5, 2), values: Float64Array.of(6, 7) },
    intervals: [
      { level: 80, low: Float64Array.of(5, 5), high: Float64Array.of(7, 9) },
      { level: 95, low: Float64Array.of(4, 3), high: Float64Array.of(8, 11) }
    ],
    cutoff: 4.5 * day,
    origins: [{ at: 2 * day, forecast: { times: times(3, 2), values: Float64Array.of(3, 4) } }]
  };
  const model = forecastPlot(series, words);

  it('lay everything over one axis, the wider interval below', () => {
    expect([...model.times]).toEqual([...times(0, 7)]);
    expect(model.bands.map((b) => b.role)).toEqual(['band95', 'band80']);
    expect(model.lines.map((l) => l.role)).toEqual([
      'edge',
      'edge',
      'edge',
      'edge',
      'fitted',
      'actual',
      'forecast',
      'forecast'
    ]);
    const actual = model.lines.find((l) => l.role === 'actual')!;
    expect([...actual.values]).toEqual([1, 2, NaN, 4, 5, NaN, NaN]);
    expect(model.lines.at(-1)).toMatchObject({ endLabel: 'forecast' });
    expect(model.marks.map((m) => m.kind)).toEqual(['origin', 'cutoff']);
  });

  it('can be read as a table', () => {
    const table = plotTable(model, 'time');
    expect(table.length).toBe(7);
    expect(table.names.slice(0, 3)).toEqual(['time', 'low 95', 'high 95']);
    expect(new Set(table.names).size).toBe(table.names.length);
  });

  it('merge times in order, each once', () => {
    const axis = fc.uniqueArray(fc.integer()).map((a) => Float64Array.from(a).sort());
    fc.assert(
      fc.property(axis, axis, (a, b) => {
        const merged = mergedTimes([a, b]);
        expect(merged.length).toBe(new Set([...a, ...b]).size);
        for (let i = 1; i < merged.length; i++) expect(merged[i]! > merged[i - 1]!).toBe(true);
      })
    );
  });
});

describe('live plots', () => {
  const base = {
    times: Float64Array.of(0, 1, 2, 3, 4),
    lines: [{ name: 'units', values: Float64Array.of(1, 2, 3, 4, 5) }]
  };
  const liveWords = { expected: 'expected', low: 'low', high: 'high', now: '12:24' };

  it('break the line inside a gap and never bridge it', () => {
    const model = livePlot({ ...base, gaps: [{ from: 1, to: 4 }], now: 4 }, liveWords);
    expect([...model.lines[0]!.values]).toEqual([1, 2, NaN, NaN, 5]);
    expect([...base.lines[0]!.values]).toEqual([1, 2, 3, 4, 5]);
    expect(model.marks).toEqual([{ time: 4, kind: 'now', words: '12:24' }]);
  });

  it('use the eight colours once there are several lines', () => {
    const lines = Array.from({ length: 3 }, (_, i) => ({
      name: `k${i}`,
      values: base.lines[0]!.values
    }));
    const model = livePlot({ ...base, lines }, liveWords);
    expect(model.lines.map((l) => [l.role, l.category])).toEqual([
      ['category', 0],
      ['category', 1],
      ['category', 2]
    ]);
  });

  it('keep their shape while only the data changes', () => {
    const first = livePlot(base, liveWords);
    const longer = livePlot(
      { times: Float64Array.of(0, 1), lines: [{ name: 'units', values: Float64Array.of(9, 9) }] },
      liveWords
    );
    expect(shapeOf(longer)).toBe(shapeOf(first));
    expect(shapeOf(livePlot({ ...base, log: true }, liveWords))).not.toBe(shapeOf(first));
  });
});

describe('axes', () => {
  it('start at zero when zero is near, else around the data', () => {
    expect(valueRange({ min: 10, max: 100 })[0]).toBe(0);
    expect(valueRange({ min: 1000, max: 1010 })[0]).toBeGreaterThan(990);
    expect(valueRange(null)).toEqual([0, 1]);
    expect(valueRange({ min: 0, max: 0 })).toEqual([0, 1]);
    const [low, high] = valueRange({ min: 5e-324, max: 5e-324 });
    expect(high).toBeGreaterThan(low);
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (min, span) => {
          const [low, high] = valueRange({ min, max: min + span });
          expect(low <= min && high >= min + span && high > low).toBe(true);
        }
      )
    );
  });

  it('reach over lines and limits', () => {
    const model = livePlot(
      {
        times: Float64Array.of(0, 1),
        lines: [{ name: 'a', values: Float64Array.of(NaN, 3) }],
        thresholds: [{ value: 9, words: 'limit' }]
      },
      { expected: '', low: '', high: '', now: '' }
    );
    expect(extent(model)).toEqual({ min: 3, max: 9 });
  });

  it('have zero and the upper powers of ten on a log scale', () => {
    expect(logTicks(0, 81541)).toEqual([0, 100, 1000, 10_000, 100_000]);
    expect(logTicks(0, 0)).toEqual([0]);
    expect(logTicks(-50, 50)).toEqual([-10, -1, -0.1, 0, 0.1, 1, 10]);
    expect(linearBelow([0, 100, 1000])).toBeCloseTo(33.33, 1);
  });

  it('say as much of a time as its steps need', () => {
    const at = (...parts: [number, number, number?, number?, number?]) => Date.UTC(...parts);
    expect(timeLabels([at(2011, 8, 26), at(2011, 9, 10)], 'en')).toEqual(['26 Sept', '10 Oct']);
    expect(timeLabels([at(2011, 11, 9, 8, 30), at(2011, 11, 9, 9, 0)], 'en')).toEqual([
      '08:30',
      '09:00'
    ]);
    const second = at(2026, 10, 27, 0, 29) + 5000;
    expect(timeLabels([second], 'en', 11_000)).toEqual(['00:29:05']);
    expect(timeLabels([second, second + 1000], 'en', 11_000)).toEqual(['00:29:05', '00:29:06']);
    expect(timeLabels([at(2011, 0)], 'en', 500 * 86_400_000)).toEqual(['2011']);
    expect(timeLabels([at(2010, 11), at(2011, 0), at(2011, 1)], 'en')).toEqual([
      'Dec 2010',
      'Jan 2011',
      'Feb'
    ]);
    expect(areDates(Float64Array.of(0, day))).toBe(true);
    expect(areDates(Float64Array.of(1))).toBe(false);
  });
});

describe('sparklines', () => {
  it('break at missing values and keep a lone value visible', () => {
    expect(sparkPath([1, NaN, 2, 3], 30, 10)).toBe('M0.0 9.0h1M20.0 5.0L30.0 1.0');
    expect(sparkPath([NaN], 30, 10)).toBeNull();
    expect(sparkPath([4, 4], 10, 10)).toBe('M0.0 5.0L10.0 5.0');
  });
});
