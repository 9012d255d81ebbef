import { afterEach, describe, expect, it } from 'vitest';
import { columns, numeric, toRows, type Columns } from '#lib/base/columns.ts';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import type { ComputeRun, PartRun } from '#lib/cells/core/context.ts';
import { inParts } from '#lib/cells/core/parts.ts';
import type { AnyRun } from '#lib/cells/runners.ts';
import { fail } from '#lib/problems/index.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import type { DataContract, TableContract } from '#lib/relations/data-contract.ts';
import { MemoryRelations } from '#lib/relations/memory.ts';
import type { ContractOf, Handlers } from '#lib/rpc/contract.ts';
import { serve } from '#lib/rpc/server.ts';
import { computeHandlers } from '#lib/runtime/compute-host.ts';
import type { Job, LiveUpdate, RunOptions } from '#lib/runtime/engine.ts';
import type { SandboxRunner } from '#lib/runtime/sandbox-model.ts';
import type { RunId } from '#lib/runtime/states.ts';
import type { ComputeContract, StreamContract } from '#lib/runtime/worker-contracts.ts';
import {
  createWorkerEngine,
  type WorkerEngine,
  type WorkerEngineOptions
} from '#lib/runtime/worker-engine.ts';
import type { WorkerLike } from '#lib/runtime/worker-slot.ts';
import { eventually } from '../../support/eventually.ts';
import { timeUntil } from '../../support/in-time.ts';
import { thread } from '../rpc/thread.ts';

/** A thread that speaks the compute contract and never yields once it runs a job. */
const neverYields = `
  parentPort.postMessage({ type: 'ready', methods: ['connect', 'runJob'] });
  parentPort.on('message', ({ id, method }) => {
    if (method === 'runJob') {
      parentPort.postMessage({ type: 'progress', id, progress: { progress: { done: 0 } } });
      for (;;);
    }
    if (method === 'connect') parentPort.postMessage({ type: 'result', id, value: null });
  });
`;

/** Answers `connect` and dies on the first job. */
const diesAtWork = neverYields.replace('for (;;);', `throw new Error('out of memory');`);

let nextRun = 1;
const opened: WorkerEngine[] = [];
afterEach(() => {
  for (const engine of opened.splice(0)) engine.dispose();
});

function inProcess<C extends ContractOf<C>>(handlers: Handlers<C>): WorkerLike {
  const { port1, port2 } = new MessageChannel();
  const stop = serve<C>(port2, handlers);
  return {
    postMessage: (message, transfer) => port1.postMessage(message, transfer),
    addEventListener: (type, listener) => port1.addEventListener(type, listener),
    removeEventListener: (type, listener) => port1.removeEventListener(type, listener),
    start: () => port1.start(),
    terminate() {
      stop();
      port1.close();
      port2.close();
    }
  };
}

