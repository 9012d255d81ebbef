import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { columns, numeric, toRows, type Columns } from '#lib/base/columns.ts';
import { SilenceClock } from '#lib/analytics/stream/silence-clock.ts';
import { MonitorFold, type MonitorSpec } from '#lib/analytics/stream/monitor-fold.ts';
import type { FeedItem } from '#lib/cells/core/feed.ts';
import monitor from '#lib/cells/monitor/index.ts';
import { FedStream } from '#lib/cells/stream/fed-stream.ts';
import stream from '#lib/cells/stream/index.ts';
import type { KeptNote } from '#lib/cells/stream/kept-feed.ts';
import { EventLog } from '#lib/live/log/event-log.ts';
import { firstOf } from '#lib/live/log/segment.ts';
import type { Pace } from '#lib/live/log/stream-log.ts';
import { LiveLog } from '#lib/runtime/live-log.ts';
import { testEnv } from '../../support/feed.ts';
import { MemoryFolder } from '../../support/log-folder.ts';
import { job, openWorker } from '../../support/stream-worker.ts';
import { eventTable, measures, specOf, streams, tolerances } from './events.ts';

let server: WebSocketServer | null = null;
afterEach(async () => {
  for (const client of server?.clients ?? []) client.terminate();
  await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  server = null;
});

/** A server that sends what it is given to whoever is there. */
async function serve() {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const { clients } = server;
  await new Promise((ready) => server!.once('listening', ready));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send: (events: readonly unknown[]) => {
      for (const client of clients) client.send(JSON.stringify(events));
    },
    isHeard: () => clients.size > 0
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean, what: string): Promise<void> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > 50_000) throw new Error(`Waited in vain for ${what}`);
    await pause(50);
  }
}

/** As if a segment had begun with the first tick of the only stream, and those before it had been let go; how many ticks there are. */
async function dropBeforeTick(disk: MemoryFolder): Promise<number> {
  const [notebook] = disk.below.values();
  const [folder] = notebook!.below.values();
  const isTick = (body: unknown) => (body as { note: KeptNote }).note.tick !== undefined;
  const log = await EventLog.open(folder!);
  const records = [];
  for await (const record of log.read()) records.push(record);
  log.close();
  const kept = records.slice(records.findIndex(({ body }) => isTick(body)));
  for (const name of [...folder!.contents.keys()])
    if (firstOf(name) !== null) await folder!.remove(name);
  const next = await EventLog.open(folder!);
  next.next = kept[0]!.seq;
  for (const { rows, body } of kept) await next.append(rows, body);
  next.close();
  return kept.filter(({ body }) => isTick(body)).length;
}

const watchText = `stream: log
by: site
window: 1s
measures: { events: count(), still: feed_silence() }
alerts:
  - { name: gone, when: events > 1000, no_data: 2s }
  - { name: mute, when: still > 1.5, for: 1s }`;
const clock = { time: 'at', disorder: 'auto' as const, lateness: 0, isLive: true };

/** A page with a stream and its monitor over what the disk holds. */
async function page(url: string, disk: MemoryFolder, pace?: Pace) {
  // The second page finds nobody, and goes on trying.
  const env = testEnv({ backoff: { first: 20, most: 200, tries: 1000 } });
  const worker = await openWorker({}, { env, disk, ...(pace ? { pace } : {}) });
  const text = `websocket: { url: '${url}' }\ntime: at\nid: n\nquiet: 1s`;
  const done = Promise.all([
    worker.call('runJob', job(stream, 'log', text)),
    worker.call('runJob', job(monitor, 'watch', watchText, clock))
  ]);
  const rows = (name: string) => {
    const table = worker.tables.get(name);
    return table ? toRows(table) : [];
  };
  const finish = async () => {
    await worker.call('finishFeeds', null);
    await done;
    worker.close();
  };
  return { rows, finish };
}

