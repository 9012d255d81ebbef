import { expect, test, type Page } from '@playwright/test';
import axe from 'axe-core';
import { serveEvents } from '../support/event-server.ts';
import { fence, frontMatter, openText, runAll } from './support.ts';

/** A week of quarters of an hour in two shops, one of them closed on a day, with an hour of ten times the usual. */
const sales = `SELECT TIMESTAMP '2024-03-04' + INTERVAL (15 * i) MINUTE AS at, shop,
  CASE WHEN shop = 'north' AND i BETWEEN 400 AND 403 THEN 1000 ELSE 100 + 40 * sin(2 * pi() * i / 96) + (i * 7) % 5 END AS units
FROM range(672) AS t(i), (VALUES ('north'), ('south')) AS s(shop)
WHERE NOT (shop = 'north' AND i BETWEEN 288 AND 383)`;
const notebook =
  frontMatter +
  fence('sql query:sales', sales) +
  fence('yaml stream:desk', 'replay: { source: sales, time: at, speed: max }\ntime: at') +
  fence(
    'yaml monitor:shops',
    [
      'stream: desk',
      'by: shop',
      'window: 15m',
      'measures: { units: sum(units), lines: count() }',
      'detect:',
      '  - { measure: units }',
      'alerts:',
      '  - { name: rush, when: units > 500, severity: page }'
    ].join('\n')
  );

async function openBoard(page: Page) {
  await openText(page, notebook);
  await runAll(page);
  const cell = page.locator('[data-cell="shops"]');
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.getByTestId('tiles')).toBeVisible();
  return cell;
}

