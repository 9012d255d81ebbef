import { chromium } from 'playwright';
import { chromiumArgs, ensureChromium } from '../../bin/lib/chromium.mjs';
import { serveSite } from '../../bin/lib/server.mjs';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds of `work`, the median of `runs` after one run that does not count. */
export async function time(work, runs = 5) {
  await work();
  const times = [];
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return median(times);
}

/** Calls `work(browser, url)` with a Chromium and the built site served. */
export async function withSite(work) {
  const site = await serveSite();
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: chromiumArgs
  });
  try {
    return await work(browser, site.url);
  } finally {
    await browser.close();
    await site.close();
  }
}

/** Runs a notebook in a page of its own, one cell after the other as the peers do, and returns the report of run.json. */
export async function runInTab(context, url, text, files = []) {
  const page = await context.newPage();
  await page.goto(`${url}notebook/?automation`);
  await page.waitForFunction(() => window.quartermaster !== undefined);
  await page.evaluate((source) => window.quartermaster.openText(source), text);
  if (files.length > 0) {
    await page.locator('[data-testid="files"]').setInputFiles(files);
    await page.evaluate((count) => window.quartermaster.filesReady(count), files.length);
  }
  const cells = await page.evaluate(() => window.quartermaster.report().cells.map((c) => c.name));
  for (const name of cells) {
    await page.evaluate((cell) => window.quartermaster.runAll(600_000, [cell]), name);
  }
  const report = await page.evaluate(() => window.quartermaster.report());
  await page.close();
  return report;
}

/** A table of times in ms with each peer's ratio to the first column (ours ÷ peer: under 1 is faster than the peer). */
export function printTable(title, columns, rows) {
  console.log(`\n${title}`);
  const width = Math.max(...rows.map((row) => row.name.length), 8);
  const [ours, ...peers] = columns;
  console.log(
    [
      ' '.repeat(width),
      ours.padStart(12),
      ...peers.flatMap((p) => [p.padStart(14), 'ratio'.padStart(8)])
    ].join(' ')
  );
  for (const row of rows) {
    const cells = row.peers.flatMap((ms) =>
      ms === null
        ? ['–'.padStart(14), ' '.repeat(8)]
        : [`${ms.toFixed(1)} ms`.padStart(14), `${(row.ours / ms).toFixed(2)}×`.padStart(8)]
    );
    console.log(
      [row.name.padEnd(width), `${row.ours.toFixed(1)} ms`.padStart(12), ...cells].join(' ')
    );
  }
}
