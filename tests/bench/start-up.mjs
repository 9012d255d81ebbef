import { median, withSite } from './lib.mjs';

const runs = 5;
const notebook = `---
quartermaster: 1
---

\`\`\`sql query:first
select 42 as answer
\`\`\`
`;

/** From navigation to first paint and to the first SQL result, cold (nothing cached) and warm (second visit of the same browser). */
export async function startUp() {
  await withSite(async (browser, url) => {
    const cold = { paint: [], sql: [] };
    const warm = { paint: [], sql: [] };
    for (let i = 0; i < runs; i++) {
      const context = await browser.newContext();
      await visit(context, url, cold);
      await visit(context, url, warm);
      await context.close();
    }
    console.log('\nStart-up, medians in ms');
    console.log('                first paint   first SQL result');
    for (const [name, times] of Object.entries({ cold, warm })) {
      const [paint, sql] = [median(times.paint), median(times.sql)].map((ms) => ms.toFixed(0));
      console.log(`${name.padEnd(12)} ${paint.padStart(14)} ${sql.padStart(18)}`);
    }
    console.log(`warm ÷ cold  ${ratio(warm.paint, cold.paint)} ${ratio(warm.sql, cold.sql, 18)}`);
  });
}

async function visit(context, url, times) {
  const page = await context.newPage();
  await page.goto(`${url}notebook/?automation`);
  await page.waitForFunction(() => window.quartermaster !== undefined);
  await page.evaluate((text) => window.quartermaster.openText(text), notebook);
  await page.evaluate(() => window.quartermaster.runAll(60_000));
  const { paint, now } = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    now: performance.now()
  }));
  times.paint.push(paint);
  times.sql.push(now);
  await page.close();
}

function ratio(ours, theirs, width = 14) {
  return `${(median(ours) / median(theirs)).toFixed(2)}×`.padStart(width);
}
