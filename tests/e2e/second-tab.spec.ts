import { expect as soon, test, type BrowserContext, type Page } from '@playwright/test';
import { mirrorChannel } from '#lib/runtime/mirror/messages.ts';
import { serveKept } from '../support/event-server.ts';
import { fence, frontMatter, kill, openText, rowsOf, runAll, storeNotebook } from './support.ts';

/** Engines start beside whatever else the machine does. */
const expect = soon.configure({ timeout: 90_000 });
const notebook = '7d1f2a60-3b5c-4d8e-9a41-6c0b8e2f5d17';
const canary = 'canary-7a31';

const text =
  frontMatter +
  fence(
    'yaml stream:desk',
    'websocket: { connection: orders, after: seq }\ntime: at\nlateness: 2s'
  ) +
  fence(
    'yaml monitor:desk_watch',
    "stream: desk\nby: site\nwindow: 2s\nmeasures: { events: count(), n: sum(seq) }\nalerts: [{ name: many, when: 'events > 5' }]"
  ) +
  fence('sql query:totals refresh=1s', 'select count(*) as n, max(seq) as top from desk');

/** A page of the site, in whose browser the notebook is kept and its connection known. */
async function kept(context: BrowserContext, url: string): Promise<Page> {
  const home = await context.newPage();
  await home.goto('./');
  await expect(home.locator('h1').first()).toBeVisible();
  await home.evaluate(storeNotebook, { id: notebook, text });
  await home.evaluate(
    ({ url, token }) => {
      const place = { name: 'orders', kind: 'websocket', url, user: '', password: '' };
      const connections = [{ ...place, database: '', token }];
      localStorage.setItem('quartermaster:connections', JSON.stringify(connections));
    },
    { url, token: canary }
  );
  return home;
}

/** The notebook in a tab of its own. */
async function tab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`notebook/?id=${notebook}&automation`);
  await page.waitForFunction(() => window.quartermaster !== undefined);
  return page;
}

/** How many tabs lead the notebook, and how many wait for that. */
const leadingAndWaiting = (page: Page) =>
  page.evaluate(async (lock) => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [held, pending].map((some) => some.filter(({ name }) => name === lock).length);
  }, `quartermaster:notebook:${notebook}`);

/** Whether that tab has the lead, and how many others have heard so and wait for it. */
const leadsBefore = (page: Page) =>
  page
    .evaluate(
      async ([lock, mark]) => {
        const names = (locks: LockInfo[] | undefined, wanted: string | undefined) =>
          (locks ?? []).filter(({ name }) => name === wanted).map(({ clientId }) => clientId);
        return navigator.locks.request(mark!, async () => {
          const { held, pending } = await navigator.locks.query();
          const [own] = names(held, mark);
          const leads = names(held, lock).includes(own);
          return leads ? names(pending, lock).filter((client) => client !== own).length : null;
        });
      },
      [`quartermaster:notebook:${notebook}`, `a test of ${notebook}`]
    )
    // It is being loaded.
    .catch(() => null);

const numberIn = (page: Page, sql: string) =>
  rowsOf(page, sql)
    .then((rows) => Number(rows[0]?.['n'] ?? 0))
    .catch(() => 0);

