import { describe, expect, it } from 'vitest';
import { ProblemError } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { lab, MockEngine, notebook, settled } from './lab.ts';

const trouble = problem('config.combination', { detail: 'It does not fit.', remedy: 'Mend it.' });

describe('running', () => {
  it('runs what a cell needs first, ties by document order, and nothing else', async () => {
    const { executor, engine, at } = lab(
      notebook('sql:c reads=b,a', 'sql:b reads=a', 'sql:a 1', 'sql:z 1')
    );
    await executor.run(['c']);
    expect(engine.log.filter((l) => l.startsWith('start'))).toEqual([
      'start a',
      'start b',
      'start c'
    ]);
    expect([at('a'), at('b'), at('c'), at('z')]).toEqual(['done', 'done', 'done', 'stale']);
    expect(engine.tables.get('c')).toBe('((1),1)');
  });

  it('skips what is done, and reruns it when forced', async () => {
    const { executor, engine } = lab(notebook('sql:a 1', 'sql:b reads=a'));
    await executor.runAll();
    await executor.runAll();
    await executor.run(['b']);
    expect(engine.log.filter((l) => l.startsWith('start'))).toEqual(['start a', 'start b']);
    await executor.run(['a'], { force: true });
    expect(engine.log.at(-1)).toBe('end a');
  });

  it('passes through queued and running, with places in execution order', async () => {
    const { executor, states, hold } = lab(notebook('sql:a 1', 'sql:b reads=a', 'sql:c reads=b'));
    const a = hold('a');
    const done = executor.runAll();
    await a.started;
    expect(executor.state('b')).toMatchObject({ at: 'queued', place: 1 });
    expect(executor.state('c')).toMatchObject({ at: 'queued', place: 2 });
    a.finish();
    await done;
    expect(states.filter((s) => s.startsWith('b'))).toEqual([
      'b stale',
      'b queued',
      'b queued',
      'b running',
      'b done'
    ]);
  });

  it('runs one SQL cell at a time and compute cells beside it, as many as there are cores less one', async () => {
    const { executor, engine, hold } = lab(
      notebook('sql:a', 'sql:b', 'work:c', 'work:d', 'work:e'),
      { cores: 3 }
    );
    const held = ['a', 'b', 'c', 'd', 'e'].map((cell) => hold(cell));
    const done = executor.runAll();
    await Promise.all([held[0]!.started, held[2]!.started, held[3]!.started]);
    expect(engine.log).toEqual(['start a', 'start c', 'start d']);
    for (const h of held) h.finish();
    await done;
    expect(engine.mostRunning).toBe(3);
    expect(engine.log.filter((l) => l.startsWith('end'))).toHaveLength(5);
  });

  it('tells progress on the cell', async () => {
    const { executor, engine, hold } = lab(notebook('work:a'));
    const a = hold('a');
    const behave = engine.behaviours.get('a')!;
    engine.behaviours.set('a', (job, options, e) => {
      options.onProgress({ done: 3, total: 10 });
      return behave(job, options, e);
    });
    const done = executor.run(['a']);
    await a.started;
    expect(executor.state('a')).toMatchObject({ at: 'running', progress: { done: 3, total: 10 } });
    a.finish();
    await done;
  });

  it('hands the engine seed, clock and outputs', async () => {
    const { executor, engine } = lab(notebook('sql:a 1'), { now: () => 1234 });
    await executor.runAll();
    expect(engine.jobs[0]).toMatchObject({
      mode: 'sql',
      outputs: ['a'],
      seed: 1,
      now: 1234,
      needsNetwork: false
    });
  });
});

