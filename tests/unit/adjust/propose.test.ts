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

/** Half a year of two items: jam about 10 a day, tea about 30. */
const random = seeded(4, 'propose');
const rows = Array.from({ length: 180 }, (_, t) =>
  ['jam', 'tea'].map((sku) => ({
    t,
    sku,
    units: Math.round((sku === 'jam' ? 10 : 30) * (0.5 + random()))
  }))
).flat();
const daily = columns({
  day: numeric(
    rows.map((r) => start + r.t * day),
    'date'
  ),
  sku: text(rows.map((r) => r.sku)),
  units: numeric(rows.map((r) => r.units))
});
const low = columns({ time: numeric([start + 170 * day], 'timestamp'), alert: text(['low']) });
const inUse = { jam: 20, tea: 60, rum: 5 };

/** Reorder points of items that have a product name, too, with those in use. */
function points(wanted: Readonly<Record<string, number>>): Columns {
  const items = Object.keys(wanted);
  return columns({
    sku: text(items),
    product: text(items.map((sku) => `Jar of ${sku}`)),
    in_use: numeric(items.map((sku) => inUse[sku as 'jam'])),
    reorder_point: numeric(items.map((sku) => wanted[sku]!))
  });
}

const effect = [
  'effect:',
  '  demand: daily',
  '  value: units',
  '  by: sku',
  '  lead_time: 3',
  '  order_up_to: reorder_point + 5 * mean'
];
const costs = ['  holding: 0.1', '  stockout: 4'];
const gate = 'gate: { backtest: 8, window: 7 }';

async function run(lines: readonly string[], given: Tables) {
  const kind = kinds.get('adjust')!;
  const body = ['on: { alerts: low }', 'propose: points', ...lines].join('\n');
  const { config, problems } = kind.body.parse(body, {});
  expect(problems).toEqual([]);
  const cell = { name: 'reorder', kind: 'adjust', body, config, params: {} };
  const all = { low, daily, ...given };
  const outcome = await runComputed(kind, adjustRun as ComputeRun<unknown>, cell, all, {});
  const journal = outcome.tables['reorder'] ? toRows(outcome.tables['reorder']) : [];
  return { ...outcome, journal, report: outcome.report as AdjustReport };
}

const better = points({ jam: 45, tea: 130 });
const worse = points({ jam: 2, tea: 9 });

