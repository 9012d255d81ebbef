import { describe, expect, test } from 'vitest';
import { boolean, columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import type { ComputeRun, RunContext, Tables } from '#lib/cells/core/context.ts';
import { adjustBody } from '#lib/cells/adjust/config.ts';
import type { AdjustReport } from '#lib/cells/adjust/report.ts';
import run from '#lib/cells/adjust/run.ts';
import { ticksOf } from '#lib/cells/adjust/schedule.ts';

const at = (iso: string) => Date.parse(iso);
const times = (...isos: string[]) => numeric(isos.map(at), 'timestamp');

async function ran(body: string, inputs: Tables) {
  const { config, problems } = adjustBody.parse(body, {});
  expect(problems).toEqual([]);
  const cell = { name: 'a', kind: 'adjust', body, config, params: {} };
  const ctx = { checkpoint: () => Promise.resolve() } as RunContext;
  const { tables, report } = await (run as ComputeRun<unknown>)(cell, inputs, ctx);
  return { tables, rows: toRows(tables['a']!), report: report as AdjustReport };
}

const alerts: Columns = columns({
  time: times('2024-03-04T10:00Z', '2024-03-06T10:00Z'),
  alert: text(['low', 'low']),
  state: text(['firing', 'firing']),
  value: numeric([3, 3])
});

describe('a schedule', () => {
  const orders = columns({ day: times('2024-03-04T09:00Z', '2024-03-07T01:00Z') });

  test('has the multiples of its period that the events have passed, or the newest alone', () => {
    const schedule = { every: 86_400_000, of: 'orders', time: null };
    const days = toRows(ticksOf(schedule, orders, true)).map((r) => r['time']);
    expect(days).toEqual([at('2024-03-05'), at('2024-03-06'), at('2024-03-07')]);
    expect(toRows(ticksOf(schedule, orders, false)).map((r) => r['time'])).toEqual(days.slice(-1));
    const empty = columns({ day: times() });
    expect(ticksOf(schedule, empty, true).length).toBe(0);
  });

  test('moves a parameter by a rule once for each time', async () => {
    const { rows } = await ran(
      'on: { schedule: 1d, of: orders }\nset: days\nto: old + 1\napprove: auto',
      { orders, days: columns({ value: numeric([8], 'integer') }) }
    );
    expect(rows.map((r) => [r['trigger'], r['before'], r['after']])).toEqual([
      ['schedule 1d', 8, 9],
      ['schedule 1d', 9, 10],
      ['schedule 1d', 10, 11]
    ]);
  });

  test('without a table to tell the time is a problem', () => {
    const { problems } = adjustBody.parse('on: { schedule: 1d }\nrefit: fc', {});
    expect(problems.map((p) => p.code)).toEqual(['config.combination']);
  });
});

describe('refitting a forecast', () => {
  const scores = (mase: number) =>
    columns({
      model: text(['ets', 'naive']),
      mase: numeric([mase, 1.2]),
      chosen: boolean([true, false])
    });
  const steps = (frequency: string) => columns({ frequency: text([frequency]) });
  /** Days from 3 March on, as far as two weeks. */
  const fc = columns({
    day: {
      type: 'date' as const,
      values: Float64Array.from({ length: 14 }, (_, i) => at('2024-03-03') + i * 86_400_000),
      valid: null
    },
    model: text(Array.from({ length: 14 }, () => 'ets')),
    yhat: numeric(Array.from({ length: 14 }, (_, i) => i))
  });
  const record = (time: string, before: string, more = '') =>
    `  - { trigger: low, time: "${time}", before: "${before}",${more} decision: approved, by: human }`;

  test('proposes the rows up to the trigger, in the place of those that it knows', async () => {
    const { rows, report } = await ran('on: shop.low\nrefit: fc', {
      shop_alerts: alerts,
      fc,
      fc_scores: scores(0.8),
      fc_series: steps('day')
    });
    expect(rows.at(-1)).toMatchObject({
      action: 'refit fc',
      before: 'ets, MASE 0.8, until 2024-03-03',
      after: 'until 2024-03-06',
      decision: 'proposed'
    });
    const [change] = report.rows.map((r) => r.change);
    expect(change).toMatchObject({ target: 'fc', action: 'refit', value: '2024-03-06' });
    expect(change?.entry).toMatchObject({ from: '2024-03-03' });
    expect(change?.entry['print']).toMatch(/^[0-9a-f]{12}$/);
  });

  test('by a rule each refit starts from the one before it', async () => {
    const { report } = await ran('on: shop.low\nrefit: fc\napprove: auto', {
      shop_alerts: alerts,
      fc,
      fc_scores: scores(0.8),
      fc_series: steps('day')
    });
    expect(report.due.map(({ value, entry }) => [entry['from'], value])).toEqual([
      ['2024-03-03', '2024-03-04'],
      ['2024-03-04', '2024-03-06']
    ]);
  });

  test('never goes back behind what the forecast knows, and follows months as they are', async () => {
    const months = columns({
      at: times('2024-01-31', '2024-02-29'),
      model: text(['ets', 'ets']),
      yhat: numeric([1, 2])
    });
    const until = async (when: string) => {
      const { report } = await ran('on: { alerts: a }\nrefit: fc', {
        a: columns({ time: times(when) }),
        fc: months,
        fc_scores: scores(0.8),
        fc_series: steps('month')
      });
      return report.rows[0]?.change?.value;
    };
    expect(await until('2023-05-01')).toBe('2024-01-31');
    expect(await until('2024-02-28')).toBe('2024-01-31');
    expect(await until('2024-07-30T12:00Z')).toBe('2024-06-30');
    expect(await until('2024-07-31')).toBe('2024-07-31');
  });

  test('a horizon of one step learns no period that has not ended', async () => {
    const one = columns({ at: times('2024-03-01'), model: text(['ets']), yhat: numeric([1]) });
    const until = async (when: string) => {
      const { report } = await ran('on: { alerts: a }\nrefit: fc', {
        a: columns({ time: times(when) }),
        fc: one,
        fc_scores: scores(0.8),
        fc_series: steps('month')
      });
      return report.rows[0]?.change?.value;
    };
    expect(await until('2024-03-17')).toBe('2024-03-01');
    expect(await until('2024-05-02')).toBe('2024-05-01');
  });

  test('that would leave the forecast where it stays is held, once it stays there', async () => {
    const a = columns({ time: times('2024-03-03T10:00Z', '2024-03-03T20:00Z') });
    const inputs = { a, fc, fc_scores: scores(0.8), fc_series: steps('day') };
    const body = 'on: { alerts: a }\nrefit: fc';
    const decisions = async (text: string) =>
      (await ran(text, inputs)).rows.map((row) => [row['decision'], row['gate']]);
    expect((await decisions(body)).map(([decision]) => decision)).toEqual(['proposed', 'proposed']);
    expect(await decisions(`${body}\napprove: auto`)).toEqual([
      ['proposed', 'passed'],
      ['held', 'no change']
    ]);
    const made = record('2024-02-27T10:00:00.000Z', 'ets, MASE 1.1', ' from: 2024-02-20,');
    expect((await decisions(`${body}\ndecisions:\n${made}`)).slice(1)).toEqual([
      ['held', 'no change'],
      ['held', 'no change']
    ]);
  });

  test('over row numbers it is fitted anew, with no way back', async () => {
    const numbered = columns({ t: numeric([7]), model: text(['ets']), yhat: numeric([1]) });
    const { report } = await ran('on: shop.low\nrefit: fc', {
      shop_alerts: alerts,
      fc: numbered,
      fc_scores: scores(0.8),
      fc_series: steps('step')
    });
    expect(report.rows[0]?.change?.value).toBeNull();
  });

  test('each refit led to what the next one started from, the last to what is there now', async () => {
    const body = [
      'on: shop.low\nrefit: fc\ndecisions:',
      record('2024-03-04T10:00:00.000Z', 'ets, MASE 1.1'),
      record('2024-03-06T10:00:00.000Z', 'ets, MASE 0.9', ' from: 2024-02-20,')
    ].join('\n');
    const { rows, report } = await ran(body, {
      shop_alerts: alerts,
      fc,
      fc_scores: scores(0.8),
      fc_series: steps('day')
    });
    expect(rows.map((r) => r['after'])).toEqual([
      'ets, MASE 0.9',
      'ets, MASE 0.8, until 2024-03-03'
    ]);
    // The first one does not say what takes it back.
    expect(report.rows.map((r) => r.change?.value)).toEqual(['2024-02-20', undefined]);
  });

  test('one taken back tells whether the forecast is what it was', async () => {
    const proposed = await ran('on: shop.low\nrefit: fc', {
      shop_alerts: alerts,
      fc,
      fc_scores: scores(0.8),
      fc_series: steps('day')
    });
    const print = String(proposed.report.rows[0]?.change?.entry['print']);
    const effect = async (known: string, forecast: Columns) => {
      const body = [
        'on: shop.low\nrefit: fc\ndecisions:',
        record('2024-03-06T10:00:00.000Z', 'ets', ` from: 2024-03-03, print: ${known},`).replace(
          'approved',
          'reverted'
        )
      ].join('\n');
      const { rows } = await ran(body, {
        shop_alerts: alerts,
        fc: forecast,
        fc_scores: scores(0.8),
        fc_series: steps('day')
      });
      return rows.at(-1)?.['effect'];
    };
    expect(await effect(print, fc)).toBe('the same forecast as before');
    expect(await effect('0123456789ab', fc)).toMatch(/^another forecast than before/);
    const moved = columns({
      day: times('2024-05-01'),
      model: text(['ets']),
      yhat: numeric([1])
    });
    expect(await effect(print, moved)).toBeNull();
  });

  test('a table that is no forecast is a problem', async () => {
    const inputs = { shop_alerts: alerts, fc, fc_scores: columns({ x: numeric([1]) }) };
    await expect(ran('on: shop.low\nrefit: fc', inputs)).rejects.toThrow(/not a forecast/);
  });
});

describe('proposing figures', () => {
  const points = columns({
    sku: text(['A', 'B', 'C']),
    reorder_point: numeric([55, 90, 12], 'integer')
  });
  const accepted =
    'decisions:\n  - { trigger: low, time: "2024-03-04T10:00:00.000Z", after: 70, decision: approved, by: human, rows: \'{"A":40,"B":30}\' }';

  test('compares item by item with what was accepted, each within the bound', async () => {
    const { tables, rows, report } = await ran(
      `on: shop.low\npropose: points\ngate: { max_change: 50% }\n${accepted}`,
      { shop_alerts: alerts, points }
    );
    expect(rows.map((r) => [r['decision'], r['before'], r['after']])).toEqual([
      ['approved', null, 70],
      ['proposed', 70, 112]
    ]);
    expect(rows[1]?.['gate']).toBe('3 of 3 items change, 1 bounded by max_change 50%');
    const proposed = toRows(tables['a_proposals']!).slice(2);
    expect(proposed.map((r) => [r['item'], r['before'], r['after'], r['accepted']])).toEqual([
      ['A', 40, 55, false],
      ['B', 30, 45, false],
      ['C', null, 12, false]
    ]);
    expect(report.rows[0]?.change?.entry['rows']).toBe('{"A":55,"B":45,"C":12}');
  });

  test('proposes nothing when all is as it was accepted', async () => {
    const same = columns({ sku: text(['A', 'B']), reorder_point: numeric([40, 30]) });
    const { rows } = await ran(`on: shop.low\npropose: points\n${accepted}`, {
      shop_alerts: alerts,
      points: same
    });
    expect(rows.map((r) => [r['decision'], r['gate']])).toEqual([
      ['approved', ''],
      ['held', 'no change']
    ]);
  });

  test('more than it can keep, or no figure, is a problem that says so', async () => {
    const many = columns({
      sku: text(Array.from({ length: 501 }, (_, i) => `S${i}`)),
      order_now: numeric(new Float64Array(501))
    });
    const body = 'on: shop.low\npropose: points';
    await expect(ran(body, { shop_alerts: alerts, points: many })).rejects.toThrow(/501 items/);
    const two = columns({ sku: text(['A']), x: numeric([1]), y: numeric([1]) });
    await expect(ran(body, { shop_alerts: alerts, points: two })).rejects.toThrow(/no figure/);
  });
});

test('a cell does one thing', () => {
  const codes = (body: string) => adjustBody.parse(body, {}).problems.map((p) => p.code);
  expect(codes('on: a.b\nset: p\nto: 1\nrefit: fc')).toEqual(['config.combination']);
  expect(codes('on: a.b')).toEqual(['config.missing']);
});