describe('failures', () => {
  it('blocks the readers of a failed cell and runs the rest', async () => {
    const { executor, engine, at } = lab(
      notebook('sql:a 1', 'sql:b reads=a', 'sql:c reads=b', 'sql:d 1')
    );
    engine.behaviours.set('a', () => Promise.reject(new ProblemError(trouble)));
    await executor.runAll();
    expect(executor.state('a')).toMatchObject({ at: 'error', problems: [trouble], kept: false });
    expect(executor.state('b')).toEqual({ at: 'blocked', by: ['a'] });
    expect(executor.state('c')).toEqual({ at: 'blocked', by: ['b'] });
    expect(at('d')).toBe('done');
  });

  it('shows an unexpected throw as a bug with its stack', async () => {
    const { executor, engine } = lab(notebook('sql:a 1'));
    engine.behaviours.set('a', () => Promise.reject(new RangeError('oops')));
    await executor.runAll();
    const state = executor.state('a');
    expect(state.at === 'error' && state.problems[0]?.code).toBe('worker.bug');
  });

  it('keeps the last good outcome of a cell that fails later', async () => {
    const { executor, engine, outcomes } = lab(notebook('sql:a 1'));
    await executor.runAll();
    engine.behaviours.set('a', () => Promise.reject(new ProblemError(trouble)));
    executor.update(notebook('sql:a 2'));
    await executor.run(['a']);
    expect(executor.state('a')).toMatchObject({ at: 'error', kept: true });
    expect(outcomes).toEqual(['a there']);
    executor.update(notebook('sql:a 1'));
    expect(executor.state('a').at).toBe('done');
  });

  it('lets readers of a failed check run, unless it is a gate', async () => {
    for (const gate of [false, true]) {
      const { executor, engine, at } = lab(notebook('sql:a 1', 'sql:b reads=a'));
      engine.behaviours.set('a', (job) =>
        engine.compute(job, { failed: { gate }, problems: [trouble] })
      );
      await executor.runAll();
      expect(executor.state('a')).toMatchObject({ at: 'error', gate, kept: true });
      expect(at('b')).toBe(gate ? 'blocked' : 'done');
    }
  });

  it('gives cells of unknown kinds and faulty cells their problems and blocks their readers', async () => {
    const { executor, at } = lab(
      notebook('sql:a broken', 'sql:b reads=a', 'novel:c 1', 'sql:d 1', 'sql:d 2')
    );
    await executor.runAll();
    expect(executor.state('a')).toMatchObject({ at: 'error', run: null });
    expect(at('b')).toBe('blocked');
    expect(at('c')).toBe('error');
    expect([at('d'), at('d#2')]).toEqual(['error', 'error']);
  });

  it('recovers when the text of a faulty cell is as it was', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1', 'sql:b reads=a'));
    await executor.runAll();
    executor.update(notebook('sql:a broken', 'sql:b reads=a'));
    expect([at('a'), at('b')]).toEqual(['error', 'blocked']);
    executor.update(notebook('sql:a 1', 'sql:b reads=a'));
    expect([at('a'), at('b')]).toEqual(['done', 'done']);
    expect(engine.log.filter((l) => l.startsWith('start'))).toHaveLength(2);
  });

  it('does not show the problems of a broken text once it is whole again after a failed run', async () => {
    const { executor, engine } = lab(notebook('sql:a 1'));
    engine.behaviours.set('a', () => Promise.reject(new ProblemError(trouble)));
    await executor.runAll();
    executor.update(notebook('sql:a broken'));
    executor.update(notebook('sql:a 1'));
    expect(executor.state('a').at).toBe('stale');
  });
});

