import { expect, test, type Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import {
  cellOf,
  codesOf,
  fence,
  frontMatter,
  giveFiles,
  openText,
  reportOf,
  rowsOf,
  runAll
} from './support.ts';

const good = fence('sql query:good', 'select 1 as a');

test.describe('bad input is a problem on its cell, and the rest runs', () => {
  test('syntax errors in YAML, SQL, JSON and CSV', async ({ page }) => {
    await openText(
      page,
      frontMatter +
        good +
        fence('yaml clean:bad_yaml', 'source: good\nsteps: [ filter: a > 0') +
        fence('sql query:bad_sql', 'select a,\nfrom good where') +
        fence('json chart:bad_json', '{\n  "data": { "name": "good" },\n  "mark": \n}') +
        fence('sql query:reader', 'select * from bad_sql')
    );
    const report = await runAll(page);
    expect(cellOf(report, 'good').state).toBe('done');
    expect(codesOf(report, 'bad_yaml')).toContain('config.syntax');
    expect(codesOf(report, 'bad_sql').join()).toMatch(/^sql\./);
    expect(cellOf(report, 'bad_sql').problems[0]!.line).toBe(2);
    expect(codesOf(report, 'bad_json')).toContain('config.syntax');
    expect(cellOf(report, 'reader').state).toBe('blocked');
    expect(report.ok).toBe(false);
    await expect(page.locator('[data-cell="bad_yaml"]')).toContainText('This is not valid YAML');
  });

  test('in Chinese, once the words for it that failed to load are there', async ({ page }) => {
    let asked = 0;
    await page.addInitScript(() => localStorage.setItem('qm-lang', 'zh-CN'));
    const chunks = 'build/_app/immutable/chunks';
    const words = readdirSync(chunks).filter((file) =>
      /export\s*\{[^}]*\binChinese\b/.test(readFileSync(`${chunks}/${file}`, 'utf8'))
    );
    expect(words).toHaveLength(1);
    await page.route(`**/immutable/chunks/${words[0]}*`, (route) =>
      ++asked === 1 ? route.abort() : route.continue()
    );
    await openText(page, frontMatter + fence('yaml clean:bad_yaml', 'source: [ a'));
    await expect(page.locator('[data-cell="bad_yaml"]')).toContainText('这不是有效的 YAML');
    expect(asked).toBe(2);
  });

  test('a missing column is named, with the nearest one', async ({ page }) => {
    await openText(
      page,
      frontMatter +
        fence('csv data:lead_times', 'sku,supplier\nA,North') +
        fence('sql query:late', "select sku\nfrom lead_times where supplyer = 'North'") +
        fence('yaml clean:tidy', 'source: lead_times\nsteps:\n  - trim: supplyer')
    );
    const report = await runAll(page);
    for (const name of ['late', 'tidy']) {
      const [problem] = cellOf(report, name).problems;
      expect(`${problem!.message} ${problem!.hint}`).toContain('supplier');
    }
    expect(cellOf(report, 'late').problems[0]!.line).toBe(2);
  });

  test('a picture named .csv, a broken Parquet file and an empty file', async ({ page }) => {
    await openText(
      page,
      frontMatter +
        fence('yaml source:picture', 'file: picture.csv') +
        fence('yaml source:torn', 'file: torn.parquet') +
        fence('yaml source:empty', 'file: empty.csv') +
        fence('yaml source:absent', 'file: absent.csv') +
        good
    );
    await giveFiles(page, [
      { name: 'picture.csv', mimeType: 'text/csv', buffer: png() },
      {
        name: 'torn.parquet',
        mimeType: '',
        buffer: Buffer.from('PAR1 this is no parquet file PAR1')
      },
      { name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) }
    ]);
    const report = await runAll(page);
    for (const name of ['picture', 'torn', 'empty', 'absent']) {
      expect(cellOf(report, name).state, name).toBe('error');
      expect(codesOf(report, name).join(), name).toMatch(/^source\./);
    }
    expect(cellOf(report, 'good').state).toBe('done');
  });

  test('a cell that runs out of memory says so and the next one still runs', async ({ page }) => {
    await openText(
      page,
      frontMatter +
        fence(
          'sql query:too_much',
          'select range as n, repeat(range::varchar, 40) as a, repeat(range::varchar, 41) as b from range(60000000) order by b'
        ) +
        good
    );
    const report = await runAll(page);
    expect(codesOf(report, 'too_much').join()).toMatch(/memory|lost/);
    await page.evaluate(() => window.quartermaster!.runAll(60_000, ['good']));
    expect(cellOf(await reportOf(page), 'good').state).toBe('done');
  });
});

