import { afterEach, describe, expect, test, vi } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import monitor from '#lib/cells/monitor/index.ts';
import stream from '#lib/cells/stream/index.ts';
import { mirrorChannel, type Told } from '#lib/runtime/mirror/messages.ts';
import { Publication } from '#lib/runtime/mirror/publication.ts';
import { job, openWorker } from '../../support/stream-worker.ts';

function events(count: number): Columns {
  const rows = Array.from({ length: count }, (_, i) => i);
  return columns({
    at: numeric(
      rows.map((i) => i * 1000),
      'timestamp'
    ),
    site: text(rows.map((i) => (i % 3 === 0 ? 'a' : 'b'))),
    n: numeric(
      rows.map((i) => i % 7),
      'integer'
    )
  });
}

const clock = { time: 'at', disorder: 0, lateness: 0 };
const replay = 'replay: { source: events, time: at, speed: max }';
const watch =
  "stream: log\nby: site\nwindow: 10m\nmeasures: { events: count(), n: sum(n) }\nalerts: [{ name: many, when: 'events > 300' }]";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

let notebooks = 0;

/** A worker that runs a notebook, and what it says to other tabs. */
async function leading(count: number) {
  const notebook = `mirrored ${++notebooks}`;
  const worker = await openWorker({ events: events(count) }, { notebook });
  const channel = new BroadcastChannel(mirrorChannel(notebook));
  const told: Told[] = [];
  channel.onmessage = (event) => {
    const { data } = event as { data: Told };
    if ('tell' in data) told.push(data);
  };
  opened.push(worker, channel);
  return { ...worker, notebook, told };
}

async function following(notebook: string) {
  const worker = await openWorker({}, { notebook, mirrors: true });
  opened.push(worker);
  return worker;
}

describe('a mirror of live cells', () => {
  test('joins in the middle and ends with the same tables, reports and figures', async () => {
    const leader = await leading(20_000);
    await leader.call('speed', { speed: 10_000 });
    const begun = deferred<void>();
    const log = leader.call('runJob', job(stream, 'log', replay), {
      onProgress: ({ live }) => {
        if ((live?.relations[0]?.rows ?? 0) > 2000) begun.resolve();
      }
    });
    const seen = leader.call('runJob', job(monitor, 'seen', watch, clock));
    await begun.promise;
    const follower = await following(leader.notebook);
    const revisions: number[] = [];
    const mirrors = Promise.all([
      follower.call('runJob', job(stream, 'log', replay), {
        onProgress: ({ live }) => {
          if (live?.report) revisions.push(live.relations[0]?.rows ?? 0);
        }
      }),
      follower.call('runJob', job(monitor, 'seen', watch, clock))
    ]);
    const [own, monitored] = await Promise.all([log, seen]);
    const [copied, copiedMonitor] = await mirrors;
    for (const name of ['log', 'log_health', 'seen', 'seen_alerts', 'seen_notifications'])
      expect(toRows(follower.tables.get(name)!), name).toEqual(toRows(leader.tables.get(name)!));
    expect(copied).toEqual({ ...own, partial: true });
    expect(copiedMonitor).toEqual({ ...monitored, partial: true });
    expect(leader.tables.get('seen_alerts')!.length).toBeGreaterThan(0);
    expect(revisions.length).toBeGreaterThan(1);
    expect(leader.told.filter(({ tell }) => tell === 'rows').length).toBeGreaterThan(0);
  });

  test('nothing is said while nobody follows; who comes after the end has it all', async () => {
    const leader = await leading(5000);
    const own = await leader.call('runJob', job(stream, 'log', replay));
    await new Promise((done) => setTimeout(done, 50));
    expect(leader.told).toEqual([]);
    const follower = await following(leader.notebook);
    expect(await follower.call('runJob', job(stream, 'log', replay))).toEqual({
      ...own,
      partial: true
    });
    expect(follower.tables.get('log')!.length).toBe(5000);
  });

  test('follows until the run is stopped, or until it is stopped itself', async () => {
    const leader = await leading(5000);
    await leader.call('speed', { speed: 100 });
    const stop = new AbortController();
    const run = leader.call('runJob', job(stream, 'log', replay), { signal: stop.signal });
    const follower = await following(leader.notebook);
    const leave = new AbortController();
    const mirror = (signal?: AbortSignal) =>
      follower.call('runJob', job(stream, 'log', replay), signal ? { signal } : {});
    const left = mirror(leave.signal);
    await vi.waitFor(() => expect(follower.tables.get('log')!.length).toBeGreaterThan(0));
    leave.abort();
    await expect(left).rejects.toBeInstanceOf(Cancelled);
    const stopped = mirror();
    await vi.waitFor(() => expect(leader.told.filter((t) => t.tell === 'whole').length).toBe(2));
    stop.abort();
    await expect(run).rejects.toBeInstanceOf(Cancelled);
    await expect(stopped).rejects.toBeInstanceOf(Cancelled);
  });

  test('says so when the tab that leads has no such run', { timeout: 15_000 }, async () => {
    const leader = await leading(10);
    const follower = await following(leader.notebook);
    await expect(follower.call('runJob', job(stream, 'log', replay))).rejects.toMatchObject({
      problem: { code: 'live.not-led' }
    });
  });
});

describe('a publication', () => {
  const bytes = (size: number) => new Uint8Array(size);
  const tables = {
    writer: { still: (_: string, work: () => Promise<void>) => work() },
    reader: { readIpc: () => Promise.resolve(bytes(10)) }
  };

  test('tells a mirror that does not keep up no more until it joins again', async () => {
    const told: Told[] = [];
    const publication = new Publication('log', tables, (word) => told.push(word));
    publication.write('log', bytes(1 << 20), [], null);
    expect(told).toEqual([]);
    await publication.join('slow');
    await publication.join('quick');
    const numbers = () => told.flatMap((t) => (t.tell === 'rows' ? [t.number] : []));
    for (let i = 0; i < 40; i++) {
      publication.write('log', bytes(1 << 20), [], null);
      publication.taken('quick', (1 << 20) + 512);
    }
    expect(told.filter((t) => t.tell === 'behind').map((t) => t.to)).toEqual(['slow']);
    // The quick one has every write.
    expect(numbers()).toEqual(Array.from({ length: 40 }, (_, i) => i + 2));
    publication.leave('quick');
    publication.write('log', bytes(1), [], null);
    expect(numbers().length).toBe(40);
    await publication.join('slow');
    expect(told.findLast((t) => t.tell === 'table')).toMatchObject({ to: 'slow', number: 42 });
    publication.end({ how: 'stopped' });
    expect(told.at(-1)).toMatchObject({ tell: 'end', to: null });
  });

  test('reports no oftener than is looked at, and the newest in the end', () => {
    vi.useFakeTimers();
    const told: Told[] = [];
    const publication = new Publication('log', tables, (word) => told.push(word));
    void publication.join('one');
    const reports = () =>
      told.flatMap((t) => (t.tell === 'report' && t.to === null ? [t.shown.report] : []));
    for (let i = 0; i < 10; i++) publication.report(i);
    expect(reports()).toEqual([0]);
    vi.advanceTimersByTime(1000);
    expect(reports()).toEqual([0, 9]);
    vi.useRealTimers();
  });
});
