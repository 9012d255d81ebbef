import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@playwright/test';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';
import initSqlJs from 'sql.js';
import {
  cellOf,
  codesOf,
  dropFiles,
  fence,
  frontMatter,
  openText,
  rowsOf,
  runAll
} from './support.ts';

const rows = [
  ['0012', 5],
  ['0013', 7]
] as const;
const csv = ['sku,qty', ...rows.map((row) => row.join(','))].join('\n');
const objects = rows.map(([sku, qty]) => ({ sku, qty }));

async function sqliteFile(): Promise<Uint8Array> {
  const { Database } = await initSqlJs();
  const database = new Database();
  database.run('CREATE TABLE orders (sku TEXT, qty INTEGER)');
  for (const row of rows) database.run('INSERT INTO orders VALUES (?, ?)', [...row]);
  return database.export();
}

async function duckdbFiles(): Promise<Record<'orders.duckdb' | 'orders.parquet', Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'qm-'));
  const instance = await DuckDBInstance.create(join(folder, 'a.duckdb'));
  const connection = await instance.connect();
  const values = rows.map(([sku, qty]) => `('${sku}', ${qty})`).join(', ');
  await connection.run(`CREATE TABLE orders AS SELECT * FROM (VALUES ${values}) v(sku, qty)`);
  await connection.run(`COPY orders TO '${join(folder, 'a.parquet')}'`);
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
  return {
    'orders.duckdb': await readFile(join(folder, 'a.duckdb')),
    'orders.parquet': await readFile(join(folder, 'a.parquet'))
  };
}

test('every format comes in as the same table', async ({ page }) => {
  const sheets = [{ name: 'Orders', rows: [['sku', 'qty'], ...rows.map((row) => [...row])] }];
  const files: Readonly<Record<string, Uint8Array>> = {
    'orders.csv': strToU8(csv),
    'orders.tsv': strToU8(csv.replaceAll(',', '\t')),
    'orders.json': strToU8(JSON.stringify({ data: objects })),
    'orders.ndjson': strToU8(objects.map((row) => JSON.stringify(row)).join('\n')),
    'orders.xlsx': await writeXlsx({ sheets }),
    'orders.sqlite': await sqliteFile(),
    'orders.csv.gz': gzipSync(strToU8(csv)),
    'orders.zip': zipSync({ 'README.md': strToU8('#'), 'a/orders.csv': strToU8(csv) }),
    ...(await duckdbFiles())
  };
  const names = Object.keys(files);
  const cellName = (file: string) => `from_${file.slice('orders.'.length).replace('.', '_')}`;
  await openText(
    page,
    frontMatter +
      names.map((file) => fence(`yaml source:${cellName(file)}`, `file: ${file}`)).join('')
  );
  await dropFiles(
    page,
    names.map((name) => ({ name, buffer: Buffer.from(files[name]!) }))
  );
  const report = await runAll(page);
  for (const file of names) {
    const name = cellName(file);
    expect(cellOf(report, name), file).toMatchObject({ state: 'done', rows: 2 });
    expect(await rowsOf(page, `SELECT * FROM ${name} ORDER BY sku`), file).toEqual(objects);
  }
});

test('an address is fetched where its server allows it, else told in words', async ({ page }) => {
  const server = createServer(({ url }, answer) => {
    if (url === '/open.csv') answer.setHeader('access-control-allow-origin', '*');
    answer.end(csv);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await openText(
      page,
      frontMatter +
        fence('yaml source:open', `url: ${root}/open.csv`) +
        fence('yaml source:closed', `url: ${root}/closed.csv`)
    );
    const report = await runAll(page);
    expect(cellOf(report, 'open')).toMatchObject({ state: 'done', rows: 2 });
    expect(codesOf(report, 'closed')).toEqual(['source.url-unreachable']);
    expect(cellOf(report, 'closed').problems[0]?.hint).toContain(
      `Access-Control-Allow-Origin: ${new URL(page.url()).origin}`
    );
  } finally {
    server.close();
  }
});
