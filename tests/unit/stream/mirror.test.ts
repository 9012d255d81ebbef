import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import monitor from '#lib/cells/monitor/index.ts';
import stream from '#lib/cells/stream/index.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { LiveTables } from '#lib/runtime/live-tables.ts';
import { mirrorChannel, type Asked, type Told, type Word } from '#lib/runtime/mirror/messages.ts';
import { mirrorRun } from '#lib/runtime/mirror/mirror-run.ts';
import { Publication } from '#lib/runtime/mirror/publication.ts';
import { eventually } from '../../support/eventually.ts';
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
    // It goes on slowly until the mirror has seen that it does.
    await leader.call('speed', { speed: 200 });
    const begun = deferred<void>();
    const log = leader.call('runJob', job(stream, 'log', replay), {
      onProgress: ({ live }) => {
        if ((live?.relations[0]?.rows ?? 0) > 200) begun.resolve();
      }
    });
    const seen = leader.call('runJob', job(monitor, 'seen', watch, clock));
    await begun.promise;
    const follower = await following(leader.notebook);
    const revisions = new Set<number>();
    const mirrors = Promise.all([
      follower.call('runJob', job(stream, 'log', replay), {
        onProgress: ({ live }) => {
          if (live?.report) revisions.add(live.relations[0]?.rows ?? 0);
        }
      }),
      follower.call('runJob', job(monitor, 'seen', watch, clock))
    ]);
    await eventually(() => {
      expect(revisions.size).toBeGreaterThan(2);
      expect(leader.told.filter(({ tell }) => tell === 'rows').length).toBeGreaterThan(1);
    });
    await leader.call('speed', { speed: 1_000_000 });
    const [own, monitored] = await Promise.all([log, seen]);
    const [copied, copiedMonitor] = await mirrors;
    for (const name of ['log', 'log_health', 'seen', 'seen_alerts', 'seen_notifications'])
      expect(toRows(follower.tables.get(name)!), name).toEqual(toRows(leader.tables.get(name)!));
    expect(copied).toEqual({ ...own, partial: true });
    expect(copiedMonitor).toEqual({ ...monitored, partial: true });
    expect(leader.tables.get('seen_alerts')!.length).toBeGreaterThan(0);
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
    /** Mirrors that have been given the whole state. */
    const whole = () => new Set(leader.told.flatMap((t) => (t.tell === 'whole' ? [t.to] : [])));
    await eventually(() => {
      expect(follower.tables.get('log')!.length).toBeGreaterThan(0);
      expect(whole().size).toBe(1);
    });
    leave.abort();
    await expect(left).rejects.toBeInstanceOf(Cancelled);
    const stopped = mirror();
    await eventually(() => expect(whole().size).toBe(2));
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