test('a second tab shows the rows, windows and alerts of the first while that lives, and goes on with them when it is killed', async ({
  context
}) => {
  const source = await serveKept();
  try {
    const home = await kept(context, source.url);
    // Whoever listens to what tabs say hears no secret, and nothing at all while there is only one.
    await home.evaluate(
      (names) => {
        const heard: string[] = [];
        Object.assign(window, { heard });
        for (const name of names)
          new BroadcastChannel(name).onmessage = ({ data }: MessageEvent<unknown>) =>
            heard.push(
              JSON.stringify(data, (_, value: unknown) =>
                value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value
              )
            );
      },
      [mirrorChannel(notebook), `quartermaster:live:${notebook}`]
    );
    const heard = () => home.evaluate(() => (window as unknown as { heard: string[] }).heard);

    const first = await tab(context);
    await first.getByRole('button', { name: 'Run all' }).click();
    await expect(first.locator('[data-kept="disk"]')).toBeVisible();
    await expect
      .poll(() => numberIn(first, 'select count(*) as n from desk_watch_alerts'))
      .toBeGreaterThan(0);
    expect((await heard()).filter((message) => message.includes('"tell"'))).toEqual([]);

    const second = await tab(context);
    await expect(
      second.getByText('Another tab runs this notebook and its live cells desk, desk_watch')
    ).toBeVisible();
    await expect(second.locator('.state').getByText('Following')).toHaveCount(2);
    const before = await numberIn(first, 'select count(*) as n from desk');
    await expect
      .poll(() => numberIn(second, 'select count(*) as n from desk'))
      .toBeGreaterThan(before);
    const shown = await numberIn(second, 'select n from totals');
    await expect.poll(() => numberIn(second, 'select n from totals')).toBeGreaterThan(shown);
    // Row by row as in the first, corrected windows included; it has no connection of its own.
    const until = `make_timestamp(${(1_709_510_400_000 + before * 50 - 8000) * 1000})`;
    for (const sql of [
      `select * from desk where seq < ${before} order by seq`,
      `select * from desk_watch where window_end < ${until} order by all`,
      `select * from desk_watch_alerts where time < ${until} order by all`
    ])
      await expect
        .poll(async () => {
          // Each table of the first comes by itself.
          const [here, there] = await Promise.all([
            rowsOf(second, sql).catch(() => []),
            rowsOf(first, sql)
          ]);
          return here.length > 2 && JSON.stringify(here) === JSON.stringify(there);
        })
        .toBe(true);
    expect(source.asked()).toBe(1);

    // What is acknowledged in one tab is acknowledged in the other.
    const alert = (page: Page) => page.locator('[data-alert="many, s0"]').first();
    await expect(alert(second)).toBeVisible();
    await alert(second).getByRole('button', { name: 'Acknowledge many, s0' }).click();
    await alert(second).getByLabel('Who').fill('Mia');
    await alert(second).getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await expect(alert(first)).toContainText('Acknowledged by Mia');

    // A silence is written into the text of the tab that has it, and comes back from there.
    await second
      .locator('[data-alert="many, s1"]')
      .getByRole('button', { name: 'Silence many, s1' })
      .click();
    await second.getByRole('menuitem', { name: 'for 1 hour' }).click();
    for (const page of [first, second])
      await expect.poll(() => page.evaluate(() => window.quartermaster!.text())).toContain('match');
    await expect(second.locator('.state').getByText('Following')).toHaveCount(2);
    const silenced = await numberIn(second, 'select count(*) as n from desk_watch');
    await expect
      .poll(() => numberIn(second, 'select count(*) as n from desk_watch'))
      .toBeGreaterThan(silenced);

    expect((await heard()).filter((message) => message.includes('"rows"')).length).toBeGreaterThan(
      2
    );
    expect((await heard()).join('\n')).not.toContain(canary);

    await kill(first);
    await second.waitForFunction(() => window.quartermaster !== undefined);
    await expect(second.locator('[data-kept="disk"]')).toContainText('from before');
    await expect(second.locator('.state').getByText('Following')).toHaveCount(0);
    source.end();
    await second.waitForTimeout(1000);
    await expect.poll(() => numberIn(second, 'select count(*) as n from desk')).toBe(source.made());
    expect(
      await rowsOf(second, 'select count(distinct seq) as n, max(seq) + 1 as top from desk')
    ).toEqual([{ n: source.made(), top: source.made() }]);
  } finally {
    source.end();
    await source.close();
  }
});

test('a second tab has the edits of a first that was loaded anew, and goes on with what was begun there', async ({
  context
}) => {
  const source = await serveKept();
  try {
    await kept(context, source.url);
    const first = await tab(context);
    await expect.poll(() => leadingAndWaiting(first)).toEqual([1, 0]);
    const second = await tab(context);
    const follows = second.getByText('This notebook is open in another tab');
    await expect(follows).toBeVisible();
    // What a page was to go on with is not for a later visit if another tab was quicker.
    const noted = `quartermaster:go-on:${notebook}`;
    await second.evaluate((key) => sessionStorage.setItem(key, '["desk"]'), noted);
    await second.reload();
    await expect(follows).toBeVisible();
    expect(await second.evaluate((key) => sessionStorage.getItem(key), noted)).toBeNull();

    const rename = async (from: string, to: string) => {
      await first.evaluate((names) => window.quartermaster!.rename(...names), [from, to] as const);
      await expect
        .poll(() => second.evaluate(() => window.quartermaster!.text()))
        .toContain(`query:${to}`);
      // What has not come to disk would not be there after the reload.
      await expect(first.getByRole('status').getByText(/^Saved /)).toBeVisible();
    };
    // A tab that has not heard of the first yet would take the lead that this lets go when it is loaded anew.
    await rename('totals', 'numbers');
    for (const [from, to] of [
      ['numbers', 'figures'],
      ['figures', 'sums']
    ] as const) {
      await first.reload();
      await first.waitForFunction(() => window.quartermaster !== undefined);
      await expect.poll(() => leadsBefore(first)).toBe(1);
      await rename(from, to);
    }
    await first.getByRole('button', { name: 'Run all' }).click();
    await expect(second.locator('.state').getByText('Following')).toHaveCount(2);
    await expect(first.locator('[data-kept="disk"]')).toBeVisible();
    await expect.poll(() => numberIn(second, 'select n from sums')).toBeGreaterThan(0);

    await kill(first);
    await expect(second.locator('[data-kept="disk"]')).toContainText('from before');
    await expect(second.locator('.state').getByText('Following')).toHaveCount(0);
    source.end();
    await second.waitForTimeout(1000);
    await expect.poll(() => numberIn(second, 'select count(*) as n from desk')).toBe(source.made());
  } finally {
    source.end();
    await source.close();
  }
});

