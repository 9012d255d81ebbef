import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import cleanKind from '#lib/cells/clean/index.ts';
import runClean from '#lib/cells/clean/run.ts';
import profile, { type Finding, type ProfileReport } from '#lib/cells/profile/index.ts';
import run from '#lib/cells/profile/run.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { runSqlKindForTest } from '../../support/duckdb.ts';
import { rowsOf, sharedDuckDb } from '../cells/support.ts';

const shared = sharedDuckDb();

async function findingsOf(t: string): Promise<readonly Finding[]> {
  const test = { body: 'source: t', given: { t } };
  const outcome = await runSqlKindForTest(shared(), profile as CellKind, run, test);
  const report = outcome.report as ProfileReport;
  expect(rowsOf(outcome, 'example_findings').map((row) => row[0])).toEqual(
    report.findings.map((f) => f.finding)
  );
  return report.findings;
}

async function found(t: string, code: string): Promise<Finding | undefined> {
  return (await findingsOf(t)).find((f) => f.finding === code);
}

/** Runs the finding's own steps on the table and answers what is found afterwards. */
async function mended(t: string, finding: Finding): Promise<string[]> {
  const { stepsText } = await import('#lib/cells/profile/steps-text.ts');
  const body = `source: t\nsteps:\n${stepsText(finding.steps).replace(/^/gm, '  ')}`;
  const outcome = await runSqlKindForTest(shared(), cleanKind as CellKind, runClean, {
    body,
    given: { t }
  });
  expect(outcome.problems.filter((p) => p.severity === 'error')).toEqual([]);
  const clean = outcome.relations['example']!;
  await shared().write('after', clean);
  const again = await runSqlKindForTest(shared(), profile as CellKind, run, {
    body: 'source: after'
  });
  await shared().drop(['after']);
  return (again.report as ProfileReport).findings.map((f) => f.finding);
}

async function rowsShown(finding: Finding, t: string): Promise<number> {
  const { giveTables } = await import('../../support/duckdb.ts');
  await giveTables(shared(), { t });
  const result = await shared().query(`SELECT count(*) FROM (${finding.show!})`);
  return Number(result.vectors[0]!.values[0]);
}

const days = (n: number) =>
  Array.from({ length: n }, (_, i) =>
    new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
  );
const lines = (head: string, rows: readonly string[]) => [head, ...rows].join('\n');

const orders = lines('InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID', [
  '536365,85123,6,2011-01-01,2.5,1',
  '536365,85123,6,2011-01-01,2.5,1',
  '536366,71053,74215,2011-01-02,1.04,2',
  'C53637,71053,-74215,2011-01-03,1.04,2',
  '536368,22222,3,2011-01-04,2,1',
  ...Array.from(
    { length: 60 },
    (_, i) => `${536400 + i},${10000 + i},${1 + (i % 5)},2011-02-01,2,3`
  ),
  '536500,POST,1,2011-01-05,18,1'
]);
const stock = lines('sku,store,day,on_hand', [
  'a,s1,2024-01-01,5',
  'a,s1,2024-01-02,-3',
  'b,s1,2024-01-01,7',
  'b,s1,2024-01-02,9'
]);
const gappy = lines(
  'sku,day,units',
  ['a', 'b'].flatMap((sku) =>
    days(30)
      .filter((_, i) => sku === 'a' || i < 10 || i > 14)
      .map((day, i) => `${sku},${day},${i % 7}`)
  )
);
const scaled = lines(
  'store,day,sales_qty',
  ['s1', 's2', 's3', 's4', 's5'].flatMap((store, s) =>
    days(20).map((day, i) => `${store},${day},${(40 + s + (i % 9)) * (store === 's4' ? 1000 : 1)}`)
  )
);

