import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import monitor, { type MonitorReport } from '#lib/cells/monitor/index.ts';
import { tableBounds } from '#lib/cells/monitor/retention.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import { paced } from '#lib/cells/stream/pace.ts';
import stream, { type StreamReport } from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import { runLiveKindForTest, type LiveCase } from '../../support/live.ts';

const ofStream = (options: LiveCase) =>
  runLiveKindForTest(stream as unknown as CellKind, runStream, options);
const ofMonitor = (options: LiveCase) =>
  runLiveKindForTest(monitor as unknown as CellKind, runMonitor, options);

const day = 86_400_000;

function orders(count: number): Columns {
  const random = seeded(5, 'orders');
  return columns({
    id: text(Array.from({ length: count }, (_, i) => `o${i}`)),
    at: numeric(
      Array.from({ length: count }, (_, i) => (i * 30 * day) / count),
      'timestamp'
    ),
    sku: text(Array.from({ length: count }, () => `s${Math.floor(random() * 40)}`)),
    units: numeric(
      Array.from({ length: count }, () => 1 + Math.floor(random() * 9)),
      'integer'
    )
  });
}

describe('examples', () => {
  for (const [kind, run] of [
    [stream, ofStream],
    [monitor, ofMonitor]
  ] as const) {
    test.each(kind.examples.map((e) => [e.title, e] as const))('%s', async (_, example) => {
      const outcome = await run({
        body: example.body,
        given: example.given,
        ...(example.name ? { name: example.name } : {})
      });
      expect(outcome.problems).toEqual([]);
      for (const [relation, { columns, rows }] of Object.entries(example.expect)) {
        const table = outcome.relations[relation]!;
        expect(table.names).toEqual(columns);
        if (rows !== undefined) expect(table.length).toBe(rows);
      }
    });
  }
});