test('a WebSocket that stays open and says nothing closes windows and raises alerts, after a restart the same', async () => {
  const { url, send, isHeard } = await serve();
  const disk = new MemoryFolder();
  const first = await page(url, disk);
  await until(isHeard, 'the connection');
  // All at once: what stands still meanwhile is this machine, not the stream.
  const now = Date.now();
  for (let n = 0; n < 12; n++)
    send([{ n, at: new Date(now + 100 * (n - 11)).toISOString(), site: `s${n % 2}` }]);
  await until(() => first.rows('log').length === 12, 'the events');
  const last = first.rows('log').at(-1)!['at'] as number;

  const states = (name: string) =>
    first.rows('watch_alerts').flatMap((row) => (row['alert'] === name ? [row['state']] : []));
  const count = (name: string, state: string) => states(name).filter((s) => s === state).length;
  await until(
    () => count('gone', 'no_data') >= 2 && count('mute', 'firing') >= 2,
    'the alerts of both keys'
  );
  expect(server!.clients.size).toBe(1);
  expect(states('gone')).toEqual(['no_data', 'no_data']);
  expect(states('mute')).toEqual(['pending', 'pending', 'firing', 'firing']);
  const told = first.rows('watch').reduce((sum, row) => sum + (row['events'] as number), 0);
  expect(told).toBe(12);
  const silent = first.rows('watch_alerts').find((row) => row['state'] === 'no_data')!;
  expect(silent['time'] as number).toBeLessThanOrEqual(last + 4000);

  // It comes after its window, which the silence has closed.
  send([{ n: 12, at: new Date(last + 1).toISOString(), site: 's0' }]);
  await until(() => first.rows('watch_late').length === 1, 'the late event');
  send([{ n: 13, at: new Date().toISOString(), site: 's0' }]);
  await until(() => first.rows('log').length === 14, 'the next event');
  await first.finish();

  for (const client of server!.clients) client.terminate();
  server!.close();
  const again = await page(url, disk.survived(Infinity));
  await until(() => again.rows('log').length === 14, 'what was kept');
  await until(() => again.rows('watch_late').length === 1, 'the late event again');
  await again.finish();
  for (const name of ['log', 'watch', 'watch_alerts', 'watch_late'])
    expect(again.rows(name)).toEqual(first.rows(name));
}, 60_000);

test('a log whose oldest record is a tick is there again after a restart, and its monitor goes on', async () => {
  const { url, send, isHeard } = await serve();
  const disk = new MemoryFolder();
  // What the monitor has seen before the tick is saved.
  const first = await page(url, disk, { rows: 1, ms: 0 });
  await until(isHeard, 'the connection');
  const now = Date.now();
  const event = (n: number, at: number) => ({ n, at: new Date(at).toISOString(), site: 's0' });
  send([event(0, now), event(1, now)]);
  await until(() => first.rows('watch').length > 0, 'a tick');
  send([event(2, Date.now())]);
  await until(() => first.rows('log').length === 3, 'the next event');
  await first.finish();
  for (const client of server!.clients) client.terminate();
  server!.close();

  const survived = disk.survived(Infinity);
  expect(await dropBeforeTick(survived)).toBeGreaterThan(0);
  const again = await page(url, survived);
  await until(() => again.rows('log').length === 1, 'what was kept');
  await again.finish();
  expect(again.rows('log')).toEqual(first.rows('log').slice(2));
  expect(again.rows('watch')).toEqual(first.rows('watch'));
}, 60_000);

test('a tick is read again as it was, whatever has been learned of disorder since', () => {
  const { config } = stream.body.parse("websocket: { url: 'ws://a/' }\ntime: at\nquiet: 1s", {});
  const status = { state: 'open', dropped: 0, lostAt: null } as FeedItem['status'];
  const item = (at: number, times: readonly number[] | null): FeedItem => ({
    rows: times && columns({ at: numeric(times, 'timestamp') }),
    at,
    status,
    breaks: [],
    warnings: [],
    mark: { cursor: null, place: null, client: 'test', columns: null, header: null, at }
  });
  const open = () => new FedStream({ ...config!, feed: config!.feed!, name: 'log' }, 0);
  const fed = open();
  const records: { rows: Columns | null; note: unknown; last: number }[] = [];
  const note = (at: number, tick?: number) => {
    const others = { duplicates: 0, untimed: 0, held: 0, mark: null };
    return { at, ...others, ...(tick === undefined ? {} : { tick }) };
  };
  const come = (at: number, times: readonly number[]) => {
    const rows = fed.take(item(at, times));
    records.push({ rows, note: note(at), last: fed.intake.accepted });
  };
  const fallSilent = (from: number, to: number) => {
    for (let at = from + 1000; at <= to; at += 1000) {
      fed.take(item(at, null));
      const now = fed.tick(item(at, null));
      if (now !== null)
        records.push({ rows: null, note: note(at, now), last: fed.intake.accepted });
    }
  };
  const again = (state: { readonly rows: number; readonly value: unknown } | null) => {
    const next = open();
    if (state) next.restore(state.value);
    for (const record of records) next.remember(record, state?.rows ?? 0);
    return next.intake;
  };

  come(10_000, [9000, 10_000, 5000, 10_000]);
  fallSilent(10_000, 60_000);
  const { watermark } = fed.intake.clock;
  // Behind the tick, but before what it would be without the disorder of the first events.
  come(
    61_000,
    Array.from({ length: 1000 }, (_, i) => watermark + i)
  );
  expect(fed.intake.clock.watermark).toBe(watermark + 999);
  const seen = { rows: fed.intake.accepted, value: structuredClone(fed.state()) };
  expect(again(seen).clock.watermark).toBe(watermark + 999);
  come(62_000, [watermark + 2500, watermark + 2000]);
  fallSilent(62_000, 90_000);
  expect(fed.intake.late).toBe(2);

  const late = { rows: fed.intake.accepted, value: structuredClone(fed.state()) };
  for (const state of [null, seen, late]) {
    const intake = again(state);
    expect(intake.clock.snapshot()).toEqual(fed.intake.clock.snapshot());
    expect(intake.late).toBe(2);
  }
});

