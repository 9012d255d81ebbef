import { describe, expect, test } from 'vitest';
import { columns, numeric, take, text, toRows, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import kind from '#lib/cells/forecast/index.ts';
import run from '#lib/cells/forecast/run.ts';
import { runKind } from './harness.ts';

const day = 86_400_000;
const start = Date.parse('2024-01-01T00:00Z');
const random = seeded(7);
const days = 70;

/** Ten weeks of two items; in the last three the level is another. */
const rows = ['tea', 'jam'].flatMap((sku) =>
  Array.from({ length: days }, (_, t) => ({
    sku,
    time: start + t * day,
    units: 20 + (t % 7) + 3 * random() + (t >= 49 ? 30 : 0)
  }))
);
const daily = columns({
  sku: text(rows.map((r) => r.sku)),
  day: { type: 'date', values: Float64Array.from(rows, (r) => r.time), valid: null },
  units: numeric(rows.map((r) => r.units))
});
const before = (table: Columns, t: number) =>
  take(
    table,
    rows.flatMap((r, i) => (r.time < start + t * day ? [i] : []))
  );
const body =
  'source: daily\ntime: day\nvalue: units\nby: sku\nhorizon: 7\nmodels: [ets, theta, seasonal_naive]';

describe('until', () => {
  test('gives the tables that were there before the later rows came, value for value', async () => {
    const then = await runKind(kind, run, body, { daily: before(daily, 49) });
    const now = await runKind(kind, run, `${body}\nuntil: 2024-02-19`, { daily });
    expect(Object.keys(now.tables)).toEqual(Object.keys(then.tables));
    for (const [name, table] of Object.entries(then.tables))
      expect(toRows(now.tables[name]!), name).toEqual(toRows(table));
    const moved = await runKind(kind, run, `${body}\nuntil: 2024-02-26`, { daily });
    expect(toRows(moved.tables['out']!)).not.toEqual(toRows(then.tables['out']!));
  });

  test('counts rows where the time is a number', async () => {
    const numbered = columns({
      t: numeric(Array.from({ length: days }, (_, i) => i)),
      units: numeric(rows.slice(0, days).map((r) => r.units))
    });
    const { tables } = await runKind(
      kind,
      run,
      'source: n\ntime: t\nvalue: units\nhorizon: 1\nmodels: naive\nuntil: 40',
      { n: numbered }
    );
    expect(toRows(tables['out']!)[0]).toMatchObject({ t: 40 });
  });

  test.each([
    ['until: soon', /cannot be soon/],
    ['until: 2020-01-01', /No row of `daily` is before/]
  ])('%s is a problem that says why', async (line, message) => {
    await expect(runKind(kind, run, `${body}\n${line}`, { daily })).rejects.toThrow(message);
  });
});
