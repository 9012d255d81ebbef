import { expect, test, type Page } from '@playwright/test';
import { fence, frontMatter, openText, reportOf } from './support.ts';

const canary = 'canary-51d0';
/** Nothing listens there: what a connection holds is tried, and told as a failure. */
const nowhere = '127.0.0.1:9';

const live = (
  [
    ['websocket', 'ws', ''],
    ['sse', 'http', ''],
    ['ndjson', 'http', ''],
    ['poll', 'http', ''],
    ['mqtt', 'ws', ', topic: "plant/#"'],
    ['nats', 'ws', ', subject: orders.>'],
    ['prometheus', 'http', ', query: up']
  ] as const
).map(([kind, scheme, rest]) => ({ kind, scheme, rest }));

const notebook =
  frontMatter +
  live
    .map(({ kind, rest }) =>
      fence(
        `yaml stream:${kind}_feed`,
        `${kind}: { connection: ${kind}_place${rest} }\ntime: received`
      )
    )
    .join('') +
  fence('yaml source:engine', 'engine: { connection: warehouse, query: select 1 }') +
  fence('sql query:fine', 'select 1 as one');

const connections = [
  ...live.map(({ kind, scheme }) => ({
    name: `${kind}_place`,
    kind: scheme === 'ws' ? (kind as 'websocket') : ('http' as const),
    url: `${scheme}://${nowhere}/?token=${canary}`,
    user: canary,
    password: canary,
    database: '',
    token: kind === 'mqtt' ? '' : canary
  })),
  {
    name: 'warehouse',
    kind: 'clickhouse' as const,
    url: `http://${nowhere}/`,
    user: canary,
    password: canary,
    database: canary,
    token: ''
  }
];

/** What the page keeps of its own besides the connections themselves: OPFS, every text in IndexedDB, session storage. */
function kept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts: string[] = [JSON.stringify({ ...sessionStorage })];
    async function walk(folder: FileSystemDirectoryHandle) {
      for await (const [name, handle] of folder as unknown as AsyncIterable<
        [string, FileSystemHandle]
      >) {
        parts.push(name);
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle);
        else {
          const file = await (handle as FileSystemFileHandle).getFile().catch(() => null);
          if (file) parts.push(await file.text());
        }
      }
    }
    await walk(await navigator.storage.getDirectory());
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(name!);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(new Error(String(asked.error)));
      });
      for (const store of db.objectStoreNames) {
        const all = db.transaction(store).objectStore(store).getAll();
        const rows = await new Promise<unknown[]>((resolve) => {
          all.onsuccess = () => resolve(all.result as unknown[]);
          all.onerror = () => resolve([]);
        });
        parts.push(JSON.stringify(rows));
      }
      db.close();
    }
    return parts.join('\n');
  });
}

test('what connections hold stands in no report, table, script, log, or file of the site', async ({
  page
}) => {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await openText(page, notebook);
  await page.evaluate((list) => window.quartermaster!.setConnections(list), connections);
  await page.evaluate(() => window.quartermaster!.runAll(30_000));
  const report = await reportOf(page);
  expect(report.cells.map(({ name }) => name)).toContain('mqtt_feed');
  expect(report.cells.find(({ name }) => name === 'fine')!.state).toBe('done');
  const out = [JSON.stringify(report), await page.evaluate(() => window.quartermaster!.text())];
  out.push(await page.evaluate(() => window.quartermaster!.sqlScript()));
  for (const relation of await page.evaluate(() => window.quartermaster!.relations())) {
    const size = await page.evaluate((n) => window.quartermaster!.export(n, 'csv'), relation);
    out.push(await page.evaluate((to) => window.quartermaster!.exported(0, to).then(atob), size));
  }
  out.push(await kept(page), await page.locator('body').innerText());
  expect(out.join('\n')).not.toContain(canary);
  // The browser itself logs the address of a request that failed; of ours nothing may be there.
  const ours = said.filter((line) => !/net::|WebSocket connection to/.test(line));
  expect(ours.join('\n')).not.toContain(canary);
});
