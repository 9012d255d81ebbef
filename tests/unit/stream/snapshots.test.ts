import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfPlain, plainOfBytes } from '#lib/base/plain-bytes.ts';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import type { AlertRule } from '#lib/analytics/stream/alert-board.ts';
import { detectMethods, type DetectMethod } from '#lib/analytics/stream/detect.ts';
import { methods } from '#lib/analytics/stream/detectors/methods.ts';
import { FeedIntake } from '#lib/analytics/stream/feed-intake.ts';
import { Foretold } from '#lib/analytics/stream/foretold.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import {
  MonitorFold,
  type MonitorSnapshot,
  type MonitorSpec
} from '#lib/analytics/stream/monitor-fold.ts';
import { exactValues } from '#lib/analytics/stream/quantile-store.ts';
import type { WindowSpec } from '#lib/analytics/stream/windows.ts';
import { Recorder, type RecorderSnapshot } from '#lib/cells/monitor/recorder.ts';
import monitor from '#lib/cells/monitor/index.ts';
import type { MonitorConfig } from '#lib/cells/monitor/config.ts';
import { eventTable, measures, specOf, streams, tolerances, type Event } from './events.ts';

/** What a fold goes through when a page dies: copied, written and read. */
const kept = <T>(state: T): T => plainOfBytes(bytesOfPlain(structuredClone(state))) as T;

/** All rows of a fold over batches of `size`, broken off and put back before each batch of `breaks`. */
function rowsOf(
  spec: MonitorSpec,
  events: readonly Event[],
  breaks: ReadonlySet<number>,
  { size = 7, foretold = new Map<string, Foretold>(), takes = true } = {}
) {
  const rows: Record<string, unknown[]> = {};
  const begin = () => new MonitorFold(spec, 'events', null, foretold);
  const collect = (fold: MonitorFold) => {
    for (const [name, table] of Object.entries(fold.take() ?? {}))
      (rows[name] ??= []).push(...toRows(table as Columns));
  };
  let fold = begin();
  for (let at = 0, batch = 0; at < events.length; at += size, batch++) {
    if (breaks.has(batch)) {
      const state: MonitorSnapshot = kept(fold.snapshot());
      fold = begin();
      fold.restore(state);
    }
    fold.push(eventTable(events.slice(at, at + size)));
    if (takes) collect(fold);
  }
  fold.finish();
  collect(fold);
  const { late, untimed, closed, cellsInUse } = fold;
  return { ...rows, late, untimed, closed, seen: fold.events, cellsInUse };
}

const windows: fc.Arbitrary<WindowSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('grid' as const),
    size: fc.integer({ min: 1, max: 24 }),
    slide: fc.integer({ min: 1, max: 24 })
  }),
  fc.record({ kind: fc.constant('session' as const), gap: fc.integer({ min: 1, max: 15 }) })
);

const breakPoints = fc.array(fc.nat({ max: 9 }), { maxLength: 4 }).map((list) => new Set(list));

const rules: AlertRule[] = [
  { name: 'high', when: 'total > 5', recover: null, hold: 0, keep: 0, noData: null },
  { name: 'held', when: 'n > 1', recover: null, hold: 10, keep: 12, noData: 30 },
  { name: 'hysteresis', when: 'most > 4', recover: 'most < 2', hold: 4, keep: 0, noData: null },
  { name: 'broken', when: 'n / (present - 1) > 2', recover: null, hold: 0, keep: 0, noData: 20 }
];

describe('a fold broken off and put back from its snapshot gives the same rows', () => {
  test('for every measure, window and rule', () => {
    const texts = parseMeasures({
      ...Object.fromEntries(measures.measures.map(({ name, text: words }) => [name, words])),
      keys: 'distinct(key)'
    });
    fc.assert(
      fc.property(
        streams,
        windows,
        tolerances,
        breakPoints,
        fc.boolean(),
        fc.constantFrom([], ['key'], ['key', 'x']),
        (events, window, tolerance, breaks, takes, by) => {
          const spec = specOf(window, { tolerance, rules, by, measures: texts });
          expect(rowsOf(spec, events, breaks, { takes })).toEqual(
            rowsOf(spec, events, new Set(), { takes })
          );
        }
      ),
      { numRuns: 150 }
    );
  });

  test('for a quantile that has become a sketch', () => {
    const events = Array.from({ length: exactValues + 3000 }, (_, i) => ({
      time: Math.floor(i / 500),
      key: 'a',
      x: (i * 7919) % 1000
    }));
    const spec = specOf({ kind: 'session', gap: 5 });
    const whole = rowsOf(spec, events, new Set(), { size: 5000 });
    expect(rowsOf(spec, events, new Set([1, 4]), { size: 5000 })).toEqual(whole);
  });

  test.each(detectMethods)('for the method %s, its anomalies and the alerts on them', (method) => {
    const events = Array.from({ length: 900 }, (_, i) => ({
      time: i,
      key: 'ab'[i % 2]!,
      x: ((i * 7919) % 13) + (i % 24) + (i % 211 > 200 ? 60 : 0)
    }));
    const spec = specOf(
      { kind: 'grid', size: 4, slide: 4 },
      {
        measures: parseMeasures({ total: 'sum(x)' }),
        detectors: [detectorOf(method)],
        rules: [
          { name: 'odd', when: 'total_anomaly = 1', recover: null, hold: 0, keep: 9, noData: null }
        ]
      }
    );
    const foretold = () =>
      new Map([['f', new Foretold(forecastFor(['a', 'b'], 225, 4), ['key'], 4, 'f')]]);
    const whole = rowsOf(spec, events, new Set(), { foretold: foretold() });
    const broken = rowsOf(spec, events, new Set([1, 30, 31, 90]), { foretold: foretold() });
    expect(broken).toEqual(whole);
  });
});

