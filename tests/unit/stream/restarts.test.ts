import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { seeded } from '#lib/base/random.ts';
import { MemoryFolder } from '../../support/log-folder.ts';
import { page, pagesThatDie, type PageOutcome } from '../../support/pages.ts';

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

/** A server of `total` events, from the one after `after` on, some sent again now and then; it says when that is all. */
async function serveEvents(total: number, made: (seq: number) => object = event): Promise<string> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    let seq = Number(new URL(request.url!, 'ws://h').searchParams.get('after') ?? -1) + 1;
    const timer = setInterval(() => {
      if (seq >= total) {
        clearInterval(timer);
        return socket.close(1000, 'done');
      }
      const to = Math.min(total, seq + 20);
      const batch = Array.from({ length: to - seq }, (_, i) => made(seq + i));
      if (seq % 80 === 0 && seq > 0) batch.unshift(made(seq - 1));
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

test('pages that die in mid-write leave a stream and a monitor that have every event once', async () => {
  const total = 1600;
  const url = await serveEvents(total);
  const given = { feed: feedText(url), watch: { body: watchText, clock } };
  const whole = await page(given, new MemoryFolder());
  expect(whole.ok).toBe(true);
  expect(whole.tables['log']!.map((row) => row['seq'])).toEqual(
    Array.from({ length: total }, (_, i) => i)
  );

  const random = seeded(3, 'kills');
  const budget = () => 500 + Math.floor(random() * 30_000);
  const { tables, reports, problems, kills } = await pagesThatDie(given, budget, 8);
  expect(kills).toBeGreaterThanOrEqual(5);
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
}, 60_000);

test('what a monitor lets go of stays gone after pages that died', async () => {
  const total = 1600;
  const url = await serveEvents(total);
  const body = `${watchText}\nretain: { rows: 40 }`;
  const given = { feed: feedText(url), watch: { body, clock } };
  const whole = await page(given, new MemoryFolder());
  expect(whole.tables['watch']!).toHaveLength(40);
  const random = seeded(7, 'kills');
  const budget = () => 500 + Math.floor(random() * 30_000);
  const { tables, largest, kills, disk } = await pagesThatDie(given, budget, 8);
  expect(kills).toBeGreaterThanOrEqual(5);
  expect(largest['watch']).toBe(40);
  expect(tables['watch']).toEqual(whole.tables['watch']);
  // All of it comes from the disk, more windows than the table keeps.
  const again = await page(given, disk);
  expect(again.reports.at(-1)!.events).toBe(total);
  expect(again.largest['watch']).toBe(40);
  expect(again.tables['watch']).toEqual(whole.tables['watch']);
}, 60_000);

describe('events kept apart', () => {
  const ahead = (seq: number) => seq % 50 === 7;
  const future = (seq: number) =>
    ahead(seq)
      ? { ...event(seq), at: new Date(Date.now() + 86_400_000).toISOString() }
      : event(seq);
  const told = (rows: PageOutcome['tables'][string] | undefined) =>
    rows?.map((row) => [row['held'], row['seq']]);

  test('are there again after pages that died, each once and with its number', async () => {
    const total = 800;
    const url = await serveEvents(total, future);
    const random = seeded(5, 'kills');
    const { tables, reports, kills } = await pagesThatDie(
      { feed: feedText(url) },
      () => 400 + Math.floor(random() * 12_000),
      12
    );
    expect(kills).toBeGreaterThanOrEqual(5);
    const seqs = Array.from({ length: total }, (_, i) => i);
    expect(tables['log']!.map((row) => row['seq'])).toEqual(seqs.filter((seq) => !ahead(seq)));
    expect(told(tables['log_quarantine'])).toEqual(
      seqs.filter(ahead).map((seq, i) => [i + 1, seq])
    );
    const { quarantined, quarantine } = reports.at(-1)!;
    expect(quarantined).toBe(seqs.filter(ahead).length);
    expect(quarantine.every(({ time, arrived }) => time - arrived > 80_000_000)).toBe(true);
    expect(quarantine).toHaveLength(12);
  }, 30_000);

  test('are there again where there is nothing else', async () => {
    const url = await serveEvents(40, (seq) => ({ ...event(seq), at: '2999-01-01T00:00:00Z' }));
    const disk = new MemoryFolder();
    const before = await page({ feed: feedText(url) }, disk);
    expect(before.tables['log']).toEqual([]);
    const after = await page({ feed: feedText(url) }, disk.survived());
    expect(after.tables['log']).toEqual([]);
    expect(after.tables['log_quarantine']).toEqual(before.tables['log_quarantine']);
    expect(told(after.tables['log_quarantine'])).toEqual(
      Array.from({ length: 40 }, (_, i) => [i + 1, i])
    );
    expect(after.reports.at(-1)).toMatchObject({ events: 0, quarantined: 40 });
  });
});
