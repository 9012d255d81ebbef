import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as parquet from 'parquet-wasm/node';
import { toRows, type Columns } from '#lib/base/columns.ts';
import clean from '#lib/cells/clean/index.ts';
import run from '#lib/cells/clean/run.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { columnsFromIpc } from '#lib/relations/arrow.ts';
import { runSqlKindForTest } from '../../support/duckdb.ts';
import { rowsOf, sharedDuckDb } from './support.ts';

const file = '../shared/data/online-retail/online_retail.parquet';
const there = existsSync(file);
if (!there) console.info(`${file} is not here: the totals of Online Retail are not checked.`);

// REFERENCE.md, Data: Online Retail.
describe.skipIf(!there)('Online Retail', () => {
  const shared = sharedDuckDb();

  beforeAll(async () => {
    await shared().write('orders', retail());
  });

  async function recipe(steps: string[]) {
    const body = ['source: orders', 'value: Quantity * UnitPrice', 'steps:', ...steps].join('\n');
    return runSqlKindForTest(shared(), clean as CellKind, run, { body });
  }

  test('known customers, positive quantity and price: 397,884 rows and 8,911,407.90', async () => {
    const outcome = await recipe([
      '  - drop_missing: CustomerID',
      '  - filter: Quantity > 0 and UnitPrice > 0'
    ]);
    expect(rowsOf(outcome, 'example_steps')).toEqual([
      [
        1,
        'drop_missing CustomerID',
        541_909,
        406_829,
        135_080,
        expect.closeTo(9_747_747.934, 3),
        expect.closeTo(8_300_065.814, 2)
      ],
      [
        2,
        'filter Quantity > 0 and UnitPrice > 0',
        406_829,
        397_884,
        8_945,
        expect.closeTo(8_300_065.814, 2),
        expect.closeTo(8_911_407.904, 2)
      ]
    ]);
    expect(outcome.relations['example']!.length).toBe(397_884);
  });

  test('dedupe drops 5,268 exact copies and keeps the order of the rest', async () => {
    const outcome = await recipe(['  - dedupe: true']);
    expect(rowsOf(outcome, 'example_steps')[0]!.slice(2, 5)).toEqual([541_909, 536_641, 5_268]);
    const first = toRows(outcome.relations['example']!)[0];
    expect(first).toMatchObject({ InvoiceNo: '536365', StockCode: '85123A', Quantity: 6 });
  });

  test('match_returns takes out the giant orders and their cancellations', async () => {
    const outcome = await recipe([
      '  - match_returns: { order: InvoiceNo, customer: CustomerID, sku: StockCode, quantity: Quantity, time: InvoiceDate, within: 1d }'
    ]);
    const left = toRows(outcome.relations['example']!);
    const giants = left.filter((row) => Math.abs(Number(row['Quantity'])) > 70_000);
    expect(giants).toEqual([]);
    const [, , before, after, changed] = rowsOf(outcome, 'example_steps')[0]!;
    expect(Number(before) - Number(after)).toBeLessThanOrEqual(Number(changed));
    const sum = left.reduce((total, row) => total + Number(row['Quantity']), 0);
    expect(sum).toBe(5_176_450);
  });
});

function retail(): Columns {
  const table = parquet.readParquet(new Uint8Array(readFileSync(file)));
  return columnsFromIpc(table.intoIPCStream());
}
