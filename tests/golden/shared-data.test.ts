import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vectorOf } from '#lib/base/columns.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb } from '../support/duckdb.ts';
import { loadSource } from '../unit/source/support.ts';

/** Where the real data sets are; they are no part of this repository. */
const shared = process.env['SHARED_DATA'] ?? '../shared/data';

/** Files, rows, and sums of columns, as the README beside each set states them. */
const sets: [path: string, rows: number, sums?: Readonly<Record<string, number>>][] = [
  ['aus-retail/aus_retail.parquet', 64_532, { Turnover: 11_212_944.4 }],
  ['bike-hourly/hour.csv', 17_379, { cnt: 3_292_679 }],
  ['carparts-subset/carparts_subset_long.csv', 24_723, { units: 12_147 }],
  ['classic-series/air_passengers_monthly.csv', 144, { value: 40_363 }],
  ['classic-series/uk_gas_quarterly.csv', 108, { value: 36_464.1 }],
  ['classic-series/us_accidental_deaths_monthly.csv', 72],
  ['classic-series/nottingham_temp_monthly.csv', 240],
  ['classic-series/nile_flow_annual.csv', 100],
  ['classic-series/uk_driver_deaths_monthly.csv', 192],
  ['completejourney/transactions_sample.parquet', 75_000, { sales_value: 233_935.24 }],
  ['completejourney/promotions_sample.parquet', 360_535],
  ['completejourney/products.parquet', 92_331],
  ['completejourney/demographics.csv', 801],
  ['completejourney/campaigns.csv', 6589],
  ['completejourney/campaign_descriptions.csv', 27],
  ['daily-orders-logistics/Daily_Demand_Forecasting_Orders.csv', 60],
  ['groceries/groceries_long.csv', 43_367],
  ['m3-subset/m3_subset_long.csv', 28_368],
  ['online-retail/online_retail.parquet', 541_909, { Quantity: 5_176_450 }],
  ['online-shoppers/online_shoppers_intention.csv', 12_330],
  ['scms-delivery/SCMS_Delivery_History_Dataset.csv', 10_324, { 'Line Item Value': 1_627_584_457.29 }],
  ['supplygraph/edges_plant.csv', 1647],
  ['supplygraph/edges_storage.csv', 3046],
  ['us-air-network/airports.csv', 3376],
  ['us-air-network/flights-airport.csv', 5366, { count: 7_009_728 }],
  ['us-air-network/flights-200k.arrow', 200_000],
  ['us-air-network/zipcodes.csv', 42_049],
  ['weekly-sales-uci/Sales_Transactions_Dataset_Weekly.csv', 811],
  [
    'wholesale-customers/wholesale_customers.csv',
    440,
    {
      Fresh: 5_280_131,
      Milk: 2_550_357,
      Grocery: 3_498_562,
      Frozen: 1_351_650,
      Detergents_Paper: 1_267_857,
      Delicassen: 670_943
    }
  ],
  ['messy-import/bike_mixed_line_ends_blank_lines.csv', 999],
  ['messy-import/scms_cr_only_bom.csv', 300],
  ['messy-import/semicolon_mixed_units.csv', 60],
  ['messy-import/wholesale_nbsp_trailing_columns.csv', 440]
];

describe.skipIf(!existsSync(shared))('golden totals of the shared data sets', () => {
  let relations: DuckDbRelations;
  beforeAll(async () => {
    relations = await openTestDuckDb();
  });
  afterAll(() => relations.close());

  async function load(pattern: string, paths: readonly string[]) {
    const files = await Promise.all(
      paths.map(async (path) => {
        const bytes = new Uint8Array(await readFile(join(shared, path)));
        return [basename(path), bytes] as const;
      })
    );
    return loadSource(relations, `file: ${JSON.stringify(pattern)}`, Object.fromEntries(files));
  }

  test.each(sets.map(([path, rows, sums = {}]) => ({ path, rows, sums })))('$path', async ({
    path,
    rows,
    sums
  }) => {
    const { table, rejects, report } = await load(basename(path), [path]);
    expect(table?.length).toBe(rows);
    expect(report.rows).toBe(rows);
    expect(rejects?.length).toBe(0);
    for (const [column, sum] of Object.entries(sums)) {
      const vector = vectorOf(table!, column);
      expect(vector?.type, `${column} of ${table!.names.join(', ')}`).toMatch(/integer|number/);
      const values = vector!.values as Float64Array;
      const total = values.reduce((all, value) => all + value, 0);
      expect(Math.abs(total - sum), column).toBeLessThan(0.06);
    }
  });

  test('the streams of nab-part, many files as one table', async () => {
    const folders = await readdir(join(shared, 'nab-part/data'), { recursive: true });
    const paths = folders.filter((path) => path.endsWith('.csv'));
    const { table } = await load(
      '*.csv',
      paths.map((path) => `nab-part/data/${path}`)
    );
    expect(paths).toHaveLength(14);
    expect(table?.length).toBe(97_741);
  });
});
