import { expect, test } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { foreignRequests, reportOf, rowsOf } from './support.ts';

/** Weekly supply has a spec of its own, which does more with it. */
const notebooks = readdirSync('notebooks')
  .map((file) => file.replace(/\.qm\.md$/, ''))
  .filter((slug) => slug !== 'weekly-supply');

for (const slug of notebooks) {
  const text = readFileSync(`notebooks/${slug}.qm.md`, 'utf8');
  const title = /^title: (.*)$/m.exec(text)![1]!;

  test(`${title} opens from the gallery and runs whole, without a problem and without a network`, async ({
    context,
    page,
    baseURL
  }) => {
    const foreign = foreignRequests(context, baseURL);
    await page.goto('./');
    await page
      .getByRole('link', { name: new RegExp(title) })
      .first()
      .click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();

    await page.goto(`notebook/?open=${slug}&automation`);
    await page.waitForFunction(() => window.quartermaster !== undefined);
    await page.evaluate(() => window.quartermaster!.runAll(500_000));
    const report = await reportOf(page);
    expect(
      report.cells.filter(({ state, problems }) => state !== 'done' || problems.length)
    ).toEqual([]);
    expect(report.ok).toBe(true);
    for (const { name } of report.cells.filter(({ kind }) => kind === 'check')) {
      expect(await rowsOf(page, `select * from ${name} where not passed`), name).toEqual([]);
    }
    expect(foreign).toEqual([]);
  });
}
