import { chromium, expect, test } from '@playwright/test';
import {
  cellOf,
  codesOf,
  dropFiles,
  fence,
  frontMatter,
  openText,
  reportOf,
  rowsOf,
  runAll
} from './support.ts';

test('a file dropped anywhere on a notebook becomes a source cell with its rows', async ({
  page
}) => {
  await page.goto('notebook/?new&automation');
  await page.waitForFunction(() => window.quartermaster !== undefined);
  await dropFiles(page, [
    { name: 'stock list.csv', buffer: Buffer.from('sku;qty\n00123;2\n00124;3\n') }
  ]);
  await expect
    .poll(async () => (await reportOf(page)).cells.map((cell) => [cell.kind, cell.rows]))
    .toEqual([['source', 2]]);
  await expect(page.getByRole('gridcell', { name: '00123' })).toBeVisible();
});

test('the form of a cell changes its text in place and keeps the comments', async ({ page }) => {
  const body = 'source: daily  # a day a row\ntime: day\nvalue: units\nmethod: zscore';
  await openText(
    page,
    frontMatter +
      fence('csv data:daily', 'day,units\n2024-01-01,5\n2024-01-02,6\n2024-01-03,70') +
      fence('yaml anomaly:odd', body)
  );
  await runAll(page);
  const cell = page.locator('[data-cell="odd"]');
  await cell.getByRole('button', { name: 'Form' }).click();
  await cell.getByLabel(/^Method/).selectOption('mad');
  const text = await page.evaluate(() => window.quartermaster!.text());
  expect(text).toContain('source: daily  # a day a row\ntime: day\nvalue: units\nmethod: mad');
  await expect.poll(async () => cellOf(await reportOf(page), 'odd').state).toBe('done');
  expect(await rowsOf(page, 'select units from odd where is_anomaly')).toEqual([{ units: 70 }]);
});

test('a script sees its tables and neither page, storage nor network', async ({ page }) => {
  const script = [
    'const seen = [typeof document, typeof fetch, typeof indexedDB, typeof XMLHttpRequest, typeof WebSocket];',
    'return stock.derive({ twice: (d) => d.qty * 2 }).derive({ seen: aq.escape(() => seen.join()) });'
  ].join('\n');
  await openText(
    page,
    frontMatter +
      fence('csv data:stock', 'sku,qty\nA,2\nB,5') +
      fence('js script:twice reads=stock', script)
  );
  const report = await runAll(page);
  expect(cellOf(report, 'twice').problems).toEqual([]);
  expect(await rowsOf(page, 'select sku, twice, seen from twice order by sku')).toEqual([
    { sku: 'A', twice: 4, seen: 'undefined,undefined,undefined,undefined,undefined' },
    { sku: 'B', twice: 10, seen: 'undefined,undefined,undefined,undefined,undefined' }
  ]);
});

const training = (backend: string) =>
  frontMatter +
  fence(
    'sql query:days',
    "select date '2020-01-01' + range::integer as day, 20 + range % 7 as units from range(40) order by 1"
  ) +
  fence(
    'yaml forecast:plan',
    `source: days\ntime: day\nvalue: units\nhorizon: 2\nmodels: [naive, lstm]\nbacktest: { origins: 1 }\nlstm: { window: 3, hidden: 2, epochs: 1, backend: ${backend} }`
  );

test('an LSTM trains on WebGPU where there is an adapter', async ({ baseURL }) => {
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({
    ...launchOptions,
    args: [
      ...(launchOptions?.args ?? []).filter((arg) => arg !== '--disable-gpu'),
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader'
    ]
  });
  try {
    const page = await browser.newPage({ baseURL: baseURL! });
    await openText(page, training('webgpu'));
    const report = await runAll(page);
    expect(cellOf(report, 'plan').problems).toEqual([]);
    const [model] = await rowsOf(page, "select note from plan_models where model = 'lstm'");
    expect(String(model!['note'])).toContain('webgpu');
  } finally {
    await browser.close();
  }
});

test('WebGPU asked for where there is none is a problem that says what to write', async ({
  page
}) => {
  await openText(page, training('webgpu'));
  const report = await runAll(page);
  expect(codesOf(report, 'plan')).toContain('network.no-backend');
  expect(cellOf(report, 'plan').problems[0]!.hint).toContain('backend: auto');
});
