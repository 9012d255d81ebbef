import { describe, expect, test } from 'vitest';
import { columns, concat, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { LiveRun, StreamClock } from '#lib/cells/core/context.ts';
import monitor from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import stream from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import type { TableContract } from '#lib/relations/data-contract.ts';
import { connect } from '#lib/rpc/client.ts';
import { serve } from '#lib/rpc/server.ts';
import type { Job, LiveUpdate } from '#lib/runtime/engine.ts';
import { mergeProgress } from '#lib/rpc/merge.ts';
import { liveHandlers } from '#lib/runtime/live-host.ts';
import type { RunId } from '#lib/runtime/states.ts';
import type { LiveOutcome, StreamContract } from '#lib/runtime/worker-contracts.ts';

const runners: Readonly<Record<string, LiveRun<never>>> = {
  stream: runStream,
  monitor: runMonitor
};

/** A stream worker over a data port of tables in memory, both behind real message channels. */
async function openWorker(given: Readonly<Record<string, Columns>>) {
  const tables = new Map(Object.entries(given));
  const owner = new Map<string, number>();
  const sizes: number[] = [];
  const data = new MessageChannel();
  const infoOf = (name: string) => {
    const table = tables.get(name)!;
    const fields = table.names.map((n, i) => ({ name: n, type: table.vectors[i]!.type }));
    return { name, rows: table.length, fields };
  };
  const endData = serve<TableContract>(data.port1, {
    readTable: ({ relation }) => Promise.resolve(ipcFromColumns(tables.get(relation)!)),
    describeTable: ({ relation }) =>
      Promise.resolve(tables.has(relation) ? infoOf(relation) : null),
    writeTable: () => Promise.resolve(null),
    appendTable: ({ run, relation, ipc }) => {
      const batch = columnsFromIpc(ipc);
      sizes.push(batch.length);
      const before = owner.get(relation) === run ? tables.get(relation)! : null;
      tables.set(relation, before ? concat([before, batch]) : batch);
      owner.set(relation, run);
      return Promise.resolve(infoOf(relation));
    }
  });
  const worker = new MessageChannel();
  const end = serve<StreamContract>(
    worker.port1,
    liveHandlers((kind) => Promise.resolve(runners[kind] as never)),
    { combine: mergeProgress }
  );
  const connection = connect<StreamContract>(worker.port2, { name: 'stream' });
  await connection.call('connect', { data: data.port2, assets: '' }, { transfer: [data.port2] });
  return {
    call: connection.call,
    tables,
    sizes,
    close() {
      connection.close();
      end();
      endData();
      for (const { port1, port2 } of [data, worker]) {
        port1.close();
        port2.close();
      }
    }
  };
}

let runs = 0;

function job(
  kind: typeof stream | typeof monitor,
  name: string,
  body: string,
  clock?: StreamClock
): Job {
  const { config } = kind.body.parse(body, {});
  const cell = { name, kind: kind.kind, body, config, params: {} };
  return {
    run: ++runs as RunId,
    cell,
    mode: 'live',
    needsNetwork: false,
    inputs: [],
    follows: kind.kind === 'monitor' ? [{ relation: 'log', clock: clock ?? null }] : [],
    outputs: kind.outputs.map((suffix) => (suffix ? `${name}_${suffix}` : name)),
    seed: 1,
    now: 0
  };
}

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
  });

  test('writes in micro-batches and tells of them while it runs', async () => {
    const worker = await openWorker({ events: events(2000) });
    const updates: LiveUpdate[] = [];
    await worker.call('speed', { speed: 1000 });
    const outcome = await worker.call('runJob', job(stream, 'log', replay), {
      onProgress: ({ live }) => {
        if (live) updates.push(live);
      }
    });
    expect(outcome.relations.map((r) => [r.name, r.rows])).toEqual([
      ['log', 2000],
      ['log_health', worker.tables.get('log_health')!.length]
    ]);
    expect(worker.sizes.length).toBeLessThan(40);
    expect(updates.length).toBeGreaterThan(4);
    expect(updates.length).toBeLessThan(30);
    expect(updates.map((u) => u.revision)).toEqual(
      [...updates.map((u) => u.revision)].sort((a, b) => a - b)
    );
    expect(outcome.started).toBeGreaterThan(1_600_000_000_000);
    worker.close();
  });

  test('stops within half a second, paused or not, and keeps what is there; followers stop as well', async () => {
    const worker = await openWorker({ events: events(5000) });
    await worker.call('speed', { speed: 1000 });
    const controller = new AbortController();
    const streaming = worker.call('runJob', job(stream, 'log', replay), {
      signal: controller.signal
    });
    const following = worker.call('runJob', job(monitor, 'watch', watch, clock));
    const endings = Promise.allSettled([streaming, following]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await worker.call('speed', { speed: 0 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stoppedAt = performance.now();
    controller.abort();
    const [a, b] = await endings;
    expect(performance.now() - stoppedAt).toBeLessThan(500);
    for (const ending of [a, b]) {
      expect(ending).toMatchObject({ status: 'rejected', reason: new Cancelled() });
    }
    const kept = worker.tables.get('log')!.length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(5000);
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
