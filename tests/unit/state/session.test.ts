import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Problem } from '#lib/base/problem.ts';
import { createExecutor } from '#lib/runtime/executor.ts';
import { Session, typingPause, type SessionOptions } from '#lib/state/session.svelte.ts';
import { allDone, summariseCells } from '#lib/state/summary.ts';
import { FakeEngine } from './fake-engine.ts';

const cell = (info: string, body: string) => `\`\`\`${info}\n${body}\n\`\`\`\n\n`;
const chain =
  '---\nquartermaster: 1\ntitle: Chain\n---\n\n# Chain\n\n' +
  cell('sql query:first', 'select 1 as x') +
  'Between.\n\n' +
  cell('sql query:second', 'select x from first') +
  cell('sql query:third', 'select x from second');

function open(text: string, options: Partial<SessionOptions> = {}) {
  const engine = new FakeEngine();
  const texts: string[] = [];
  const session = new Session({
    id: 'n',
    text,
    scripts: true,
    createEngine: () => engine,
    createExecutor: (e, events) => createExecutor(e, events),
    onText: (next) => texts.push(next),
    ...options
  });
  const handle = (name: string) => session.handle(session.keyOf(name)!);
  const at = (name: string) => session.results.state(name).at;
  return { session, engine, texts, handle, at };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(typingPause + 50);

describe('running', () => {
  test('cheap cells run by themselves once the engine is up', async () => {
    const { session, engine, at } = open(chain);
    await session.start();
    await settle();
    expect(engine.ran).toEqual(['first', 'second', 'third']);
    expect(at('third')).toBe('done');
    expect(session.stale).toEqual([]);
  });

  test('nothing starts before the engine is asked for, and the document is there all the same', () => {
    const { session, engine, handle } = open(chain);
    expect(session.title).toBe('Chain');
    expect(handle('second').reads.map((r) => r.name)).toEqual(['first']);
    expect(handle('second').readBy.map((r) => r.name)).toEqual(['third']);
    expect(engine.ran).toEqual([]);
  });

  test('typing runs the cell and its readers once, after the pause', async () => {
    const { session, engine, handle } = open(chain);
    await session.start();
    await settle();
    engine.ran.length = 0;
    const { key } = handle('second');
    for (const text of ['select x', 'select x +', 'select x + 1 as x from first']) {
      session.edit.body(key, text);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(engine.ran).toEqual([]);
    expect(handle('second').state).toEqual({ at: 'stale', reason: { why: 'edited' } });
    await settle();
    expect(engine.ran).toEqual(['second', 'third']);
  });

  test('run takes what was typed a moment ago', async () => {
    const { session, handle } = open(chain);
    await session.start();
    await settle();
    session.edit.body(handle('first').key, 'select 2 as x');
    await session.run(['first']);
    expect(handle('first').outcome?.report).toEqual({ body: 'select 2 as x' });
  });

  test('without auto-run cells wait to be asked', async () => {
    const { session, engine, at } = open(chain);
    session.setAutoRun(false);
    await session.start();
    await settle();
    expect(engine.ran).toEqual([]);
    await session.runAll();
    expect(at('third')).toBe('done');
  });

  test('a problem stands on its cell, its readers are blocked, the rest runs', async () => {
    const { session, engine, handle, at } = open(chain);
    const problem: Problem = { code: 'x.y', severity: 'error', message: 'No.', span: { line: 1 } };
    engine.failing.set('second', problem);
    await session.start();
    await settle();
    expect(at('first')).toBe('done');
    expect(handle('second').problems).toEqual([problem]);
    expect(session.results.state('third')).toEqual({ at: 'blocked', by: ['second'] });
    expect(allDone(summariseCells(session))).toBe(false);
  });

  test('stop ends a run and keeps the rest', async () => {
    const { session, engine, at } = open(chain);
    engine.hanging.add('second');
    await session.start();
    await settle();
    expect(at('second')).toBe('running');
    session.cancel('second');
    await settle();
    expect(at('second')).toBe('cancelled');
    expect(at('first')).toBe('done');
  });

  test('a parameter given from outside reaches its readers and leaves the text alone', async () => {
    const text =
      cell('yaml param:n', 'type: integer\nvalue: 3') +
      cell('sql query:times', 'select 10 * $n as x');
    const { session, engine } = open(text);
    await session.start();
    await settle();
    engine.ran.length = 0;
    session.setParam('n', '4');
    await settle();
    expect(engine.ran).toContain('times');
    expect(session.text).toBe(text);
    expect(session.graph.params).toEqual({ n: 4 });
  });

  test('an engine that does not start is a problem, and the text can still be edited', async () => {
    const { session, handle } = open(chain, {
      createEngine: () => Promise.reject(new Error('no memory'))
    });
    await session.start();
    expect(session.engine.status).toMatchObject({ at: 'failed', problem: { cause: 'no memory' } });
    session.edit.body(handle('first').key, 'select 9');
    expect(session.text).toContain('select 9');
  });
});

describe('editing', () => {
  test('every edit is told at once, whole', () => {
    const { session, texts, handle } = open(chain);
    session.edit.body(handle('first').key, 'select 2 as x');
    expect(texts).toEqual([chain.replace('select 1 as x', 'select 2 as x')]);
  });

  test('undo and redo return to the very text', () => {
    const { session, handle } = open(chain);
    session.edit.body(handle('first').key, 'select 2 as x');
    session.edit.remove(handle('second').key);
    session.edit.title('Other');
    const last = session.text;
    session.undo();
    session.undo();
    session.undo();
    expect(session.text).toBe(chain);
    expect(session.undo()).toBeNull();
    session.redo();
    session.redo();
    session.redo();
    expect(session.text).toBe(last);
  });

  test('renaming rewrites the readers in one step and keeps the cell open', () => {
    const { session, handle } = open(chain);
    const { key } = handle('first');
    expect(session.edit.rename(key, 'orders')).toBeNull();
    expect(session.text).toContain('select x from orders');
    expect(session.handle(key).name).toBe('orders');
    session.undo();
    expect(session.text).toBe(chain);
  });

  test.each(['second', '2nd', 'a b', ''])('%j is refused as a name', (name) => {
    const { session, handle } = open(chain);
    const refused = session.edit.rename(handle('first').key, name);
    expect(refused?.hint).toBeTruthy();
    expect(session.text).toBe(chain);
  });

  test('a new cell gets a free name and its key', () => {
    const { session } = open(chain);
    const key = session.edit.insertCell(1, { kind: 'query', body: 'select 1', name: 'first' });
    expect(session.handle(key!).name).toBe('first_2');
    session.undo();
    expect(session.text).toBe(chain);
  });

  test.each(['', 'Words.', cell('sql query:a', 'select 1'), '---\nquartermaster: 1\n---\n'])(
    'a cell put at the end of %j is the one answered',
    (text) => {
      const { session } = open(text);
      const end = session.blocks.length;
      const key = session.edit.insertCell(end, { kind: 'query', body: 'select 1', name: 'new' });
      expect(session.handle(key!).name).toBe('new');
      session.undo();
      expect(session.text).toBe(text);
    }
  );

  test('a deleted cell is in the bin and comes back to its place', () => {
    const { session, handle } = open(chain);
    session.edit.remove(handle('second').key);
    expect(session.graph.byId.has('second')).toBe(false);
    const key = session.edit.bringBack();
    expect(session.handle(key!).name).toBe('second');
    expect(session.graph.cells.map((c) => c.name)).toEqual(['first', 'second', 'third']);
    expect(session.bin).toEqual([]);
  });

  test('moving changes the order and nothing else', () => {
    const { session, handle } = open(chain);
    const { key } = handle('third');
    session.edit.move(key, -1);
    expect(session.graph.cells.map((c) => c.name)).toEqual(['first', 'third', 'second']);
    expect(session.handle(key).name).toBe('third');
    session.edit.move(key, 1);
    expect(session.graph.cells.map((c) => c.name)).toEqual(['first', 'second', 'third']);
  });

  test('a form writes one key and keeps comments', () => {
    const text = cell('yaml param:n', '# how many\ntype: integer\nvalue: 3 # weeks');
    const { session, handle } = open(text);
    session.edit.field(handle('n').key, ['value'], 5);
    expect(session.text).toContain('# how many\ntype: integer\nvalue: 5 # weeks');
  });

  test('prose can be put between two cells and read-only text cannot be changed', () => {
    const { session, handle } = open(chain);
    const place = session.indexOf(handle('third').key);
    const key = session.edit.insertProse(place)!;
    session.edit.prose(key, 'New words.');
    expect(session.text).toMatch(/```\n\nNew words\.\n\n```sql query:third/);
    session.readOnly = true;
    const before = session.text;
    session.edit.body(handle('first').key, 'select 7');
    expect(session.text).toBe(before);
  });

  test('a key stroke among two hundred cells costs far less than the 50 ms it may', () => {
    const many = Array.from({ length: 200 }, (_, i) =>
      cell(`sql query:q${i}`, i === 0 ? 'select 1 as x' : `select x from q${i - 1}`)
    ).join('');
    const { session, handle } = open(many);
    const { key } = handle('q150');
    const times = Array.from({ length: 21 }, (_, i) => {
      const began = performance.now();
      session.edit.body(key, `select x + ${i} from q149`);
      return performance.now() - began;
    }).sort((a, b) => a - b);
    expect(times[10]).toBeLessThan(25);
  });
});

describe('results', () => {
  test('what a view asked for is asked once, until the result is new', async () => {
    const { session, engine, handle } = open(chain);
    await session.start();
    await settle();
    const { data, key } = handle('first');
    await data.page({ relation: 'first', limit: 10 });
    await data.page({ relation: 'first', limit: 10 });
    expect(engine.asked).toEqual(['first']);
    const before = handle('first').revision;
    session.edit.body(key, 'select 5 as x');
    await settle();
    expect(handle('first').revision).toBeGreaterThan(before);
    await data.page({ relation: 'first', limit: 10 });
    expect(engine.asked).toEqual(['first', 'first']);
  });

  test('the next visit paints results before the engine starts, and confirms them without a run', async () => {
    const first = open(chain);
    await first.session.start();
    await settle();
    await first.handle('third').data.page({ relation: 'third', limit: 10 });
    await first.session.engine.kept();
    const snapshots = first.session.results.snapshots();

    const next = open(chain, { snapshots });
    next.engine.kept.clear();
    for (const [print, outcome] of first.engine.kept) next.engine.kept.set(print, outcome);
    expect(next.handle('third').outcome).not.toBeNull();
    expect(next.handle('third').unconfirmed).toBe(true);
    const page = await next.handle('third').data.page({ relation: 'third', limit: 10 });
    expect(page.length).toBe(1);
    await next.session.start();
    await settle();
    expect(next.engine.ran).toEqual([]);
    expect(next.at('third')).toBe('done');
    expect(next.handle('third').unconfirmed).toBe(false);
    expect(next.handle('third').revision).toBe(0);
    expect(summariseCells(next.session).every((c) => c.restored)).toBe(true);
  });

  test('files start the engine, are listed once by name, and make their source stale', async () => {
    const { session, engine } = open(cell('yaml source:orders', 'file: orders.csv'));
    await session.addFiles([new File(['a\n1'], 'orders.csv')]);
    await session.addFiles([new File(['a\n1\n2'], 'orders.csv')]);
    await settle();
    expect(session.files.list.map((f) => f.name)).toEqual(['orders.csv']);
    expect(engine.ran.length).toBeGreaterThan(0);
  });

  test('after a restart cells are stale and the reader is told', async () => {
    const told: string[] = [];
    const { session, engine, at } = open(chain, { onRestart: (p) => told.push(p.message) });
    await session.start();
    await settle();
    engine.crash({ code: 'worker.lost', severity: 'error', message: 'Lost.' });
    await settle();
    expect(told).toEqual(['Lost.']);
    expect(at('first')).toBe('stale');
    expect(session.text).toBe(chain);
  });
});

describe('trust', () => {
  const text = cell('csv data:rows', 'a\n1') + cell('js script:own reads=rows', 'return rows');

  test('a script does not run until it is allowed, and the rest does', async () => {
    const { session, engine, handle } = open(text, { scripts: false });
    await session.start();
    await settle();
    expect(engine.ran).toEqual(['rows']);
    expect(handle('own').problems.map((p) => p.code)).toEqual(['trust.script']);
    expect(session.withheldScripts).toBe(1);
    session.allowScripts();
    await settle();
    expect(engine.ran).toEqual(['rows', 'own']);
    expect(session.withheldScripts).toBe(0);
  });

  test('an address is not asked until it is allowed, whoever wrote the scripts', async () => {
    const asks = cell('yaml source:far', 'url: https://example.org/a.csv') + text;
    const { session, engine, handle } = open(asks, { scripts: true });
    await session.start();
    await settle();
    expect(engine.ran).toEqual(['rows', 'own']);
    expect(handle('far').problems).toMatchObject([
      { code: 'trust.network', data: { address: 'https://example.org/a.csv' } }
    ]);
    expect(session.withheldRequests).toBe(1);
    session.allowNetwork();
    await settle();
    expect(engine.ran).toContain('far');
    expect(session.withheldRequests).toBe(0);
  });
});

describe('summary', () => {
  test('has an entry for every cell, whatever its fault', async () => {
    const text =
      cell('sql query:good', 'select 1 as x') +
      cell('sql query:twice', 'select 1') +
      cell('sql query:twice', 'select 2') +
      cell('yaml teleport:later', 'to: mars') +
      cell('sql query:idle run=off', 'select 1') +
      '```sql query:open\nselect 1';
    const { session } = open(text);
    await session.start();
    await settle();
    const cells = summariseCells(session);
    expect(cells.map((c) => [c.name, c.state])).toEqual([
      ['good', 'done'],
      ['twice', 'error'],
      ['twice', 'error'],
      ['later', 'unknown'],
      ['idle', 'off'],
      ['open', 'error']
    ]);
    expect(cells[0]).toMatchObject({ kind: 'query', rows: 1, problems: [] });
    expect(cells[1]!.problems.length).toBeGreaterThan(0);
  });
});
