import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, vectorOf } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { budgetThreshold } from '#lib/analytics/anomaly/budget.ts';
import { detectors } from '#lib/analytics/anomaly/detectors.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import kind from '#lib/cells/anomaly/index.ts';
import run from '#lib/cells/anomaly/run.ts';
import { runKind } from '../forecast/harness.ts';

const purchases = columns({ bought: numeric([1, 0, 1, 1, 0, 1], 'integer') });

describe('the z-score', () => {
  test("the article's purchases: no anomaly at threshold 2 (REFERENCE.md, Behaviour, the worked example)", async () => {
    const body = 'source: purchases\nvalue: bought\nmethod: zscore\nthreshold: 2';
    const { tables, report } = await runKind(kind, run, body, { purchases });
    const rows = toRows(tables['out']!);
    expect(rows.map((row) => Number(row['score']).toFixed(4))).toEqual([
      '0.6455',
      '-1.2910',
      '0.6455',
      '0.6455',
      '-1.2910',
      '0.6455'
    ]);
    expect(rows.every((row) => row['is_anomaly'] === false && row['reason'] === null)).toBe(true);
    expect(Number(rows[0]!['expected'])).toBeCloseTo(0.6667, 4);
    expect(report.anomalies).toBe(0);
  });

  test('each group has its own mean, source columns pass through and the reason has the numbers', async () => {
    const orders = columns({
      shop: text([...Array<string>(9).fill('n'), ...Array<string>(9).fill('s')]),
      units: numeric([...[10, 11, 9, 10, 11, 9, 10, 10, 60], ...Array<number>(9).fill(60)]),
      note: text(Array<null>(18).fill(null))
    });
    const body = 'source: orders\nvalue: units\nby: shop\nthreshold: 2';
    const { tables, report } = await runKind(kind, run, body, { orders });
    const rows = toRows(tables['out']!);
    expect(tables['out']!.names.slice(0, 3)).toEqual(orders.names);
    expect(vectorOf(tables['out']!, 'note')).toBe(vectorOf(orders, 'note'));
    expect(rows.map((row) => row['is_anomaly']).indexOf(true)).toBe(8);
    expect(report.anomalies).toBe(1);
    expect(report.worst[0]).toMatchObject({ label: 'n', column: 'units', value: 60 });
    expect(rows[8]!['reason']).toMatch(
      /^units is 60, above the ordinary range -?[\d.]+ to [\d.]+: 2\.66 standard deviations from the mean \([\d.]+ is ordinary\)\.$/
    );
  });
});

describe('every detector', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 60 });

  for (const method of Object.values(detectors)) {
    test(`${method.name}: a score beyond the threshold is a value outside lo … hi`, () => {
      fc.assert(
        fc.property(values, (list) => {
          const detector = method.learn(list);
          const { lo, hi } = detector.range(method.threshold);
          for (const value of list) {
            const beyond = Math.abs(detector.score(value)) > method.threshold;
            const slack = 1e-9 * (1 + Math.abs(value));
            if (beyond) expect(value < lo + slack || value > hi - slack).toBe(true);
            else expect(value >= lo - slack && value <= hi + slack).toBe(true);
          }
        })
      );
    });

    test(`${method.name}: scores do not change with unit or origin`, () => {
      fc.assert(
        fc.property(values, (list) => {
          const plain = method.learn(list);
          const moved = method.learn(list.map((v) => 4 * v + 1024));
          for (const v of list) expect(moved.score(4 * v + 1024)).toBeCloseTo(plain.score(v), 8);
        })
      );
    });
  }

  test('iqr fences and the modified z by hand', () => {
    const list = [1, 2, 3, 4, 100];
    expect(detectors.iqr.learn(list).range(1.5)).toEqual({ lo: -1, hi: 7 });
    expect(detectors.iqr.learn(list).score(100)).toBe(48);
    expect(detectors.mad.learn(list).score(100)).toBeCloseTo(0.6744897501960817 * 97, 9);
  });
});

describe('a budget', () => {
  test('on normal rows lets about that many through', () => {
    const random = seeded(5);
    const scores = Float64Array.from({ length: 20_000 }, () => normalQuantile(random() || 0.5));
    const threshold = budgetThreshold(detectors.zscore, scores, 168, 2);
    const beyond = scores.filter((s) => Math.abs(s) > threshold).length;
    const weeks = scores.length / 168;
    expect(beyond / weeks).toBeGreaterThan(1.5);
    expect(beyond / weeks).toBeLessThan(2.05);
  });

  test('raises the threshold where tails are heavy', () => {
    const random = seeded(6);
    const scores = Float64Array.from(
      { length: 20_000 },
      () => normalQuantile(random() || 0.5) ** 3
    );
    const normal = detectors.zscore.thresholdFor(2 / 168);
    expect(budgetThreshold(detectors.zscore, scores, 168, 2)).toBeGreaterThan(2 * normal);
  });
});

describe('what cannot be judged', () => {
  test('a missing value has no score and is no anomaly', async () => {
    const gaps = columns({ x: numeric([1, null, 3, 2]) });
    const { tables, report } = await runKind(kind, run, 'source: gaps\nvalue: x', { gaps });
    expect(toRows(tables['out']!)[1]).toMatchObject({
      score: null,
      is_anomaly: false,
      reason: null
    });
    expect(report.missing).toBe(1);
  });

  test('no rows give no rows', async () => {
    const none = columns({ x: numeric([]) });
    const { tables } = await runKind(kind, run, 'source: none\nvalue: x', { none });
    expect(tables['out']!.length).toBe(0);
  });

  test('a budget without a time, and a method that is not there, are refused with their line', () => {
    const budget = kind.body.parse('source: a\nvalue: x\nbudget: 1', {});
    expect(budget.problems[0]).toMatchObject({ code: 'config.combination', span: { line: 3 } });
    const method = kind.body.parse('source: a\nvalue: x\nmethod: zscor', {});
    expect(method.problems[0]?.cause).toContain('the nearest is zscore');
  });
});

test('several columns: the oddest decides', async () => {
  const table = columns({
    a: numeric([1, 2, 1, 2, 1, 2, 1, 50]),
    b: numeric([90, 5, 6, 5, 6, 5, 6, 5])
  });
  const body = 'source: table\ncolumns: [a, b]\nmethod: mad';
  const { tables, report } = await runKind(kind, run, body, { table });
  const rows = toRows(tables['out']!);
  expect(rows.flatMap((row, i) => (row['is_anomaly'] ? [i] : []))).toEqual([0, 7]);
  expect(report.worst.map((w) => w.column).sort()).toEqual(['a', 'b']);
});
