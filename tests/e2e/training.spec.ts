import { expect, test, type Page } from '@playwright/test';
import { cellOf, fence, frontMatter, openText, reportOf, rowsOf, runAll } from './support.ts';

/** Twelve products of three hundred days, written by SQL. */
const demand = fence(
  'sql query:demand',
  `select 'p' || p as sku, date '2024-01-01' + t::integer as day,
  20 + p + 5 * (t % 7) + (t * 7919 + p * 104729) % 11 as units
from range(12) a(p), range(300) b(t)`
);

const forecast = (lstm: string) =>
  fence(
    'yaml forecast:ahead',
    `source: demand\ntime: day\nvalue: units\nby: sku\nhorizon: 7\nmodels: [seasonal_naive, lstm]\nlstm: {backend: wasm, ${lstm}}`
  );

const allRows = (page: Page) => rowsOf(page, 'select * from ahead_all order by all');
const noteOf = async (page: Page) => {
  const [row] = await rowsOf(page, "select note from ahead_models where model = 'lstm' limit 1");
  return String(row!['note']);
};
const running = (page: Page) => page.evaluate(() => window.quartermaster!.running());
const stepIn = (words: string) => Number(/step (\d+) of/.exec(words)?.[1] ?? 0);
const stepOf = async (page: Page) => stepIn(await running(page));

/** The step from which the training under way says that it went on. */
async function resumedAt(page: Page): Promise<number> {
  const found = await page.waitForFunction(
    () => /resumed at step (\d+)/.exec(window.quartermaster!.running())?.[1],
    undefined,
    { timeout: 240_000 }
  );
  return Number(await found.jsonValue());
}

test('three seeds train on WASM in the model worker and the idle ones, to the same rows as on one core', async ({
  browser,
  baseURL
}) => {
  const onCores = async (cores: number) => {
    const context = await browser.newContext({ baseURL: baseURL! });
    try {
      await context.addInitScript((n) => {
        Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => n });
      }, cores);
      const page = await context.newPage();
      const lstm = 'hidden: 16, epochs: 12, seeds: 3';
      await openText(page, frontMatter + demand + forecast(lstm));
      const report = await runAll(page);
      expect(cellOf(report, 'ahead')).toMatchObject({ state: 'done', problems: [] });
      expect(await noteOf(page)).toMatch(/^Own LSTM, wasm \(asked for\), median of 3 seeds/);
      const workers = page.workers().map((worker) => worker.url());
      return { rows: await allRows(page), workers };
    } finally {
      await context.close();
    }
  };
  const one = await onCores(1);
  const three = await onCores(3);
  expect(one.rows.length).toBeGreaterThan(0);
  expect(three.rows).toEqual(one.rows);
  expect(three.workers.length).toBeGreaterThan(one.workers.length);
});