describe('findings', () => {
  test('order lines: doubles, cancelled orders and charges, with the money in them', async () => {
    const findings = await findingsOf(orders);
    const by = Object.fromEntries(findings.map((f) => [f.finding, f]));
    expect(by['duplicate-rows']).toMatchObject({ severity: 'severe', rows: 1, value: 15 });
    expect(by['cancelled-orders']).toMatchObject({ severity: 'severe', rows: 1 });
    expect(by['cancelled-orders']!.value).toBeCloseTo(77_183.6, 6);
    expect(by['service-codes']).toMatchObject({ rows: 1, value: 18, example: 'POST' });
    for (const finding of findings.slice(0, 3))
      expect(await mended(orders, finding)).not.toContain(finding.finding);
  });

  test.each([
    ['negative-stock', stock, 1],
    ['time-gaps', gappy, 5],
    ['other-scale', scaled, 20],
    ['spelling-variants', lines('c,n', ['Ham,1', 'Ham,2', 'HAM,3', 'Rye,4', 'Rye,5']), 1],
    ['blanks', lines('c,n', ['Ham ,1', 'Ham ,2', 'Rye,4', ' Rye,5']), 3],
    ['missing-values', lines('c,n', ['x,1', 'y,', 'x,3']), 1],
    ['constant-column', lines('c,n', ['x,1', 'x,2', 'x,3']), 3],
    [
      'dates-in-text',
      lines('sent,n', [...days(8).map((d, i) => `${i + 2}-Jun-06,${i}`), 'not captured,9']),
      1
    ],
    [
      'numbers-in-text',
      lines('weight,n', [...days(8).map((_, i) => `${i}.5,${i}`), 'see note,9']),
      1
    ]
  ])('%s is found, shown and mended', async (code, t, rows) => {
    const finding = await found(t, code);
    expect(finding).toMatchObject({ finding: code, rows });
    if (finding!.show !== null && code !== 'time-gaps')
      expect(await rowsShown(finding!, t)).toBe(rows);
    expect(await mended(t, finding!)).not.toContain(code);
  });

  test('a delivery before its order is an error; a late tail is flagged', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},2024-01-01,2024-01-${10 + (i % 5)}`);
    const t = lines('id,order_date,delivered', [
      ...rows,
      '98,2024-03-01,2024-02-01',
      '99,2024-01-01,2024-09-01'
    ]);
    const findings = (await findingsOf(t)).filter((f) => f.finding === 'lead-time');
    expect(findings.map((f) => [f.severity, f.rows])).toEqual([
      ['severe', 1],
      ['moderate', 2]
    ]);
    expect(await mended(t, findings[0]!)).toContain('lead-time');
  });

  test('intermittent demand names the models and mends nothing', async () => {
    const t = lines(
      'sku,day,units',
      ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((sku, s) =>
        days(40).map((day, i) => `${sku},${day},${i % (3 + s) === 0 ? 4 : 0}`)
      )
    );
    expect(await found(t, 'intermittent-demand')).toMatchObject({ rows: 6, steps: [] });
  });

  test('thousands read as decimals', async () => {
    const t = lines(
      'orders,banking',
      Array.from({ length: 20 }, (_, i) => `${100 + i}.${301 + i * 7},${40_000 + i * 13}`)
    );
    expect(await found(t, 'read-as-thousands')).toMatchObject({ column: 'orders', rows: 20 });
  });

  test('weekends are no gaps, transactions no series', async () => {
    const weekdays = days(40).filter((d) => ![0, 6].includes(new Date(d).getUTCDay()));
    expect(
      await found(
        lines(
          'day,units',
          weekdays.map((d, i) => `${d},${i % 5}`)
        ),
        'time-gaps'
      )
    ).toBeUndefined();
    const sales = days(30).flatMap((d, i) => (i % 4 ? [] : [`${d},1`, `${d},2`, `${d},2`]));
    expect(await found(lines('day,units', sales), 'time-gaps')).toBeUndefined();
  });

  test('a column of codes is not called numbers', async () => {
    const t = lines('order_code,n', ['0012,1', '0013,2', '0014,3']);
    expect(await found(t, 'numbers-in-text')).toBeUndefined();
  });

  test('clean tables give nothing severe', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 8, max: 30 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 150, maxLength: 150 }),
        async (skus, length, units) => {
          const t = lines(
            'sku,day,quantity,price,on_hand',
            Array.from({ length: skus }, (_, s) =>
              days(length).map(
                (day, i) =>
                  `${10_000 + s},${day},${units[(s * length + i) % 150]!},${(2 + s / 4).toFixed(2)},${20 + (i % 9)}`
              )
            ).flat()
          );
          const severe = (await findingsOf(t)).filter((f) => f.severity === 'severe');
          expect(severe).toEqual([]);
        }
      ),
      { numRuns: 6, seed: 3 }
    );
  }, 120_000);
});
