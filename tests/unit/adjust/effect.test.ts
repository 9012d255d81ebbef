import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { kinds } from '#lib/cells/registry.ts';
import adjustRun from '#lib/cells/adjust/run.ts';
import type { AdjustReport } from '#lib/cells/adjust/report.ts';
import type { ComputeRun, Tables } from '#lib/cells/core/context.ts';
import { runComputed } from '../../support/examples.ts';

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);

/** Two items over 200 days; demand doubles at `shift`. */
function daily(shift: number): Columns {
  const random = seeded(8, 'daily');
  const rows = Array.from({ length: 200 }, (_, t) =>
    ['jam', 'tea'].map((sku) => ({
      t,
      sku,
      units: Math.round((t < shift ? 10 : 20) * (0.5 + random()))
    }))
  ).flat();
  return columns({
    day: numeric(
      rows.map((r) => start + r.t * day),
      'date'
    ),
    sku: text(rows.map((r) => r.sku)),
    units: numeric(rows.map((r) => r.units))
  });
}

function alerts(...days: number[]): Columns {
  return columns({
    time: numeric(
      days.map((d) => start + d * day),
      'timestamp'
    ),
    alert: text(days.map(() => 'low')),
    state: text(days.map(() => 'firing'))
  });
}

const effect = [
  'effect:',
  '  demand: daily',
  '  time: day',
  '  value: units',
  '  by: sku',
  '  lead_time: 3',
  '  reorder_point: mean * (lead_time + cover)',
  '  order_up_to: reorder_point + 4 * mean',
  '  holding: 0.1',
  '  stockout: 4'
];

async function run(lines: readonly string[], given: Tables) {
  const kind = kinds.get('adjust')!;
  const body = ['on: { alerts: low }', 'set: cover', ...lines].join('\n');
  const { config, problems } = kind.body.parse(body, {});
  expect(problems).toEqual([]);
  const cell = { name: 'safer', kind: 'adjust', body, config, params: {} };
  const outcome = await runComputed(kind, adjustRun as ComputeRun<unknown>, cell, given, {});
  const rows = outcome.tables['safer'] ? toRows(outcome.tables['safer']) : [];
  return { ...outcome, rows, report: outcome.report as AdjustReport };
}

const cover = (value: number) => columns({ value: numeric([value]) });

