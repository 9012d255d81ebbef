import { afterEach, expect, test, vi } from 'vitest';
import { columns, numeric, take, text, toRows, type Columns } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import monitor from '#lib/cells/monitor/index.ts';
import stream from '#lib/cells/stream/index.ts';
import { job, openWorker } from '../../support/stream-worker.ts';

const patience = { timeout: 20_000 };

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

function orders(count: number): Columns {
  const rows = Array.from({ length: count }, (_, i) => i);
  return columns({
    at: numeric(
      rows.map((i) => 1_709_510_400_000 + i * 1000),
      'timestamp'
    ),
    site: text(rows.map((i) => (i % 3 === 0 ? 'a' : 'b'))),
    n: numeric(
      rows.map((i) => (i % 5 === 0 ? Number.NaN : i / 7)),
      'number'
    )
  });
}

/** A worker whose stream takes what another notebook posts. */
async function listening(body: string) {
  const worker = await openWorker({});
  opened.push(worker);
  const stop = new AbortController();
  const states: string[] = [];
  const run = worker
    .call('runJob', job(stream, 'heard', body), {
      signal: stop.signal,
      onProgress: ({ live }) => {
        const report = live?.report as { feed?: { status: { state: string } } } | undefined;
        if (report?.feed) states.push(report.feed.status.state);
      }
    })
    .catch((error: unknown) => expect(error).toBeInstanceOf(Cancelled));
  await vi.waitFor(() => expect(states).toContain('open'), patience);
  return {
    tables: worker.tables,
    stop: () => {
      stop.abort();
      return run;
    }
  };
}

test('a stream posts the events that it accepts, with their types and without their numbers', async () => {
  const other = await listening('channel: orders-a\ntime: at');
  const worker = await openWorker({ events: orders(3000) });
  opened.push(worker);
  const body = 'replay: { source: events, duplicate: 0.2 }\nid: at\npublish: orders-a';
  await worker.call('runJob', job(stream, 'log', body));
  await vi.waitFor(() => expect(other.tables.get('heard')?.length).toBe(3000), patience);
  await other.stop();
  expect(toRows(other.tables.get('heard')!)).toEqual(toRows(worker.tables.get('log')!));
});

test('a monitor posts its alerts, or its windows once they are final', async () => {
  // Every tenth order comes 50 s later than those beside it: after its window was told, before it is final.
  const due = (i: number) => i + (i % 10 === 7 ? 50.5 : 0);
  const order = Array.from({ length: 3000 }, (_, i) => i).sort((a, b) => due(a) - due(b));
  const log = take(orders(3000), order);
  const alerts = await listening('channel: alerts-b\ntime: time');
  const windows = await listening('channel: windows-b\ntime: window_end');
  const worker = await openWorker({ log });
  opened.push(worker);
  const clock = { time: 'at', disorder: 0, lateness: 60_000 };
  const watch = (publish: string) =>
    `stream: log\nby: site\nwindow: 1m\nmeasures: { events: count() }\njudge: first\nalerts: [{ name: many, when: 'events > 30' }]\npublish: ${publish}`;
  await worker.call('runJob', job(monitor, 'seen', watch('alerts-b'), clock));
  await worker.call(
    'runJob',
    job(monitor, 'final', watch('{ channel: windows-b, of: windows }'), clock)
  );
  const told = toRows(worker.tables.get('seen_alerts')!);
  const standing = told.filter(({ change }) => Number(change) < 2);
  expect(standing.length).toBeGreaterThan(0);
  const rows = toRows(worker.tables.get('final')!);
  const ofWindow = (row: Record<string, unknown>) =>
    ['window_start', 'window_end', 'site', 'events'].map((name) => row[name]);
  const idOf = (row: Record<string, unknown>) => ofWindow(row).slice(0, 3).join();
  const last = new Map(rows.map((row) => [idOf(row), ofWindow(row)]));
  expect(rows.filter(({ change }) => change === 1).length).toBeGreaterThan(last.size);
  await vi.waitFor(() => {
    expect(alerts.tables.get('heard')?.length).toBe(standing.length);
    expect(windows.tables.get('heard')?.length).toBe(last.size);
  }, patience);
  await Promise.all([alerts.stop(), windows.stop()]);
  const ofAlert = (row: Record<string, unknown>) =>
    ['time', 'alert', 'site', 'state', 'value', 'corrected'].map((name) => row[name]);
  expect(toRows(alerts.tables.get('heard')!).map(ofAlert)).toEqual(standing.map(ofAlert));
  // Each window once, with what it came to.
  expect(toRows(windows.tables.get('heard')!).map(ofWindow)).toEqual([...last.values()]);
});

test('no notebook hears or speaks on a channel of the workbench', () => {
  for (const [kind, body] of [
    [stream, 'channel: quartermaster:tables:x'],
    [stream, 'replay: { source: events }\npublish: Quartermaster:live:x'],
    [monitor, 'stream: log\nwindow: 1m\npublish: { channel: quartermaster:live:x }']
  ] as const) {
    const { config, problems } = kind.body.parse(body, {});
    expect(config, body).toBeNull();
    expect(
      problems
        .map((p) => p.message)
        .join(' ')
        .toLowerCase()
    ).toContain('quartermaster:');
  }
});