describe('edits', () => {
  it('make a cell stale with a reason and its readers once the content has changed', async () => {
    const { executor, at } = lab(notebook('sql:a 1', 'sql:b reads=a'));
    await executor.runAll();
    executor.update(notebook('sql:a 2', 'sql:b reads=a'));
    expect(executor.state('a')).toEqual({ at: 'stale', reason: { why: 'edited' } });
    expect(executor.state('b')).toEqual({ at: 'stale', reason: { why: 'inputs', inputs: ['a'] } });
    await executor.run(['a']);
    expect(at('a')).toBe('done');
    expect(executor.state('b')).toEqual({ at: 'stale', reason: { why: 'inputs', inputs: ['a'] } });
  });

  it('undone cost nothing', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1', 'sql:b reads=a'));
    await executor.runAll();
    executor.update(notebook('sql:a 2', 'sql:b reads=a'));
    executor.update(notebook('sql:a 1', 'sql:b reads=a'));
    expect([at('a'), at('b')]).toEqual(['done', 'done']);
    expect(engine.jobs).toHaveLength(2);
  });

  it('undone after a run come back from the cache', async () => {
    const { executor, engine } = lab(notebook('sql:a 1'));
    await executor.runAll();
    executor.update(notebook('sql:a 2'));
    await executor.runAll();
    executor.update(notebook('sql:a 1'));
    await executor.runAll();
    expect(engine.log.at(-1)).toBe('restore a');
    expect(engine.jobs).toHaveLength(2);
  });

  it('that lead to the same content leave readers done (early cut-off)', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1', 'sql:b reads=a', 'sql:c reads=b'), {
      autoRun: true
    });
    engine.behaviours.set('a', async (job) => engine.write(job, 'same'));
    await settled();
    executor.update(notebook('sql:a 2', 'sql:b reads=a', 'sql:c reads=b'));
    expect(at('b')).toBe('done');
    await settled();
    expect([at('a'), at('b'), at('c')]).toEqual(['done', 'done', 'done']);
    expect(engine.log.filter((l) => l.startsWith('start'))).toEqual([
      'start a',
      'start b',
      'start c',
      'start a'
    ]);
  });

  it('of comments and layout change nothing', async () => {
    const { executor, at } = lab(notebook('sql:a 1'));
    await executor.runAll();
    const graph = notebook('sql:a 1');
    const cell = graph.byId.get('a')!;
    const body = `# a comment\n\n  ${cell.cell!.body}`;
    const commented = { ...cell, cell: { ...cell.cell!, body } };
    executor.update({ ...graph, cells: [commented], byId: new Map([['a', commented]]) });
    expect(at('a')).toBe('done');
  });

  it('during a run abort it', async () => {
    const { executor, engine, hold } = lab(notebook('sql:a 1'));
    const a = hold('a');
    const done = executor.run(['a']);
    await a.started;
    executor.update(notebook('sql:a 2'));
    expect(executor.state('a')).toEqual({ at: 'stale', reason: { why: 'never-run' } });
    await done;
    await settled();
    expect(engine.log).toEqual(['start a', 'cancelled a']);
  });

  it('during a run start it again with the new text once the old run has let go', async () => {
    const { executor, engine, hold, at } = lab(notebook('sql:a 1'), { autoRun: true });
    const first = hold('a');
    await first.started;
    const second = hold('a');
    executor.update(notebook('sql:a 2'));
    expect(at('a')).toBe('queued');
    await second.started;
    expect(engine.log).toEqual(['start a', 'cancelled a', 'start a']);
    second.finish();
    await settled();
    expect(at('a')).toBe('done');
    expect(engine.tables.get('a')).toBe('2');
  });

  it('drop a late result for the state, but not for what stands in the tables', async () => {
    const { executor, engine, outcomes } = lab(notebook('sql:a 1'));
    await executor.runAll();
    engine.behaviours.set('a', async (job, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return engine.compute(job);
    });
    executor.update(notebook('sql:a 2'));
    void executor.run(['a']);
    await settled();
    executor.update(notebook('sql:a 1'));
    expect(executor.state('a').at).toBe('done');
    await settled();
    expect(engine.tables.get('a')).toBe('2');
    expect(executor.state('a')).toEqual({ at: 'stale', reason: { why: 'edited' } });
    expect(outcomes).toEqual(['a there', 'a there']);
  });

  it('elsewhere leave a run alone', async () => {
    const { executor, engine, hold, at } = lab(notebook('work:a 1', 'sql:b 1'));
    const a = hold('a');
    const done = executor.run(['a']);
    await a.started;
    executor.update(notebook('work:a 1', 'sql:b 2', 'sql:c 3'));
    a.finish();
    await done;
    expect(at('a')).toBe('done');
    expect(engine.log).toEqual(['start a', 'end a']);
  });

  it('upstream let a reader finish and then abort it only if the content changed', async () => {
    const { executor, engine, hold, at } = lab(notebook('sql:a 1', 'heavy:b reads=a'), {
      autoRun: true
    });
    await settled();
    const b = hold('b');
    const done = executor.run(['b']);
    await b.started;
    executor.update(notebook('sql:a 2', 'heavy:b reads=a'));
    expect(at('b')).toBe('running');
    await done;
    await settled();
    expect(engine.log).toContain('cancelled b');
    expect(executor.state('b')).toMatchObject({ at: 'stale' });
  });

  it('of a cell that waits take it out of the queue, unless it runs by itself', async () => {
    const { executor, hold, at } = lab(notebook('sql:a 1', 'heavy:b 1 reads=a'), { autoRun: true });
    const a = hold('a');
    const done = executor.run(['b']);
    await a.started;
    expect(at('b')).toBe('queued');
    executor.update(notebook('sql:a 1', 'heavy:b 2 reads=a'));
    expect(at('b')).toBe('stale');
    a.finish();
    await done;
    await settled();
    expect(at('b')).toBe('stale');
  });

  it('that remove a cell drop its tables, except those another cell now makes', async () => {
    const { executor, engine, outcomes } = lab(notebook('sql:a 1', 'sql:b 1'));
    await executor.runAll();
    executor.update(notebook('sql:c 1', 'sql:b 1'));
    await settled();
    expect(engine.log.filter((l) => l.startsWith('drop'))).toEqual(['drop a']);
    expect(outcomes.at(-1)).toBe('a gone');
    expect(executor.state('a')).toEqual({ at: 'stale', reason: { why: 'never-run' } });
  });

  it('that turn a cell off drop its tables and free its name', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1'));
    await executor.runAll();
    executor.update(notebook('sql:a 1 | run=off'));
    expect(at('a')).toBe('off');
    await executor.runAll();
    expect(at('a')).toBe('off');
    expect(engine.tables.has('a')).toBe(false);
    executor.update(notebook('sql:a 1'));
    expect(at('a')).toBe('stale');
  });

  it('that remove a cell during its run drop what it still publishes', async () => {
    const { executor, engine } = lab(notebook('sql:a 1'));
    engine.behaviours.set('a', async (job, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return engine.compute(job);
    });
    void executor.run(['a']);
    await settled();
    executor.update(notebook('sql:b 1'));
    await settled();
    expect(engine.tables.has('a')).toBe(false);
  });
});

