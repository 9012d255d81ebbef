import { expect, test } from 'vitest';
import { columns, numeric, toRows, type Columns } from '#lib/base/columns.ts';
import { hash128 } from '#lib/base/hash.ts';
import { seeded } from '#lib/base/random.ts';
import adjustRun from '#lib/cells/adjust/run.ts';
import type { AdjustReport } from '#lib/cells/adjust/report.ts';
import type { ComputeRun, RunContext } from '#lib/cells/core/context.ts';
import forecastRun from '#lib/cells/forecast/run.ts';
import { createExecutor } from '#lib/runtime/executor.ts';
import type { Job, Outcome, RunOptions } from '#lib/runtime/engine.ts';
import { Session } from '#lib/state/session.svelte.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeEngine } from './fake-engine.ts';

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);
const random = seeded(5, 'refit');
const units = Float64Array.from(
  { length: 84 },
  (_, t) => 20 + (t % 7) + 4 * random() + (t >= 63 ? 25 : 0)
);

/** Runs forecast and adjust cells for real, over a table that grows. */
class LoopEngine extends FakeEngine {
  days = 63;
  readonly tables: Record<string, Columns> = {};

  override async run(job: Job, options: RunOptions): Promise<Outcome> {
    const outcome = await super.run(job, options);
    const { kind, name } = job.cell;
    if (kind === 'data') this.tables[name] = this.#daily();
    const run = { forecast: forecastRun, adjust: adjustRun }[kind];
    if (!run) return { ...outcome, hash: `${outcome.hash} ${this.days}` };
    const ctx = {
      ...{ seed: 1, random: seeded(1, name), now: () => 0 },
      ...{ checkpoint: () => Promise.resolve(), progress: () => undefined, warn: () => undefined }
    } as unknown as RunContext;
    const { tables, report } = await (run as ComputeRun<unknown>)(job.cell, this.tables, ctx);
    Object.assign(this.tables, tables);
    const rows = Object.values(tables).map((table) => JSON.stringify(toRows(table)));
    return { ...outcome, report, hash: hash128(rows.join('\n')) };
  }

  /** Nothing is kept, so that everything is computed again. */
  override restore(): Promise<null> {
    return Promise.resolve(null);
  }

  #daily(): Columns {
    return columns({
      day: numeric(
        Array.from({ length: this.days }, (_, t) => start + t * day),
        'date'
      ),
      units: numeric(units.subarray(0, this.days))
    });
  }
}

const cell = (info: string, body: string) => `\`\`\`${info}\n${body}\n\`\`\`\n\n`;
const text =
  cell('csv data:daily', 'x\n1') +
  cell(
    'yaml forecast:plan',
    'source: daily\ntime: day\nvalue: units\nhorizon: 7\nmodels: [ets, seasonal_naive]'
  ) +
  cell('yaml adjust:fresh', 'on: { schedule: 1w, of: daily }\nrefit: plan');

test('what a refit replaced is there again after undo, and after taking it back when more rows have come', async () => {
  const engine = new LoopEngine();
  const session = new Session({
    ...{ id: 'n', text, scripts: true },
    createEngine: () => engine,
    createExecutor: (e, events) => createExecutor(e, events)
  });
  await session.start();
  const idle = () => eventually(() => expect(session.busy).toBe(false));
  const runAll = async () => {
    await session.runAll();
    await idle();
  };
  const report = () => session.results.outcomes.get('fresh')?.report as AdjustReport;
  const decide = async (verdict: 'approved' | 'reverted') => {
    const { change } = report().rows.find((row) => row.change !== null)!;
    await session.adjustments.decide('fresh', [{ change: change!, verdict, by: 'human' }]);
    await idle();
  };
  const bytes = () => JSON.stringify(toRows(engine.tables['plan']!));
  await runAll();
  const champion = bytes();
  // Three weeks come; the forecast has been told to wait for a refit.
  session.edit.text(text.replace('horizon: 7', 'horizon: 7\nuntil: 2024-03-04'), '');
  engine.days = 84;
  await session.run(['daily', 'plan', 'fresh'], { force: true });
  await idle();
  expect(bytes()).toBe(champion);
  const before = session.text;

  await decide('approved');
  expect(session.text).toContain('until: 2024-03-21');
  expect(bytes()).not.toBe(champion);
  session.undo();
  await idle();
  await session.run(['plan', 'fresh']);
  expect(session.text).toBe(before);
  expect(bytes()).toBe(champion);

  await decide('approved');
  const challenger = bytes();
  expect(challenger).not.toBe(champion);
  await decide('reverted');
  expect(bytes()).toBe(champion);
  expect(report().rows.find((row) => row.decision === 'reverted')?.effect).toEqual([
    { code: 'restored' }
  ]);
});