/** A data worker over tables in memory, with what the engine of the page needs of it. */
function dataHandlers(log: string[]): Handlers<DataContract> {
  const relations = new MemoryRelations();
  const hidden = (run: number, relation: string) => `~${run}~${relation}`;
  const written = new Map<number, Set<string>>();
  const tables: Handlers<TableContract> = {
    readTable: async ({ relation, columns: names }) =>
      ipcFromColumns(await relations.read(relation, names ? { columns: names } : {})),
    describeTable: async ({ relation }) => (await relations.describe(relation)) ?? null,
    writeTable: async ({ run, relation, ipc }) => {
      written.set(run, (written.get(run) ?? new Set()).add(relation));
      await relations.append(hidden(run, relation), columnsFromIpc(ipc));
      return null;
    },
    appendTable: async ({ relation, ipc }) => {
      await relations.append(relation, columnsFromIpc(ipc));
      return (await relations.describe(relation))!;
    }
  };
  return {
    ...tables,
    start: async () => {
      log.push('data start');
      return { version: 'memory', ms: 0 };
    },
    connect: async ({ port }) => {
      serve<TableContract>(port, tables);
      return null;
    },
    runJob: async (job, { signal, progress }) => {
      progress({ done: 1 });
      if (job.cell.body === 'broken') throw fail('engine.broken', { detail: 'Memory.' });
      if (job.cell.body === 'hang') await new Promise(() => undefined);
      if (job.cell.body === 'wait') {
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Cancelled()))
        );
      }
      const info = await relations.write(job.outputs[0]!, sample);
      return { relations: [info], report: null, problems: [], hash: 'h' };
    },
    lookAt: async () => [],
    tableSizes: async () => [],
    keptBytes: async () => 0,
    forgetKept: async () => null,
    publish: async ({ run, outputs }) => {
      const names = outputs.filter((name) => written.get(run)?.has(name));
      const gone = outputs.filter((name) => !names.includes(name));
      await relations.publish(
        names.map((name) => ({ from: hidden(run, name), to: name })),
        gone
      );
      const infos = await Promise.all(names.map((name) => relations.describe(name)));
      return { relations: infos.map((info) => info!), hash: names.join() };
    },
    settleLive: async ({ relations: names }) => ({ hash: `live ${names.join()}` }),
    discard: async ({ run }) => {
      log.push(`discard ${run}`);
      await relations.drop([...(written.get(run) ?? [])].map((name) => hidden(run, name)));
      return null;
    },
    drop: async ({ relations: names }) => {
      log.push(`drop ${names.join()}`);
      await relations.drop(names);
      return null;
    },
    page: async ({ relation, limit }) =>
      ipcFromColumns(await relations.read(relation, limit === undefined ? {} : { limit })),
    query: async () => ipcFromColumns(sample),
    profile: async () => ({ rows: sample.length, exact: true, columns: [] }),
    export: async () => new Blob(['x']),
    addFiles: async ({ files }) => {
      log.push(`files ${files.length}`);
      return files.map(({ size }) => ({ name: 'x.csv', size, modified: 0 }));
    },
    removeFile: async () => null,
    setConnections: async () => null,
    fileMark: async ({ file }) => `mark of ${file}`,
    keep: async () => null,
    restore: async () => null,
    memory: async () => ({ used: 5, limit: 10 })
  };
}

const sample = columns({ x: numeric([1, 2, 3]) });

const twice: ComputeRun<unknown> = async (cell, inputs, ctx) => {
  ctx.progress({ done: 1, total: 1 });
  const x = Object.values(inputs)[0]!.vectors[0]! as { values: Float64Array };
  const doubled: Columns = columns({ x: numeric(x.values.map((v) => 2 * v)) });
  return { tables: { [cell.name]: doubled }, report: 'twice' };
};

const idleStream: Omit<Handlers<StreamContract>, 'runJob'> = {
  connect: async () => null,
  speed: async () => null,
  setConnections: async () => null,
  setGrowingFiles: async () => null,
  finishFeeds: async () => null,
  forgetLog: async () => null
};

function open(
  more: Partial<WorkerEngineOptions> = {},
  workers: Partial<Record<string, () => WorkerLike>> = {},
  run: AnyRun = twice
) {
  const log: string[] = [];
  const engine = createWorkerEngine({
    assets: 'https://site.example/',
    notebook: 'test',
    workers: { data: 'data', compute: 'compute', model: 'model', stream: 'stream' },
    cores: 2,
    start(url) {
      log.push(`start ${url}`);
      const own = workers[url];
      if (own) return own();
      return url === 'data'
        ? inProcess<DataContract>(dataHandlers(log))
        : inProcess<ComputeContract>(computeHandlers({ runner: async () => run }));
    },
    ...more
  });
  opened.push(engine);
  return { engine, log };
}

