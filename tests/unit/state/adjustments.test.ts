import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import type { ComputeRun, RunContext } from '#lib/cells/core/context.ts';
import type { Change } from '#lib/cells/core/change.ts';
import type { AdjustReport } from '#lib/cells/adjust/report.ts';
import run from '#lib/cells/adjust/run.ts';
import { createExecutor } from '#lib/runtime/executor.ts';
import type { Job, Outcome, RunOptions } from '#lib/runtime/engine.ts';
import { Session, type SessionOptions } from '#lib/state/session.svelte.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeEngine } from './fake-engine.ts';

const hour = 3_600_000;
const start = Date.UTC(2024, 2, 4);

/** Runs adjust cells for real, over alerts that the test gives and the value of the param cell as it ran last. */
class AdjustEngine extends FakeEngine {
  firing: readonly number[] = [1, 30];
  journal: Columns | null = null;
  #values = new Map<string, unknown>();

  constructor(readonly runs: boolean) {
    super();
  }

  override async run(job: Job, options: RunOptions): Promise<Outcome> {
    const outcome = await super.run(job, options);
    const { name, kind, config } = job.cell;
    if (kind === 'param') this.#values.set(name, (config as { value: unknown }).value);
    if (kind !== 'adjust' || !this.runs) return outcome;
    const value = this.#values.get('days') as number;
    const inputs = {
      shop_alerts: columns({
        time: numeric(
          this.firing.map((at) => start + at * hour),
          'timestamp'
        ),
        alert: text(this.firing.map(() => 'low')),
        state: text(this.firing.map(() => 'firing')),
        value: numeric(this.firing.map(() => 3))
      }),
      days: columns({ value: numeric([value], 'integer') })
    };
    const ctx = { checkpoint: () => Promise.resolve() } as RunContext;
    const { tables, report } = await (run as ComputeRun<unknown>)(job.cell, inputs, ctx);
    this.journal = tables[name]!;
    return { ...outcome, report, hash: `${outcome.hash} ${JSON.stringify(toRows(this.journal))}` };
  }
}

const cell = (info: string, body: string) => `\`\`\`${info}\n${body}\n\`\`\`\n\n`;
const notebook = (more: string, param = 'type: integer\nvalue: 8\nmax: 11') =>
  cell('yaml param:days', param) +
  cell('csv data:shop_alerts', 'x\n1') +
  cell('sql query:plan', 'select $days as stock') +
  cell('sql query:other', 'select 1 as x') +
  cell('yaml adjust:safer', `on: shop.low\nset: days\nto: old + 2\n${more}`);

async function open(text: string, options: Partial<SessionOptions> = {}, runs = true) {
  const engine = new AdjustEngine(runs);
  const session = new Session({
    id: 'n',
    text,
    scripts: true,
    createEngine: () => engine,
    createExecutor: (e, events) => createExecutor(e, events),
    ...options
  });
  await session.start();
  const idle = () => eventually(() => expect(session.busy).toBe(false));
  await idle();
  const report = () => session.results.outcomes.get('safer')?.report as AdjustReport;
  const rows = () =>
    report()
      .rows.map((r) => `${r.decision} ${r.before} ${r.after} ${r.by}`)
      .reverse();
  const changes = () => report().rows.flatMap(({ change }) => change ?? []);
  const decide = async (
    change: Change,
    verdict: 'approved' | 'rejected' | 'reverted',
    note = ''
  ) => {
    await session.adjustments.decide('safer', [{ change, verdict, by: 'human', note }]);
    await idle();
  };
  return { engine, session, idle, rows, report, changes, decide };
}

describe('a person decides', () => {
  test('approving changes the parameter, runs what depends on it and nothing else, in one step of undo', async () => {
    const { engine, session, rows, changes, decide, idle } = await open(notebook(''));
    expect(rows()).toEqual(['proposed 8 10 null', 'proposed 8 10 null']);
    const before = session.text;
    engine.ran.length = 0;
    await decide(changes().at(-1)!, 'approved');
    expect(session.text).toContain('value: 10');
    expect([...new Set(engine.ran)].sort()).toEqual(['days', 'plan', 'safer']);
    expect(rows()).toEqual(['approved 8 10 human', 'proposed 10 12 null']);
    session.undo();
    await idle();
    expect(session.text).toBe(before);
    expect(rows()).toEqual(['proposed 8 10 null', 'proposed 8 10 null']);
  });

  test('a decision is made once, and not on a value that has moved since', async () => {
    const { session, changes, decide, rows } = await open(notebook(''));
    const [second, first] = changes();
    await decide(first!, 'approved');
    await decide(first!, 'approved');
    await decide(second!, 'approved');
    expect(rows()).toEqual(['approved 8 10 human', 'proposed 10 12 null']);
    expect(session.text).toContain('value: 10');
  });

  test('rejecting leaves the parameter alone and keeps the note', async () => {
    const { session, engine, changes, decide } = await open(notebook(''));
    await decide(changes().at(-1)!, 'rejected', 'It is a sale, not a trend');
    expect(session.text).toContain('value: 8');
    const [row] = toRows(engine.journal!);
    expect([row?.['decision'], row?.['effect']]).toEqual(['rejected', 'It is a sale, not a trend']);
  });

  test('reverting puts the value from before back and stays on record', async () => {
    const { session, changes, decide, rows } = await open(notebook(''));
    await decide(changes().at(-1)!, 'approved');
    await decide(changes().at(-1)!, 'reverted');
    expect(session.text).toContain('value: 8');
    expect(rows()[0]).toBe('reverted 8 10 human');
  });

  test('a value that the parameter refuses is a failed decision that says why', async () => {
    const { session, engine, changes, decide } = await open(
      notebook('', 'type: integer\nvalue: 8\nmax: 9')
    );
    await decide(changes().at(-1)!, 'approved');
    const [row] = toRows(engine.journal!);
    expect(row?.['decision']).toBe('failed');
    expect(row?.['effect']).toMatch(/9/);
    expect(session.text).toContain('value: 8');
  });

  test('nothing is written where the notebook may not be', async () => {
    const { session, changes, decide } = await open(notebook(''), { readOnly: true });
    const before = session.text;
    await session.run(['safer']);
    await decide(changes()[0]!, 'approved');
    expect(session.text).toBe(before);
  });
});

