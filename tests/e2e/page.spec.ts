import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, type Page } from '@playwright/test';
import { bringAxe } from './accessibility.ts';
import { fence, frontMatter, openText, reportOf, rowsOf, runAll, cellOf } from './support.ts';
import { noteWrites, written } from './written.ts';

test.describe('nothing typed is lost', () => {
  test('a killed tab keeps what was typed a moment before', async ({ context, page }) => {
    await noteWrites(page);
    await page.goto('notebook/?new');
    await page.waitForURL(/[?&]id=/);
    const address = page.url();
    await page
      .getByRole('button', { name: /insert|add/i })
      .first()
      .click();
    await page
      .getByRole('option', { name: /^Query/ })
      .first()
      .click();
    await page.locator('.cm-content').first().click();
    await page.keyboard.type('select 41 + 1 as answer');
    await written(page, 'journal', 'select 41 + 1 as answer');
    const client = await context.newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    void client.send('Page.crash').catch(() => undefined);
    await crashed;
    const again = await context.newPage();
    await again.goto(address);
    await expect(again.getByText('select 41 + 1 as answer')).toBeVisible();
  });

  test('undo and redo go through edits, deletions and renames', async ({ page }) => {
    await openText(
      page,
      frontMatter +
        fence('sql query:first', 'select 1 as a') +
        fence('sql query:second', 'select a from first')
    );
    const before = await page.evaluate(() => window.quartermaster!.text());
    await page.evaluate(() => window.quartermaster!.rename('first', 'orders'));
    const renamed = await page.evaluate(() => window.quartermaster!.text());
    expect(renamed).toContain('query:orders');
    expect(renamed).toContain('select a from orders');
    await page.locator('[data-cell="second"]').getByRole('heading').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('z');
    expect(await page.evaluate(() => window.quartermaster!.text())).toBe(before);
  });
});

test('a param moves and only its readers become stale and run again', async ({ page }) => {
  await openText(
    page,
    frontMatter +
      fence('yaml param:n', 'type: integer\nmin: 1\nmax: 9\nvalue: 3') +
      fence('sql query:apart', 'select 7 as seven') +
      fence('sql query:times', 'select 10 * $n as x')
  );
  await runAll(page);
  expect(await rowsOf(page, 'select x from times')).toEqual([{ x: 30 }]);
  await page.evaluate(() => window.quartermaster!.setParam('n', '4'));
  await expect.poll(async () => (await rowsOf(page, 'select x from times'))[0]).toEqual({ x: 40 });
  expect(cellOf(await reportOf(page), 'apart').state).toBe('done');
});

test('workers may ask other sites, as a source does, and scripts may not', async ({ page }) => {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked++;
    answer.setHeader('access-control-allow-origin', '*');
    answer.end('a\n1\n');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const leak = `const answer = await fetch('${address}');\nreturn aq.table({ ok: [answer.ok] });`;
    await openText(page, frontMatter + fence('js script:leak', leak));
    expect(cellOf(await runAll(page), 'leak').state).toBe('error');
    expect(asked).toBe(0);
    const results = await page.evaluate((url) => window.quartermaster!.probeNetwork(url), address);
    expect(results).toEqual({ page: 'sent', worker: 'sent' });
  } finally {
    server.close();
  }
});

/** A page as it stays: of a notebook the engine is there and the diagram drawn, which is measured outside the document first. */
async function drawn(page: Page, path: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  if (path !== './') {
    await expect(page.getByTestId('engine')).toHaveAttribute('data-engine', 'ready');
    await expect(page.locator('[data-diagram] .diagram svg')).toHaveCount(1);
  }
  await page.waitForTimeout(500);
}

for (const width of [1440, 1024, 768, 390]) {
  test(`nothing is wider than the window at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['./', 'notebook/?open=weekly-supply']) {
      await page.goto(path);
      await drawn(page, path);
      const wider = () =>
        page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      await expect.poll(wider, { message: path, timeout: 3000 }).toBeLessThanOrEqual(0);
    }
  });
}

test('gallery and notebook hold WCAG 2.2 AA as far as axe can tell, in both themes', async ({
  page
}) => {
  const all: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const path of ['./', 'notebook/?open=weekly-supply']) {
      await page.goto(path);
      await drawn(page, path);
      await bringAxe(page);
      const violations = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: {
            run(
              where: Document,
              options: object
            ): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
          };
        };
        const found = await axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
        });
        return found.violations.map(
          (v) =>
            `${v.id}: ${v.nodes
              .slice(0, 3)
              .map((n) => n.target.join(' '))
              .join(', ')}`
        );
      });
      all.push(...violations.map((violation) => `${path} ${theme}: ${violation}`));
    }
  }
  expect(all).toEqual([]);
});