describe('running by itself', () => {
  it('is for cheap cells; costly ones and run=manual wait to be asked, and again after edits', async () => {
    const cells = (v: number) =>
      notebook(`sql:a ${v}`, 'heavy:b reads=a', 'sql:c reads=b', `sql:d ${v} | run=manual`);
    const { executor, at } = lab(cells(1), { autoRun: true });
    await settled();
    expect([at('a'), at('b'), at('c'), at('d')]).toEqual(['done', 'stale', 'stale', 'stale']);
    await executor.run(['b']);
    await settled();
    expect([at('b'), at('c')]).toEqual(['done', 'done']);
    executor.update(cells(2));
    await settled();
    expect([at('a'), at('b'), at('c'), at('d')]).toEqual(['done', 'stale', 'stale', 'stale']);
  });

  it('does not happen with autoRun off, until it is switched on and the graph comes again', async () => {
    const graph = notebook('sql:a 1');
    const { executor, at } = lab(graph);
    await settled();
    expect(at('a')).toBe('stale');
    executor.autoRun = true;
    executor.update(graph);
    await settled();
    expect(at('a')).toBe('done');
  });

  it('does not repeat an error or undo a stop', async () => {
    const { executor, engine, at, hold } = lab(notebook('sql:a 1', 'work:b 1'), { autoRun: true });
    engine.behaviours.set('a', () => Promise.reject(new ProblemError(trouble)));
    const b = hold('b');
    await b.started;
    executor.cancel('b');
    await settled();
    executor.update(notebook('sql:a 1', 'work:b 1'));
    await settled();
    expect([at('a'), at('b')]).toEqual(['error', 'cancelled']);
    expect(engine.jobs).toHaveLength(2);
  });

  it('runs everything that is stale when asked, costly cells included', async () => {
    const { executor, at } = lab(notebook('sql:a 1', 'heavy:b reads=a', 'net:c reads=b'));
    await executor.runStale();
    expect([at('a'), at('b'), at('c')]).toEqual(['done', 'done', 'done']);
  });
});