function detectorOf(method: DetectMethod): MonitorSpec['detectors'][number] {
  return {
    measure: 'total',
    method,
    threshold: null,
    falseAlarms: 0.02,
    history: 20,
    season: methods[method].season === 'auto' ? 'auto' : 0,
    slide: 3_600_000,
    refractory: null,
    seed: 1,
    forecast: method === 'forecast' ? 'f' : null
  };
}

function forecastFor(keys: readonly string[], steps: number, slide: number): Columns {
  const rows = keys.flatMap((key) =>
    Array.from({ length: steps }, (_, i) => ({ key, at: i * slide, yhat: 40 + (i % 6) * 4 }))
  );
  const list = (of: (row: (typeof rows)[number]) => number) => rows.map(of);
  return columns({
    key: text(rows.map(({ key }) => key)),
    at: numeric(
      list(({ at }) => at),
      'timestamp'
    ),
    yhat: numeric(list(({ yhat }) => yhat)),
    lo_80: numeric(list(({ yhat }) => yhat - 8)),
    hi_80: numeric(list(({ yhat }) => yhat + 8))
  });
}

test('what the view shows of a monitor goes on as well', () => {
  const body = `stream: log
by: key
window: 4s
measures: { total: sum(x) }
detect: [{ measure: total, method: robust, threshold: 2 }]
alerts:
  - { name: high, when: 'total > 30' }
  - { name: low, when: 'total < 20' }
inhibit: [{ source: high, target: [low], equal: [key] }]
notify: { group_wait: 1s, group_interval: 9s, repeat_interval: 30s, routes: [{ match: key=a, group_by: [key] }] }`;
  const config = monitor.body.parse(body, {}).config as MonitorConfig;
  const spec = { ...config, time: 'at', tolerance: { disorder: 0, lateness: 0 } };
  const events = Array.from({ length: 600 }, (_, i) => ({
    time: i * 500,
    key: 'ab'[i % 2]!,
    x: (i * 7919) % 13
  }));
  const reportOf = (breaks: ReadonlySet<number>) => {
    const recorderOf = () => new Recorder('m', config, () => fold);
    let recorder = recorderOf();
    let fold: MonitorFold = new MonitorFold(spec, 'log', recorder);
    const told: unknown[] = [];
    for (let batch = 0; batch < 20; batch++) {
      if (breaks.has(batch)) {
        const state: [MonitorSnapshot, RecorderSnapshot] = kept([
          fold.snapshot(),
          recorder.snapshot()
        ]);
        recorder = recorderOf();
        fold = new MonitorFold(spec, 'log', recorder);
        fold.restore(state[0]);
        recorder.restore(state[1]);
      }
      fold.push(eventTable(events.slice(batch * 30, batch * 30 + 30)));
      recorder.advance(fold);
      told.push(...toRows(recorder.outbox.take()));
    }
    return { report: recorder.report(fold), told };
  };
  const whole = reportOf(new Set());
  expect(whole.told.length).toBeGreaterThan(10);
  expect(reportOf(new Set([0, 3, 11, 19]))).toEqual(whole);
});

test('the intake of a live source goes on from its snapshot', () => {
  const event = fc.record({
    time: fc.option(fc.integer({ min: 0, max: 50 }), { freq: 9 }),
    id: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 9 }),
    seq: fc.integer({ min: 0, max: 40 })
  });
  const options = {
    relation: 'log',
    id: ['id'],
    sequence: { column: 'seq', by: ['by'] },
    clock: { disorder: 'auto' as const, partition: null },
    future: 40,
    health: 1000
  };
  const taken = (
    batches: readonly (readonly fc.Arbitrary<unknown>[] | unknown[])[],
    cut: number
  ) => {
    let intake = new FeedIntake(options, 0);
    const rows: unknown[] = [];
    batches.forEach((batch, i) => {
      if (i === cut) {
        const state = kept(intake.snapshot());
        intake = new FeedIntake(options, 99);
        intake.restore(state);
      }
      const list = batch as { time: number | null; id: number | null; seq: number }[];
      const table = columns({
        at: numeric(
          list.map((e) => e.time),
          'timestamp'
        ),
        id: numeric(
          list.map((e) => e.id),
          'integer'
        ),
        seq: numeric(
          list.map((e) => e.seq),
          'integer'
        ),
        by: text(list.map((e) => 'pq'[(e.id ?? 0) % 2]!))
      });
      const times = Float64Array.from(list, (e) => e.time ?? Number.NaN);
      if (i % 3 === 1) intake.rates.addBreak(i * 400, i * 400 + 900);
      rows.push(...toRows(intake.take(table, times, i * 700)), ...toRows(intake.quarantined));
      if (i % 2 === 0) rows.push(...toRows(intake.health.take()));
    });
    intake.health.finish();
    rows.push(...toRows(intake.health.take()));
    return { rows, state: intake.snapshot(), counts: intake.rates.counts() };
  };
  fc.assert(
    fc.property(
      fc.array(fc.array(event, { maxLength: 12 }), { maxLength: 9 }),
      fc.nat({ max: 8 }),
      (batches, cut) => {
        expect(taken(batches, cut)).toEqual(taken(batches, -1));
      }
    )
  );
});
