import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from './bundled.mjs';
import { withSite } from './lib.mjs';
import { dailyProducts, productsCsv } from './products.mjs';

const data = process.env.SHARED_DATA ?? '../shared/data';
const count = Number(process.env.PRODUCTS ?? 1000);
const sample = Math.min(count, 40);
const [season, horizon] = [7, 14];

const notebook = `---
quartermaster: 1
---

\`\`\`yaml source:sales
file: products.csv
\`\`\`

\`\`\`yaml forecast:next
source: sales
time: day
value: units
by: product
\`\`\`
`;

/**
 * An automatic forecast of two years of days of 1,000 products (\`PRODUCTS\`): by model in processor time on a sample,
 * the search for ARIMA orders by itself, and all of it in the built page, with the memory of the tab.
 */
export async function forecast() {
  const load = (name) => bundled(`src/lib/analytics/forecast/${name}.ts`);
  const { modelNamed, seriesModels } = await load('models');
  const { routeModels } = await load('route-models');
  const { planBacktest, tryModel } = await load('backtest');
  const products = dailyProducts(count);
  const times = new Map();
  for (const { values } of products.slice(0, sample)) {
    const needs = (model) => model.needs({ season });
    const wanted = { values, season, explained: false, wanted: ['auto'], models: seriesModels };
    const { names } = routeModels({ ...wanted, needs });
    const most = Math.max(...names.map((name) => needs(modelNamed(name))));
    const plan = planBacktest(values.length, most, { wanted: 5, step: horizon, horizon });
    for (const name of names) {
      const ms = processorTime(() => tryModel(modelNamed(name), values, { season }, horizon, plan));
      times.set(name, [...(times.get(name) ?? []), ms]);
    }
  }
  printModels(times);
  const daily = products.slice(0, sample).filter(({ values }) => !rare(values));
  searchSpeed(
    'two years of days',
    daily.map(({ values }) => values),
    season,
    modelNamed('sarima')
  );
  const monthly = readMonthly();
  if (monthly) searchSpeed('monthly M3', monthly, 12, modelNamed('sarima'));
  await endToEnd(products);
}

const total = (list) => list.reduce((sum, value) => sum + value, 0);
const rare = (values) => values.filter((value) => value !== 0).length * 1.32 < values.length;

function processorTime(work) {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

function printModels(times) {
  const all = total([...times.values()].map(total));
  console.log(
    `\nAutomatic forecast of daily products, processor time on ${sample} of them, backtest included`
  );
  for (const [name, list] of [...times].sort((a, b) => total(b[1]) - total(a[1]))) {
    const share = ((100 * total(list)) / all).toFixed(1);
    const each = (total(list) / list.length).toFixed(1);
    console.log(`${name.padEnd(16)} ${each.padStart(8)} ms a series ${share.padStart(6)} %`);
  }
  console.log(`${'all models'.padEnd(16)} ${(all / sample).toFixed(1).padStart(8)} ms a series`);
}

function searchSpeed(name, series, m, model) {
  const ms = processorTime(() => series.forEach((values) => model.fit(values, { season: m })));
  const pace = (1000 * series.length) / ms;
  console.log(`auto-ARIMA, ${name}: ${pace.toFixed(1)} series a second on one core`);
}

function readMonthly() {
  const file = join(data, 'm3-subset/m3_subset_long.csv');
  if (!existsSync(file)) return null;
  const series = new Map();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id, period, , , , , , , part, value] = line.split(',');
    if (period !== 'MONTHLY' || part !== 'train') continue;
    if (!series.has(id)) series.set(id, []);
    series.get(id).push(Number(value));
  }
  return [...series.values()].map((values) => Float64Array.from(values));
}

async function endToEnd(products) {
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-bench-'));
  const file = join(folder, 'products.csv');
  writeFileSync(file, productsCsv(products));
  try {
    await withSite(async (browser, url) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(0);
      await page.goto(`${url}notebook/?automation`);
      await page.waitForFunction(() => window.quartermaster !== undefined);
      await page.evaluate((text) => window.quartermaster.openText(text), notebook);
      await page.locator('[data-testid="files"]').setInputFiles([file]);
      await page.evaluate(() => window.quartermaster.filesReady(1));
      await page.evaluate(() => window.quartermaster.runAll(3_600_000));
      const report = await page.evaluate(() => window.quartermaster.report());
      if (!report.ok) throw new Error(JSON.stringify(report.cells.flatMap((c) => c.problems)));
      console.log(`\n${products.length} products, two years of days, automatic, in the built page`);
      for (const { name, ms } of report.cells) {
        console.log(`${name.padEnd(10)} ${(ms / 1000).toFixed(1).padStart(8)} s`);
      }
      const peak = await peakOfTab(browser);
      if (peak !== null) console.log(`the tab's memory at its peak: ${peak} MB`);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The most that the largest renderer ever held, in MB; null where the system does not tell. */
async function peakOfTab(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => `/proc/${id}/status`)
    .filter((status) => existsSync(status))
    .map((status) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0));
  return peaks.length > 0 ? Math.round(Math.max(...peaks) / 1024) : null;
}
