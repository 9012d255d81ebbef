import { existsSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import monitor from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import stream from '#lib/cells/stream/index.ts';
import runStream from '#lib/cells/stream/run.ts';
import { runLiveKindForTest } from '../../support/live.ts';

const file = '../shared/data/online-retail/online_retail.parquet';

async function native() {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  await db.run(
    `create table lines as select row_number() over () as id, epoch_ms(InvoiceDate::timestamp)::double as moment,
       Country as country, Quantity::double as quantity, StockCode as sku from '${file}'`
  );
  return {
    columns: async (sql: string) => (await db.runAndReadAll(sql)).getColumns(),
    close: () => db.closeSync()
  };
}

test.skipIf(!existsSync(file))(
  'Online Retail replayed with delays and copies gives the daily figures that DuckDB computes in one piece',
  { timeout: 120_000 },
  async () => {
    const db = await native();
    const [ids, moment, country, quantity, sku] = await db.columns(
      'select id::double, moment, country, quantity, sku from lines'
    );
    const lines: Columns = {
      length: ids!.length,
      names: ['id', 'at', 'country', 'quantity', 'sku'],
      vectors: [
        numeric(ids as number[], 'integer'),
        numeric(moment as number[], 'timestamp'),
        text(country as string[]),
        numeric(quantity as number[], 'integer'),
        text(sku as string[])
      ]
    };
    const replayed = await runLiveKindForTest(stream as unknown as CellKind, runStream, {
      name: 'orders',
      body: 'replay: { source: lines, time: at, jitter: 2h, duplicate: 0.05 }\nid: id\ndisorder: 2h',
      given: { lines }
    });
    const log = replayed.relations['orders']!;
    expect(log.length).toBe(lines.length);
    const watched = await runLiveKindForTest(monitor as unknown as CellKind, runMonitor, {
      name: 'daily',
      body: [
        'stream: orders',
        'by: country',
        'window: 1d',
        'measures:',
        '  lines: count()',
        '  units: sum(quantity)',
        '  products: distinct(sku)',
        '  p90: quantile(quantity, 0.9)'
      ].join('\n'),
      given: { orders: log },
      clocks: { orders: { time: 'at', disorder: 7_200_000, lateness: 0 } },
      batch: 10_000
    });
    const expected = await db.columns(
      `select floor(moment / 86400000) * 86400000 as day, country, count(*)::double, sum(quantity),
         count(distinct sku)::double, quantile_cont(quantity, 0.9)
       from lines group by all order by 1, 2`
    );
    const rows = toRows(watched.relations['daily']!).map((row) => [
      row['window_start'],
      row['country'],
      row['lines'],
      row['units'],
      row['products'],
      rounded(row['p90'])
    ]);
    expect(rows).toEqual(expected[0]!.map((_, i) => expected.map((values) => rounded(values[i]))));
    db.close();
  }
);

/** Interpolation differs in the last bit. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}
