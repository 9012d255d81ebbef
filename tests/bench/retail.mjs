import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as aq from 'arquero';
import { root } from '../../bin/lib/paths.mjs';
import { asked, printTable, time, timesInTab, withSite } from './lib.mjs';

const { op } = aq;
const parquet = join(root, 'static', 'data', 'online-retail', 'online_retail.parquet');
const runs = 5;

/** Five questions an analyst asks first, each in SQL and in Arquero. */
const questions = [
  {
    name: 'revenue_by_country',
    sql: 'select Country, sum(Quantity * UnitPrice) as revenue, count(*) as lines from orders group by Country',
    arquero: (t) =>
      t
        .derive({ revenue: (d) => d.Quantity * d.UnitPrice })
        .groupby('Country')
        .rollup({ revenue: (d) => op.sum(d.revenue), lines: () => op.count() })
  },
  {
    name: 'weekly_units_by_sku',
    sql: "select StockCode, date_trunc('week', InvoiceDate) as week, sum(Quantity) as units from orders group by all",
    arquero: (t) =>
      t
        .derive({ week: (d) => op.floor((d.InvoiceDate - 345600000) / 604800000) })
        .groupby('StockCode', 'week')
        .rollup({ units: (d) => op.sum(d.Quantity) })
  },
  {
    name: 'top_customers',
    sql: 'select CustomerID, sum(Quantity * UnitPrice) as revenue from orders where CustomerID is not null group by CustomerID order by revenue desc limit 100',
    arquero: (t) =>
      t
        .filter((d) => d.CustomerID != null)
        .derive({ revenue: (d) => d.Quantity * d.UnitPrice })
        .groupby('CustomerID')
        .rollup({ revenue: (d) => op.sum(d.revenue) })
        .orderby(aq.desc('revenue'))
        .slice(0, 100)
  },
  {
    name: 'customers_by_month',
    sql: "select date_trunc('month', InvoiceDate) as month, count(distinct CustomerID) as customers from orders group by month",
    arquero: (t) =>
      t
        .derive({ month: (d) => op.utcyear(d.InvoiceDate) * 12 + op.utcmonth(d.InvoiceDate) })
        .groupby('month')
        .rollup({ customers: (d) => op.distinct(d.CustomerID) })
  },
  {
    name: 'lines_against_usual',
    sql: `select o.StockCode, count(*) as lines from orders o
          join (select StockCode, avg(Quantity) as usual from orders group by StockCode) u using (StockCode)
          where o.Quantity > 10 * u.usual group by o.StockCode`,
    arquero: (t) =>
      t
        .join(t.groupby('StockCode').rollup({ usual: (d) => op.mean(d.Quantity) }), 'StockCode')
        .filter((d) => d.Quantity > 10 * d.usual)
        .groupby('StockCode')
        .count({ as: 'lines' })
  }
];

const notebook = (file, round) => `---
quartermaster: 1
---

\`\`\`yaml source:orders
file: ${file}
\`\`\`

${questions.map(({ name, sql }) => `\`\`\`sql query:${name}\n${asked(sql, round)}\n\`\`\``).join('\n\n')}
`;

/** Loading Online Retail and five queries: the site in Chromium against native DuckDB (one thread) and Arquero in Node. */
export async function retail() {
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-bench-'));
  const csv = join(folder, 'online_retail.csv');
  const copy = join(folder, 'online_retail.parquet');
  copyFileSync(parquet, copy);
  const native = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  try {
    await native.run(`copy (from '${parquet}') to '${csv}' (header)`);
    const tab = await withSite(async (browser, url) => {
      const times = (file) => timesInTab(browser, url, { text: notebook, file, runs });
      const { orders } = await times(csv);
      const { orders: packed, ...queries } = await times(copy);
      return { csv: orders, parquet: packed, ...queries };
    });
    const create = (sql) => native.run(`create or replace table result as ${sql}`);
    const load = (from) => native.run(`create or replace table orders as from ${from}`);
    const nativeCsv = await time(() => load(`read_csv('${csv}')`), runs);
    const nativeParquet = await time(() => load(`'${parquet}'`), runs);
    let table;
    const arqueroCsv = await time(async () => (table = aq.fromCSV(readFileSync(csv, 'utf8'))), 2);
    const rows = [
      { name: 'load CSV', ours: tab.csv, peers: [nativeCsv, arqueroCsv] },
      { name: 'load Parquet', ours: tab.parquet, peers: [nativeParquet, null] }
    ];
    for (const { name, sql, arquero } of questions) {
      const peers = [
        await time(() => create(sql), runs),
        await time(async () => arquero(table), 3)
      ];
      rows.push({ name, ours: tab[name], peers });
    }
    printTable(
      'Online Retail, 541,909 rows: medians, and ours ÷ peer',
      ['Quartermaster', 'DuckDB native', 'Arquero'],
      rows
    );
  } finally {
    native.closeSync();
    rmSync(folder, { recursive: true });
  }
}