describe('a stream', () => {
  const poor = [
    'replay: { source: orders, time: at, speed: 86400, jitter: 6h, duplicate: 0.1, drop: 0.05 }',
    'id: id',
    'disorder: 3h'
  ].join('\n');

  test('gives the same log at any speed', async () => {
    const given = { orders: orders(3000) };
    const fast = await ofStream({ body: poor, given });
    const slow = await ofStream({ body: poor, given, speed: 500_000 });
    expect(toRows(slow.relations['example']!)).toEqual(toRows(fast.relations['example']!));
    expect(slow.report).toEqual(fast.report);
    expect(slow.appends['example']!).toBeGreaterThan(fast.appends['example']! + 10);
  });

  test('accounts for every event', async () => {
    const { relations, report } = await ofStream({ body: poor, given: { orders: orders(3000) } });
    const { events, duplicates, dropped, late, done, counts } = report as StreamReport;
    expect(events + dropped).toBe(3000);
    expect(duplicates).toBeGreaterThan(200);
    expect(late).toBeGreaterThan(0);
    expect(done).toBe(1);
    expect(relations['example']!.length).toBe(events);
    expect(counts.values.reduce((a, b) => a + b, 0)).toBe(events);
    expect(counts.values.length).toBeLessThanOrEqual(241);
    const health = toRows(relations['example_health']!);
    const sum = (name: string) => health.reduce((total, row) => total + (row[name] as number), 0);
    expect([sum('late'), sum('duplicate')]).toEqual([late, duplicates]);
  });

  test('keeps late events as long as the log does, by when they came', async () => {
    const count = 1000;
    const isLate = (i: number) => i % 7 === 6;
    const at = Array.from({ length: count }, (_, i) => day + (isLate(i) ? 500 * i + 1 : 1000 * i));
    const log = columns({
      at: numeric(at, 'timestamp'),
      n: numeric(
        at.map((_, i) => i),
        'integer'
      )
    });
    const came = async (retain: { rows: number | null; age: number | null }, batch = 10) => {
      const { relations, problems } = await ofMonitor({
        body: 'stream: log\nwindow: 1s\nmeasures: { last: max(n) }',
        given: { log },
        clocks: { log: { time: 'at', disorder: 0, lateness: 0, isLive: true, retain } },
        batch
      });
      expect(problems).toEqual([]);
      return toRows(relations['example_late']!).map((row) => at.indexOf(row['time'] as number));
    };
    const late = Array.from({ length: count }, (_, i) => i).filter(isLate);
    expect(await came({ rows: null, age: null })).toEqual(late);
    for (const [rows, batch] of [
      [200, 10],
      [200, 1],
      [700, 1]
    ] as const) {
      const kept = await came({ rows, age: null }, batch);
      expect(kept).toEqual(late.slice(-kept.length));
      expect(kept[0]).toBeLessThan(count - rows + 7);
      expect(kept[0]).toBeGreaterThan(count - 1.1 * rows);
    }
    expect(await came({ rows: 10_000, age: null })).toEqual(late);
    const ages = await came({ rows: null, age: 300_000 });
    expect(ages).toEqual(late.filter((i) => at[i]! >= at[count - 1]! - 300_000));
  });

  test('keeps the rows and the age it is told to', async () => {
    const given = { orders: orders(25_000) };
    const replay = 'replay: { source: orders, time: at }';
    const rows = await ofStream({ body: `${replay}\nretain: { rows: 400 }`, given });
    expect(rows.relations['example']!.length).toBe(400);
    const age = await ofStream({ body: `${replay}\nretain: { age: 1d }`, given });
    expect(age.relations['example']!.length).toBe(834);
  });

  test('keeps a million events of a live source where nothing is written, all of a replay', () => {
    const retained = (text: string) => stream.body.parse(text, {}).config?.retain;
    const socket = 'websocket: ws://127.0.0.1:9/';
    expect(retained(socket)).toEqual({ rows: 1_000_000, age: null });
    expect(retained(`${socket}\nretain: { rows: 5 }`)).toEqual({ rows: 5, age: null });
    expect(retained(`${socket}\nretain: { age: 1d }`)).toEqual({ rows: null, age: 86_400_000 });
    expect(retained('replay: { source: orders }')).toEqual({ rows: null, age: null });
  });

  test('reads text times, and leaves out and reports rows without one', async () => {
    const given = {
      orders: columns({
        at: text(['2024-01-02', null, '2024-01-01T10:00:00Z']),
        n: numeric([1, 2, 3])
      })
    };
    const { relations, problems } = await ofStream({
      body: 'replay: { source: orders, time: at }',
      given
    });
    expect(toRows(relations['example']!)).toEqual([
      { at: Date.UTC(2024, 0, 1, 10), n: 3, arrival: 1 },
      { at: Date.UTC(2024, 0, 2), n: 1, arrival: 2 }
    ]);
    expect(problems.map((p) => p.code)).toEqual(['live.untimed']);
  });

  test('an empty source gives empty tables', async () => {
    const { relations, problems } = await ofStream({
      body: 'replay: { source: orders, time: at }',
      given: { orders: orders(0) }
    });
    expect(problems).toEqual([]);
    expect(relations['example']!.names).toEqual(['id', 'at', 'sku', 'units', 'arrival']);
    expect(relations['example_health']!.length).toBe(0);
  });

  test.each([
    ['time: at', 'live.no-source', 1],
    ['replay: { source: o }\nsse: https://example.org', 'live.many-sources', 2],
    ['channel: orders\ntime: at\npublish: orders', 'feed.own-channel', 3],
    ['publish: orders\nchannel: { name: orders, format: csv }', 'feed.own-channel', 1],
    ['replay:\n  source: o\n  from: noon', 'live.from', 3],
    ['replay:\n  source: o\n  spede: 2', 'config.unknown-key', 3],
    ['replay:\n  source: o\n  drop: 2', 'config.value', 3],
    ['replay:\n  source: o\n  speed: quick', 'config.value', 3]
  ])('%j is told as %s', (body, code, line) => {
    const { problems } = stream.body.parse(body, {});
    expect(problems.map((p) => [p.code, p.span?.line])).toEqual([[code, line]]);
  });

  test.each([
    ['channel: orders\npublish: seen_orders', 'feed'],
    ['replay: { source: orders }\npublish: orders', 'replay']
  ] as const)('%j may be published', (body, source) => {
    const { config, problems } = stream.body.parse(body, {});
    expect(problems).toEqual([]);
    expect(config![source]).not.toBeNull();
  });

  test.each([
    ['time: when', 'live.column'],
    ['time: units', 'live.time-type'],
    ['time: sku', 'live.time-text'],
    ['id: number', 'live.column']
  ])('%s is told as %s', async (line, code) => {
    const { problems } = await ofStream({
      body: `replay: { source: orders }\n${line}`,
      given: { orders: orders(5) }
    });
    expect(problems.map((p) => p.code)).toEqual([code]);
  });
});

