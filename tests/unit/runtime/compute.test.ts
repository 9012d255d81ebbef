import { describe, expect, it } from 'vitest';
import { columns, numeric, text, toRows, valueAt, vectorOf } from '#lib/base/columns.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type { ComputeRun } from '#lib/cells/core/context.ts';
import type { NetworkEngine } from '#lib/analytics/forecast/network-engine.ts';
import { problem } from '#lib/problems/index.ts';
import { MemoryRelations } from '#lib/relations/memory.ts';
import type { Job, RunOptions } from '#lib/runtime/engine.ts';
import { createInlineEngine } from '#lib/runtime/inline-engine.ts';
import type { RunId } from '#lib/runtime/states.ts';

let nextRun = 1;

function job(name: string, more: Partial<Job> = {}): Job {
  return {
    run: nextRun++ as RunId,
    cell: { name, kind: 'test', body: '', config: {}, params: {} },
    mode: 'compute',
    needsNetwork: false,
    inputs: [],
    follows: [],
    outputs: [name],
    seed: 1,
    now: 1000,
    ...more
  };
}

const quiet = (more: Partial<RunOptions> = {}): RunOptions => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onLive: () => undefined,
  ...more
});

async function lab(run: ComputeRun<unknown>, networks?: NetworkEngine) {
  const relations = new MemoryRelations();
  await relations.write(
    'sales',
    columns({ Week: numeric([1, 2, 3]), Units: numeric([5, null, 7]), sku: text(['a', 'b', null]) })
  );
  const engine = createInlineEngine(relations, {
    runner: async () => run,
    ...(networks ? { networks } : {})
  });
  return { relations, engine };
}

async function problemOf(answer: Promise<unknown>) {
  const error: unknown = await answer.then(
    () => null,
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

describe('a compute run', () => {
  it('gets only the columns it asks for, under the names it asks for', async () => {
    const { engine } = await lab(async (_, { sales }) => ({
      tables: { out: sales! },
      report: sales!.names
    }));
    const inputs = [
      { relation: 'sales', columns: ['week'] },
      { relation: 'sales', columns: ['UNITS', 'week'] }
    ];
    const outcome = await engine.run(job('out', { inputs }), quiet());
    expect(outcome.report).toEqual(['week', 'UNITS']);
  });

  it('gets the whole table when one of its inputs names no columns', async () => {
    const { engine } = await lab(async (_, { sales }) => ({
      tables: { out: sales! },
      report: sales!.names
    }));
    const inputs = [{ relation: 'sales', columns: ['Week'] }, { relation: 'sales' }];
    const outcome = await engine.run(job('out', { inputs }), quiet());
    expect(outcome.report).toEqual(['Week', 'Units', 'sku']);
  });

  it('names the nearest of the columns there are', async () => {
    const { engine } = await lab(async () => ({ tables: {}, report: null }));
    const inputs = [{ relation: 'sales', columns: ['weeks'] }];
    const found = await problemOf(engine.run(job('out', { inputs }), quiet()));
    expect(found.code).toBe('run.missing-column');
    expect(found.hint).toContain('`Week`');
  });

  it('says when a relation is not there', async () => {
    const { engine } = await lab(async () => ({ tables: {}, report: null }));
    const run = engine.run(job('out', { inputs: [{ relation: 'absent' }] }), quiet());
    expect((await problemOf(run)).code).toBe('data.no-relation');
  });

  it('has time and randomness from the job alone, so that it gives the same bytes again', async () => {
    const { engine, relations } = await lab(async (_cell, _inputs, ctx) => ({
      tables: { out: columns({ x: numeric([ctx.random(), ctx.random(), ctx.now(), ctx.seed]) }) },
      report: null
    }));
    const first = await engine.run(job('out'), quiet());
    const again = await engine.run(job('out'), quiet());
    const other = await engine.run(job('out', { seed: 2 }), quiet());
    expect(again.hash).toBe(first.hash);
    expect(other.hash).not.toBe(first.hash);
    const random = seeded(2, 'out');
    const x = vectorOf(await relations.read('out'), 'x')!;
    expect([0, 1, 2, 3].map((i) => valueAt(x, i))).toEqual([random(), random(), 1000, 2]);
  });

  it('publishes its outputs together and drops those it did not write', async () => {
    const one = columns({ x: numeric([1]) });
    const { engine, relations } = await lab(async () => ({ tables: { out: one }, report: null }));
    await relations.write('out_extra', one);
    const outcome = await engine.run(job('out', { outputs: ['out', 'out_extra'] }), quiet());
    expect(outcome.relations).toMatchObject([{ name: 'out', rows: 1 }]);
    expect((await relations.list()).map((r) => r.name)).toEqual(['out', 'sales']);
    expect(toRows(await relations.read('out'))).toEqual([{ x: 1 }]);
  });

  it('collects warnings and failures; one gate is enough', async () => {
    const warning = problem('config.template', {});
    const { engine } = await lab(async (_cell, _inputs, ctx) => {
      ctx.warn(warning);
      ctx.fail(warning, { gate: true });
      ctx.fail(warning);
      return { tables: {}, report: null };
    });
    const outcome = await engine.run(job('out'), quiet());
    expect(outcome.failed).toEqual({ gate: true });
    expect(outcome.problems).toHaveLength(3);
  });

  it('leaves nothing behind when it is stopped or fails', async () => {
    const stop = new AbortController();
    const { engine, relations } = await lab(async (_cell, _inputs, ctx) => {
      stop.abort();
      await ctx.checkpoint();
      return { tables: {}, report: null };
    });
    const run = engine.run(job('out'), quiet({ signal: stop.signal }));
    await expect(run).rejects.toBeInstanceOf(Cancelled);
    expect((await relations.list()).map((r) => r.name)).toEqual(['sales']);
  });

  it('may not write what its kind does not declare', async () => {
    const one = columns({ x: numeric([1]) });
    const { engine } = await lab(async () => ({ tables: { other: one }, report: null }));
    await expect(engine.run(job('out'), quiet())).rejects.toThrow('declares its output other');
  });

  it('reaches the network engine where there is one', async () => {
    const networks: NetworkEngine = { train: () => Promise.reject(new Error('not trained here')) };
    const { engine } = await lab(
      async (_cell, _inputs, ctx) => ({ tables: {}, report: ctx.networks === networks }),
      networks
    );
    expect((await engine.run(job('out'), quiet())).report).toBe(true);
  });
});

describe('the inline engine', () => {
  it('refuses what needs SQL with a problem', async () => {
    const { engine } = await lab(async () => ({ tables: {}, report: null }));
    expect((await problemOf(engine.run(job('out', { mode: 'sql' }), quiet()))).code).toBe(
      'run.mode'
    );
    expect((await problemOf(engine.query('select 1', 10))).code).toBe('run.mode');
    const ordered = { relation: 'sales', orderBy: [{ column: 'Week', descending: true }] };
    expect((await problemOf(engine.page(ordered))).code).toBe('run.mode');
  });

  it('pages through a table', async () => {
    const { engine } = await lab(async () => ({ tables: {}, report: null }));
    const rows = await engine.page({ relation: 'sales', columns: ['Week'], offset: 1, limit: 1 });
    expect(toRows(rows)).toEqual([{ Week: 2 }]);
  });
});
