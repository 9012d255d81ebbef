import { expect, test, type Page } from '@playwright/test';
import { bringAxe } from './accessibility.ts';
import { driftNotebook, proposeNotebook, refitNotebook } from './adjust-notebooks.ts';
import { cellOf, fence, frontMatter, openText, rowsOf, runAll } from './support.ts';

/** Stock by the hour: it falls below ten at 04:00 on the first day, and again at 06:00 on the third. */
const stock = [
  'at,depot,stock',
  ...Array.from({ length: 60 }, (_, hour) => {
    const at = new Date(Date.UTC(2024, 2, 4, hour)).toISOString();
    const low = (hour >= 4 && hour < 9) || hour >= 54;
    return `${at},north,${low ? 6 : 30}`;
  })
].join('\n');

const notebook = (adjust: string) =>
  frontMatter +
  fence('yaml param:safety_days', 'type: integer\nvalue: 8\nmin: 1\nmax: 30') +
  fence('csv data:levels', stock) +
  fence('yaml stream:feed', 'replay: { source: levels, time: at }') +
  fence(
    'yaml monitor:shop',
    [
      'stream: feed',
      'by: depot',
      'window: 1h',
      'measures: { level: last(stock) }',
      'alerts:',
      '  - { name: low_stock, when: level < 10 }'
    ].join('\n')
  ) +
  fence('sql query:plan', 'select $safety_days * 5 as reorder_point') +
  fence('yaml adjust:safer', `on: shop.low_stock\nset: safety_days\nto: old * 1.25\n${adjust}`);

const journal = (page: Page) =>
  rowsOf(page, 'select decision, before, after, "by", effect from safer order by time');
const reorder = async (page: Page) =>
  (await rowsOf(page, 'select * from plan'))[0]?.['reorder_point'];

test('an alert proposes, a person approves, the plan follows; undo and revert take it back', async ({
  page
}) => {
  await openText(page, notebook('approve: human'));
  const report = await runAll(page);
  expect(cellOf(report, 'safer').problems).toEqual([]);
  expect(await journal(page)).toEqual([
    { decision: 'proposed', before: 8, after: 10, by: null, effect: null },
    { decision: 'proposed', before: 8, after: 10, by: null, effect: null }
  ]);
  expect(await reorder(page)).toBe(40);
  const before = await page.evaluate(() => window.quartermaster!.text());
  const cell = page.locator('[data-cell="safer"]');
  await cell.scrollIntoViewIfNeeded();
  const cards = cell.getByTestId('decision');
  await expect(cards).toHaveCount(2);
  await expect(cell.getByText('2 to decide on')).toBeVisible();

  await cards.last().getByRole('button', { name: 'Approve' }).press('Enter');
  await expect.poll(() => reorder(page)).toBe(50);
  await expect
    .poll(() => journal(page))
    .toEqual([
      { decision: 'approved', before: 8, after: 10, by: 'human', effect: 'resolved after 5h' },
      { decision: 'proposed', before: 10, after: 13, by: null, effect: null }
    ]);
  expect(await page.evaluate(() => window.quartermaster!.text())).toContain('value: 10');
  await expect(cell.getByText('safety_days is 10 now')).toBeVisible();

  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => reorder(page)).toBe(40);
  expect(await page.evaluate(() => window.quartermaster!.text())).toBe(before);

  await cards.last().getByRole('button', { name: 'Approve' }).click();
  await expect.poll(() => reorder(page)).toBe(50);
  await cards
    .filter({ hasText: 'Approved' })
    .getByRole('button', { name: /^(Take back|Revert)/ })
    .click();
  await expect.poll(() => reorder(page)).toBe(40);
  await expect.poll(async () => (await journal(page))[0]?.['decision']).toBe('reverted');

  await cards.first().getByLabel('Note').fill('A sale, not a trend');
  await cards.first().getByRole('button', { name: 'Reject' }).click();
  await expect
    .poll(async () => (await journal(page)).at(-1))
    .toMatchObject({ decision: 'rejected', effect: 'A sale, not a trend' });
  expect(await reorder(page)).toBe(40);
});