async function faultsIn(page: Page, selector: string) {
  await page.evaluate(axe.source);
  return page.evaluate(async (within) => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const { violations } = await checker.run(within, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' | ')}`);
  }, selector);
}

test('a board says how each measure stands, finds a series and reads one window in full', async ({
  page
}) => {
  const cell = await openBoard(page);
  const keys = cell.getByTestId('keys');
  await expect(keys.getByRole('listitem')).toHaveCount(2);
  await keys.getByRole('textbox', { name: 'Find a series' }).fill('nor');
  await expect(keys.getByRole('listitem')).toHaveCount(1);
  await keys.locator('[data-key="north"]').click();
  const tile = cell.getByTestId('tiles').locator('> *').first();
  await expect(tile).toContainText('on the window before');
  await expect(tile).toContainText('on the day before');

  await cell.getByRole('button', { name: '2024-03-08 04:15' }).first().click();
  const window = cell.getByTestId('window');
  await expect(window).toContainText('Window to 2024-03-08 04:15');
  await expect(window.getByRole('row', { name: /^units 1,000/ })).toBeVisible();
  await window.getByRole('button', { name: 'Window before' }).click();
  await expect(window).toContainText('Window to 2024-03-08 04:00');
  await expect(window.getByRole('row', { name: /^units 136\.26/ })).toBeVisible();
  expect(await faultsIn(page, '[data-cell="shops"] .content')).toEqual([]);
});

test('the view is held, moved through the past by key and pointer, and follows again', async ({
  page
}) => {
  const cell = await openBoard(page);
  const slider = cell.getByRole('slider', { name: 'Moment shown' });
  // What is told of a run lags behind it a little.
  const end = '2024-03-11 00:00';
  await expect(slider).toHaveAttribute('aria-valuetext', end);
  await slider.focus();
  const firstWindow = String(Date.UTC(2024, 2, 4, 0, 15));
  await expect(slider).toHaveAttribute('aria-valuemin', firstWindow);
  await page.keyboard.press('ArrowLeft');
  await expect(slider).toHaveAttribute('aria-valuetext', '2024-03-10 23:45');
  await expect(cell.getByText('Shown as of 2024-03-10 23:45.')).toBeVisible();
  await page.keyboard.press('Home');
  // The first screen: three hundred windows.
  await expect(slider).toHaveAttribute('aria-valuetext', '2024-03-07 03:15');
  await expect(cell.getByText('No alert was active then.')).toBeVisible();
  const { width } = (await slider.boundingBox())!;
  const y = 10;
  await slider.dragTo(slider, {
    sourcePosition: { x: width * 0.5, y },
    targetPosition: { x: width * 0.8, y },
    steps: 4
  });
  await expect(slider).toHaveAttribute('aria-valuetext', /^2024-03-(09|10) /);
  await cell.getByRole('button', { name: 'Back to the end' }).first().click();
  await expect(slider).toHaveAttribute('aria-valuetext', end);
  await cell.getByRole('button', { name: 'All of it' }).click();
  await expect(cell.getByText('7 days shown')).toBeVisible();
});

test('while a stream goes on, the board goes on with it', async ({ page }) => {
  const events = await serveEvents();
  try {
    await page.goto('notebook/?automation');
    await page.waitForFunction(() => window.quartermaster !== undefined);
    const desk = `websocket: { url: '${events.url}', after: seq }\ntime: at\nretain: { rows: 300 }`;
    const watch = 'stream: desk\nby: site\nwindow: 10s\nmeasures: { events: count() }';
    await openText(
      page,
      frontMatter + fence('yaml stream:desk', desk) + fence('yaml monitor:watch', watch)
    );
    void page.evaluate(() => window.quartermaster!.runAll(500_000)).catch(() => undefined);
    const cell = page.locator('[data-cell="watch"]');
    const shown = cell.getByText(/Following the stream/).locator('..');
    for (let round = 0; round < 3; round++) {
      const before = await shown.innerText();
      await expect.poll(() => shown.innerText()).not.toBe(before);
    }
    const log = page.locator('[data-cell="desk"]');
    await log.getByText('Tables', { exact: true }).click();
    await expect(log.getByText(/^[\d,]+ older let go$/)).toBeVisible();
  } finally {
    await events.close();
  }
});

/**
 * In each pixel column of the chart of `units`, the first and the last row in the ink of the line; null where none is.
 * Empty while another chart takes the place of the one that was found.
 */
async function inkOf(page: Page): Promise<([number, number] | null)[]> {
  return page
    .locator('[data-cell="shops"] .charts [role="img"][aria-label^="units"] .uplot')
    .first()
    .evaluate((chart) => {
      const canvas = chart.querySelector('canvas');
      if (!canvas || !chart.isConnected) return [];
      const [outer, inner] = [canvas, chart.querySelector('.u-over')!].map((element) =>
        element.getBoundingClientRect()
      );
      const ratio = canvas.width / outer!.width;
      const [left, top, width, height] = [
        inner!.left - outer!.left,
        inner!.top - outer!.top,
        inner!.width,
        inner!.height
      ].map((length) => Math.round(length * ratio)) as [number, number, number, number];
      if (!(width > 0 && height > 0)) return [];
      const probe = document.createElement('canvas').getContext('2d')!;
      probe.fillStyle = getComputedStyle(chart).getPropertyValue('--c-actual');
      probe.fillRect(0, 0, 1, 1);
      const ink = probe.getImageData(0, 0, 1, 1).data;
      const { data } = canvas.getContext('2d')!.getImageData(left, top, width, height);
      const isInked = (x: number, y: number) => {
        const at = 4 * (y * width + x);
        const off = [0, 1, 2].reduce((sum, c) => sum + Math.abs(data[at + c]! - ink[c]!), 0);
        return data[at + 3]! > 127 && off < 150;
      };
      return Array.from({ length: width }, (_, x) => {
        const rows = Array.from({ length: height }, (_, y) => y).filter((y) => isInked(x, y));
        return rows.length === 0 ? null : ([rows[0]!, rows.at(-1)!] as [number, number]);
      });
    });
}

type Ink = Awaited<ReturnType<typeof inkOf>>;

/** The line of the shop in the north, which was closed on a day, over all of the week. */
function expectNorth(ink: Ink) {
  /** The number of the window whose end a column shows. */
  const windowAt = (column: number) => 1 + ((column + 0.5) / ink.length) * 671;
  const valueOf = (window: number) =>
    100 + 40 * Math.sin((2 * Math.PI * (window - 1)) / 96) + (((window - 1) * 7) % 5);
  // Of all lines and rings only the line is as high as 1,000 and as low as 60.
  const highest = Math.min(...ink.map((rows) => rows?.[0] ?? Infinity));
  const lowest = Math.max(...ink.map((rows) => rows?.[1] ?? -Infinity));
  const rowOf = (value: number) => lowest - ((value - 60) / 940) * (lowest - highest);
  let [shown, missing] = [0, 0];
  for (const [column, rows] of ink.entries()) {
    const window = windowAt(column);
    // The day that the shop is closed, and what rings hide around the hour of much.
    if (window > 290 && window < 383) {
      expect(rows, `column ${column}`).toBeNull();
      missing++;
    } else if (window < 287 || window > 440) {
      const row = rowOf(valueOf(Math.round(window)));
      expect(Math.abs((rows?.[0] ?? -99) - row), `column ${column}`).toBeLessThan(2);
      expect(Math.abs((rows?.[1] ?? -99) - row), `column ${column}`).toBeLessThan(2);
      shown++;
    }
  }
  expect([shown > 380, missing > 60]).toEqual([true, true]);
  expect(lowest - highest).toBeGreaterThan(100);
  const peak = ink.findIndex((rows) => rows !== null && rows[0] <= highest);
  expect(Math.abs(windowAt(peak) - 402.5)).toBeLessThan(3);
  expect(ink.indexOf(null)).toBeGreaterThan(200);
}

test('the line of a measure stands on the canvas where its windows are, and nowhere else', async ({
  page
}) => {
  const cell = await openBoard(page);
  await cell.getByTestId('keys').locator('[data-key="north"]').click();
  await cell.getByRole('button', { name: 'All of it' }).click();
  await expect(cell.getByText('7 days shown')).toBeVisible();
  // The words come before the picture, which waits for its turn to be drawn.
  const north = () =>
    expect(async () => expectNorth(await inkOf(page))).toPass({ timeout: 30_000 });
  await north();

  // Another key has another line, without the day on which this one was closed; and back again.
  await cell.getByTestId('keys').locator('[data-key="south"]').click();
  await expect
    .poll(async () => {
      const ink = await inkOf(page);
      return [ink.length > 300, ink.indexOf(null)];
    })
    .toEqual([true, -1]);
  await cell.getByTestId('keys').locator('[data-key="north"]').click();
  await north();
});

test('a board on a wall is made of chosen cells, opened by its address and left by Esc', async ({
  page
}) => {
  await openBoard(page);
  await page.getByTestId('board').click();
  const wall = page.getByTestId('wall');
  await expect(wall.locator('[data-panel]')).toHaveCount(1);
  await expect(page).toHaveURL(/#board$/);
  const size = () =>
    wall
      .getByTestId('tiles')
      .locator('.v')
      .first()
      .evaluate((value) => Number.parseFloat(getComputedStyle(value).fontSize));
  await expect.poll(size).toBeGreaterThan(45);
  await wall.getByRole('button', { name: /What the board shows/ }).click();
  await page.getByRole('menuitem', { name: 'desk' }).click();
  await expect(wall.locator('[data-panel]')).toHaveCount(2);
  await expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe('#board=desk,shops');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await page.keyboard.press('2');
  await expect(wall.locator('[data-panel]')).toHaveCount(1);
  await page.keyboard.press('0');
  await expect(wall.locator('[data-panel]')).toHaveCount(2);
  expect(await faultsIn(page, '[data-testid="wall"]')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(wall).toHaveCount(0);
  await expect(page.locator('[data-cell="shops"]')).toBeVisible();
  await page.evaluate(() => (location.hash = '#board=shops'));
  await expect(wall.locator('[data-panel="shops"]')).toBeVisible();
});

test('the curve is that of the series chosen, followed or held, where all have come equally far', async ({
  page
}) => {
  const shipped = `SELECT TIMESTAMP '2024-03-04' + INTERVAL (15 * i) MINUTE AS at, depot,
    CASE depot WHEN 'east' THEN i % 96 ELSE 96 - i % 96 END AS units
  FROM range(500) AS t(i), (VALUES ('east'), ('west')) AS d(depot)`;
  await openText(
    page,
    frontMatter +
      fence('sql query:shipped', shipped) +
      fence('yaml stream:dock', 'replay: { source: shipped, time: at, speed: max }\ntime: at') +
      fence(
        'yaml monitor:depots',
        'stream: dock\nby: depot\nwindow: 15m\nmeasures: { units: sum(units) }'
      )
  );
  await runAll(page);
  const cell = page.locator('[data-cell="depots"]');
  await cell.scrollIntoViewIfNeeded();
  const keys = cell.getByTestId('keys');
  await expect(keys.getByRole('listitem')).toHaveCount(2);
  const picture = () =>
    cell
      .getByRole('group', { name: 'Measures over time' })
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const drawnFor = async (depot: string, other: string | null) => {
    await keys.locator(`[data-key="${depot}"]`).click();
    await expect.poll(picture).not.toBe(other);
    return picture();
  };
  const east = await drawnFor('east', null);
  const west = await drawnFor('west', east);
  await cell.getByRole('slider', { name: 'Moment shown' }).press('ArrowLeft');
  await expect.poll(picture).not.toBe(west);
  await drawnFor('east', await picture());
});