test('a tab that came while the lead was passed on takes it, and goes on with what it was to', async ({
  context
}) => {
  const source = await serveKept();
  try {
    const home = await kept(context, source.url);
    // Somebody has the lead for a moment and says nothing, such as a tab that leaves it to another.
    await home.evaluate(
      (lock) =>
        new Promise<void>((held) => {
          void navigator.locks.request(lock, () => {
            held();
            return new Promise<void>((letGo) => Object.assign(window, { letGo }));
          });
        }),
      `quartermaster:notebook:${notebook}`
    );
    await home.evaluate(
      (key) => sessionStorage.setItem(key, '["desk"]'),
      `quartermaster:go-on:${notebook}`
    );
    const [opening] = await Promise.all([
      context.waitForEvent('page'),
      // A page opened so has a copy of the session of the one it comes from.
      home.evaluate((id) => void window.open(`notebook/?id=${id}&automation`), notebook)
    ]);
    await expect.poll(() => leadingAndWaiting(home)).toEqual([1, 1]);
    await home.evaluate(() => (window as unknown as { letGo: () => void }).letGo());
    await expect(opening.locator('[data-kept="disk"]')).toBeVisible();
    await expect.poll(() => numberIn(opening, 'select count(*) as n from desk')).toBeGreaterThan(0);
  } finally {
    source.end();
    await source.close();
  }
});

test('what a notebook publishes, a notebook in another tab takes in', async ({ context }) => {
  const scans = Array.from({ length: 400 }, (_, i) => {
    const at = new Date(1_709_510_400_000 + i * 1000).toISOString();
    return `${at},${i % 4 === 0 ? 'north' : 'south'},${i}`;
  });
  const speaks =
    frontMatter +
    fence('csv data:scans', ['at,depot,parcel', ...scans].join('\n')) +
    fence('yaml stream:log', 'replay: { source: scans, time: at }\npublish: parcels') +
    fence(
      'yaml monitor:depots',
      "stream: log\nby: depot\nwindow: 10s\nmeasures: { parcels: count() }\nalerts: [{ name: busy, when: 'parcels > 7' }]\npublish: alarms"
    );
  const hears =
    frontMatter +
    fence('yaml stream:parcels', 'channel: parcels\ntime: at') +
    fence('yaml stream:alarms', 'channel: alarms\ntime: time\nid: [time, alert, depot, state]') +
    fence('sql query:firing refresh=1s', "select count(*) as n from alarms where state = 'firing'");
  const [listener, speaker] = [await context.newPage(), await context.newPage()];
  await openText(listener, hears);
  void listener.evaluate(() => window.quartermaster!.runAll(600_000)).catch(() => undefined);
  await expect(listener.locator('[data-state="open"]')).toHaveCount(2);
  await openText(speaker, speaks);
  const report = await runAll(speaker);
  expect(report.cells.map(({ name, state }) => [name, state])).toEqual([
    ['scans', 'done'],
    ['log', 'done'],
    ['depots', 'done']
  ]);
  await expect.poll(() => numberIn(listener, 'select count(*) as n from parcels')).toBe(400);
  const said = await rowsOf(
    speaker,
    'select time, alert, depot, state, value from depots_alerts order by all'
  );
  expect(said.length).toBeGreaterThan(1);
  await expect
    .poll(() =>
      rowsOf(listener, 'select time, alert, depot, state, value from alarms order by all').catch(
        () => []
      )
    )
    .toEqual(said);
  await expect.poll(() => numberIn(listener, 'select n from firing')).toBeGreaterThan(0);
});