test.describe('a worker that dies', () => {
  test('the data worker comes back, cells turn stale, nothing typed is lost', async ({ page }) => {
    await openText(
      page,
      frontMatter + good + fence('sql query:next', 'select a + 1 as b from good')
    );
    await runAll(page);
    await page.evaluate(() => window.quartermaster!.killWorker('data'));
    await expect.poll(async () => cellOf(await reportOf(page), 'next').state).toBe('stale');
    expect(await page.evaluate(() => window.quartermaster!.text())).toContain('select a + 1 as b');
    const report = await runAll(page);
    expect(cellOf(report, 'next').state).toBe('done');
    expect(await rowsOf(page, 'select b from next')).toEqual([{ b: 2 }]);
  });

  test('a compute worker that dies is a problem on its cell alone', async ({ page }) => {
    await openText(page, frontMatter + good + slowForecast());
    const running = page.evaluate(() => window.quartermaster!.runAll(60_000));
    await expect.poll(async () => cellOf(await reportOf(page), 'slow').state).toBe('running');
    await page.evaluate(() => window.quartermaster!.killWorker('compute'));
    await running;
    const report = await reportOf(page);
    expect(codesOf(report, 'slow')).toContain('worker.lost');
    expect(cellOf(report, 'good').state).toBe('done');
  });
});

test.describe('stop', () => {
  test('a heavy query, a long forecast, a training and a script stop within 500 ms', async ({
    page
  }) => {
    const cells: Record<string, string> = {
      heavy: fence(
        'sql query:heavy',
        'select count(*) as n from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 3'
      ),
      slow: slowForecast(),
      training: slowTraining(),
      endless: fence('js script:endless reads=good', 'while (true) {}')
    };
    for (const [name, text] of Object.entries(cells)) {
      await openText(page, frontMatter + good + text);
      const running = page.evaluate(() => window.quartermaster!.runAll(120_000));
      await expect
        .poll(async () => cellOf(await reportOf(page), name).state, { timeout: 60_000 })
        .toBe('running');
      await page.waitForTimeout(1500);
      const ms = await stopAndTime(page, name);
      await running;
      expect(ms, `${name} stopped after ${ms} ms`).toBeLessThan(500);
      await page.evaluate(() => window.quartermaster!.runAll(60_000, ['good']));
      expect(cellOf(await reportOf(page), 'good').state, name).toBe('done');
    }
  });
});

/** From the click on Stop to the state cancelled, in the page's own clock. */
async function stopAndTime(page: Page, name: string): Promise<number> {
  return page.evaluate(async (cell) => {
    const began = performance.now();
    window.quartermaster!.cancel(cell);
    for (;;) {
      const state = window.quartermaster!.report().cells.find((c) => c.name === cell)!.state;
      if (state === 'cancelled') return performance.now() - began;
      if (performance.now() - began > 5000) return Infinity;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }, name);
}

function slowForecast(): string {
  return (
    fence(
      'sql query:many',
      "select 's' || s.range as sku, date '2020-01-01' + d.range::integer as day, 20 + (d.range % 7) + (hash(s.range * 1000 + d.range) % 10)::integer as units from range(3000) s, range(200) d order by 1, 2"
    ) +
    fence(
      'yaml forecast:slow',
      'source: many\ntime: day\nvalue: units\nby: sku\nhorizon: 14\nmodels: [holt_winters, holt, ses]'
    )
  );
}

function slowTraining(): string {
  return (
    fence(
      'sql query:days',
      "select date '2020-01-01' + d.range::integer as day, 20 + (d.range % 7) as units from range(700) d order by 1"
    ) +
    fence(
      'yaml forecast:training',
      'source: days\ntime: day\nvalue: units\nhorizon: 14\nmodels: [lstm]\nlstm: { window: 28, hidden: 32, epochs: 500 }'
    )
  );
}

/** The first bytes of a PNG picture. */
function png(): Buffer {
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    Buffer.alloc(2000, 0x9c)
  ]);
}
