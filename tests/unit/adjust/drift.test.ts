import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { kinds } from '#lib/cells/registry.ts';
import { runComputed } from '../../support/examples.ts';
import adjustRun from '#lib/cells/adjust/run.ts';
import forecastRun from '#lib/cells/forecast/run.ts';
import type { ComputeRun, Tables } from '#lib/cells/core/context.ts';

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);

/** Units a day of two shops; from day `shift` on they sell more. */
function sales(days: number, shift: number): Columns {
  const rows = ['north', 'south'].flatMap((shop, s) => {
    const random = seeded(3, shop);
    return Array.from({ length: days }, (_, t) => ({
      shop,
      day: start + t * day,
      units: Math.round((s + 1) * (20 + (t >= shift ? 12 : 0) + 8 * (random() - 0.5)))
    }));
  });
  return columns({
    shop: text(rows.map((r) => r.shop)),
    day: numeric(
      rows.map((r) => r.day),
      'date'
    ),
    units: numeric(
      rows.map((r) => r.units),
      'integer'
    )
  });
}

function run(kind: string, name: string, body: string, given: Tables) {
  const { config, problems } = kinds.get(kind)!.body.parse(body, {});
  expect(problems).toEqual([]);
  const cell = { name, kind, body, config, params: {} };
  const runner = (kind === 'forecast' ? forecastRun : adjustRun) as ComputeRun<unknown>;
  return runComputed(kinds.get(kind)!, runner, cell, given, {});
}

/** A forecast made at day 120, and what came until day 160. */
async function watched(shift: number, lines: readonly string[] = [], change?: readonly string[]) {
  const all = sales(160, shift);
  const { units, history } = { units: all, history: sales(120, 999) };
  const plan = await run(
    'forecast',
    'plan',
    'source: history\ntime: day\nvalue: units\nby: shop\nmodels: [ses]\nhorizon: 40\nbacktest: { origins: 8, step: 7, horizon: 7 }',
    { history }
  );
  const body = [
    'on:',
    '  drift:',
    '    forecast: plan',
    '    actual: units',
    '    value: units',
    '    recent: 2w',
    ...lines,
    ...(change ?? ['set: days', 'to: old * 1.5', 'cooldown: 1d'])
  ].join('\n');
  return run('adjust', 'safer', body, {
    ...plan.tables,
    units,
    days: columns({ value: numeric([8], 'integer') }),
    train_to: columns({ value: text(['2024-04-30']) })
  });
}

describe('adjust on drift of a forecast', () => {
  test('errors that have moved call for a change within a week, and say which they were', async () => {
    const { tables } = await watched(125);
    const [first] = toRows(tables['safer']!);
    expect(first).toMatchObject({ action: 'set days', before: 8, after: 12, decision: 'proposed' });
    expect(first!['trigger']).toMatch(
      /^drift\{column="error",method="(adwin|page_hinkley|tracking_signal)"\}$/
    );
    const after = (Number(first!['time']) - start) / day;
    expect(after).toBeGreaterThan(125);
    expect(after).toBeLessThanOrEqual(134);
    const found = toRows(tables['safer_drift']!).filter((r) => r['drifted']);
    // Both shops sell 60 % more; on the common scale errors were about 1 before.
    expect(found.at(-1)!['evidence']).toMatch(/mean|bias/);
    expect(found.every((r) => Number(r['score']) >= Number(r['threshold']))).toBe(true);
  });

  test('a later end of the history passes where refitting would have paid, by what came since', async () => {
    const change = [
      'set: train_to',
      'to: 2024-05-20',
      'gate: { backtest: 3, window: 3 }',
      'cooldown: 1d'
    ];
    const { tables } = await watched(125, [], change);
    const rows = toRows(tables['safer']!);
    expect(rows.map((r) => r['gate'])).toContainEqual(
      expect.stringMatching(/^backtest passed: error [\d.]+ % lower on 3 windows \(p /)
    );
    const proposed = rows.find((r) => r['decision'] === 'proposed')!;
    expect(proposed).toMatchObject({ before: '2024-04-30', after: '2024-05-20' });
  });

  test('a refit passes the same way', async () => {
    const change = ['refit: plan', 'gate: { backtest: 3, window: 3 }', 'cooldown: 1d'];
    const { tables } = await watched(125, [], change);
    const rows = toRows(tables['safer']!);
    const proposed = rows.find((r) => r['decision'] === 'proposed')!;
    expect(proposed['action']).toBe('refit plan');
    expect(proposed['gate']).toMatch(/^backtest passed: error [\d.]+ % lower on 3 windows \(p /);
  });

  test('no drift, no proposal, and the tests are told all the same', async () => {
    const { tables } = await watched(999);
    expect(tables['safer']!.length).toBe(0);
    expect(tables['safer_drift']!.length).toBeGreaterThan(20);
  });

  test('a table that is no forecast is a problem', async () => {
    const none = columns({ day: numeric([start], 'date'), x: numeric([1]) });
    const body = 'on: { drift: { forecast: plan } }\nset: days\nto: old + 1';
    const given = { plan: none, plan_backtest: none, days: columns({ value: numeric([8]) }) };
    const { problems } = await run('adjust', 'safer', body, given);
    expect(problems.map((p) => p.code)).toEqual(['adjust.no-forecast']);
  });

  test('later rows add looks and change none', async () => {
    const body =
      'on: { drift: { inputs: units, columns: [units], recent: 2w } }\nset: days\nto: old + 1\ncooldown: 1d';
    const of = (days: number) =>
      run('adjust', 'safer', body, {
        units: sales(days, 60),
        days: columns({ value: numeric([8]) })
      });
    const [early, late] = [await of(90), await of(120)];
    const rows = toRows(early.tables['safer_drift']!);
    expect(toRows(late.tables['safer_drift']!).slice(0, rows.length)).toEqual(rows);
    expect(rows.some((r) => r['drifted'])).toBe(true);
  });

  test.each([
    ['on: { drift: {} }', 'names nothing to watch'],
    ['on: { drift: { inputs: a, actual: b } }', 'compared with a forecast'],
    ['on: { drift: { inputs: a, recent: 0s } }', 'is no time']
  ])('%s is refused', (on, why) => {
    const { config, problems } = kinds.get('adjust')!.body.parse(`${on}\nset: d\nto: old + 1`, {});
    expect(config).toBeNull();
    expect(problems.map((p) => `${p.message} ${p.cause ?? ''}`).join()).toContain(why);
  });
});
