import { DuckDBInstance } from '@duckdb/node-api';
import { median, printTable, time, withSite } from './lib.mjs';

const rows = 1_000_000;
const runs = 3;

/** Twenty columns such as order lines have: figures, whole numbers, words of few and of many kinds, times. */
const columns = [
  ...Array.from({ length: 6 }, (_, i) => `CAST(random() * ${1000 * (i + 1)} AS DOUBLE) AS n${i}`),
  ...Array.from(
    { length: 6 },
    (_, i) => `CAST(random() * ${100 ** ((i % 4) + 1)} AS INTEGER) AS i${i}`
  ),
  ...Array.from(
    { length: 6 },
    (_, i) => `'item ' || CAST(random() * random() * ${10 ** ((i % 5) + 1)} AS INTEGER) AS t${i}`
  ),
  ...Array.from(
    { length: 2 },
    (_, i) => `TIMESTAMP '2020-01-01' + to_seconds(CAST(random() * 1e8 AS BIGINT)) AS d${i}`
  )
].join(', ');
const statement = `select ${columns} from range(${rows})`;

const notebook = `---
quartermaster: 1
---

\`\`\`sql query:lines show=code
${statement}
\`\`\`
`;

/** The profile of all columns of a long table: the site in Chromium against SUMMARIZE of native DuckDB on one thread. */
export async function profile() {
  const native = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await native.run(`create table lines as ${statement}`);
  const summarize = await time(() => native.runAndReadAll('summarize lines'), runs);
  native.closeSync();
  const ours = await timeInTab();
  printTable(
    `Profile of ${rows.toLocaleString('en')} rows × 20 columns`,
    ['Quartermaster', 'native SUMMARIZE'],
    [{ name: 'profile', ours, peers: [summarize] }]
  );
}

async function timeInTab() {
  return withSite(async (browser, url) => {
    const page = await browser.newPage();
    await page.goto(`${url}notebook/?automation`);
    await page.waitForFunction(() => window.quartermaster !== undefined);
    await page.evaluate((text) => window.quartermaster.openText(text), notebook);
    await page.evaluate(() => window.quartermaster.runAll(600_000));
    const times = [];
    for (let i = 0; i <= runs; i++) {
      const ms = await page.evaluate(async () => {
        const began = performance.now();
        await window.quartermaster.profile('lines');
        return performance.now() - began;
      });
      if (i > 0) times.push(ms);
    }
    return median(times);
  });
}
