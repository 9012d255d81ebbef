import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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

/**
 * Milliseconds of every cell of a notebook, by name: `first` in a new tab, `warm` the median of `runs` further rounds in
 * it, as the peers are timed after one run that does not count. Cells run one after the other, as the peers do. The text
 * of each round differs (`asked`) and so does the name of its copy of the file, so that nothing is taken from the round
 * before.
 */
export async function timesInTab(browser, url, { text, file, runs }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}notebook/?automation`);
  await page.waitForFunction(() => window.quartermaster !== undefined);
  const times = {};
  for (let round = 0; round <= runs; round++) {
    const report = await runRound(page, text, await copyFor(file, round), round);
    if (!report.ok) throw new Error(JSON.stringify(report.cells.flatMap((c) => c.problems)));
    for (const { name, ms } of report.cells) (times[name] ??= []).push(ms);
  }
  await context.close();
  return Object.fromEntries(
    Object.entries(times).map(([name, [first, ...rest]]) => [name, { first, warm: median(rest) }])
  );
}

/** SQL that differs from round to round and does the same. */
export const asked = (sql, round) => `with round_${round} as (select 1)\n${sql}`;

async function runRound(page, text, file, round) {
  const source = text(basename(file), round);
  await page.evaluate((given) => window.quartermaster.openText(given), source);
  await page.locator('[data-testid="files"]').setInputFiles([file]);
  await page.evaluate((count) => window.quartermaster.filesReady(count), round + 1);
  const cells = await page.evaluate(() => window.quartermaster.report().cells.map((c) => c.name));
  for (const name of cells) {
    await page.evaluate((cell) => window.quartermaster.runAll(600_000, [cell]), name);
  }
  return page.evaluate(() => window.quartermaster.report());
}

async function copyFor(file, round) {
  const copy = join(dirname(file), `${round}-${basename(file)}`);
  await copyFile(file, copy);
  return copy;
}

/**
 * A table of times in ms with each peer's ratio to ours (ours ÷ peer: under 1 is faster than the peer). `ours` is a
 * number, or `{ first, warm }` of a tab, whose warm time is compared.
 */
export function printTable(title, [ours, ...peers], rows) {
  console.log(`\n${title}`);
  const hasFirst = rows.some((row) => typeof row.ours === 'object');
  const head = [ours, ...(hasFirst ? ['in a new tab'] : []), ...peers.flatMap((p) => [p, 'ratio'])];
  const body = rows.map((row) => {
    const { first, warm } = typeof row.ours === 'object' ? row.ours : { warm: row.ours };
    const compared = row.peers.flatMap((ms) =>
      ms === null ? ['–', ''] : [milliseconds(ms), `${(warm / ms).toFixed(2)}×`]
    );
    return [milliseconds(warm), ...(hasFirst ? [milliseconds(first)] : []), ...compared];
  });
  const first = Math.max(...rows.map((row) => row.name.length), 8);
  const widths = head.map((title, i) =>
    Math.max(title.length, ...body.map((row) => row[i].length))
  );
  const line = (name, cells) =>
    console.log([name.padEnd(first), ...cells.map((c, i) => c.padStart(widths[i] + 2))].join(' '));
  line('', head);
  for (const [i, row] of rows.entries()) line(row.name, body[i]);
}

const milliseconds = (ms) => (ms === undefined ? '–' : `${ms.toFixed(1)} ms`);
