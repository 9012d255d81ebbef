import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { toRows } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import monitor from '#lib/cells/monitor/index.ts';
import stream, { type StreamReport } from '#lib/cells/stream/index.ts';
import type { LiveUpdate } from '#lib/runtime/engine.ts';
import { testEnv } from '../../support/feed.ts';
import { MemoryFolder } from '../../support/log-folder.ts';
import { job, openWorker } from '../../support/stream-worker.ts';

const start = Date.UTC(2024, 2, 4);
const event = (seq: number) => ({
  seq,
  at: new Date(start + Math.floor(seq / 3) * 1000).toISOString(),
  site: `s${seq % 4}`,
  n: (seq * 7) % 11
});

let server: WebSocketServer | null = null;
afterEach(async () => {
  for (const client of server?.clients ?? []) client.terminate();
  await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  server = null;
});

/** A server of `total` events, from the one after `after` on, each sent again now and then; it says when that is all. */
async function serveEvents(total: number): Promise<string> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    let seq = Number(new URL(request.url!, 'ws://h').searchParams.get('after') ?? -1) + 1;
    const timer = setInterval(() => {
      if (seq >= total) {
        clearInterval(timer);
        return socket.close(1000, 'done');
      }
      const to = Math.min(total, seq + 20);
      const batch = Array.from({ length: to - seq }, (_, i) => event(seq + i));
      if (seq % 80 === 0 && seq > 0) batch.unshift(event(seq - 1));
      socket.send(JSON.stringify(batch));
      seq = to;
    }, 5);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise((ready) => server!.once('listening', ready));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const feedText = (url: string) =>
  `websocket: { url: '${url}', after: seq }\ntime: at\nid: seq\nsequence: seq\nhealth: 1s`;
const watchText = `stream: log
by: site
window: 10s
measures: { events: count(), n: sum(n), kinds: distinct(site) }
detect: [{ measure: n, method: robust, threshold: 1 }]
alerts: [{ name: much, when: 'n > 35', for: 20s }]`;
const clock = { time: 'at', disorder: 0, lateness: 0 };

/** One page: a stream and its monitor until the stream is done or the disk dies; what is in the tables then. */
async function page(url: string, disk: MemoryFolder) {
  const worker = await openWorker({}, { env: testEnv(), disk, pace: { rows: 150, ms: 1000 } });
  const reports: StreamReport[] = [];
  const onProgress = ({ live }: { live?: LiveUpdate }) => {
    if (live?.report) reports.push(live.report as StreamReport);
  };
  const streaming = worker.call('runJob', job(stream, 'log', feedText(url)), { onProgress });
  const watching = worker.call('runJob', job(monitor, 'watch', watchText, clock));
  const [a, b] = await Promise.allSettled([streaming, watching]);
  const tables = Object.fromEntries(
    [...worker.tables].map(([name, table]) => [name, toRows(table)] as const)
  );
  worker.close();
  const ok = a.status === 'fulfilled' && b.status === 'fulfilled';
  return { ok, tables, reports, problems: a.status === 'fulfilled' ? a.value.problems : [] };
}

test('pages that die in mid-write leave a stream and a monitor that have every event once', async () => {
  const total = 1600;
  const url = await serveEvents(total);
  const whole = await page(url, new MemoryFolder());
  expect(whole.ok).toBe(true);
  expect(whole.tables['log']!.map((row) => row['seq'])).toEqual(
    Array.from({ length: total }, (_, i) => i)
  );

  const random = seeded(3, 'kills');
  let disk = new MemoryFolder();
  let kills = 0;
  for (;;) {
    disk = disk.survived(kills < 8 ? 500 + Math.floor(random() * 30_000) : Infinity);
    const { ok, tables, reports, problems } = await page(url, disk);
    if (!ok) {
      kills++;
      continue;
    }
    expect(problems).toEqual([]);
    expect(tables['log']!.map((row) => row['seq'])).toEqual(
      whole.tables['log']!.map((row) => row['seq'])
    );
    expect(tables['log']!.map((row) => row['arrival'])).toEqual(
      Array.from({ length: total }, (_, i) => i + 1)
    );
    for (const name of ['watch', 'watch_anomalies', 'watch_alerts'])
      expect(tables[name]).toEqual(whole.tables[name]);
    const last = reports.at(-1)!;
    expect(last.events).toBe(total);
    expect(last.feed!.missing).toBe(0);
    expect(last.feed!.kept).toMatchObject({ on: 'disk', trouble: null });
    break;
  }
  expect(kills).toBeGreaterThanOrEqual(5);
}, 60_000);
