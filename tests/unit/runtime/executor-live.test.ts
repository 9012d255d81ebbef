import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { Job } from '#lib/runtime/engine.ts';
import { lab, notebook, settled, type MockEngine } from './lab.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await settled();
}

const starts = (log: readonly string[], cell: string) =>
  log.filter((line) => line === `start ${cell}`).length;

describe('a live cell', () => {
  it('is live while it runs, with revisions, and done when its source ends', async () => {
    const { executor, feed, live, at } = lab(notebook('feed:s 1'));
    const s = feed('s');
    const done = executor.run(['s']);
    await s.started;
    expect(executor.state('s')).toMatchObject({ at: 'live', revision: 0 });
    s.emit(1);
    s.emit(2);
    expect(executor.state('s')).toMatchObject({ at: 'live', revision: 2 });
    expect(live.map((u) => u.revision)).toEqual([1, 2]);
    s.finish();
    await done;
    expect(at('s')).toBe('done');
  });

  it('starts its followers at once and tells them its clock', async () => {
    const { executor, engine, feed, at } = lab(notebook('feed:s 1', 'feed:m follows=s'));
    const s = feed('s');
    const m = feed('m');
    const done = executor.runAll();
    await Promise.all([s.started, m.started]);
    expect([at('s'), at('m')]).toEqual(['live', 'live']);
    expect(engine.jobs[1]?.follows).toEqual([
      { relation: 's', clock: { time: 'at', disorder: 5, lateness: 0 } }
    ]);
    s.finish();
    await settled();
    expect([at('s'), at('m')]).toEqual(['done', 'live']);
    m.finish();
    await done;
    expect([at('s'), at('m')]).toEqual(['done', 'done']);
    expect(engine.log.filter((l) => l.startsWith('cancelled'))).toEqual([]);
  });

  it('that starts again starts its followers again, even with the same content', async () => {
    const { executor, engine, at } = lab(notebook('feed:s 1', 'feed:m follows=s'), {
      autoRun: true
    });
    await settled();
    expect(at('m')).toBe('done');
    await executor.run(['s'], { force: true });
    await settled();
    expect([starts(engine.log, 's'), starts(engine.log, 'm')]).toEqual([2, 2]);
  });

  it('is restored from the cache with its followers', async () => {
    const cells = notebook('feed:s 1', 'feed:m follows=s', 'sql:q reads=m');
    const first = lab(cells);
    await first.executor.runAll();
    const second = lab(cells, { engine: first.engine });
    await second.executor.restore();
    expect(['s', 'm', 'q'].map((c) => second.at(c))).toEqual(['done', 'done', 'done']);
  });

  it('that is stopped keeps its tables, and its readers take what it has', async () => {
    const { executor, engine, feed, at } = lab(notebook('feed:s 1', 'sql:q reads=s'), {
      autoRun: true
    });
    const s = feed('s');
    await s.started;
    s.emit(1, 'one');
    await settled();
    s.emit(2, 'two');
    executor.cancel('s');
    await settled();
    expect([at('s'), at('q')]).toEqual(['cancelled', 'done']);
    expect(engine.tables.get('q')).toBe('(two)');
    await pass(5000);
    expect(at('s')).toBe('cancelled');
    expect(engine.kept.size).toBeGreaterThan(0);
    expect([...engine.kept.values()].some((o) => o.relations[0]?.name === 's')).toBe(false);
  });

  it('that is edited stops', async () => {
    const { executor, engine, feed, at } = lab(notebook('feed:s 1'));
    const s = feed('s');
    void executor.run(['s']);
    await s.started;
    s.emit(1);
    executor.update(notebook('feed:s 2'));
    await settled();
    expect(at('s')).toBe('stale');
    expect(engine.log.at(-1)).toBe('cancelled s');
  });
});

