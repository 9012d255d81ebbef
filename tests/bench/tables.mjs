import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as aq from 'arquero';
import { asked, printTable, time, timesInTab, withSite } from './lib.mjs';

const { op } = aq;
const runs = 3;
const skus = 1000;

/** Order lines: the same rows for every peer. */
const rowsSql = (rows) => `
  select i as id, 'sku' || lpad((hash(i) % ${skus})::varchar, 4, '0') as sku,
    (1 + hash(i, 1) % 20)::integer as qty, round((hash(i, 2) % 100000) / 100.0, 2) as price,
    date '2022-01-01' + (hash(i, 3) % 730)::integer as day,
    ['DE', 'FR', 'IT', 'NL', 'PL'][(1 + hash(i, 4) % 5)::integer] as country,
    'order ' || (i // 4) as order_id, (hash(i, 5) % 1000)::integer as customer,
    hash(i, 6) % 2 = 0 as express, timestamp '2022-01-01' + to_seconds((hash(i, 7) % 60000000)::bigint) as placed
  from range(${rows}) t(i)`;

const questions = [
  {
    name: 'group_by',
    sql: 'select sku, day, sum(qty) as units, avg(price) as price from lines group by sku, day',
    arquero: (t) =>
      t
        .groupby('sku', 'day')
        .rollup({ units: (d) => op.sum(d.qty), price: (d) => op.mean(d.price) }),
    arrays: ({ sku, day, qty, price }) => {
      const days = 730;
      const units = new Float64Array(skus * days);
      const prices = new Float64Array(skus * days);
      const counts = new Int32Array(skus * days);
      for (let i = 0; i < sku.length; i++) {
        const slot = sku[i] * days + day[i];
        units[slot] += qty[i];
        prices[slot] += price[i];
        counts[slot]++;
      }
      for (let s = 0; s < counts.length; s++) prices[s] /= counts[s];
      return [units, prices];
    }
  },
  {
    name: 'join',
    sql: 'select l.id, l.qty * i.cost as cost from lines l join items i using (sku)',
    arquero: (t, items) =>
      t
        .join(items, 'sku')
        .derive({ all: (d) => d.qty * d.cost })
        .select('id', 'all'),
    arrays: ({ id, sku, qty }, cost) => {
      const out = new Float64Array(id.length);
      for (let i = 0; i < id.length; i++) out[i] = qty[i] * cost[sku[i]];
      return [Float64Array.from(id), out];
    }
  },
  {
    name: 'window',
    sql: 'select id, sum(qty) over (partition by sku order by id) as running from lines',
    arquero: (t) =>
      t
        .groupby('sku')
        .orderby('id')
        .derive({ running: aq.rolling((d) => op.sum(d.qty)) })
        .ungroup()
        .select('id', 'running'),
    arrays: ({ id, sku, qty }) => {
      const sums = new Float64Array(skus);
      const out = new Float64Array(id.length);
      for (let i = 0; i < id.length; i++) out[i] = sums[sku[i]] += qty[i];
      return [Float64Array.from(id), out];
    }
  },
  {
    name: 'sort',
    sql: 'select id, sku, qty, price, day from lines order by price, id',
    arquero: (t) => t.select('id', 'sku', 'qty', 'price', 'day').orderby('price', 'id').reify(),
    arrays: ({ id, sku, qty, price, day }) => {
      const order = Uint32Array.from(id).sort((a, b) => price[a] - price[b] || a - b);
      return [id, sku, qty, price, day].map((column) => {
        const out = new column.constructor(column.length);
        for (let i = 0; i < order.length; i++) out[i] = column[order[i]];
        return out;
      });
    }
  }
];

const notebook = (file, round) => `---
quartermaster: 1
---

\`\`\`yaml source:lines
file: ${file}
\`\`\`

\`\`\`sql query:items
${asked('select distinct sku, 1.5 as cost from lines', round)}
\`\`\`

${questions.map(({ name, sql }) => `\`\`\`sql query:${name}\n${asked(sql, round)}\n\`\`\``).join('\n\n')}
`;

const large = (file, round) => `---
quartermaster: 1
---

\`\`\`yaml source:large
file: ${file}
\`\`\`

\`\`\`sql query:large_group
${asked('select sku, sum(qty * price) as revenue from large group by sku', round)}
\`\`\`
`;

/** A million order lines from CSV and ten million from Parquet: the site in Chromium, native DuckDB on one thread, Arquero, typed arrays. */
export async function tables() {
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-bench-'));
  const csv = join(folder, 'lines.csv');
  const parquet = join(folder, 'large.parquet');
  const native = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  try {
    await native.run(`copy (${rowsSql(1_000_000)}) to '${csv}' (header)`);
    await native.run(
      `copy (select id, sku, qty, price, day from (${rowsSql(10_000_000)})) to '${parquet}'`
    );
    const ours = await withSite(async (browser, url) => ({
      ...(await timesInTab(browser, url, { text: notebook, file: csv, runs })),
      ...(await timesInTab(browser, url, { text: large, file: parquet, runs }))
    }));
    const create = (name, sql) => native.run(`create or replace table ${name} as ${sql}`);
    const nativeCsv = await time(() => create('lines', `from read_csv('${csv}')`), runs);
    await create('items', 'select distinct sku, 1.5 as cost from lines');
    const nativeParquet = await time(() => create('large', `from '${parquet}'`), runs);
    const largeSql = 'select sku, sum(qty * price) as revenue from large group by sku';
    const nativeLarge = await time(() => create('result', largeSql), runs);
    await native.run('drop table large');
    let table;
    const arqueroCsv = await time(async () => (table = aq.fromCSV(readFileSync(csv, 'utf8'))), 1);
    const items = table
      .groupby('sku')
      .count()
      .derive({ cost: () => 1.5 })
      .select('sku', 'cost');
    const arrays = await columnsOf(native);
    const cost = new Float64Array(skus).fill(1.5);
    const rows = [
      { name: 'load CSV 1 M', ours: ours.lines, peers: [nativeCsv, arqueroCsv, null] },
      { name: 'load Parquet 10 M', ours: ours.large, peers: [nativeParquet, null, null] },
      { name: 'group 10 M', ours: ours.large_group, peers: [nativeLarge, null, null] }
    ];
    for (const { name, sql, arquero, arrays: plain } of questions) {
      const peers = [
        await time(() => create('result', sql), runs),
        await time(async () => arquero(table, items), 1),
        await time(async () => plain(arrays, cost), runs)
      ];
      rows.push({ name: `${name} 1 M`, ours: ours[name], peers });
    }
    printTable(
      'Order lines: medians, and ours ÷ peer',
      ['Quartermaster', 'DuckDB native', 'Arquero', 'typed arrays'],
      rows
    );
  } finally {
    native.closeSync();
    rmSync(folder, { recursive: true });
  }
}

/** The lines as typed arrays: texts by number, days counted from the first. */
async function columnsOf(native) {
  const result = await native.runAndReadAll(
    `select id::double, substr(sku, 4)::double, qty::double, price::double, (day - date '2022-01-01')::double from lines order by id`
  );
  const [id, sku, qty, price, day] = result.getColumns();
  return {
    id: Uint32Array.from(id),
    sku: Uint16Array.from(sku),
    qty: Uint8Array.from(qty),
    price: Float64Array.from(price),
    day: Uint16Array.from(day)
  };
}
