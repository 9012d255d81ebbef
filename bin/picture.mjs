import { join } from 'node:path';
import { chromium } from 'playwright';
import { ensureBuilt } from './lib/build.mjs';
import { chromiumArgs, ensureChromium } from './lib/chromium.mjs';
import { root } from './lib/paths.mjs';
import { serveSite } from './lib/server.mjs';

/** Makes docs/weekly-supply.png anew from the built site: the shipped notebook, run, at its forecast. */
await ensureBuilt();
const site = await serveSite();
const browser = await chromium.launch({
  executablePath: await ensureChromium(),
  args: chromiumArgs
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1150 } });
  await page.goto(`${site.url}notebook/?open=weekly-supply&automation`);
  await page.waitForFunction(() => window.quartermaster !== undefined);
  await page.evaluate(() => window.quartermaster.runAll(500_000, ['plan']));
  const cell = page.locator('[data-cell="plan"]');
  await cell.scrollIntoViewIfNeeded();
  await cell.locator('[data-series]').first().click();
  await cell.getByRole('checkbox', { name: 'Backtest' }).check();
  await cell.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.mouse.wheel(0, -64);
  await page.evaluate(() => document.activeElement?.blur());
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(root, 'docs', 'weekly-supply.png') });
} finally {
  await browser.close();
  await site.close();
}