function job(name: string, more: Partial<Job> = {}, body = ''): Job {
  return {
    run: nextRun++ as RunId,
    cell: { name, kind: 'test', body, config: {}, params: {} },
    mode: 'sql',
    needsNetwork: false,
    inputs: [],
    follows: [],
    outputs: [name],
    seed: 1,
    now: 0,
    ...more
  };
}

function quiet(more: Partial<RunOptions> = {}): RunOptions {
  const signal = new AbortController().signal;
  return { signal, onProgress: () => undefined, onLive: () => undefined, ...more };
}

const doubling = (name = 'b') => job(name, { mode: 'compute', inputs: [{ relation: 'a' }] });

async function problemOf(answer: Promise<unknown>): Promise<Problem> {
  const error: unknown = await answer.then(
    () => null,
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

describe('the engine of the page', () => {
  it('starts each worker on first use and carries tables between them', async () => {
    const { engine, log } = open();
    expect(await engine.memory()).toEqual({ used: 0, limit: 0 });
    expect(log).toEqual([]);
    await engine.run(job('a'), quiet());
    expect(log).toEqual(['start data', 'data start']);
    const seen: number[] = [];
    const outcome = await engine.run(
      doubling(),
      quiet({ onProgress: ({ done }) => seen.push(done) })
    );
    expect(outcome).toMatchObject({ relations: [{ name: 'b', rows: 3 }], report: 'twice' });
    expect(seen).toEqual([1]);
    expect(toRows(await engine.page({ relation: 'b', limit: 2 }))).toEqual([{ x: 2 }, { x: 4 }]);
    expect(log.filter((l) => l === 'start compute')).toHaveLength(1);
    expect(await engine.memory()).toEqual({ used: 5, limit: 10 });
  });

  it('trains networks in the model worker', async () => {
    const { engine, log } = open();
    await engine.run(job('a'), quiet());
    await engine.run({ ...doubling(), needsNetwork: true }, quiet());
    expect(log).toContain('start model');
    expect(log).not.toContain('start compute');
  });

  it('queues compute jobs beyond the size of its pool, and lets go of one that is stopped there', async () => {
    let running = 0;
    let most = 0;
    const slow: ComputeRun<unknown> = async (cell, inputs, ctx) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return twice(cell, inputs, ctx);
    };
    const { engine } = open({ cores: 3 }, {}, slow);
    await engine.run(job('a'), quiet());
    const stop = new AbortController();
    const jobs = ['b', 'c', 'd', 'e'].map((name) => engine.run(doubling(name), quiet()));
    const stopped = engine.run(doubling('f'), quiet({ signal: stop.signal }));
    stop.abort();
    await expect(stopped).rejects.toBeInstanceOf(Cancelled);
    await Promise.all(jobs);
    expect(most).toBe(2);
  });

  it('runs scripts in the sandbox over tables read from the data worker', async () => {
    const sandbox: SandboxRunner = {
      run: async (_job, inputs) => ({
        tables: { s: ipcFromColumns(columnsFromIpc(inputs['a']!)) },
        report: Object.keys(inputs),
        problems: []
      }),
      dispose: () => undefined
    };
    const { engine } = open({ sandbox });
    await engine.run(job('a'), quiet());
    const script = job('s', { mode: 'script', inputs: [{ relation: 'a' }] });
    expect(await engine.run(script, quiet())).toMatchObject({
      relations: [{ name: 's', rows: 3 }],
      report: ['a']
    });
  });

  it('follows a live cell to its end and drops outputs it did not make', async () => {
    const live: LiveUpdate = { revision: 1, relations: [], report: 'r1', problems: [] };
    const stream: Handlers<StreamContract> = {
      ...idleStream,
      runJob: async (_, { progress }) => {
        progress({ progress: { done: 1 }, live });
        const relations = [{ name: 's', rows: 1, fields: [] }];
        return { relations, report: 'end', problems: [], events: 7, started: 3 };
      }
    };
    const { engine, log } = open({}, { stream: () => inProcess<StreamContract>(stream) });
    const updates: LiveUpdate[] = [];
    const outcome = await engine.run(
      job('s', { mode: 'live', outputs: ['s', 's_health'] }),
      quiet({ onLive: (update) => updates.push(update) })
    );
    expect(updates).toEqual([live]);
    expect(outcome).toMatchObject({ events: 7, started: 3, report: 'end', hash: 'live s' });
    expect(log).toContain('drop s_health');
  });
});

describe('stop', () => {
  const within = async (stop: AbortController, run: Promise<unknown>): Promise<number> => {
    stop.abort();
    const ms = await timeUntil(run);
    await expect(run).rejects.toBeInstanceOf(Cancelled);
    return ms;
  };

  it('takes less than 500 ms for a cell that never yields, whose worker is replaced', async () => {
    let first = true;
    const compute = () => {
      if (!first) return inProcess<ComputeContract>(computeHandlers({ runner: async () => twice }));
      first = false;
      return thread(neverYields);
    };
    const { engine, log } = open({}, { compute });
    await engine.run(job('a'), quiet());
    const stop = new AbortController();
    const working = deferred<void>();
    const run = engine.run(
      doubling(),
      quiet({ signal: stop.signal, onProgress: () => working.resolve() })
    );
    run.catch(() => undefined);
    await working.promise;
    expect(await within(stop, run)).toBeLessThan(500);
    await engine.run(doubling(), quiet());
    expect(log.filter((l) => l === 'start compute')).toHaveLength(2);
    expect(log.some((l) => l.startsWith('discard'))).toBe(true);
  });

  it('ends the worker of live cells for one that is late only where no other goes on in it', async () => {
    for (const others of [0, 1]) {
      const late = deferred<void>();
      const begun = new Set<string>();
      const stream: Handlers<StreamContract> = {
        ...idleStream,
        runJob: async (asked, { signal }) => {
          begun.add(asked.cell.name);
          const outcome = { relations: [], report: null, problems: [], events: 0, started: 0 };
          if (asked.cell.name === 'late') await late.promise;
          else await new Promise((done) => signal.addEventListener('abort', done));
          return outcome;
        }
      };
      const { engine, log } = open({}, { stream: () => inProcess<StreamContract>(stream) });
      const [stop, end] = [new AbortController(), new AbortController()];
      const live = (name: string, { signal }: AbortController) =>
        engine.run(job(name, { mode: 'live', outputs: [name] }), quiet({ signal }));
      const other = others > 0 ? live('other', end) : null;
      other?.catch(() => undefined);
      const run = live('late', stop);
      run.catch(() => undefined);
      await eventually(() => expect(begun.size).toBe(1 + others));
      expect(await within(stop, run)).toBeLessThan(500);
      late.resolve();
      if (other) expect(await within(end, other)).toBeLessThan(500);
      const again = new AbortController();
      const next = live('next', again);
      next.catch(() => undefined);
      await eventually(() => expect(begun).toContain('next'));
      again.abort();
      await expect(next).rejects.toBeInstanceOf(Cancelled);
      expect(log.filter((l) => l === 'start stream')).toHaveLength(others > 0 ? 1 : 2);
    }
  });

  it('of a live cell that never ends costs the others of its worker their run, after 5 s', async () => {
    const working = new Set<string>();
    const stream: Handlers<StreamContract> = {
      ...idleStream,
      runJob: async (asked) => {
        working.add(asked.cell.name);
        return new Promise(() => undefined);
      }
    };
    const { engine, log } = open({}, { stream: () => inProcess<StreamContract>(stream) });
    const stop = new AbortController();
    const live = (name: string, signal = new AbortController().signal) =>
      engine.run(job(name, { mode: 'live', outputs: [name] }), quiet({ signal }));
    let lost = Number.NaN;
    const other = problemOf(live('other')).finally(() => (lost = performance.now()));
    const late = live('late', stop.signal);
    late.catch(() => undefined);
    await eventually(() => expect([...working].sort()).toEqual(['late', 'other']));
    const stopped = performance.now();
    expect(await within(stop, late)).toBeLessThan(500);
    const found = await other;
    expect([found.code, found.cause]).toEqual([
      'worker.lost',
      'A stopped stream did not end in time.'
    ]);
    // Not before the five seconds that a run has to stop beside others.
    expect(lost - stopped).toBeGreaterThan(5000);
    const again = new AbortController();
    const next = live('next', again.signal);
    next.catch(() => undefined);
    await eventually(() => expect(working).toContain('next'));
    again.abort();
    await expect(next).rejects.toBeInstanceOf(Cancelled);
    expect(log.filter((l) => l === 'start stream')).toHaveLength(2);
  });

  it('is at once for a query that yields, and in time for one that does not; tables stay', async () => {
    const { engine, log } = open();
    await engine.run(job('a'), quiet());
    for (const [body, limit] of [
      ['wait', 200],
      ['hang', 500]
    ] as const) {
      const stop = new AbortController();
      const run = engine.run(job('q', {}, body), quiet({ signal: stop.signal }));
      run.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await within(stop, run)).toBeLessThan(limit);
    }
    expect((await engine.page({ relation: 'a' })).length).toBe(3);
    expect(log.filter((l) => l === 'start data')).toHaveLength(1);
  });

  it('before the start runs nothing', async () => {
    const { engine, log } = open();
    const run = engine.run(job('a'), quiet({ signal: AbortSignal.abort() }));
    await expect(run).rejects.toBeInstanceOf(Cancelled);
    expect(log).toEqual([]);
  });
});

