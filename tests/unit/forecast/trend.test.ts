import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows } from '#lib/base/columns.ts';
import { ProblemError } from '#lib/base/problem.ts';
import kind from '#lib/cells/trend/index.ts';
import run from '#lib/cells/trend/run.ts';
import { runKind } from './harness.ts';

const values = [3, 5, 4, 6, 5, 7, 6, 8, 7, 9, 8, 10];
const table = columns({
  shop: text([...values.map(() => 's'), ...values.map(() => 'n')]),
  t: numeric([...values.keys(), ...values.keys()], 'integer'),
  units: numeric([...values, ...values.map((v) => 10 * v)])
});
const body = (more: string) => `source: table\ntime: t\nvalue: units\nby: shop\n${more}`;

describe('trend', () => {
  test('moving average looks back only, by default; columns are those of CELLS.md', async () => {
    const { tables, report } = await runKind(kind, run, body('window: 2'), { table });
    const out = tables['out']!;
    expect(out.names).toEqual(['shop', 't', 'value', 'trend', 'seasonal', 'remainder']);
    const rows = toRows(out);
    expect(rows.map((row) => row['shop']).slice(0, 12)).toEqual(Array(12).fill('n'));
    expect(rows.slice(12, 15).map((row) => row['trend'])).toEqual([null, 4, 4.5]);
    expect(report).toMatchObject({ method: 'moving_average', series: 2, rows: 24, window: 2 });
  });

  test('centred on demand', async () => {
    const { tables } = await runKind(kind, run, body('window: 3\nalign: centred'), { table });
    const rows = toRows(tables['out']!).slice(12);
    expect(rows.map((row) => row['trend']).slice(0, 3)).toEqual([null, 4, 5]);
    expect(rows.at(-1)!['trend']).toBeNull();
  });

  test('exponential smoothing moves the stated share, or an estimated one', async () => {
    const more = 'method: exponential_smoothing';
    const given = await runKind(kind, run, body(`${more}\nalpha: 0.5`), { table });
    const rows = toRows(given.tables['out']!).slice(12);
    expect(rows.slice(0, 3).map((row) => row['trend'])).toEqual([3, 4, 4]);
    const { report } = await runKind(kind, run, body(more), { table });
    expect(report.alpha![0]).toBeGreaterThan(0);
    expect(report.alpha![0]).toBeCloseTo(report.alpha![1], 3);
  });

  test('stl takes the two-step season out; the parts add up', async () => {
    const { tables } = await runKind(kind, run, body('method: stl\nseason: 2'), { table });
    for (const row of toRows(tables['out']!)) {
      const parts = Number(row['trend']) + Number(row['seasonal']) + Number(row['remainder']);
      expect(parts).toBeCloseTo(Number(row['value']), 9);
      const unit = row['shop'] === 'n' ? 10 : 1;
      expect(Math.abs(Number(row['remainder']))).toBeLessThan(0.1 * unit);
    }
  });

  test('mstl takes a day and a week out of hours; the parts add up', async () => {
    const hour = 3_600_000;
    const day = Array.from({ length: 24 }, (_, h) => 10 * Math.sin((2 * Math.PI * h) / 24));
    const calls = Array.from({ length: 28 * 24 }, (_, i) => {
      const week = i % 168 >= 120 ? -5 : 2;
      return 100 + 0.01 * i + day[i % 24]! + week;
    });
    const hours = columns({
      t: numeric(
        calls.map((_, i) => i * hour),
        'timestamp'
      ),
      calls: numeric(calls)
    });
    const line = 'source: hours\ntime: t\nvalue: calls\nmethod: mstl';
    const { tables, report } = await runKind(kind, run, line, { hours });
    expect(report.seasons).toEqual([24, 168]);
    const rows = toRows(tables['out']!);
    rows.forEach((row, i) => {
      const seasonal = Number(row['seasonal_24']) + Number(row['seasonal_168']);
      expect(seasonal).toBeCloseTo(Number(row['seasonal']), 9);
      expect(Number(row['trend']) + seasonal + Number(row['remainder'])).toBeCloseTo(calls[i]!, 9);
      const expected = calls[i]! - 100 - 0.01 * i;
      expect(Math.abs(seasonal - expected)).toBeLessThan(1);
    });
  });

  test('mstl without stated seasons takes those that the history holds twice', async () => {
    const days = columns({
      t: numeric(
        Array.from({ length: 60 }, (_, i) => i * 86_400_000),
        'date'
      ),
      x: numeric(Array.from({ length: 60 }, (_, i) => (i % 7) + i / 10))
    });
    const line = 'source: days\ntime: t\nvalue: x\nmethod: mstl';
    expect((await runKind(kind, run, line, { days })).report.seasons).toEqual([7]);
  });

  test('stl without a season, a method that is not there, too few rows', async () => {
    const error = await runKind(kind, run, body('method: stl'), { table }).catch((e: unknown) => e);
    expect((error as ProblemError).problem.code).toBe('trend.no-season');
    expect(kind.body.parse(body('method: mstll'), {}).problems[0]?.cause).toContain('is mstl');
    const several = kind.body.parse(body('method: stl\nseason: [2, 4]'), {});
    expect(several.problems[0]).toMatchObject({ code: 'config.combination' });
    const long = runKind(kind, run, body('method: stl\nseason: 7'), { table });
    const short = await long.catch((e: unknown) => e);
    expect((short as ProblemError).problem.code).toBe('trend.too-short');
  });

  test('a series with a missing value is left out and named', async () => {
    const holed = columns({
      shop: text(['a', 'a', 'b', 'b']),
      t: numeric([1, 2, 1, 2], 'integer'),
      units: numeric([1, null, 3, 4])
    });
    const { tables, warnings } = await runKind(kind, run, body('window: 1'), { table: holed });
    expect(toRows(tables['out']!).map((row) => row['shop'])).toEqual(['b', 'b']);
    expect(warnings[0]?.message).toBe('1 series was left out of 2: a.');
  });
});