describe('pacing', () => {
  test('event time passes at the speed, stands at 0, and a change takes hold at once', async () => {
    const arrivals = Float64Array.from({ length: 100 }, (_, i) => i * 1000);
    let wall = 0;
    let speed = 10;
    const seen: [number, number][] = [];
    const pacing = {
      speed: () => speed,
      elapsed: () => wall,
      sleep: (ms: number) => {
        wall += speed === 0 ? 10_000 : ms;
        if (wall > 3000 && speed === 10) speed = 0;
        else if (speed === 0) speed = 100;
        return Promise.resolve();
      }
    };
    for await (const [start, end] of paced(arrivals, 1, pacing)) {
      for (let i = start; i < end; i++) seen.push([arrivals[i]!, wall]);
    }
    expect(seen.length).toBe(100);
    for (const [event, at] of seen) {
      if (at <= 3000) expect(event).toBeLessThanOrEqual(at * 10);
    }
    expect(seen.filter(([, at]) => at > 3100 && at < 13_000)).toEqual([]);
    expect(wall).toBeLessThan(14_000);
  });
});

describe('a monitor', () => {
  const clock = { time: 'at', disorder: 0, lateness: 0 };
  const body = [
    'stream: log',
    'by: sku',
    'window: 1d',
    'measures: { orders: count(), units: sum(units), p90: quantile(units, 0.9) }',
    'detect: units',
    'alerts:',
    '  - { name: many, when: units > 110, for: 1d, severity: page }',
    'silences:',
    '  - { alert: many, match: { sku: s1 }, reason: stocktaking }'
  ].join('\n');

  test('gives the same tables however the stream is cut', async () => {
    const options = { body, given: { log: orders(20_000) }, clocks: { log: clock } };
    const whole = await ofMonitor(options);
    const cut = await ofMonitor({ ...options, batch: 777 });
    for (const name of ['example', 'example_anomalies', 'example_alerts']) {
      expect(toRows(cut.relations[name]!)).toEqual(toRows(whole.relations[name]!));
    }
    expect(cut.report).toEqual(whole.report);
    expect(whole.relations['example']!.length).toBe(30 * 40);
    expect(whole.relations['example_alerts']!.length).toBeGreaterThan(0);
  });

  test('keeps of its tables the rows and the age it is told to', async () => {
    const given = { log: orders(20_000) };
    const tablesOf = async (retain: string) => {
      const clocks = { log: clock };
      const { relations } = await ofMonitor({
        body: `${body}${retain}`,
        given,
        clocks,
        batch: 900
      });
      return relations;
    };
    const whole = await tablesOf('');
    const some = await tablesOf('\nretain: { rows: 50 }');
    for (const name of ['example', 'example_alerts'])
      expect(toRows(some[name]!)).toEqual(toRows(whole[name]!).slice(-50));
    const young = await tablesOf('\nretain: { age: 3d }');
    const ends = (tables: Record<string, Columns>, column: string, name: string) =>
      toRows(tables[name]!).map((row) => row[column] as number);
    const all = ends(whole, 'window_end', 'example');
    const since = all.at(-1)! - 3 * 86_400_000;
    expect(ends(young, 'window_end', 'example')).toEqual(all.filter((end) => end >= since));
    expect(ends(young, 'time', 'example_alerts')).toEqual(
      ends(whole, 'time', 'example_alerts').filter((time) => time >= since)
    );
  });

  test('of a live source keeps a million rows of each table where nothing is written', () => {
    const bounds = (retain: string, isLive: boolean) => {
      const { config } = monitor.body.parse(`${body}${retain}`, {});
      return tableBounds(config!, { ...clock, isLive }, 'window_end', 5000);
    };
    expect(bounds('', true)).toEqual([{ latest: 1_000_000 }]);
    expect(bounds('', false)).toEqual([]);
    expect(bounds('\nretain: { rows: 7 }', true)).toEqual([{ latest: 7 }]);
    const young = { column: 'window_end', from: 4000 };
    expect(bounds('\nretain: { age: 1s }', true)).toEqual([young]);
    expect(bounds('\nretain: { rows: 7, age: 1s }', false)).toEqual([{ latest: 7 }, young]);
  });

  test('the tolerance of the stream is its own unless it says otherwise', async () => {
    const log = columns({
      at: numeric([0, 30, 5], 'timestamp'),
      arrival: numeric([1, 2, 3], 'integer')
    });
    const rows = async (lines: string, disorder: number) => {
      const outcome = await ofMonitor({
        body: `stream: log\nwindow: 10ms\n${lines}`,
        given: { log },
        clocks: { log: { ...clock, disorder } }
      });
      return toRows(outcome.relations['example']!).map((row) => row['events']);
    };
    expect(await rows('', 0)).toEqual([1, 1]);
    expect(await rows('', 25)).toEqual([2, 1]);
    expect(await rows('lateness: 21ms', 0)).toEqual([2, 1]);
    expect(await rows('disorder: 0s', 25)).toEqual([1, 1]);
  });

  test('the rows of a plain table count in order of time', async () => {
    const log = columns({ at: numeric([30, 0, 5], 'timestamp') });
    const { relations } = await ofMonitor({ body: 'stream: log\nwindow: 10ms', given: { log } });
    expect(toRows(relations['example']!).map((row) => row['events'])).toEqual([2, 1]);
  });

  test('a flood of keys is told when the first of them finds no room, and once', async () => {
    const warned: (readonly [string, number])[] = [];
    let done = 0;
    const { report } = await ofMonitor({
      body: 'stream: orders\nby: id\nwindow: 100d\nretain: { keys: 30 }',
      given: { orders: orders(200) },
      clocks: { orders: { time: 'at', disorder: 0, lateness: 0 } },
      batch: 20,
      context: {
        progress: (progress) => (done = progress.done ?? 0),
        warn: ({ code }) => warned.push([code, done])
      }
    });
    expect((report as MonitorReport).refused).toBe(170);
    expect(warned).toEqual([['live.keys-crowded', 20]]);
  });

  test('the report stays below 200 kB and says what is silenced', async () => {
    const { report } = await ofMonitor({
      body,
      given: { log: orders(100_000) },
      clocks: { log: clock }
    });
    const { series, alerts, rules } = report as MonitorReport;
    expect(JSON.stringify(report).length).toBeLessThan(200_000);
    expect(new Set(series.map((s) => s.key)).size).toBe(12);
    expect(rules[0]!.states.firing).toBe(40);
    expect(alerts.filter((a) => a.silenced === 'stocktaking').map((a) => a.key)).toEqual(['s1']);
  });

  test('while an alert fires, those it inhibits for the same key are muted, and no other', async () => {
    const log = columns({
      at: numeric([0, 1, 0, 10, 11, 20], 'timestamp'),
      sku: text(['a', 'a', 'b', 'a', 'b', 'a'])
    });
    const rules = '  - { name: any, when: events > 0 }\n  - { name: many, when: events > 1 }';
    const inhibit = (equal: string) =>
      ofMonitor({
        body: `stream: log\nby: sku\nwindow: 10ms\nalerts:\n${rules}\ninhibit:\n  - { source: many, target: [any]${equal} }`,
        given: { log }
      });
    const muted = async (equal: string) =>
      ((await inhibit(equal)).report as MonitorReport).transitions
        .filter((t) => t.silenced !== null)
        .map((t) => [t.time, t.alert, t.key, t.silenced]);
    expect(await muted(', equal: [sku]')).toEqual([[10, 'any', 'a', 'many']]);
    expect(await muted('')).toEqual([
      [10, 'any', 'a', 'many'],
      [10, 'any', 'b', 'many']
    ]);
  });

  test('a stream without events gives empty tables', async () => {
    const { relations, problems } = await ofMonitor({
      body,
      given: { log: orders(0) },
      clocks: { log: clock }
    });
    expect(problems).toEqual([]);
    expect(relations['example']!.names).toEqual([
      'window_start',
      'window_end',
      'sku',
      'orders',
      'units',
      'p90'
    ]);
  });

  test.each([
    ['measures: { x: totl(units) }', 'live.expression'],
    ['measures: { SKU: count() }', 'live.duplicate-name'],
    ['detect: ordres', 'live.name'],
    ['detect: { measure: events, method: magic }', 'config.value'],
    ['detect: { measure: events, threshold: 3, budget: 1 }', 'config.combination'],
    ['detect: { measure: events, season: 90m }', 'config.combination'],
    ['alerts: [{ name: a, when: evnts > 3 }]', 'live.name'],
    ['alerts: [{ name: a, when: events > }]', 'live.expression'],
    ['alerts: [{ name: a }]', 'config.missing'],
    [
      'alerts: [{ name: a, when: events > 3 }, { name: a, when: events > 4 }]',
      'live.duplicate-name'
    ],
    ['alerts: [{ name: a, when: events > 3, four: 5m }]', 'config.unknown-key'],
    ['detect: { measure: events, treshold: 3 }', 'config.unknown-key'],
    ['inhibit: [{ source: nobody, target: [many] }]', 'live.name'],
    ['silences: [{ alert: nobody }]', 'live.silence']
  ])('%s is told as %s', (line, code) => {
    const { problems } = monitor.body.parse(`stream: log\nby: sku\nwindow: 1h\n${line}`, {});
    expect(problems.map((p) => [p.code, p.span?.line])).toEqual([[code, 4]]);
  });

  test.each(['window: {}', 'window: { size: 1h, session: 5m }', 'window: { session: 0s }'])(
    '%s is refused',
    (line) => {
      const { config, problems } = monitor.body.parse(`stream: log\n${line}`, {});
      expect(config).toBeNull();
      expect(problems.map((p) => p.code)).toEqual(['live.window']);
    }
  );
});