test('a stated rule decides in one pass, and what depends on it is computed before the run ends', async ({
  page
}) => {
  await openText(page, notebook('approve: auto\ngate: { max_change: 20% }'));
  const report = await runAll(page);
  expect(report.ok).toBe(true);
  expect(await journal(page)).toEqual([
    { decision: 'approved', before: 8, after: 9, by: 'auto', effect: 'resolved after 5h' },
    { decision: 'approved', before: 9, after: 10, by: 'auto', effect: null }
  ]);
  expect(await reorder(page)).toBe(50);
});

test('the journal is no obstacle to anyone, in either scheme', async ({ page }) => {
  await openText(page, notebook('approve: human'));
  await runAll(page);
  const cell = page.locator('[data-cell="safer"]');
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.getByTestId('decision')).toHaveCount(2);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await bringAxe(page);
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(on: Element): Promise<{ violations: { id: string }[] }> };
      };
      return (await axe.run(document.querySelector('[data-cell="safer"]')!)).violations;
    });
    expect(found.map(({ id }) => id)).toEqual([]);
  }
});

test('the trigger of a decision opens the incident in its monitor, as it was', async ({ page }) => {
  await openText(page, notebook('approve: human'));
  await runAll(page);
  const cell = page.locator('[data-cell="safer"]');
  await cell.scrollIntoViewIfNeeded();
  // The earlier of two incidents of one alert: the monitor itself lists the later one.
  await cell
    .getByTestId('decision')
    .last()
    .getByRole('button', { name: /^low_stock/ })
    .click();
  const incident = page.getByRole('dialog');
  await expect(incident).toContainText('low_stock, north');
  await expect(incident).toContainText('States over time');
  await expect(incident).toContainText('2024-03-04 05:00');
  await page.screenshot({ path: 'test-results/adjust-incident.png' });
  await incident.getByRole('button', { name: 'Close' }).click();
  await expect(incident).toHaveCount(0);
});

test('an incident that is not in the table any more is told, and holds up nothing', async ({
  page
}) => {
  const early = `case when $quiet = 1 and "at" < '2024-03-05' then 30 else stock end`;
  const text = notebook('approve: human')
    .replace('csv data:levels', 'csv data:counted')
    .replace('adjust:safer', 'adjust:safer run=manual');
  await openText(
    page,
    text +
      fence('yaml param:quiet', 'type: integer\nvalue: 0\nmin: 0\nmax: 1') +
      fence('sql query:levels', `select "at", depot, ${early} as stock from counted`)
  );
  await runAll(page);
  // The monitor comes to know another past than the one that was decided on.
  await page.evaluate(() => window.quartermaster!.setParam('quiet', '1'));
  await page.evaluate(() => window.quartermaster!.runAll(60_000, ['shop']));
  expect(await rowsOf(page, "select * from shop_alerts where time < '2024-03-05'")).toEqual([]);
  const trigger = (which: 'first' | 'last') =>
    page
      .getByTestId('decision')
      [which]()
      .getByRole('button', { name: /^low_stock/ });
  await page.locator('[data-cell="safer"]').scrollIntoViewIfNeeded();
  await trigger('last').click();
  await expect(page.getByText(/low_stock did not change at 2024-03-04 05:00/)).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const shop = page.locator('[data-cell="shop"]');
  await shop.getByRole('button', { name: 'Tables' }).click();
  await expect(shop.getByRole('grid').first()).toBeVisible();

  await trigger('first').click();
  await expect(page.getByRole('dialog')).toContainText('low_stock, north');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(shop.getByRole('grid').first()).toBeVisible();
});

const forecastRows = (page: Page) => rowsOf(page, 'select * from plan order by all');

