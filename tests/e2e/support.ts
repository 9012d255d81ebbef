import { expect, type BrowserContext, type Page } from '@playwright/test';
import type { Automation, RunReport } from '#lib/page/automation-model.ts';

declare global {
  interface Window {
    quartermaster?: Automation;
  }
}

/** Every request of the context, workers included, that went to another origin. */
export function foreignRequests(context: BrowserContext, baseURL: string | undefined): string[] {
  const own = new URL(baseURL!).origin;
  const foreign: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== own) foreign.push(request.url());
  });
  return foreign;
}

/** A notebook page with the automation bridge, holding `text`. */
export async function openText(page: Page, text: string): Promise<void> {
  await page.goto('notebook/?automation');
  await page.waitForFunction(() => window.quartermaster !== undefined);
  await page.evaluate((source) => window.quartermaster!.openText(source), text);
}

export async function runAll(page: Page): Promise<RunReport> {
  await page.evaluate(() => window.quartermaster!.runAll(500_000));
  return reportOf(page);
}

export async function reportOf(page: Page): Promise<RunReport> {
  return page.evaluate(() => window.quartermaster!.report());
}

/** The entry of one cell in a report. */
export function cellOf(report: RunReport, name: string) {
  const cell = report.cells.find((entry) => entry.name === name);
  expect(cell, `cell ${name} in the report`).toBeDefined();
  return cell!;
}

/** The codes of a cell's problems. */
export function codesOf(report: RunReport, name: string): string[] {
  return cellOf(report, name).problems.map((problem) => problem.code);
}

export async function giveFiles(
  page: Page,
  files: readonly { name: string; mimeType: string; buffer: Buffer }[]
): Promise<void> {
  await page.locator('[data-testid="files"]').setInputFiles([...files]);
  await page.evaluate((count) => window.quartermaster!.filesReady(count), files.length);
}

/** Lets files go over the page, as one drags them there from a folder. */
export async function dropFiles(
  page: Page,
  files: readonly { name: string; buffer: Buffer }[]
): Promise<void> {
  const dropped = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      return transfer;
    },
    files.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') }))
  );
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('body', type, { dataTransfer: dropped });
  }
  await page.evaluate((count) => window.quartermaster!.filesReady(count), files.length);
}

/** A few rows of a relation, as objects. */
export async function rowsOf(page: Page, sql: string): Promise<Record<string, unknown>[]> {
  return page.evaluate((query) => window.quartermaster!.query(query), sql);
}

export const frontMatter = '---\nquartermaster: 1\ntitle: Test\n---\n\n';

export function fence(info: string, body: string): string {
  return `\`\`\`${info}\n${body}\n\`\`\`\n\n`;
}

/** Puts a notebook into the library of this browser, as one written here. */
export function storeNotebook({ id, text }: { id: string; text: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('quartermaster', 1);
    opening.onerror = () => reject(opening.error!);
    opening.onsuccess = () => {
      const db = opening.result;
      const put = db
        .transaction('notebooks', 'readwrite')
        .objectStore('notebooks')
        .put({
          id,
          title: 'Test',
          text,
          origin: 'written',
          hash: id,
          created: 0,
          edited: 0,
          view: { scroll: 0, cell: null },
          files: []
        });
      put.onerror = () => reject(put.error!);
      put.onsuccess = () => {
        db.close();
        resolve();
      };
    };
  });
}

/** Ends the page's process, its workers with it, in the middle of whatever it does. */
export async function kill(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const gone = new Promise<void>((done) => page.once('crash', () => done()));
  session.send('Page.crash').catch(() => undefined);
  await gone;
  await page.close();
}
