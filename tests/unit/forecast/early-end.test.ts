import { describe, expect, test, vi } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import type { Helpers, Progress, RunContext } from '#lib/cells/core/context.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { createNetworkEngine } from '#lib/networks/engine.ts';
import { runKind } from './harness.ts';

const skus = ['a', 'b', 'c'];
const days = 84;

/** So many days of every product. */
function demandOf(length: number): Columns {
  const rows = skus.flatMap((sku, s) => Array.from({ length }, (_, t) => ({ sku, s, t })));
  return columns({
    sku: text(rows.map(({ sku }) => sku)),
    day: {
      type: 'timestamp',
      values: Float64Array.from(rows, ({ t }) => Date.UTC(2024, 0, 1 + t)),
      valid: null
    },
    units: numeric(rows.map(({ s, t }) => 50 * (s + 1) + 9 * (t % 7) + 11 * Math.sin(t / 9 + s)))
  });
}
const lstm = 'backend: cpu, hidden: 6, epochs: 30';
const body = (models: string, more = '') =>
  `source: demand\ntime: day\nvalue: units\nby: sku\nhorizon: 4\nmodels: [${models}]\nbacktest: { origins: 3, step: 4 }\nlstm: {${lstm}${more}}`;

/** A run that the reader ends where `when` holds of its progress. */
async function endedWhen(
  text: string,
  when: (told: Progress) => boolean,
  more: Partial<RunContext> = {},
  demand = demandOf(days)
) {
  const enough = new AbortController();
  const told: unknown[] = [];
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 30));
  try {
    const { tables } = await runKind(kind, run, text, { demand }, createNetworkEngine(), {
      enough: enough.signal,
      progress: (progress) => when(progress) && enough.abort(),
      warn: (problem, options) => told.push([problem.code, problem.message, options]),
      ...more
    });
    return { tables, told };
  } finally {
    clock.mockRestore();
  }
}

const at = (phase: string, step: number) => (told: Progress) =>
  (told.note?.includes(phase) ?? false) && Number(told.figures?.['step']) >= step;

describe('a forecast with a network, ended early', () => {
  test('while the backtest’s network trains, has the rows of that one', async () => {
    const { tables, told } = await endedWhen(body('seasonal_naive, lstm'), at('backtest', 10));
    expect(told).toEqual([
      ['forecast.training-ended', expect.stringMatching(/at step 1\d of \d\d/), { partial: true }]
    ]);
    const all = toRows(tables['out_all']!);
    for (const model of ['seasonal_naive', 'lstm']) {
      const own = all.filter((row) => row['model'] === model);
      expect(own).toHaveLength(skus.length * 4);
      for (const { yhat } of own) expect(Number.isFinite(yhat)).toBe(true);
    }
    const scores = toRows(tables['out_scores']!).filter((row) => row['model'] === 'lstm');
    expect(scores.map((row) => row['origins'])).toEqual([3, 3, 3]);
    const note = toRows(tables['out_models']!).find((row) => row['model'] === 'lstm')!['note'];
    expect(note).toMatch(/; 1\d steps, .*; ended early$/);
  });

  test('while the last network trains, has the rows of the one that was judged', async () => {
    const first = await endedWhen(body('lstm'), at('everything', 1));
    const later = await endedWhen(body('lstm'), at('everything', 20));
    expect(first.told).toEqual([
      [
        'forecast.training-ended',
        expect.stringContaining('that the backtest judged'),
        { partial: true }
      ]
    ]);
    expect(later.tables['out']).toEqual(first.tables['out']);
    const whole = await endedWhen(body('lstm'), () => false);
    expect(whole.told).toEqual([]);
    expect(whole.tables['out_backtest']).toEqual(first.tables['out_backtest']);
    expect(whole.tables['out']).not.toEqual(first.tables['out']);
  });

  test('where there is too little history to judge one, says that nothing has', async () => {
    const short = demandOf(20);
    const { told, tables } = await endedWhen(
      body('lstm', ', window: 7'),
      at('everything', 5),
      {},
      short
    );
    expect(told.at(-1)).toEqual([
      'forecast.training-ended',
      expect.stringMatching(/at step \d+ of/),
      { partial: true }
    ]);
    expect(toRows(tables['out_models']!)[0]!['note']).toMatch(/too little history.*ended early$/);
  });

  test('has the naive models beside it, others where they were done', async () => {
    const text = body('naive, ses, lstm');
    const { tables, told } = await endedWhen(text, at('backtest', 5));
    expect(told.map((each) => (each as string[])[0])).toEqual([
      'forecast.training-ended',
      'forecast.models-left'
    ]);
    const models = toRows(tables['out_all']!).map((row) => row['model']);
    expect(new Set(models)).toEqual(new Set(['naive', 'lstm']));
    const late = await endedWhen(text, ({ done }) => done >= 7);
    expect(late.told).toEqual([
      ['forecast.models-left', expect.stringContaining('of 3 series'), { partial: true }]
    ]);
  });

  test('of several seeds, has those that came to their end, else the one under way here', async () => {
    const text = body('lstm', ', seeds: 3');
    const noteOf = ({ tables }: Awaited<ReturnType<typeof endedWhen>>) =>
      toRows(tables['out_models']!)[0]!['note'];
    const inLastSeed = ({ note, figures }: Progress) =>
      (note?.includes('backtest') ?? false) &&
      Number(figures!['step']) > 0.8 * Number(figures!['steps']);
    expect(noteOf(await endedWhen(text, at('backtest', 10)))).not.toContain('median');
    expect(noteOf(await endedWhen(text, inLastSeed))).toContain('median of 2');
    // Lent workers end as a call does that is broken off.
    const stopped = new AbortController();
    const ask: Helpers['ask'] = () =>
      new Promise((_, reject) =>
        stopped.signal.addEventListener('abort', () => reject(new Cancelled()))
      );
    const apart = await endedWhen(
      text,
      (progress) => {
        const ends = at('backtest', 10)(progress);
        if (ends) stopped.abort();
        return ends;
      },
      { helpers: { count: 2, ask } }
    );
    expect(apart.told).toEqual([['forecast.training-ended', expect.anything(), { partial: true }]]);
    expect(noteOf(apart)).not.toContain('median');
  });
});