describe('stop', () => {
  it('stops a running cell; its readers become stale', async () => {
    const { executor, hold, at } = lab(notebook('sql:a 1', 'sql:b reads=a'));
    const a = hold('a');
    const done = executor.runAll();
    await a.started;
    executor.cancel('a');
    await done;
    expect([at('a'), at('b')]).toEqual(['cancelled', 'stale']);
  });

  it('takes a queued cell out of the queue', async () => {
    const { executor, engine, hold, at } = lab(notebook('sql:a 1', 'sql:b 1'));
    const a = hold('a');
    const done = executor.runAll();
    await a.started;
    executor.cancel('b');
    expect(executor.state('b')).toMatchObject({ at: 'cancelled', ms: 0 });
    a.finish();
    await done;
    expect([at('a'), at('b')]).toEqual(['done', 'cancelled']);
    expect(engine.log).not.toContain('start b');
  });

  it('stops everything, and a later run starts it again', async () => {
    const { executor, engine, hold, at } = lab(notebook('sql:a 1', 'sql:b reads=a'), {
      autoRun: true
    });
    const a = hold('a');
    const done = executor.runAll();
    await a.started;
    executor.cancel();
    await done;
    await settled();
    expect([at('a'), at('b')]).toEqual(['cancelled', 'cancelled']);
    engine.behaviours.delete('a');
    await executor.runAll();
    expect([at('a'), at('b')]).toEqual(['done', 'done']);
  });

  it('that comes after the work was done leaves it done', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1'));
    engine.behaviours.set('a', async (job, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return engine.compute(job);
    });
    const done = executor.run(['a']);
    await settled();
    executor.cancel('a');
    await done;
    expect(at('a')).toBe('done');
  });

  it('while the cache is asked starts nothing', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1'));
    const done = executor.run(['a']);
    executor.cancel('a');
    await done;
    expect(at('a')).toBe('cancelled');
    expect(engine.jobs).toHaveLength(0);
  });

  it('ends everything on dispose and tells nothing afterwards', async () => {
    const { executor, engine, states, hold } = lab(notebook('sql:a 1', 'sql:b 1'));
    const a = hold('a');
    const done = executor.runAll();
    await a.started;
    const told = states.length;
    executor.dispose();
    await done;
    await settled();
    expect(states).toHaveLength(told);
    expect(engine.log).toEqual(['start a', 'cancelled a']);
    expect(engine.listeners).toBe(0);
  });
});

describe('pause', () => {
  it('holds a cell that computes, whose time does not count, and nothing else', async () => {
    let now = 0;
    const { executor, engine, hold } = lab(notebook('sql:a 1', 'work:b 2'), { now: () => now });
    const [a, b] = [hold('a'), hold('b')];
    const done = executor.runAll();
    await Promise.all([a.started, b.started]);
    executor.pause('b', false);
    for (const cell of ['a', 'b', 'none']) executor.pause(cell, true);
    executor.pause('b', true);
    expect(engine.log.filter((line) => /pause|resume/.test(line))).toEqual(['pause b']);
    expect(executor.state('b')).toMatchObject({ at: 'running', pausedAt: 0 });
    now = 1000;
    executor.pause('b', false);
    expect(engine.log.at(-1)).toBe('resume b');
    expect(executor.state('b')).toMatchObject({ at: 'running', since: 1000 });
    now = 1500;
    a.finish();
    b.finish();
    await done;
    expect(executor.state('b')).toMatchObject({ at: 'done', ms: 500 });
  });

  it('ends with a stop, which says how long the cell had run', async () => {
    let now = 0;
    const { executor, hold } = lab(notebook('work:b 2'), { now: () => now });
    const b = hold('b');
    const done = executor.runAll();
    await b.started;
    now = 300;
    executor.pause('b', true);
    now = 5000;
    executor.cancel('b');
    await done;
    expect(executor.state('b')).toMatchObject({ at: 'cancelled', ms: 300 });
  });
});

describe('files', () => {
  it('are part of a source: a change makes it stale and names the file', async () => {
    const engine = new MockEngine();
    engine.marks.set('x.csv', 'v1');
    const { executor, at } = lab(notebook('files:a file=x.csv', 'sql:b reads=a'), { engine });
    await executor.runAll();
    expect(engine.tables.get('b')).toBe('(v1)');
    engine.marks.set('x.csv', 'v2');
    await executor.filesChanged();
    expect(executor.state('a')).toEqual({
      at: 'stale',
      reason: { why: 'inputs', inputs: ['x.csv'] }
    });
    expect(at('b')).toBe('stale');
    await executor.runAll();
    expect(engine.tables.get('b')).toBe('(v2)');
  });

  it('that did not change leave everything as it is', async () => {
    const { executor, engine, at } = lab(notebook('files:a file=x.csv'), { autoRun: true });
    await settled();
    await executor.filesChanged();
    await settled();
    expect(at('a')).toBe('done');
    expect(engine.jobs).toHaveLength(1);
  });
});