test('what was kept while the connection was away, or the page, is not late when it comes', () => {
  const { config } = stream.body.parse("websocket: { url: 'ws://a/' }\ntime: at\nquiet: 10s", {});
  const open = () => new FedStream({ ...config!, feed: config!.feed!, name: 'log' }, 0);
  const second = 1000;
  const item = (
    at: number,
    state: FeedItem['status']['state'],
    since: number,
    times: readonly number[] | null = null
  ): FeedItem => ({
    rows: times && columns({ at: numeric(times, 'timestamp') }),
    at,
    status: { state, since, dropped: 0, lostAt: null } as FeedItem['status'],
    breaks: [],
    warnings: [],
    mark: { cursor: null, place: null, client: 'test', columns: null, header: null, at }
  });
  const look = (fed: FedStream, next: FeedItem) => {
    fed.take(next);
    return fed.tick(next);
  };
  const away = 40 * second;
  const kept = Array.from({ length: 41 }, (_, i) => 100 * second + i * second);
  const start = () => {
    const fed = open();
    fed.take(item(100 * second, 'open', 0, [99 * second, 100 * second]));
    return fed;
  };
  const back = 100 * second + away;

  const stayed = start();
  for (let at = 101 * second; at < back; at += second)
    expect(look(stayed, item(at, 'waiting', 101 * second))).toBeNull();
  const closed = open();
  closed.restore(structuredClone(start().state()));
  closed.wake(back);
  for (const fed of [stayed, closed]) {
    // Its first look finds an open connection and nothing that came over it yet, as does the next.
    for (const at of [back, back + 10, back + second])
      expect(look(fed, item(at, 'open', back))).toBeNull();
    fed.take(item(back + 2 * second, 'open', back, kept));
    expect(fed.intake.late).toBe(0);
    // From then on silence is silence.
    let now: number | null = null;
    for (let at = back + 3 * second; at <= back + 120 * second; at += second)
      now = look(fed, item(at, 'open', back)) ?? now;
    expect(now).toBeGreaterThan(back);
  }

  // One that is made again and again and brings nothing is silent all the same.
  const flapping = start();
  const told: number[] = [];
  for (let at = 101 * second; at <= 300 * second; at += second) {
    const now = look(flapping, item(at, 'open', at - (at % (5 * second))));
    if (now !== null) told.push(at);
  }
  expect(told[0]).toBeGreaterThanOrEqual(160 * second);
  expect(told.length).toBeGreaterThan(5);

  // Away for longer than a connection is waited for, with a first attempt that fails.
  const long = open();
  long.restore(structuredClone(start().state()));
  long.wake(180 * second);
  for (const [i, state] of (['connecting', 'waiting', 'connecting'] as const).entries())
    expect(look(long, item((180 + i) * second, state, 180 * second))).toBeNull();
});

describe('the clock of a silence', () => {
  const taken = (clockOf: SilenceClock, at: number, ...times: number[]) =>
    clockOf.came(at, Float64Array.from(times));
  /** Looks once a second until `to`. */
  const looks = (clockOf: SilenceClock, from: number, to: number, patience = 10_000) => {
    const told: number[] = [];
    for (let at = from + 1000; at <= to; at += 1000) {
      const now = clockOf.look(at, patience);
      if (now !== null) told.push(now);
    }
    return told;
  };

  test('goes on as far behind as events were, after its patience, in steps that grow', () => {
    const silence = new SilenceClock();
    taken(silence, 1_000_000, 990_000, 999_000);
    const told = looks(silence, 1_000_000, 1_000_000 + 3_600_000);
    expect(told[0]).toBe(1_000_000);
    expect(told[1]).toBe(1_001_000);
    expect(told.at(-1)).toBeGreaterThan(990_000 + 3_600_000 - 20_000);
    expect(told.length).toBeLessThan(400);
  });

  test('waits for bursts as long as they lag', () => {
    const silence = new SilenceClock();
    const minute = 60_000;
    for (let burst = 1; burst <= 20; burst++) {
      const at = burst * 5 * minute;
      taken(silence, at, ...Array.from({ length: 60 }, (_, i) => at - i * 5000));
      const told = looks(silence, at, at + 5 * minute - 1000);
      // The next burst brings what has happened since this one.
      expect(Math.max(-Infinity, ...told)).toBeLessThanOrEqual(at + 5000);
    }
  });

  test('leaves out the time in which nobody listened, and is put back as it was', () => {
    let silence = new SilenceClock();
    taken(silence, 0, 0);
    looks(silence, 0, 5000);
    expect(silence.look(8 * 3_600_000, 1000)).toBe(5000);
    const kept = silence.snapshot();
    silence = new SilenceClock();
    silence.restore(structuredClone(kept));
    expect(looks(silence, 8 * 3_600_000, 8 * 3_600_000 + 4000, 1000)).toEqual([6000, 7000, 8000]);
  });
});