describe('a mirror that is told amiss', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A mirror of `log`, and the tab that leads as the test plays it. */
  function played() {
    const asked: Asked['ask'][] = [];
    const channel = {
      onmessage: (_: { data: Told }) => undefined as void,
      postMessage: ({ ask }: Asked) => void asked.push(ask),
      close: () => undefined
    };
    const written: string[] = [];
    const call = (_: string, { relation }: { relation: string }) => {
      written.push(relation);
      return Promise.resolve({ name: relation, rows: written.length, fields: [] });
    };
    const { signal } = new AbortController();
    const cell = job(stream, 'log', replay);
    const tables = new LiveTables(call, cell, signal);
    const context = { signal, enough: signal, progress: () => undefined };
    const run = mirrorRun(channel as unknown as BroadcastChannel, tables, cell, context);
    let end: unknown = null;
    run.catch((error: unknown) => (end = error));
    return {
      asked: () => asked.splice(0),
      written,
      end: () => end,
      async tell(word: Word, run = 'a') {
        channel.onmessage({ data: { ...word, cell: 'log', run, to: null } });
        await vi.advanceTimersByTimeAsync(0);
      }
    };
  }

  const trouble = problem('live.stream-missing', { stream: 'log' });
  const table: Word = { tell: 'table', relation: 'log', number: 3, ipc: new Uint8Array(1) };

  test('asks anew where the state could not be given, and ends by why it could not', async () => {
    const mirror = played();
    expect(mirror.asked()).toEqual(['state']);
    for (let round = 0; round < 2; round++) {
      for (let failure = 0; failure < 4; failure++) {
        await mirror.tell({ tell: 'coming' });
        await mirror.tell({ tell: 'trouble', problem: trouble });
        expect(mirror.asked()).toEqual([]);
        await vi.advanceTimersByTimeAsync(1000);
        expect(mirror.asked()).toEqual(['state']);
      }
      await mirror.tell({ tell: 'coming' });
      await mirror.tell(table);
      await mirror.tell({ tell: 'whole' });
      await mirror.tell({ tell: 'behind' });
      expect(mirror.asked()).toEqual(['state']);
    }
    expect(mirror.written.length).toBe(2);
    for (let failure = 0; failure < 5; failure++) {
      expect(mirror.end()).toBeNull();
      await mirror.tell({ tell: 'coming' });
      await mirror.tell({ tell: 'trouble', problem: trouble });
    }
    expect(mirror.end()).toMatchObject({ problem: trouble });
    expect(mirror.asked()).toEqual(['nothing']);
  });

  test('asks whether a state that breaks off still comes', async () => {
    const mirror = played();
    await mirror.tell({ tell: 'coming' });
    await mirror.tell(table);
    mirror.asked();
    await vi.advanceTimersByTimeAsync(3900);
    expect(mirror.asked()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1200);
    expect(mirror.asked()).toEqual(['state']);
    // It does: nothing of what has come is lost.
    await mirror.tell({ tell: 'coming' });
    await mirror.tell({ tell: 'whole' });
    await mirror.tell({ tell: 'end', end: { how: 'stopped' } });
    expect(mirror.end()).toBeInstanceOf(Cancelled);
  });

  test('has the state of another run, or none, where that which came will not be ended', async () => {
    const mirror = played();
    await mirror.tell({ tell: 'coming' });
    await mirror.tell(table);
    await mirror.tell({ tell: 'coming' }, 'b');
    await mirror.tell({ tell: 'whole' });
    await mirror.tell(table, 'b');
    expect(mirror.written.length).toBe(2);
    mirror.asked();
    // The tab that leads has been loaded anew.
    await mirror.tell({ tell: 'absent' }, '');
    for (let second = 1; second < 5; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      expect(mirror.asked()).toEqual(['state']);
      await mirror.tell({ tell: 'absent' }, '');
    }
    expect(mirror.end()).toBeNull();
    await vi.advanceTimersByTimeAsync(2000);
    expect(mirror.end()).toMatchObject({ problem: { code: 'live.not-led' } });
  });

  test('a tab that says nothing at all is waited for half a minute', async () => {
    const mirror = played();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(mirror.end()).toBeNull();
    await mirror.tell({ tell: 'coming' });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(mirror.end()).toBeNull();
    await vi.advanceTimersByTimeAsync(2000);
    expect(mirror.end()).toMatchObject({ problem: { code: 'live.not-led' } });
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

  test('says why it cannot give its state, and gives it when asked anew', async () => {
    const told: Told[] = [];
    const reads = [() => Promise.reject(fail('live.stream-missing', { stream: 'log' }))];
    const reader = { readIpc: () => reads.shift()?.() ?? Promise.resolve(bytes(10)) };
    const publication = new Publication('log', { ...tables, reader }, (word) => told.push(word));
    publication.write('log', bytes(1), [], null);
    await publication.join('one');
    expect(told.map(({ tell, to }) => [tell, to])).toEqual([
      ['coming', 'one'],
      ['trouble', 'one']
    ]);
    expect(told[1]).toMatchObject({ problem: { code: 'live.stream-missing' } });
    // Until it asks it is told nothing.
    publication.write('log', bytes(1), [], null);
    expect(told.length).toBe(2);
    await publication.join('one');
    expect(told.slice(2).map(({ tell }) => tell)).toEqual(['coming', 'table', 'report', 'whole']);
    publication.write('log', bytes(1), [], null);
    expect(told.at(-1)).toMatchObject({ tell: 'rows', number: 3 });
  });

  test('begins anew for a mirror that falls behind while it is given the state, once that asks', async () => {
    const told: Told[] = [];
    const reading: ((ipc: Uint8Array) => void)[] = [];
    const reader = {
      readIpc: () => new Promise<Uint8Array>((resolve) => reading.push(resolve))
    };
    const publication = new Publication('log', { ...tables, reader }, (word) => told.push(word));
    publication.write('log', bytes(1), [], null);
    publication.write('log_health', bytes(1), [], null);
    const joined = publication.join('one');
    for (let i = 0; i < 20; i++) publication.write('log', bytes(1 << 20), [], null);
    expect(told.at(-1)).toMatchObject({ tell: 'behind', to: 'one' });
    // What is read for the first state is still under way.
    const again = publication.join('one');
    expect(told.at(-1)).toMatchObject({ tell: 'coming', to: 'one' });
    const from = told.length;
    reading[0]!(bytes(10));
    for (const at of [1, 2]) {
      await eventually(() => expect(reading.length).toBe(at + 1));
      reading[at]!(bytes(10));
    }
    await Promise.all([joined, again]);
    expect(told.slice(from).map((t) => [t.tell, t.tell === 'table' ? t.relation : ''])).toEqual([
      ['table', 'log'],
      ['table', 'log_health'],
      ['report', ''],
      ['whole', '']
    ]);
    publication.write('log', bytes(1), [], null);
    expect(told.at(-1)).toMatchObject({ tell: 'rows', number: 22 });
  });

  test('reports no oftener than is looked at, and the newest in the end', () => {
    vi.useFakeTimers();
    const told: Told[] = [];
    const publication = new Publication('log', tables, (word) => told.push(word));
    void publication.join('one');
    const reports = () =>
      told.flatMap((t) => (t.tell === 'report' && t.to === null ? [t.shown.report] : []));
    for (let i = 0; i < 10; i++) publication.report(i, []);
    expect(reports()).toEqual([0]);
    vi.advanceTimersByTime(1000);
    expect(reports()).toEqual([0, 9]);
    vi.useRealTimers();
  });
});