describe('the cache', () => {
  it('restores everything for the same text and data, in order, and nothing behind a change', async () => {
    const first = lab(notebook('sql:a 1', 'sql:b reads=a', 'sql:c 5'));
    await first.executor.runAll();
    const engine = new MockEngine();
    for (const [key, outcome] of first.engine.kept) engine.kept.set(key, outcome);
    const second = lab(notebook('sql:a 1', 'sql:b reads=a', 'sql:c 6', 'sql:d reads=c'), {
      engine
    });
    await second.executor.restore();
    expect(engine.log).toEqual(['restore a', 'restore b']);
    expect(['a', 'b', 'c', 'd'].map((c) => second.at(c))).toEqual([
      'done',
      'done',
      'stale',
      'stale'
    ]);
    expect(second.outcomes).toEqual(['a there', 'b there']);
    await second.executor.run(['b']);
    expect(engine.jobs).toHaveLength(0);
  });

  it('restores a failed check as failed', async () => {
    const first = lab(notebook('sql:a 1'));
    first.engine.behaviours.set('a', (job) =>
      first.engine.compute(job, { failed: { gate: true }, problems: [trouble] })
    );
    await first.executor.runAll();
    const second = lab(notebook('sql:a 1', 'sql:b reads=a'), { engine: first.engine });
    await second.executor.restore();
    expect(second.executor.state('a')).toMatchObject({ at: 'error', gate: true });
    expect(second.at('b')).toBe('blocked');
  });

  it('that cannot be read is as good as empty', async () => {
    const { executor, engine, at } = lab(notebook('sql:a 1'));
    engine.restore = () => Promise.reject(new Error('no storage'));
    await executor.restore();
    await executor.runAll();
    expect(at('a')).toBe('done');
  });
});

describe('what must not run by itself', () => {
  it('a load that is held back waits to be asked, and so does what reads it', async () => {
    const graph = notebook('sql:a 1', 'sql:b reads=a', 'sql:z 1');
    const { executor, engine, at } = lab(graph);
    executor.holdsBack = (cell) => cell.id === 'a';
    executor.autoRun = true;
    executor.update(graph);
    await settled();
    expect([at('a'), at('b'), at('z')]).toEqual(['stale', 'stale', 'done']);
    await executor.run(['a']);
    await settled();
    expect([at('a'), at('b')]).toEqual(['done', 'done']);
    expect(engine.jobs).toHaveLength(3);
  });

  it('a cell whose tables the reader took out of memory comes back when it is asked to', async () => {
    const graph = notebook('sql:a 1', 'sql:b reads=a');
    const { executor, engine, at } = lab(graph, { autoRun: true });
    await settled();
    expect([at('a'), at('b')]).toEqual(['done', 'done']);
    await executor.free('a');
    await settled();
    expect(at('a')).toBe('stale');
    expect(engine.tables.has('a')).toBe(false);
    await executor.run(['a']);
    expect(at('a')).toBe('done');
    expect(engine.tables.get('a')).toBe('1');
  });
});

describe('ending early', () => {
  const told = problem('forecast.partial', { done: 1, total: 2 });
  /** Ends with a part of its result when that is enough, else with all of it. */
  function gathering(engine: MockEngine, cell: string) {
    engine.behaviours.set(cell, async (job, { enough, onPreview }) => {
      onPreview?.('half');
      await settled();
      return enough?.aborted
        ? engine.write(job, 'half', { partial: true, problems: [told] })
        : engine.compute(job);
    });
  }

  it('keeps a part for its readers, not for later, and the next run does everything', async () => {
    const { executor, engine, previews, at } = lab(notebook('series:a all', 'sql:b reads=a'));
    gathering(engine, 'a');
    const first = executor.runAll();
    await Promise.resolve();
    executor.endEarly('a');
    await first;
    expect(previews).toEqual([['a', 'half']]);
    expect([at('a'), at('b')]).toEqual(['done', 'done']);
    expect([...engine.tables]).toEqual([
      ['a', 'half'],
      ['b', '(half)']
    ]);
    expect([...engine.kept.values()].some((outcome) => outcome.partial)).toBe(false);

    await executor.run(['b'], { force: true });
    expect(engine.log.filter((l) => l === 'start a')).toHaveLength(1);
    await executor.runAll();
    expect([...engine.tables]).toEqual([
      ['a', 'all'],
      ['b', '(all)']
    ]);
    await executor.runAll();
    expect(engine.log.filter((l) => l === 'start a')).toHaveLength(2);
  });

  it('is for kinds that can', async () => {
    const { executor, engine } = lab(notebook('work:a all'));
    gathering(engine, 'a');
    const done = executor.runAll();
    await Promise.resolve();
    executor.endEarly('a');
    await done;
    expect(engine.tables.get('a')).toBe('all');
  });
});