describe('a forecast is fitted anew', () => {
  const refit: Change = {
    target: 'fc',
    action: 'refit',
    value: null,
    entry: { trigger: 'low', time: '2024-03-04T10:00:00.000Z', action: 'refit fc', before: 'ets' }
  };
  const toApril: Change = { ...refit, value: '2024-04-01' };
  const forecasting =
    cell('yaml forecast:fc', 'source: history\ntime: day\nvalue: units') +
    cell('csv data:history', 'day,units\n2024-01-01,1') +
    cell('csv data:shop_alerts', 'x\n1') +
    cell('sql query:orders', 'select yhat from fc') +
    cell('yaml adjust:safer', 'on: shop.low\nrefit: fc');

  test('though nothing in its text has changed, with what reads it; a second time it is not', async () => {
    const { session, engine, decide } = await open(forecasting, {}, false);
    await session.run(['fc', 'orders']);
    engine.ran.length = 0;
    await decide(refit, 'approved');
    expect(engine.ran).toContain('fc');
    expect(session.text).toContain('action: refit fc');
    engine.ran.length = 0;
    const before = session.text;
    await decide(refit, 'approved');
    expect(engine.ran).toEqual([]);
    expect(session.text).toBe(before);
  });

  test('and learns until the time of the trigger; undo and taking it back are one step each', async () => {
    const { session, engine, decide, idle } = await open(forecasting, {}, false);
    await session.run(['fc', 'orders']);
    await decide(toApril, 'approved');
    expect(session.text).toContain('until: 2024-04-01');
    session.undo();
    await idle();
    expect(session.text).toBe(forecasting);
    await decide(toApril, 'approved');
    engine.ran.length = 0;
    await decide({ ...toApril, value: '2024-03-01' }, 'reverted');
    expect(session.text).toContain('until: 2024-03-01');
    expect(session.text).toContain('decision: reverted');
    expect([...new Set(engine.ran)].sort()).toEqual(['fc', 'orders', 'safer']);
    session.undo();
    expect(session.text).toContain('until: 2024-04-01');
    expect(session.text).toContain('decision: approved');
  });
});

describe('a rule decides', () => {
  const auto = notebook('approve: auto', 'type: integer\nvalue: 8');

  test('what is due is made at once, each from the one before, and never again', async () => {
    const { session, rows, idle, engine } = await open(auto);
    expect(rows()).toEqual(['approved 8 10 auto', 'approved 10 12 auto']);
    expect(session.text).toContain('value: 12');
    const { text } = session;
    engine.ran.length = 0;
    await session.run(['safer'], { force: true });
    await idle();
    expect(session.text).toBe(text);
    const again = await open(text);
    expect(again.session.text).toBe(text);
    expect(again.rows()).toEqual(rows());
  });

  test('one pass waits for what failed or was blocked on the value from before, too', async () => {
    const engine = new AdjustEngine(true);
    const session = new Session({
      id: 'n',
      text: auto + cell('sql query:orders', 'select stock from plan'),
      scripts: true,
      createEngine: () => engine,
      createExecutor: (e, events) => createExecutor(e, events)
    });
    session.adjustments.automatic = false;
    session.setAutoRun(false);
    engine.failing.set('plan', { code: 'x', severity: 'error', message: 'Too few', hint: '' });
    await session.runAll();
    const states = () => ['plan', 'orders'].map((id) => session.results.state(id).at);
    expect(states()).toEqual(['error', 'blocked']);
    engine.failing.clear();
    await session.adjustments.settle();
    expect(session.text).toContain('value: 12');
    expect(states()).toEqual(['done', 'done']);
  });

  test('what the reader undoes stays undone', async () => {
    const { session, rows, idle } = await open(auto);
    session.undo();
    await idle();
    expect(session.text).toBe(auto);
    expect(rows()).toEqual(['proposed 8 10 null', 'proposed 10 12 null']);
  });

  test('new incidents go on from there; one within the cooldown does not', async () => {
    const { session, engine, rows, idle } = await open(auto);
    engine.firing = [1, 30, 30.5, 60];
    await session.run(['safer'], { force: true });
    await idle();
    expect(rows()).toEqual([
      'approved 8 10 auto',
      'approved 10 12 auto',
      'held null null null',
      'approved 12 14 auto'
    ]);
  });

  test('the command line makes one pass, over the values it was given', async () => {
    const { session, rows, engine } = await open('', { params: { days: 20 } });
    session.adjustments.automatic = false;
    session.setAutoRun(false);
    session.edit.text(auto, '');
    await session.runAll();
    expect(rows()).toEqual(['proposed 20 22 null', 'proposed 22 24 null']);
    engine.ran.length = 0;
    await session.adjustments.settle();
    expect(rows()).toEqual(['approved 20 22 auto', 'approved 22 24 auto']);
    expect(session.graph.params).toEqual({ days: 24 });
    expect(engine.ran).toContain('plan');
    expect(engine.ran).not.toContain('other');
  });
});
