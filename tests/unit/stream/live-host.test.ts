import { describe, expect, test, vi } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import monitor from '#lib/cells/monitor/index.ts';
import stream from '#lib/cells/stream/index.ts';
import type { LiveUpdate } from '#lib/runtime/engine.ts';
import type { LiveOutcome } from '#lib/runtime/worker-contracts.ts';
import { timeUntil } from '../../support/in-time.ts';
import { job, openWorker } from '../../support/stream-worker.ts';

function events(count: number): Columns {
  return columns({
    at: numeric(
      Array.from({ length: count }, (_, i) => i * 1000),
      'timestamp'
    ),
    site: text(Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 'a' : 'b'))),
    n: numeric(
      Array.from({ length: count }, (_, i) => i % 7),
      'integer'
    )
  });
}

const clock = { time: 'at', disorder: 0, lateness: 0 };
const replay = 'replay: { source: events, time: at, speed: max }';
const watch = 'stream: log\nby: site\nwindow: 10m\nmeasures: { events: count(), n: sum(n) }';

const patience = { timeout: 20_000 };

describe('the stream worker', () => {
  test('a monitor that follows from the start, one that comes late and one that comes after sum up the same', async () => {
    const worker = await openWorker({ events: events(450_000) });
    const started = deferred<void>();
    const late = deferred<void>();
    const streaming = worker.call('runJob', job(stream, 'log', replay), {
      onProgress: ({ live }) => {
        if (live) started.resolve();
        if ((live?.relations.find((r) => r.name === 'log')?.rows ?? 0) > 250_000) late.resolve();
      }
    });
    await started.promise;
    const first = worker.call('runJob', job(monitor, 'first', watch, clock));
    await late.promise;
    const second = worker.call('runJob', job(monitor, 'second', watch, clock));
    const [log, ...monitors] = await Promise.all([streaming, first, second]);
    monitors.push(await worker.call('runJob', job(monitor, 'third', watch, clock)));

    expect(log.events).toBe(450_000);
    expect(worker.tables.get('log')!.length).toBe(450_000);
    expect(monitors.map((m: LiveOutcome) => m.events)).toEqual([450_000, 450_000, 450_000]);
    const rows = toRows(worker.tables.get('first')!);
    expect(rows.length).toBe(1500);
    expect(toRows(worker.tables.get('second')!)).toEqual(rows);
    expect(toRows(worker.tables.get('third')!)).toEqual(rows);
    worker.close();
  }, 90_000);

  test('writes in micro-batches and tells of them while it runs', async () => {
    const worker = await openWorker({ events: events(20_000) });
    const updates: LiveUpdate[] = [];
    let hurried: Promise<null> | null = null;
    await worker.call('speed', { speed: 1000 });
    const outcome = await worker.call('runJob', job(stream, 'log', replay), {
      onProgress: ({ live }) => {
        if (!live) return;
        updates.push(live);
        // Two seconds on a machine that has nothing else to do.
        const isSeen = (live.relations[0]?.rows ?? 0) >= 2000 && updates.length > 4;
        if (isSeen) hurried ??= worker.call('speed', { speed: Infinity });
      }
    });
    expect(outcome.relations.map((r) => [r.name, r.rows])).toEqual([
      ['log', 20_000],
      ['log_health', worker.tables.get('log_health')!.length],
      ['log_quarantine', 0]
    ]);
    await (hurried as Promise<null> | null);
    expect(worker.sizes.length).toBeLessThan(40);
    expect(updates.length).toBeGreaterThan(4);
    expect(updates.length).toBeLessThan(30);
    expect(updates.map((u) => u.revision)).toEqual(
      [...updates.map((u) => u.revision)].sort((a, b) => a - b)
    );
    expect(outcome.started).toBeGreaterThan(1_600_000_000_000);
    worker.close();
  });

  test('tells what is wrong while it runs, not at an end that may never come', async () => {
    const worker = await openWorker({ events: events(60_000) });
    await worker.call('speed', { speed: 1000 });
    const controller = new AbortController();
    const { signal } = controller;
    const told = new Set<string>();
    const streaming = worker.call('runJob', job(stream, 'log', replay), { signal });
    const crowded = `${watch}\nretain: { keys: 1 }`;
    const following = worker.call('runJob', job(monitor, 'watch', crowded, clock), {
      signal,
      onProgress: ({ live }) => {
        for (const { code } of live?.problems ?? []) told.add(code);
      }
    });
    const endings = Promise.allSettled([streaming, following]);
    await vi.waitFor(() => expect([...told]).toEqual(['live.keys-crowded']), patience);
    controller.abort();
    expect((await endings).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    worker.close();
  });

  test('stops within half a second, paused or not, and keeps what is there; followers stop as well', async () => {
    const worker = await openWorker({ events: events(60_000) });
    await worker.call('speed', { speed: 1000 });
    const controller = new AbortController();
    const streaming = worker.call('runJob', job(stream, 'log', replay), {
      signal: controller.signal
    });
    const following = worker.call('runJob', job(monitor, 'watch', watch, clock));
    const endings = Promise.allSettled([streaming, following]);
    await vi.waitFor(() => expect(worker.tables.get('log')!.length).toBeGreaterThan(0), patience);
    await worker.call('speed', { speed: 0 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    expect(await timeUntil(endings)).toBeLessThan(500);
    const [a, b] = await endings;
    for (const ending of [a, b]) {
      expect(ending).toMatchObject({ status: 'rejected', reason: new Cancelled() });
    }
    const kept = worker.tables.get('log')!.length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(60_000);
    expect(toRows(worker.tables.get('log')!).at(-1)!['arrival']).toBe(kept);
    worker.close();
  });

  test('a change of speed wakes a paused replay', async () => {
    const worker = await openWorker({ events: events(100) });
    await worker.call('speed', { speed: 0 });
    const streaming = worker.call('runJob', job(stream, 'log', replay));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(worker.tables.has('log')).toBe(false);
    await worker.call('speed', { speed: Infinity });
    expect((await streaming).events).toBe(100);
    worker.close();
  });

  test('a stream that is not there is named', async () => {
    const worker = await openWorker({});
    const following = worker.call('runJob', job(monitor, 'watch', watch, clock));
    await expect(following).rejects.toMatchObject({ problem: { code: 'live.stream-missing' } });
    worker.close();
  });

  test('a stream that fails is named to whoever follows it', async () => {
    const worker = await openWorker({ events: events(10) });
    const streaming = worker.call('runJob', job(stream, 'log', `${replay}\nid: nothing`));
    const following = worker.call('runJob', job(monitor, 'watch', watch, clock));
    await expect(streaming).rejects.toMatchObject({ problem: { code: 'live.column' } });
    await expect(following).rejects.toMatchObject({ problem: { code: 'live.stream-ended' } });
    worker.close();
  });
});