describe('an ordinary reader of a live relation', () => {
  it('waits for the first rows, reruns at most once a second on the newest, and finally after the end', async () => {
    const { engine, feed, at } = lab(notebook('feed:s 1', 'sql:q reads=s'), { autoRun: true });
    const s = feed('s');
    await s.started;
    expect(at('q')).not.toBe('running');
    expect(starts(engine.log, 'q')).toBe(0);
    s.emit(1);
    await settled();
    expect(starts(engine.log, 'q')).toBe(1);
    for (let revision = 2; revision <= 9; revision++) {
      s.emit(revision);
      await pass(100);
    }
    expect(starts(engine.log, 'q')).toBe(1);
    await pass(200);
    expect(starts(engine.log, 'q')).toBe(2);
    expect(engine.tables.get('q')).toBe('(r9)');
    await pass(5000);
    expect(starts(engine.log, 'q')).toBe(2);
    s.emit(10);
    await settled();
    expect(starts(engine.log, 'q')).toBe(3);
    s.finish();
    await settled();
    expect(starts(engine.log, 'q')).toBe(4);
    expect([at('s'), at('q')]).toEqual(['done', 'done']);
    expect(engine.tables.get('q')).toBe('(1)');
  });

  it('is not stopped by every revision when it takes longer than a second', async () => {
    const { executor, engine, feed, hold, at } = lab(
      notebook('feed:s 1', 'sql:q reads=s', 'heavy:h reads=q'),
      { autoRun: true }
    );
    const s = feed('s');
    await s.started;
    s.emit(1);
    await settled();
    const h = hold('h');
    const done = executor.run(['h']);
    await h.started;
    for (let revision = 2; revision <= 5; revision++) {
      s.emit(revision);
      await pass(1000);
    }
    expect(at('h')).toBe('running');
    h.finish();
    await done;
    expect(engine.log).not.toContain('cancelled h');
    expect(executor.state('h')).toEqual({ at: 'stale', reason: { why: 'inputs', inputs: ['q'] } });
  });

  it('that is costly waits for the end when everything is run', async () => {
    const { executor, engine, feed, at } = lab(
      notebook('feed:s 1', 'heavy:h reads=s', 'sql:q reads=s')
    );
    const s = feed('s');
    const done = executor.runAll();
    await s.started;
    s.emit(1);
    await settled();
    expect([at('h'), at('q')]).toEqual(['queued', 'done']);
    s.finish();
    await done;
    expect([at('s'), at('h'), at('q')]).toEqual(['done', 'done', 'done']);
    expect([starts(engine.log, 'h'), starts(engine.log, 'q')]).toEqual([1, 2]);
    expect(engine.tables.get('h')).toBe('(1)');
  });

  it('is part of a run that ends only with the stream', async () => {
    const { executor, feed } = lab(notebook('feed:s 1', 'sql:q reads=s'));
    const s = feed('s');
    let over = false;
    const done = executor.runAll().then(() => (over = true));
    await s.started;
    s.emit(1);
    await pass(3000);
    expect(over).toBe(false);
    s.finish();
    await done;
    expect(over).toBe(true);
  });
});

describe('when the engine loses its tables', () => {
  it('everything is stale for that reason, live cells stop, and nothing runs by itself', async () => {
    const { executor, engine, feed, outcomes, at } = lab(
      notebook('sql:a 1', 'sql:b reads=a', 'feed:s 1'),
      { autoRun: true }
    );
    const s = feed('s');
    await s.started;
    s.emit(1);
    await settled();
    engine.restart();
    await settled();
    for (const cell of ['a', 'b', 's']) {
      expect(executor.state(cell)).toEqual({ at: 'stale', reason: { why: 'engine-restarted' } });
    }
    expect(engine.log).toContain('cancelled s');
    expect(outcomes.slice(-3)).toEqual(['a gone', 'b gone', 's gone']);
    engine.kept.clear();
    await executor.run(['a']);
    await settled();
    expect([at('a'), at('b'), at('s')]).toEqual(['done', 'done', 'stale']);
  });

  it('an edit runs the edited cell again', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1'), { autoRun: true });
    await settled();
    engine.restart();
    executor.update(notebook('sql:a 2'));
    await settled();
    expect(at('a')).toBe('done');
  });

  it('the cell it was working on gets the problem, and what someone waits for runs without it', async () => {
    const { executor, engine, at } = lab(
      notebook('sql:a 1', 'sql:b reads=a', 'sql:crash 1', 'sql:after reads=crash', 'sql:z 1')
    );
    engine.behaviours.set('crash', async () => {
      engine.restart();
      throw new ProblemError(problem('worker.lost', { worker: 'data', detail: 'Out of memory.' }));
    });
    await executor.runAll();
    expect(executor.state('crash')).toMatchObject({
      at: 'error',
      problems: [{ code: 'worker.lost' }]
    });
    expect(['a', 'b', 'after', 'z'].map(at)).toEqual(['done', 'done', 'blocked', 'done']);
    expect(starts(engine.log, 'crash')).toBe(1);
    expect(engine.tables.get('b')).toBe('(1)');
  });

  it('and no cell is to blame, waiting runs end', async () => {
    const { executor, engine, hold, at } = lab(notebook('work:a 1', 'sql:b reads=a'));
    const a = hold('a');
    const done = executor.runAll();
    await a.started;
    engine.restart();
    await done;
    await settled();
    expect([at('a'), at('b')]).toEqual(['stale', 'stale']);
    expect(engine.jobs).toHaveLength(1);
  });

  it('outcomes come back from the cache when asked for', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1', 'sql:b reads=a'));
    await executor.runAll();
    engine.restart();
    await executor.runStale();
    expect([at('a'), at('b')]).toEqual(['done', 'done']);
    expect(engine.jobs).toHaveLength(2);
    expect(engine.log.slice(-2)).toEqual(['restore a', 'restore b']);
  });
});