describe('the gate of proposed figures', () => {
  test('passes those that would have cost no more, and says by how much less', async () => {
    const { journal, tables, report } = await run([gate, 'present: in_use', ...effect, ...costs], {
      points: better
    });
    expect(journal[0]).toMatchObject({ decision: 'proposed', before: 80, after: 175 });
    expect(journal[0]!['gate']).toMatch(
      /^passed: 2 of 2 items change; backtest passed: cost [\d.]+ % lower on 8 windows/
    );
    // The replay of the same windows says so, item by item.
    const trace = toRows(tables['reorder_effect']!);
    const sum = (key: string) => trace.reduce((all, row) => all + Number(row[key]), 0);
    const [, percent] = /cost ([\d.]+) % lower/.exec(journal[0]!['gate'] as string)!;
    expect(100 * (1 - sum('cost_with') / sum('cost_without'))).toBeCloseTo(Number(percent), 1);
    expect(new Set(trace.map((row) => row['sku']))).toEqual(new Set(['jam', 'tea']));
    expect(report.scenarios.map((s) => s.scenario)).toEqual(['proposal']);
    const proposed = toRows(tables['reorder_proposals']!);
    expect(proposed.map((r) => [r['item'], r['before'], r['after']])).toEqual([
      ['jam / Jar of jam', 20, 45],
      ['tea / Jar of tea', 60, 130]
    ]);
  });

  test('holds those that would have cost more, in figures, and keeps both sums', async () => {
    const { journal, report } = await run([gate, 'present: in_use', ...effect, ...costs], {
      points: worse
    });
    expect(journal[0]).toMatchObject({ decision: 'held', before: 80, after: 11 });
    expect(journal[0]!['gate']).toMatch(/^backtest: cost [\d.]+ % higher on 8 windows$/);
    expect(report.rows[0]?.change).toBeNull();
  });

  test('goes by the fill rate where no cost is stated, or where one asks for it', async () => {
    const by = async (table: Columns, ...lines: string[]) =>
      (await run([...lines, 'present: in_use', ...effect], { points: table })).journal[0]!;
    expect(await by(better, gate)).toMatchObject({ decision: 'proposed' });
    expect((await by(better, gate))['gate']).toContain('units short');
    expect((await by(worse, gate))['decision']).toBe('held');
    const asked = 'gate: { backtest: 8, metric: cost }';
    // Nothing costs anything: no worse is enough.
    expect((await by(worse, asked))['gate']).toContain('backtest passed: the same cost');
    const gain = 'gate: { backtest: 8, metric: cost, least_gain: 5% }';
    expect((await by(worse, gain))['decision']).toBe('held');
  });

  test('compares with what was accepted last, and tells which items it could not try', async () => {
    const accepted = [
      'decisions:',
      `  - { trigger: low, time: "2024-03-01T00:00:00.000Z", after: 55, decision: approved, by: human, rows: '{"jam / Jar of jam":45,"tea / Jar of tea":130}' }`
    ];
    const { journal, tables } = await run([gate, ...effect, ...costs, ...accepted], {
      points: points({ jam: 2, tea: 9, rum: 6 })
    });
    expect(journal.at(-1)).toMatchObject({ decision: 'held', before: 175, after: 17 });
    expect(journal.at(-1)!['gate']).toMatch(/higher on 8 windows; tried on 2 of 3 items$/);
    expect(tables['reorder_effect']!.length).toBe(0);
  });

  test('first figures with none in use are for a person to accept, not for a rule', async () => {
    const first = async (approve: string) =>
      (await run([gate, `approve: ${approve}`, ...effect, ...costs], { points: better }))
        .journal[0]!;
    const said = /no figures before these to compare with/;
    expect(await first('human')).toMatchObject({ decision: 'proposed' });
    expect((await first('human'))['gate']).toMatch(said);
    expect(await first('auto')).toMatchObject({ decision: 'held' });
    expect((await first('auto'))['gate']).toMatch(said);
  });

  test('an accepted proposal is measured on the demand since, against what was in use', async () => {
    const accepted = [
      'decisions:',
      `  - { trigger: low, time: "2024-03-01T00:00:00.000Z", after: 175, decision: approved, by: human, rows: '{"jam / Jar of jam":45,"tea / Jar of tea":130}' }`
    ];
    const { journal } = await run(['present: in_use', ...effect, ...costs, ...accepted], {
      points: better
    });
    const [, fillWith, fillWithout] = /fill rate ([\d.]+) % \(([\d.]+) %\)/.exec(
      journal[0]!['effect'] as string
    )!;
    expect(journal[0]!['effect'] as string).toMatch(/^in the 120 periods since/);
    expect(Number(fillWith)).toBeGreaterThan(Number(fillWithout));
  });

  test('figures that are no reorder points need to say what the stock does with them', async () => {
    const orders = columns({ sku: text(['jam']), order_now: numeric([40]) });
    const { problems } = await run([gate, ...effect], { points: orders });
    expect(problems[0]).toMatchObject({ code: 'adjust.no-reorder-point' });
    const upTo = columns({ sku: text(['jam']), level: numeric([60]), old: numeric([15]) });
    const stated = [
      'present: old',
      gate,
      ...effect.slice(0, -1),
      '  reorder_point: level - 5 * mean',
      '  order_up_to: level'
    ];
    const { journal } = await run(['column: level', ...stated], { points: upTo });
    expect(journal[0]).toMatchObject({ decision: 'proposed', before: 15, after: 60 });
  });

  test('has nothing to go by without the demand', () => {
    const { problems } = kinds
      .get('adjust')!
      .body.parse('on: { alerts: low }\npropose: points\ngate: { backtest: 8 }', {});
    expect(problems[0]).toMatchObject({ code: 'config.combination' });
  });
});