test('ticks that bring nothing late change no row, wherever they stand', () => {
  const rules = [
    { name: 'high', when: 'total > 5', recover: null, hold: 0, keep: 0, noData: null },
    { name: 'held', when: 'n > 1', recover: null, hold: 10, keep: 12, noData: 30 }
  ];
  let moved = 0;
  const rowsOf = (spec: MonitorSpec, tables: readonly Columns[], ticks: readonly number[]) => {
    const fold = new MonitorFold(spec, 'events');
    tables.forEach((table, i) => {
      fold.push(table);
      const after = tables.slice(i + 1);
      const eighths = ticks[i % ticks.length];
      if (after.length === 0 || eighths === undefined) return;
      // As far as the events after it allow.
      const next = Math.min(...after.flatMap((t) => [...(t.vectors[0]!.values as Float64Array)]));
      const to = fold.watermark + (eighths / 8) * (next - fold.watermark);
      const before = fold.watermark;
      fold.reach(to + (spec.tolerance.disorder as number));
      if (fold.watermark > before) moved++;
    });
    fold.finish();
    const { windows, alerts, late } = fold.take()!;
    return [windows, alerts, late].map(toRows);
  };
  fc.assert(
    fc.property(
      streams,
      tolerances,
      fc.integer({ min: 1, max: 24 }),
      fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 6 }),
      (events, tolerance, size, ticks) => {
        const ordered = [...events].sort((a, b) => a.time - b.time);
        const spec = specOf({ kind: 'grid', size, slide: size }, { tolerance, rules, measures });
        const tables = ordered.map((event) => eventTable([event]));
        expect(rowsOf(spec, tables, ticks)).toEqual(rowsOf(spec, tables, []));
      }
    ),
    { numRuns: 200 }
  );
  expect(moved).toBeGreaterThan(500);
});

test('followers of a log find ticks where they stand, those that come late too', async () => {
  const never = new AbortController().signal;
  const rowsFrom = (from: number, n: number): Columns => ({
    length: n,
    names: ['arrival'],
    vectors: [
      {
        type: 'integer',
        values: Float64Array.from({ length: n }, (_, i) => from + i),
        valid: null
      }
    ]
  });
  const total = 450_000;
  const log = new LiveLog('log', () => Promise.resolve(rowsFrom(1, total)));
  const none: Columns = { length: 0, names: [], vectors: [] };
  for (let from = 1; from < total; from += 50_000) {
    await log.append(rowsFrom(from, 50_000), never, { at: from, remembered: false });
    await log.append(none, never, { at: from, remembered: false, tick: from });
    await log.append(none, never, { at: from, remembered: false, tick: from + 1 });
  }
  log.end('done');
  const seen: number[] = [];
  let rows = 0;
  for await (const { rows: part, to, came } of log.follow(never).batches) {
    if (part.length === 0) seen.push(came!.tick!);
    else expect(rows + part.length).toBe(to);
    if (part.length === 0) expect(came!.tick! > rows - 50_000 && came!.tick! <= rows).toBe(true);
    rows += part.length;
  }
  expect(rows).toBe(total);
  expect(seen).toHaveLength(18);
});

test('a follower that has seen the rows before a tick finds it where they are gone from the log', async () => {
  const never = new AbortController().signal;
  const none: Columns = { length: 0, names: [], vectors: [] };
  const log = new LiveLog('log', () => Promise.reject(new Error('Nothing was let go')));
  await log.append(none, never, { at: 0, remembered: true, tick: 5, after: 700 });
  log.end('done');
  for (const after of [0, 699, 700]) {
    const seen: (number | undefined)[] = [];
    for await (const { to, came } of log.follow(never, after).batches) seen.push(to, came?.tick);
    expect(seen).toEqual([700, 5]);
  }
  for await (const _ of log.follow(never, 701).batches) throw new Error('It has seen more');
});