test('a refit learns what came until its trigger; undo and revert give the same forecast again', async ({
  page
}) => {
  await openText(page, refitNotebook('approve: human'));
  const report = await runAll(page);
  expect(cellOf(report, 'fresh').problems).toEqual([]);
  const text = () => page.evaluate(() => window.quartermaster!.text());
  const [before, rows] = [await text(), await forecastRows(page)];
  const cell = page.locator('[data-cell="fresh"]');
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.getByTestId('decision').first()).toContainText('until 2024-03-25');
  await cell
    .getByRole('button', { name: /^Approve/ })
    .first()
    .click();
  await expect.poll(text).toContain('until: 2024-04-18');
  await expect
    .poll(async () => (await forecastRows(page))[0]?.['day'])
    .not.toEqual(rows[0]!['day']);
  const refitted = await forecastRows(page);

  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(text).toBe(before);
  await expect.poll(() => forecastRows(page)).toEqual(rows);

  await cell
    .getByRole('button', { name: /^Approve/ })
    .first()
    .click();
  await expect.poll(() => forecastRows(page)).toEqual(refitted);
  await cell.getByRole('button', { name: /^Revert/ }).click();
  await expect.poll(() => forecastRows(page)).toEqual(rows);
  await expect(cell.getByTestId('decision').filter({ hasText: 'Reverted' })).toContainText(
    'the same forecast as before, row for row'
  );
});

test('figures that would have cost more are held, better ones are accepted and can be taken back', async ({
  page
}) => {
  await openText(page, proposeNotebook('approve: human', '0.2'));
  await runAll(page);
  const cell = page.locator('[data-cell="reorder"]');
  await cell.scrollIntoViewIfNeeded();
  await cell.getByText('1 held back by the guard rails').click();
  await expect(cell.getByTestId('decision')).toContainText(/% more cost on the last 8 windows/);
  await page.screenshot({ path: 'test-results/adjust-held.png' });

  await openText(page, proposeNotebook('approve: human', '6'));
  await runAll(page);
  await cell.scrollIntoViewIfNeeded();
  const card = cell.getByTestId('decision').first();
  await expect(card).toContainText(/% less cost on the last 8 windows/);
  await card.getByRole('button', { name: /^Approve/ }).click();
  const accepted = () => rowsOf(page, 'select item, after from reorder_proposals where accepted');
  await expect.poll(accepted).toHaveLength(2);
  await cell.getByRole('button', { name: /^Revert/ }).click();
  await expect.poll(accepted).toEqual([]);
});

test('drift has a chart, to which its trigger leads, and words in Chinese', async ({ page }) => {
  await openText(page, driftNotebook('approve: human'));
  await runAll(page);
  const cell = page.locator('[data-cell="cover"]');
  await cell.scrollIntoViewIfNeeded();
  const drift = cell.getByTestId('drift');
  await expect(drift).toContainText('Score against threshold');
  await cell
    .getByTestId('decision')
    .first()
    .getByRole('button', { name: /^drift/ })
    .click();
  await expect(drift).toBeFocused();
  await expect(drift).toContainText(/median of quantity|shares of the values/);
  for (const [size, width] of [
    ['wide', 1440],
    ['narrow', 390]
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await cell.screenshot({ path: `test-results/adjust-drift-${size}-${scheme}.png` });
    }
  }
  const wider = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth
    );
  await expect.poll(wider, { timeout: 3000 }).toBeLessThanOrEqual(0);
  await page.evaluate(() => localStorage.setItem('qm-lang', 'zh-CN'));
  await openText(page, driftNotebook('approve: human'));
  await runAll(page);
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.getByTestId('drift')).toContainText(/阈值/);
  await expect(cell.getByTestId('decision').first()).toContainText(/受最大变动|通过/);
  await cell.screenshot({ path: 'test-results/adjust-drift-zh.png' });
});