describe('the pace of what reads a live relation', () => {
  let now = 0;
  /** Time that passes for the executor and its timers alike. */
  async function wait(ms: number): Promise<void> {
    now += ms;
    await pass(ms);
  }
  const slow = (ms: number) => async (job: Job, _: unknown, engine: MockEngine) => {
    now += ms;
    return engine.compute(job);
  };

  it('is what `refresh` says, and its result stands meanwhile; the end of the stream does not wait', async () => {
    const { engine, feed, at, executor } = lab(
      notebook('feed:s 1', 'sql:q reads=s | refresh=10s', 'sql:r reads=q'),
      { autoRun: true, now: () => now }
    );
    const s = feed('s');
    await s.started;
    s.emit(1);
    await settled();
    for (let revision = 2; revision <= 9; revision++) {
      s.emit(revision);
      await wait(1000);
      expect([at('q'), at('r')]).toEqual(['done', 'done']);
    }
    expect([starts(engine.log, 'q'), starts(engine.log, 'r')]).toEqual([1, 1]);
    await wait(2500);
    expect([starts(engine.log, 'q'), starts(engine.log, 'r')]).toEqual([2, 2]);
    expect(engine.tables.get('r')).toBe('((r9))');
    s.emit(10);
    await executor.run(['q']);
    expect(engine.tables.get('q')).toBe('(r10)');
    s.finish();
    await settled();
    expect(engine.tables.get('r')).toBe('((1))');
  });

  it('leaves three quarters of the time to others when a run takes long', async () => {
    const { engine, feed } = lab(notebook('feed:s 1', 'sql:q reads=s'), {
      autoRun: true,
      now: () => now
    });
    engine.behaviours.set('q', slow(3000));
    const began = now;
    const s = feed('s');
    await s.started;
    for (let revision = 1; revision <= 60; revision++) {
      s.emit(revision);
      await wait(1000);
    }
    const share = (starts(engine.log, 'q') * 3000) / (now - began);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.29);
  });

  it('is asked for where `refresh` is manual, with one run more at the end', async () => {
    const { engine, feed, executor } = lab(notebook('feed:s 1', 'sql:q reads=s | refresh=manual'), {
      autoRun: true,
      now: () => now
    });
    const s = feed('s');
    await s.started;
    s.emit(1);
    await settled();
    s.emit(2);
    await wait(60_000);
    expect(starts(engine.log, 'q')).toBe(1);
    await executor.run(['q']);
    expect(engine.tables.get('q')).toBe('(r2)');
    s.finish();
    await settled();
    expect(starts(engine.log, 'q')).toBe(3);
  });

  it('makes a costly cell run by itself once someone has run it', async () => {
    const { engine, feed, executor, at } = lab(
      notebook('feed:s 1', 'heavy:h reads=s | refresh=1m'),
      {
        autoRun: true,
        now: () => now
      }
    );
    const s = feed('s');
    await s.started;
    s.emit(1);
    await wait(90_000);
    expect(starts(engine.log, 'h')).toBe(0);
    await executor.run(['h']);
    s.emit(2);
    await wait(30_000);
    expect([starts(engine.log, 'h'), at('h')]).toEqual([1, 'done']);
    await wait(31_000);
    expect(starts(engine.log, 'h')).toBe(2);
  });

  it('is for cells that read and run: others are told so, and a pace that is none', () => {
    const told = notebook('feed:s 1 | refresh=1s', 'sql:q reads=s | refresh=soon').cells.map((c) =>
      c.problems.map((p) => p.code)
    );
    expect(told).toEqual([['cell.flag-unknown'], ['cell.flags-invalid']]);
  });
});