describe('the effect of a change', () => {
  test('a proposal says what it would have done, and every period of both sides is there', async () => {
    const given = { low: alerts(150), cover: cover(1), daily: daily(100) };
    const { rows, tables, report } = await run(['to: old + 5', ...effect], given);
    expect(rows[0]!['decision']).toBe('proposed');
    const said = rows[0]!['effect'] as string;
    const [, fillWith, fillWithout] = /fill rate ([\d.]+) % \(([\d.]+) %\)/.exec(said)!;
    expect(said).toMatch(/^over the 120 periods before it, with it \(without\): /);
    expect(Number(fillWith)).toBeGreaterThan(Number(fillWithout));
    const trace = toRows(tables['safer_effect']!);
    expect(trace).toHaveLength(2 * 120);
    const sum = (key: string) => trace.reduce((all, row) => all + Number(row[key]), 0);
    expect(100 * (1 - sum('short_with') / sum('demand'))).toBeCloseTo(Number(fillWith), 1);
    expect(100 * (1 - sum('short_without') / sum('demand'))).toBeCloseTo(Number(fillWithout), 1);
    expect(new Set(trace.map((row) => row['sku']))).toEqual(new Set(['jam', 'tea']));
    const [scenario] = report.scenarios;
    expect(scenario!.times).toHaveLength(120);
    expect(scenario!.stockWith.reduce((a, b) => a + b, 0)).toBeCloseTo(sum('stock_with'), 6);
    expect(trace.at(-1)!['time']).toBe(start + 149 * day);
  });

  test('an approved change is measured on the demand since, from nothing known later', async () => {
    const lines = [
      'to: old + 5',
      ...effect,
      'decisions:',
      `  - { trigger: low, time: "${new Date(start + 110 * day).toISOString()}", action: set cover, before: 1, after: 6, gate: passed, decision: approved, by: human }`
    ];
    const of = (table: Columns) => run(lines, { low: alerts(110), cover: cover(6), daily: table });
    const { rows, tables } = await of(daily(100));
    expect(rows[0]!['effect']).toMatch(/^in the 90 periods since, with it \(without\): fill rate /);
    const trace = toRows(tables['safer_effect']!);
    expect(trace.every((row) => row['scenario'] === 'loop')).toBe(true);
    expect(trace[0]!['time']).toBe(start + 110 * day);
    // What is asked for later changes nothing before.
    const later = daily(100);
    const units = (later.vectors[2] as { values: Float64Array }).values;
    units.fill(0, 2 * 150);
    const other = toRows((await of(later)).tables['safer_effect']!).filter(
      (row) => Number(row['time']) < start + 150 * day
    );
    expect(other).toEqual(trace.filter((row) => Number(row['time']) < start + 150 * day));
  });

  test('a gate holds what costs no less and passes what does', async () => {
    const gate = 'gate: { backtest: 8, window: 5 }';
    const dear = await run(['to: old + 40', gate, ...effect], {
      low: alerts(90),
      cover: cover(5),
      daily: daily(999)
    });
    expect(dear.rows[0]).toMatchObject({ decision: 'held', before: 5, after: 45 });
    expect(dear.rows[0]!['gate']).toMatch(/^backtest: cost [\d.]+ % higher on 8 windows$/);
    const good = await run(['to: old + 5', gate, ...effect], {
      low: alerts(150),
      cover: cover(1),
      daily: daily(100)
    });
    expect(good.rows[0]).toMatchObject({ decision: 'proposed', after: 6 });
    expect(good.rows[0]!['gate']).toMatch(
      /^backtest passed: cost [\d.]+ % lower on 8 windows \(p [\d.e-]+\)$/
    );
    const early = await run(['to: old + 5', gate, ...effect], {
      low: alerts(10),
      cover: cover(1),
      daily: daily(100)
    });
    expect(early.rows[0]!['gate']).toMatch(/^backtest: only \d windows? to compare on$/);
  });

  test('expressions are held to what they may use', async () => {
    const lines = ['to: old + 5', ...effect.map((l) => l.replace('mean * (', 'meen * ('))];
    const given = { low: alerts(150), cover: cover(1), daily: daily(100) };
    const { problems } = await run(lines, given);
    expect(problems[0]).toMatchObject({ code: 'adjust.effect-name' });
    expect(problems[0]!.hint).toContain('mean');
  });

  test('a backtest without anything to compare on is refused', () => {
    const body = 'on: shop.low\nset: cover\nto: old + 1\ngate: { backtest: 5 }';
    const { problems } = kinds.get('adjust')!.body.parse(body, {});
    expect(problems[0]!.message + problems[0]!.cause).toContain('nothing to compare on');
  });
});

describe('a gate between models', () => {
  /** Backtest of two models over ten origins of three steps; `worse` errs twice as much. */
  function backtest(): Columns {
    const random = seeded(2, 'models');
    const rows = Array.from({ length: 10 }, (_, o) =>
      [1, 2, 3].flatMap((step) => {
        const error = 2 + random();
        return [
          { o, step, model: 'ets', yhat: 100 + error },
          { o, step, model: 'naive', yhat: 100 + 2 * error + random() }
        ];
      })
    ).flat();
    return columns({
      origin: numeric(
        rows.map((r) => start + 3 * r.o * day),
        'date'
      ),
      day: numeric(
        rows.map((r) => start + (3 * r.o + r.step) * day),
        'date'
      ),
      step: numeric(rows.map((r) => r.step)),
      model: text(rows.map((r) => r.model)),
      actual: numeric(rows.map(() => 100)),
      yhat: numeric(rows.map((r) => r.yhat))
    });
  }

  const models = (now: string, to: string) =>
    run([`to: ${to}`, 'gate: { backtest: 6, forecast: plan }'], {
      low: alerts(60),
      cover: columns({ value: text([now]) }),
      plan_backtest: backtest()
    });

  test('the challenger with smaller errors is proposed, the other way is held', async () => {
    const better = await models('naive', 'ets');
    expect(better.rows[0]).toMatchObject({ decision: 'proposed', before: 'naive', after: 'ets' });
    expect(better.rows[0]!['gate']).toMatch(/^backtest passed: error 5\d.* % lower on 6 windows/);
    const worse = await models('ets', 'naive');
    expect(worse.rows[0]).toMatchObject({ decision: 'held' });
    expect(worse.rows[0]!['gate']).toMatch(/higher on 6 windows$/);
    const unknown = await models('ets', 'arima');
    expect(unknown.rows[0]!['gate']).toBe('backtest: plan did not try arima');
  });

  test('windows that were not over at the time do not count', async () => {
    const { rows } = await run(['to: ets', 'gate: { backtest: 6, forecast: plan }'], {
      low: alerts(7),
      cover: columns({ value: text(['naive']) }),
      plan_backtest: backtest()
    });
    expect(rows[0]!['gate']).toBe('backtest: only 2 windows to compare on');
  });
});