test('training is paused and goes on by keyboard, and a reload in its middle costs nothing but seconds', async ({
  page
}) => {
  const notebook = frontMatter + demand + forecast('hidden: 32, epochs: 400, window: 56');
  await openText(page, notebook);
  await page.evaluate(() => void window.quartermaster!.runAll(500_000));
  const cell = page.locator('[data-cell="ahead"]');
  await expect.poll(() => stepOf(page), { timeout: 240_000 }).toBeGreaterThan(5);

  await cell.getByRole('button', { name: 'Pause ahead' }).focus();
  await page.keyboard.press('Enter');
  await expect(cell.locator('.state').getByText('Paused')).toBeVisible();
  // Steps that were under way are still told.
  let held = await stepOf(page);
  const told = async () => {
    const before = held;
    await page.waitForTimeout(600);
    held = await stepOf(page);
    return held - before;
  };
  await expect.poll(told, { timeout: 3000 }).toBe(0);
  await expect(cell.getByRole('button', { name: 'Let ahead go on' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect.poll(() => stepOf(page)).toBeGreaterThan(held);

  await expect.poll(() => keepsTraining(page), { timeout: 240_000 }).toBe(true);
  await page.evaluate(() =>
    addEventListener('pagehide', () =>
      sessionStorage.setItem('left at', window.quartermaster!.running())
    )
  );
  await openText(page, notebook);
  const left = await page.evaluate(() => sessionStorage.getItem('left at')!);
  await page.evaluate(() => void window.quartermaster!.runAll(500_000));
  const at = await resumedAt(page);
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThanOrEqual(stepIn(left) + 200);
  await cell.getByRole('button', { name: 'Stop ahead' }).click();
  await expect(cell).toHaveAttribute('data-state', 'cancelled');

  await page.getByTestId('engine').click();
  const forget = page.getByTestId('memory').getByRole('button', { name: 'Forget trainings' });
  await forget.click();
  await expect(forget).toBeDisabled();
  expect(await keepsTraining(page)).toBe(false);
});

test('a training ended early gives the forecast of what it has, and the next run goes on from there', async ({
  page
}) => {
  const lstm = 'hidden: 32, epochs: 400, window: 56, seeds: 2';
  await openText(page, frontMatter + demand + forecast(lstm));
  await page.evaluate(() => void window.quartermaster!.runAll(500_000));
  const cell = page.locator('[data-cell="ahead"]');
  await expect.poll(() => stepOf(page), { timeout: 240_000 }).toBeGreaterThan(20);
  await expect.poll(() => keepsTraining(page), { timeout: 240_000 }).toBe(true);
  await cell.getByRole('button', { name: 'Stop and keep what is done' }).click();
  await page.evaluate(() => window.quartermaster!.settled(60_000));
  const { state, problems } = cellOf(await reportOf(page), 'ahead');
  expect(state).toBe('done');
  expect(problems.map(({ code }) => code)).toEqual(['forecast.training-ended']);
  await expect(cell.getByText(/^Training ended early, at step \d/)).toBeVisible();
  const count = "select count(*)::int as n from ahead_all where model = 'lstm' and isfinite(yhat)";
  expect(await rowsOf(page, count)).toEqual([{ n: 12 * 7 }]);

  await cell.getByRole('button', { name: 'Run ahead' }).click();
  expect(await resumedAt(page)).toBeGreaterThan(0);
  await cell.getByRole('button', { name: 'Stop ahead' }).click();
  await expect(cell).toHaveAttribute('data-state', 'cancelled');
});

test('a training that was broken off ends with the rows of one that was not', async ({ page }) => {
  const notebook = frontMatter + demand + forecast('hidden: 32, epochs: 100, window: 56');
  await openText(page, notebook);
  await page.evaluate(() => void window.quartermaster!.runAll(500_000));
  await expect.poll(() => keepsTraining(page), { timeout: 240_000, intervals: [100] }).toBe(true);
  expect(cellOf(await reportOf(page), 'ahead').state).toBe('running');
  await openText(page, notebook);
  const resumed = page.evaluate(async () => {
    const run = window.quartermaster!.runAll(500_000);
    let ended = false;
    void run.then(() => (ended = true));
    let told = '';
    while (!ended) {
      const words = window.quartermaster!.running();
      if (words.includes('resumed at step')) told = words;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return told;
  });
  expect(await resumed).toContain('resumed at step');
  expect(cellOf(await reportOf(page), 'ahead').problems).toEqual([]);
  const rows = await allRows(page);
  const kept = await page.evaluate(async () => {
    const origin = await navigator.storage.getDirectory();
    const runs = await origin.getDirectoryHandle('runs');
    const names: string[] = [];
    for await (const name of runs.keys()) names.push(name);
    return names;
  });
  expect(kept).toEqual([]);
  await openText(page, notebook.replace('epochs: 100', 'epochs: 100, layers: 1'));
  await runAll(page);
  expect(await allRows(page)).toEqual(rows);
});

/** Whether the state of a training has been written to this browser, and not only begun to be. */
function keepsTraining(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    // What was swapped for a newer state, or taken away, since it was listed has no size.
    const isKept = async (file: FileSystemFileHandle) =>
      !file.name.endsWith('.crswap') && (await file.getFile().catch(() => new Blob())).size > 0;
    const hasFile = async (folder: FileSystemDirectoryHandle): Promise<boolean> => {
      for await (const entry of folder.values()) {
        if (entry.kind === 'directory' ? await hasFile(entry) : await isKept(entry)) return true;
      }
      return false;
    };
    const origin = await navigator.storage.getDirectory();
    return hasFile(await origin.getDirectoryHandle('runs', { create: true }));
  });
}
