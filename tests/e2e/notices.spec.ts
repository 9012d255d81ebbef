import { expect, test, type Page } from '@playwright/test';
import { connectionTo } from '../support/feed.ts';
import { violations } from './accessibility.ts';
import { notebook, secret, serveSites, serveWebhook } from './alert-feed.ts';
import { openText } from './support.ts';

declare global {
  interface Window {
    /** Notifications that the system has shown: the event `show`, which Chromium sends once its notification service took one. */
    shown: { title: string; body: string; tag: string }[];
    /** The loudest sample that has gone to the loudspeakers, and contexts by their state. */
    heard: () => { peak: number; states: string[] };
  }
}

/** Looks on: the browser's own notifications and sound, as they are. */
async function lookOn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.shown = [];
    const Real = Notification;
    window.Notification = class extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        const { body, tag } = this;
        this.addEventListener('show', () => window.shown.push({ title, body, tag }));
      }
    };
    const contexts: BaseAudioContext[] = [];
    let peak = 0;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the node that it is taken from
    const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
      if (to === this.context.destination) {
        if (!contexts.includes(this.context)) contexts.push(this.context);
        const meter = this.context.createAnalyser();
        // Half a second and more, so that a busy page misses nothing between two looks.
        meter.fftSize = 32_768;
        connect.call(this, meter);
        const samples = new Float32Array(meter.fftSize);
        // By the clock of the sound, which may start late.
        const end = this.context.currentTime + 2;
        const timer = setInterval(() => {
          meter.getFloatTimeDomainData(samples);
          for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
          if (this.context.currentTime > end) clearInterval(timer);
        }, 50);
      }
      return connect.call(this, to);
    } as typeof AudioNode.prototype.connect;
    window.heard = () => ({ peak, states: contexts.map(({ state }) => state) });
  });
}

async function withConnections(page: Page, url: string): Promise<void> {
  const connections = [
    connectionTo('hook', url, { kind: 'http', token: secret }),
    connectionTo('manager', 'http://127.0.0.1:9', { kind: 'http' })
  ];
  await page.addInitScript((list) => {
    localStorage.setItem('quartermaster:connections', JSON.stringify(list));
  }, connections);
}

function run(page: Page): void {
  void page.evaluate(() => window.quartermaster!.runAll(500_000)).catch(() => undefined);
}

test('an alert is shown by the system, heard, and stands in the title of the tab', async ({
  page,
  context
}) => {
  await context.grantPermissions(['notifications']);
  await lookOn(page);
  const events = await serveSites();
  try {
    await withConnections(page, 'http://127.0.0.1:9');
    await openText(page, notebook(events.url));
    await expect(page).toHaveTitle(/^Test/);
    // Chosen before anything fires.
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('people are told');
    await page.keyboard.press('Enter');
    const telling = page.getByRole('dialog');
    await telling.getByLabel('System notifications').check();
    await telling.getByLabel('A sound when something fires').check();
    await expect
      .poll(() => page.evaluate(() => window.heard()))
      .toMatchObject({ states: ['running'] });
    await expect
      .poll(async () => (await page.evaluate(() => window.heard())).peak)
      .toBeGreaterThan(0.1);
    await telling.getByRole('button', { name: 'Done' }).click();
    expect(await page.evaluate(() => window.shown)).toEqual([]);

    run(page);
    await expect(page).toHaveTitle(/^\([23]\) Test/, { timeout: 240_000 });
    const shown = () => page.evaluate(() => window.shown);
    await expect.poll(async () => (await shown()).length).toBeGreaterThan(0);
    expect((await shown())[0]).toMatchObject({
      title: expect.stringMatching(/^Firing: \{alertname="busy", site="s\d"\}/),
      body: expect.stringContaining('firing: ')
    });
    // Each news once, however often the outbox is read.
    await page.waitForTimeout(2500);
    const tags = (await shown()).map(({ tag }) => tag);
    expect(new Set(tags).size).toBe(tags.length);
    // The third site falls silent: its end is shown, and the title counts down.
    await expect
      .poll(async () => (await shown()).some(({ title }) => title.startsWith('Resolved: ')), {
        timeout: 60_000
      })
      .toBe(true);
    await expect(page).toHaveTitle(/^\(2\) Test/);
  } finally {
    await events.close();
  }
});

test('a browser that refuses notifications is told so, and the choice stays off', async ({
  page
}) => {
  const events = await serveSites();
  try {
    await openText(page, notebook(events.url));
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('people are told');
    await page.keyboard.press('Enter');
    const choice = page.getByRole('dialog').getByLabel('System notifications');
    await choice.click();
    await expect(page.getByRole('dialog')).toContainText('This browser refuses notifications');
    await expect(choice).not.toBeChecked();
  } finally {
    await events.close();
  }
});

test('a receiver that fails is tried again, over a reload too, until it has heard once', async ({
  page
}) => {
  const events = await serveSites();
  let status = 503;
  const hook = await serveWebhook(() => status);
  try {
    await withConnections(page, hook.url);
    await openText(page, notebook(events.url));
    run(page);
    const monitor = page.locator('[data-cell="watch"]');
    const list = monitor.getByRole('region', { name: 'Alerts by state' });
    await expect(list.locator('[data-alert="busy, s1"]')).toBeVisible({ timeout: 240_000 });
    await list.getByRole('button', { name: 'How people are told' }).click();
    const telling = page.getByRole('dialog');
    await telling.getByLabel(`desk_hook: Send to ${new URL(hook.url).host}`).check();
    const waiting = telling.locator('[data-waiting*="s1"]');
    await expect(waiting).toContainText('the server answers 503');
    await expect(waiting).toContainText(/[2-9] attempts/);
    await expect.poll(() => hook.attempts()).toBeGreaterThan(2);
    expect(await violations(page, '[role="dialog"]')).toEqual([]);
    await page.screenshot({ path: 'test-results/waiting.png' });
    await telling.getByRole('button', { name: 'Done' }).click();
    await expect(list).toContainText(/notifications? waits?/);

    await page.reload();
    await page.waitForFunction(() => window.quartermaster !== undefined);
    const before = hook.attempts();
    await expect.poll(() => hook.attempts(), { timeout: 60_000 }).toBeGreaterThan(before);
    expect(hook.posted).toEqual([]);
    status = 200;
    await expect.poll(() => hook.posted.length, { timeout: 60_000 }).toBeGreaterThan(0);
    const kept = () =>
      page.evaluate(() =>
        Object.entries(localStorage).filter(([key]) => key.includes(':letters:'))
      );
    await expect.poll(async () => (await kept()).join()).not.toContain('"attempts"');
    expect((await kept()).join()).not.toContain(secret);
    // Each site has a letter of its own, and any of them may come first.
    const told = hook.posted.filter(({ groupLabels }) => groupLabels['site'] === 's1');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ receiver: 'desk_hook', status: 'firing' });
  } finally {
    await hook.close();
    await events.close();
  }
});
