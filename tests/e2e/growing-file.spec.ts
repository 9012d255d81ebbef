import { expect as soon, test, type Page } from '@playwright/test';
import { fence, frontMatter, rowsOf, storeNotebook } from './support.ts';

/** Engines start beside whatever else the machine does. */
const expect = soon.configure({ timeout: 90_000 });
const notebook = 'a4b1c0de-52f7-4c3e-8a96-0f1d2e3c4b5a';
const file = 'scans.ndjson';

const text =
  frontMatter + fence('yaml stream:scans', `tail: { file: ${file}, every: 200ms }\ntime: at`);

/** Puts a real handle of a file among those that the notebook knows, as the file dialog does. */
async function knowHandle(page: Page): Promise<void> {
  await page.evaluate(
    async ({ notebook, file }) => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle(file, { create: true });
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('quartermaster', 1);
        opening.onsuccess = () => {
          const db = opening.result;
          const store = db.transaction('handles', 'readwrite').objectStore('handles');
          const put = store.put({ notebook, name: file, handle });
          put.onerror = () => reject(put.error!);
          put.onsuccess = () => {
            db.close();
            resolve();
          };
        };
      });
    },
    { notebook, file }
  );
}

/** Writes events `from` up to `to` to the file: at its end, or instead of what is in it. */
async function write(
  page: Page,
  range: { from: number; to: number },
  how: 'append' | 'replace'
): Promise<void> {
  await page.evaluate(
    async ({ file, from, to, how }) => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle(file);
      const stream = await handle.createWritable({ keepExistingData: how === 'append' });
      if (how === 'append') await stream.seek((await handle.getFile()).size);
      const lines = Array.from({ length: to - from }, (_, i) => {
        const seq = from + i;
        return `${JSON.stringify({ seq, at: 1_709_510_400_000 + seq * 1000 })}\n`;
      });
      await stream.write(lines.join(''));
      await stream.close();
    },
    { file, ...range, how }
  );
}

const seqs = (page: Page) =>
  rowsOf(page, 'select seq from scans order by arrival')
    .then((rows) => rows.map(({ seq }) => Number(seq)))
    .catch(() => []);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('a file that grows where it lies comes row by row, also after a reload; one that is cut or replaced is told', async ({
  context
}) => {
  const writer = await context.newPage();
  await writer.goto('./');
  await expect(writer.locator('h1').first()).toBeVisible();
  await writer.evaluate(storeNotebook, { id: notebook, text });
  await knowHandle(writer);
  await write(writer, { from: 0, to: 20 }, 'append');

  const page = await context.newPage();
  const open = async () => {
    await page.goto(`notebook/?id=${notebook}&automation`);
    await page.waitForFunction(() => window.quartermaster !== undefined);
    await page.evaluate(() => window.quartermaster!.filesReady(1));
    await page.getByRole('button', { name: 'Run all' }).click();
  };
  await open();
  await expect.poll(() => seqs(page)).toEqual(range(0, 20));
  for (let at = 20; at < 60; at += 4) await write(writer, { from: at, to: at + 4 }, 'append');
  await expect.poll(() => seqs(page)).toEqual(range(0, 60));

  // Cut, and begun anew: its lines are others, and fewer.
  await write(writer, { from: 1000, to: 1010 }, 'replace');
  await expect.poll(() => seqs(page)).toEqual([...range(0, 60), ...range(1000, 1010)]);
  await expect(page.getByText('Gaps (1)')).toBeVisible();
  // Rotated: another file under its name, longer than the one before.
  await write(writer, { from: 2000, to: 2100 }, 'replace');
  const all = [...range(0, 60), ...range(1000, 1010), ...range(2000, 2100)];
  await expect.poll(() => seqs(page)).toEqual(all);
  await expect(page.getByText('Gaps (2)')).toBeVisible();

  // After a reload it goes on where it stood.
  await expect(page.locator('[data-kept="disk"]')).toBeVisible();
  await page.reload();
  await write(writer, { from: 2100, to: 2150 }, 'append');
  await open();
  await expect.poll(() => seqs(page)).toEqual([...all, ...range(2100, 2150)]);
  await write(writer, { from: 2150, to: 2160 }, 'append');
  await expect.poll(() => seqs(page)).toEqual([...all, ...range(2100, 2160)]);
});
