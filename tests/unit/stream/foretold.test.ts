import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Detector, type DetectorSpec } from '#lib/analytics/stream/detect.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import monitor from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import { runLiveKindForTest } from '../../support/live.ts';

const day = 86_400_000;
const start = Date.UTC(2024, 2, 4);

const body = [
  'stream: orders',
  'time: at',
  'by: shop',
  'window: 1d',
  'measures: { units: sum(units) }',
  'detect:',
  '  - { measure: units, method: forecast, forecast: plan }'
].join('\n');

/** Ten days of two shops that sell what was foretold, but for one shop on the sixth day. */
const orders = (): Columns => {
  const rows = Array.from({ length: 20 }, (_, i) => ({
    day: i >> 1,
    shop: i % 2 ? 'north' : 'south'
  }));
  return columns({
    at: numeric(
      rows.map((r) => start + r.day * day + 9 * 3_600_000),
      'timestamp'
    ),
    shop: text(rows.map((r) => r.shop)),
    units: numeric(
      rows.map((r) => (r.shop === 'north' && r.day === 5 ? 60 : r.shop === 'north' ? 101 : 9))
    )
  });
};

const plan = (rest: Partial<Record<'days' | 'first' | 'wide', number>> = {}): Columns => {
  const { days = 10, first = start, wide = 20 } = rest;
  const rows = Array.from({ length: 2 * days }, (_, i) => ({
    day: i >> 1,
    shop: i % 2 ? 'north' : 'south'
  }));
  const yhat = rows.map((r) => (r.shop === 'north' ? 100 : 10));
  return columns({
    shop: text(rows.map((r) => r.shop)),
    day: numeric(
      rows.map((r) => first + r.day * day),
      'date'
    ),
    model: text(rows.map(() => 'theta')),
    yhat: numeric(yhat),
    lo_80: numeric(yhat.map((y) => y - wide / 2)),
    hi_80: numeric(yhat.map((y) => y + wide / 2)),
    lo_95: numeric(yhat.map((y) => y - wide)),
    hi_95: numeric(yhat.map((y) => y + 2 * wide))
  });
};

const run = (given: Readonly<Record<string, Columns>>, text = body) =>
  runLiveKindForTest(monitor as unknown as CellKind, runMonitor, { body: text, given });

describe('the error of a forecast', () => {
  test('is judged by key and day against the widest band, on the side of the error', async () => {
    const { relations, problems } = await run({ orders: orders(), plan: plan() });
    expect(problems).toEqual([]);
    const [found, ...others] = toRows(relations['example_anomalies']!);
    expect(others).toEqual([]);
    const z = normalQuantile(0.975);
    expect(found).toMatchObject({
      window_end: start + 6 * day,
      shop: 'north',
      value: 60,
      expected: 100
    });
    expect(found!['score']).toBeCloseTo((-40 * z) / 20, 10);
    expect(found!['lo']).toBeCloseTo(100 - (3 * 20) / z, 10);
    expect(found!['hi']).toBeCloseTo(100 + (3 * 40) / z, 10);
    expect(found!['reason']).toBe(
      "units 60 is 3.92 standard deviations of the forecast's error below 100, which was foretold for this window"
    );
  });

  test('a rule can ask whether a window is an anomaly', async () => {
    const { relations, problems } = await run(
      { orders: orders(), plan: plan() },
      `${body}\nalerts:\n  - { name: off_plan, when: units_anomaly = 1 }`
    );
    expect(problems).toEqual([]);
    expect(
      toRows(relations['example_alerts']!).map((r) => [
        r['time'],
        r['shop'],
        r['state'],
        r['value']
      ])
    ).toEqual([
      [start + 6 * day, 'north', 'firing', 1],
      [start + 7 * day, 'north', 'resolved', 0]
    ]);
  });

  test('a window that nothing was foretold for is not judged', async () => {
    const { relations, problems } = await run({ orders: orders(), plan: plan({ days: 5 }) });
    expect(problems).toEqual([]);
    expect(relations['example_anomalies']!.length).toBe(0);
  });

  test('a forecast of other times is told', async () => {
    const { problems } = await run({ orders: orders(), plan: plan({ first: start + 3_600_000 }) });
    expect(problems.map((p) => [p.code, p.severity])).toEqual([
      ['live.forecast-unmatched', 'warning']
    ]);
  });

  test.each([
    ['no yhat', (t: Columns) => without(t, 'yhat')],
    ['no key', (t: Columns) => without(t, 'shop')],
    ['no time', (t: Columns) => without(t, 'day')]
  ])('%s is a problem', async (_, change) => {
    const { problems } = await run({ orders: orders(), plan: change(plan()) });
    expect(problems.map((p) => p.code)).toEqual(['live.forecast']);
  });

  test('several rows of one key and time are a problem', async () => {
    const { problems } = await run(
      { orders: orders(), plan: plan() },
      body.replace('by: shop\n', '')
    );
    expect(problems.map((p) => p.code)).toEqual(['live.forecast']);
  });

  test.each([
    ['  - { measure: units, method: forecast }', 'config.combination'],
    ['  - { measure: units, method: cusum, forecast: plan }', 'config.combination'],
    ['  - { measure: units, method: cusum, season: 7 }', 'config.combination']
  ])('%s is refused', (detect, code) => {
    const text = body.replace(/ {2}- .*$/, detect);
    expect(monitor.body.parse(text, {}).problems.map((p) => p.code)).toEqual([code]);
  });

  test('naming the forecast is enough, and the cell reads it', () => {
    const parsed = monitor.body.parse(body.replace('method: forecast, ', ''), {});
    expect(parsed.problems).toEqual([]);
    expect(parsed.config!.detectors[0]!.method).toBe('forecast');
    const cell = { name: 'm', kind: 'monitor', body, config: parsed.config!, params: {} };
    expect(monitor.reads(cell).map((r) => r.relation)).toEqual(['orders', 'plan']);
  });
});

test('without a band its own errors stand in, and a snapshot goes on', () => {
  const spec: DetectorSpec = {
    measure: 'units',
    method: 'forecast',
    threshold: null,
    falseAlarms: null,
    history: 30,
    season: 0,
    slide: day,
    refractory: null,
    seed: 0,
    forecast: 'plan'
  };
  const foretold = () => ({ expected: 10, spreadBelow: Number.NaN, spreadAbove: Number.NaN });
  const values = [9, 11, 12, 9, 10, 13, 8, 11, 9, 40, 10];
  const whole = new Detector(spec, foretold);
  const readings = values.map((value, t) => whole.judge(0, t, value));
  expect(readings.slice(0, 8).every((r) => r === null)).toBe(true);
  expect(readings.flatMap((r, i) => (r?.anomaly ? [i] : []))).toEqual([9]);
  // The median absolute error of the nine values before is 1.
  expect(readings[9]!.score).toBeCloseTo(30 / 1.482602218505602, 10);
  const first = new Detector(spec, foretold);
  values.slice(0, 6).forEach((value, t) => first.judge(0, t, value));
  const second = new Detector(spec, foretold);
  second.restore(structuredClone(first.snapshot()));
  expect(values.slice(6).map((value, i) => second.judge(0, 6 + i, value))).toEqual(
    readings.slice(6)
  );
});

function without({ length, names, vectors }: Columns, name: string): Columns {
  const kept = names.flatMap((n, i) => (n === name ? [] : [i]));
  return { length, names: kept.map((i) => names[i]!), vectors: kept.map((i) => vectors[i]!) };
}
