import { expect, test, type Page } from '@playwright/test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fence, frontMatter } from './support.ts';
import { noteWrites, written } from './written.ts';

const text = frontMatter + fence('yaml source:orders', 'file: orders.csv');

/** Order lines, about 17 bytes each. */
function csv(rows: number, header = 'sku,qty,day'): string {
  return `${header}\n${Array.from({ length: rows }, (_, i) => `S${i % 500},${i % 40},2024-01-0${(i % 9) + 1}\n`).join('')}`;
}

/** A stored notebook as a reader has it, without the automation bridge. */
async function openStored(page: Page, body = text): Promise<void> {
  await page.goto('./');
  const file = { name: 'orders.qm.md', mimeType: 'text/markdown', buffer: Buffer.from(body) };
  await page.locator('input[type="file"]').first().setInputFiles(file);
  await page.waitForURL(/notebook\/\?id=/);
  await expect(page.locator('[data-testid="engine"]')).toHaveAttribute('data-engine', 'ready');
}

async function give(page: Page, name: string, content: string): Promise<void> {
  const file = { name, mimeType: 'text/csv', buffer: Buffer.from(content) };
  await page.locator('[data-testid="files"]').setInputFiles(file);
}

const cell = (page: Page) => page.locator('[data-cell="orders"]');
const done = (page: Page) =>
  expect(cell(page)).toHaveAttribute('data-state', 'done', { timeout: 60_000 });

test('a copy kept in the browser is given by itself on the next visit, and can be let go', async ({
  page
}) => {
  await openStored(page);
  await give(page, 'orders.csv', csv(3000));
  await done(page);
  const files = cell(page).getByTestId('given-files');
  await files.getByRole('button', { name: 'Keep a copy of orders.csv' }).click();
  await expect(files.getByRole('button', { name: 'A copy of orders.csv is kept' })).toBeVisible();
  await page.reload();
  await expect(cell(page).getByTestId('given-files')).toContainText('orders.csv');
  await expect(page.locator('.banner')).toHaveCount(0);
  await page.locator('[data-testid="engine"]').click();
  const memory = page.getByTestId('memory');
  await expect(memory).toContainText('orders.csv');
  await memory.getByRole('button', { name: 'Let go of the copy of orders.csv' }).click();
  await expect(memory).not.toContainText('orders.csv');
});

test('without room a copy is refused with what it needs, and the file stays readable', async ({
  page,
  context,
  baseURL
}) => {
  await openStored(page);
  await give(page, 'orders.csv', csv(120_000));
  await done(page);
  const session = await context.newCDPSession(page);
  const { origin } = new URL(baseURL!);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 600_000 });
  await cell(page).getByRole('button', { name: 'Keep a copy of orders.csv' }).click();
  await expect(cell(page)).toContainText('There is no room to keep a copy of orders.csv');
  await expect(cell(page)).toContainText('It needs');
  await done(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin });
});

test('a tab that dies while a file is loaded loses nothing typed', async ({ page, context }) => {
  await noteWrites(page);
  await openStored(page);
  const address = page.url();
  // Looked for at every frame, so that a quick machine does not load the file between two looks.
  const loading = page.waitForFunction(
    () => document.querySelector('[data-cell="orders"]')?.getAttribute('data-state') === 'running'
  );
  await give(page, 'orders.csv', csv(400_000));
  await loading;
  await written(page, 'notebooks', '"files":["orders.csv"]');
  const title = page.locator('header input.title');
  await title.fill('Orders of the week');
  await title.press('Enter');
  await written(page, 'journal', 'Orders of the week');
  const crash = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  void crash.send('Page.crash').catch(() => undefined);
  await crashed;
  const next = await context.newPage();
  await next.goto(address);
  await expect(next.locator('header input.title')).toHaveValue('Orders of the week');
  await expect(next.locator('.banner')).toContainText('orders.csv');
  await give(next, 'orders.csv', csv(2000));
  await done(next);
});

test('a file deleted after it was given is a problem on its cell; nothing else stops', async ({
  page
}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'quartermaster-'));
  const file = path.join(folder, 'orders.csv');
  await writeFile(file, csv(2000));
  await openStored(page, text + fence('sql query:other', 'select 1 as a'));
  await page.locator('[data-testid="files"]').setInputFiles(file);
  await done(page);
  await rm(folder, { recursive: true });
  // Another key makes the source read its file again.
  await cell(page).getByRole('textbox').first().press('Enter');
  await expect(cell(page).locator('.cm-content')).toBeFocused();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\non_bad_rows: fail');
  await page.keyboard.press('Escape');
  await expect(cell(page)).toContainText('orders.csv can no longer be read');
  await expect(page.locator('[data-cell="other"]')).toHaveAttribute('data-state', 'done');
});

test('files of the last visit come back through their handles; one that is gone is named', async ({
  page
}) => {
  await openStored(page);
  const id = new URL(page.url()).searchParams.get('id')!;
  // A handle of the private file system stands for one of the file dialog: it is stored and read in the same way.
  await page.evaluate(
    async ({ id, content }) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('picked', { create: true });
      const handles: Record<string, FileSystemFileHandle> = {};
      for (const name of ['orders.csv', 'lost.csv']) {
        const handle = await folder.getFileHandle(name, { create: true });
        const writable = await handle.createWritable();
        await writable.write(content);
        await writable.close();
        handles[name] = handle;
      }
      await folder.removeEntry('lost.csv');
      await new Promise<void>((resolve, reject) => {
        const open = indexedDB.open('quartermaster');
        open.onerror = () => reject(new Error('not opened'));
        open.onsuccess = () => {
          const tx = open.result.transaction('handles', 'readwrite');
          for (const [name, handle] of Object.entries(handles)) {
            tx.objectStore('handles').put({ notebook: id, name, handle, size: 1, modified: 1 });
          }
          tx.oncomplete = () => resolve();
        };
      });
    },
    { id, content: csv(1000) }
  );
  await page.reload();
  const button = page.getByRole('button', { name: /^Reconnect/ });
  await expect(button.or(cell(page).getByTestId('given-files'))).toBeVisible();
  if (await button.isVisible()) await button.click();
  await done(page);
  await expect(page.locator('.banners')).toContainText(
    'Moved or deleted since the last visit: lost.csv'
  );
  await expect(page.locator('.banners')).toContainText('Changed since the last visit: orders.csv');
});

test('next week’s file is offered to its source, a wrong one is told column by column', async ({
  page
}) => {
  const contract = 'file: orders.csv\ncolumns: { sku: text, qty: integer, day: date }';
  await openStored(page, frontMatter + fence('yaml source:orders', contract));
  await give(page, 'orders-week-48.csv', csv(50));
  await page.getByRole('button', { name: 'Use as orders' }).click();
  await done(page);
  await expect(cell(page)).toContainText('file: orders-week-48.csv');
  await give(page, 'orders-week-48.csv', csv(50, 'sku,units,day'));
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('qty');
  await expect(dialog).toContainText('units');
  await dialog.getByRole('button', { name: 'Do not use it' }).click();
  await done(page);
});