describe('pause', () => {
  const counting: ComputeRun<unknown> = async (cell, _inputs, ctx) => {
    for (let done = 1; done <= 40; done++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await ctx.checkpoint();
      ctx.progress({ done });
    }
    return { tables: { [cell.name]: sample }, report: 'counted' };
  };
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it.each([false, true])('holds a job until it may go on; trained: %s', async (needsNetwork) => {
    const { engine } = open({}, {}, counting);
    let latest = 0;
    const counted = job('b', { mode: 'compute', needsNetwork });
    const run = engine.run(counted, quiet({ onProgress: ({ done }) => (latest = done) }));
    await eventually(() => expect(latest).toBeGreaterThan(0));
    engine.pause(counted.run, true);
    await sleep(150);
    const held = latest;
    expect(held).toBeLessThan(40);
    await sleep(250);
    expect(latest).toBe(held);
    engine.pause(counted.run, false);
    expect((await run).report).toBe('counted');
    expect(latest).toBe(40);
  });

  it('asked for before its worker has begun holds it as well, and a stop ends it at once', async () => {
    const { engine } = open({}, {}, counting);
    const stop = new AbortController();
    let told = 0;
    const counted = job('b', { mode: 'compute' });
    const run = engine.run(counted, quiet({ signal: stop.signal, onProgress: () => told++ }));
    run.catch(() => undefined);
    engine.pause(counted.run, true);
    await sleep(200);
    expect(told).toBe(0);
    stop.abort();
    expect(await timeUntil(run)).toBeLessThan(100);
    await expect(run).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('parts of a run', () => {
  const payloads = Array.from({ length: 12 }, (_, n) => Float64Array.of(n));

  /** Squares, in whichever worker; `where` hears which one it was. */
  const squaring =
    (where: (name: string) => void, name: string): PartRun<Float64Array, Float64Array> =>
    async (x, ctx) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await ctx.checkpoint();
      where(name);
      return x.map((v) => v * v);
    };

  const spreading =
    (part: PartRun<Float64Array, Float64Array>): ComputeRun<unknown> =>
    async (cell, _inputs, ctx) => {
      ctx.progress({ done: 0 });
      const x: number[] = [];
      for await (const answer of inParts(part, payloads, ctx)) x.push(answer![0]!);
      return { tables: { [cell.name]: columns({ x: numeric(x) }) }, report: x };
    };

  const squares = payloads.map(([n]) => n! * n!);
  const spread = (name = 'b') => job(name, { mode: 'compute' });

  /** An engine whose compute workers are numbered; each is made by `helper` but the first, which has the job. */
  function numbered(cores: number, helper?: () => WorkerLike) {
    const where: string[] = [];
    let made = 0;
    const compute = () => {
      const name = `${++made}`;
      if (helper && made > 1) return helper();
      const part = squaring((n) => where.push(n), name);
      const parts = async () => part as PartRun;
      const runner = async () => spreading(part);
      return inProcess<ComputeContract>(computeHandlers({ runner, parts }));
    };
    return { ...open({ cores }, { compute }), where };
  }

  it.each([
    [1, 1],
    [2, 2],
    [4, 3]
  ])('on %i cores are done in %i workers, with one answer', async (cores, workers) => {
    const { engine, where } = numbered(cores);
    const outcome = await engine.run(spread(), quiet());
    expect(outcome.report).toEqual(squares);
    expect(new Set(where).size).toBe(workers);
    expect(where).toHaveLength(payloads.length);
  });

  it('are done by the job itself where every worker has one', async () => {
    const { engine } = numbered(3);
    const both = ['b', 'c'].map((name) => engine.run(spread(name), quiet()));
    for (const outcome of await Promise.all(both)) expect(outcome.report).toEqual(squares);
  });

  it('whose worker is lost are done again', async () => {
    const dies = neverYields
      .replace("'runJob']", "'runPart']")
      .replace("=== 'runJob'", "=== 'runPart'")
      .replace('for (;;);', `throw new Error('out of memory');`);
    const { engine, log } = numbered(2, () => thread(dies));
    expect((await engine.run(spread(), quiet())).report).toEqual(squares);
    expect(log.filter((l) => l === 'start compute').length).toBeGreaterThan(1);
  });

  it('stop within 500 ms with a worker that never yields', async () => {
    const stuck = neverYields
      .replace("'runJob']", "'runPart']")
      .replace("=== 'runJob'", "=== 'runPart'");
    const { engine } = numbered(2, () => thread(stuck));
    const stop = new AbortController();
    const run = engine.run(spread(), quiet({ signal: stop.signal }));
    run.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 150));
    stop.abort();
    expect(await timeUntil(run)).toBeLessThan(500);
    await expect(run).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('long parts of a run', () => {
  interface Count {
    readonly from: number;
    readonly to: number;
  }

  /** Counts slowly; what is unfinished is the number it had come to. */
  const count: PartRun<Count, number> = async ({ from, to }, ctx) => {
    let n = from;
    while (n < to) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await ctx.checkpoint();
      ctx.report(++n);
      if (ctx.recalled()) return { unfinished: n };
    }
    return n - from;
  };

  const reported = new Set<number>();
  const counting: ComputeRun<unknown> = async (cell, _inputs, ctx) => {
    if (cell.name === 'quick') return { tables: { quick: sample }, report: 'quick' };
    const payloads = [1, 2].map((part) => ({ from: 0, to: 60 * part }));
    const report: number[] = [];
    const parts = inParts(count, payloads, ctx, undefined, {
      report: (at) => reported.add(at),
      goOn: (payload, from) => ({ ...payload, from: from as number })
    });
    for await (const counted of parts) report.push(counted!);
    return { tables: { [cell.name]: sample }, report };
  };

  const begin = () => {
    reported.clear();
    const made = () =>
      inProcess<ComputeContract>(
        computeHandlers({ runner: async () => counting, parts: async () => count as PartRun })
      );
    const { engine } = open({ cores: 2 }, { compute: made, model: made });
    const long = job('long', { mode: 'compute', needsNetwork: true });
    const quick = (name = 'quick') => engine.run(job(name, { mode: 'compute' }), quiet());
    /** Both parts are being worked on. */
    const begun = () => eventually(() => expect(reported.size).toBe(2));
    return { engine, long, run: engine.run(long, quiet()), quick, begun };
  };
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('report, and what one has done before its worker was wanted is not done again', async () => {
    const { run, quick, begun } = begin();
    await begun();
    const both = Promise.all([quick(), quick()]);
    expect(await timeUntil(both)).toBeLessThan(150);
    expect((await both).map(({ report }) => report)).toEqual(['quick', 'quick']);
    const report = (await run).report as number[];
    expect(report[0]! < 60 || report[1]! < 120).toBe(true);
    expect(reported).toEqual(new Set([0, 1]));
  });

  it('let go of their workers while the run is paused', async () => {
    const { engine, long, run, quick, begun } = begin();
    await begun();
    engine.pause(long.run, true);
    await sleep(50);
    let ended = false;
    void run.then(() => (ended = true));
    expect((await quick()).report).toBe('quick');
    await sleep(900);
    expect(ended).toBe(false);
    engine.pause(long.run, false);
    expect((await run).report).toHaveLength(2);
  });
});

describe('a lost worker', () => {
  it('of the pool gives its job a problem and is replaced', async () => {
    let first = true;
    const compute = () => {
      if (!first) return inProcess<ComputeContract>(computeHandlers({ runner: async () => twice }));
      first = false;
      return thread(diesAtWork);
    };
    const { engine } = open({}, { compute });
    await engine.run(job('a'), quiet());
    const found = await problemOf(engine.run(doubling(), quiet()));
    expect(found.code).toBe('worker.lost');
    expect(found.cause).toContain('out of memory');
    expect((await engine.run(doubling(), quiet())).relations).toHaveLength(1);
  });

  it('with the data tells before its runs reject, starts anew, and gets the files again', async () => {
    const { engine, log } = open();
    const order: string[] = [];
    engine.onRestart((problem) => order.push(problem.code));
    await engine.addFiles([new Blob(['a,b']) as File]);
    await engine.run(job('a'), quiet());
    const pending = problemOf(engine.run(job('q', {}, 'wait'), quiet())).then(({ code }) =>
      order.push(code)
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    engine.terminate('data');
    await pending;
    expect(order).toEqual(['engine.restarted', 'worker.lost']);
    expect((await problemOf(engine.page({ relation: 'a' }))).code).toBe('data.no-relation');
    expect(log.filter((l) => l === 'data start')).toHaveLength(2);
    expect(log.filter((l) => l === 'files 1')).toHaveLength(2);
  });

  it('with the data takes those with channels to it along', async () => {
    const { engine, log } = open();
    await engine.run(job('a'), quiet());
    await engine.run(doubling(), quiet());
    engine.terminate('data');
    await engine.run(job('a'), quiet());
    await engine.run(doubling(), quiet());
    expect(log.filter((l) => l === 'start compute')).toHaveLength(2);
  });

  it('is what an SQL engine counts as that says it is broken', async () => {
    const { engine, log } = open();
    const told: string[] = [];
    engine.onRestart((problem) => told.push(problem.cause ?? ''));
    const found = await problemOf(engine.run(job('a', {}, 'broken'), quiet()));
    expect(found.code).toBe('engine.broken');
    expect(told).toEqual(['Memory.']);
    await engine.run(job('a'), quiet());
    expect(log.filter((l) => l === 'start data')).toHaveLength(2);
  });

  it('that never came up is no loss of tables', async () => {
    const data = () => thread(`throw new Error('no such code');`);
    const { engine } = open({}, { data });
    let told = 0;
    engine.onRestart(() => told++);
    expect((await problemOf(engine.run(job('a'), quiet()))).code).toBe('worker.lost');
    expect(told).toBe(0);
  });
});
