import { expect, test } from '@playwright/test';
import { openChdb, serveClickHouse } from '../support/clickhouse.ts';
import {
  cellOf,
  codesOf,
  fence,
  frontMatter,
  openText,
  reportOf,
  rowsOf,
  runAll
} from './support.ts';

const chdb = openChdb();

test('a source asks a ClickHouse server through a connection made on its problem', async ({
  page
}) => {
  test.skip(chdb === null, 'npm install --no-save chdb@3.4.0');
  const server = await serveClickHouse(chdb!, { user: 'analyst', password: 'sésame' });
  const silent = await serveClickHouse(chdb!, { silent: true });
  try {
    const query = 'SELECT number AS n, toDate(number) AS d FROM numbers(1000)';
    const source = fence(
      'yaml source:far',
      `engine: { connection: warehouse, query: ${JSON.stringify(query)} }`
    );
    await openText(
      page,
      frontMatter + source + fence('sql query:sum', 'select sum(n) as s from far')
    );
    expect(codesOf(await runAll(page), 'far')).toEqual(['remote.no-connection']);

    await page.getByRole('button', { name: 'Make connection warehouse' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address').fill(silent.connection.url);
    await dialog.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(dialog.getByText('remote.cors')).toBeVisible();
    await dialog.getByLabel('Address').fill(server.connection.url);
    await dialog.getByLabel('User').fill('analyst');
    await dialog.getByLabel('Password').fill('sésame');
    await dialog.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(dialog.getByText('It answers')).toBeVisible();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();

    await expect.poll(async () => cellOf(await reportOf(page), 'sum').state).toBe('done');
    expect(await rowsOf(page, 'select * from sum')).toEqual([{ s: 499_500 }]);
    const text = await page.evaluate(() => window.quartermaster!.text());
    const results = JSON.stringify(await reportOf(page));
    for (const shown of [text, results]) expect(shown).not.toContain('sésame');
  } finally {
    await server.close();
    await silent.close();
  }
});
