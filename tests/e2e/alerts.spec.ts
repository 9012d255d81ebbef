import { expect, test } from '@playwright/test';
import { freePort, startDaemon, whyNot } from '../support/daemon.ts';
import { connectionTo } from '../support/feed.ts';
import { violations } from './accessibility.ts';
import { notebook, secret, serveSites, serveWebhook } from './alert-feed.ts';
import { openText, rowsOf } from './support.ts';

const alertmanager = 'prometheus-alertmanager';
const noAlertmanager = whyNot(alertmanager, '--version');

test('alerts are listed, acknowledged, silenced, replayed, and told to whom the reader allows', async ({
  page
}) => {
  const events = await serveSites();
  const hook = await serveWebhook();
  const port = await freePort();
  const daemon =
    noAlertmanager === null
      ? await startDaemon(
          alertmanager,
          (folder) => [
            `--config.file=${folder}/config`,
            `--storage.path=${folder}`,
            `--web.listen-address=127.0.0.1:${port}`,
            '--cluster.listen-address='
          ],
          JSON.stringify({ route: { receiver: 'none' }, receivers: [{ name: 'none' }] }),
          port
        )
      : null;
  try {
    const connections = [
      connectionTo('hook', hook.url, { kind: 'http', token: secret }),
      connectionTo('manager', `http://127.0.0.1:${port}`, { kind: 'http' })
    ];
    await page.addInitScript((list) => {
      localStorage.setItem('quartermaster:connections', JSON.stringify(list));
    }, connections);
    await openText(page, notebook(events.url));
    void page.evaluate(() => window.quartermaster!.runAll(500_000)).catch(() => undefined);
    const monitor = page.locator('[data-cell="watch"]');
    const list = monitor.getByRole('region', { name: 'Alerts by state' });
    const alert = (key: string) => list.locator(`[data-alert="busy, ${key}"]`);
    await expect(alert('s0')).toBeVisible({ timeout: 240_000 });
    await expect(list).toContainText('Firing');
    await expect(page).toHaveTitle(/^\([23]\) /);
    await expect(page.locator('.toast').first()).toContainText('watch');
    expect(await page.evaluate(() => document.activeElement?.closest('.toast') ?? null)).toBeNull();
    const outbox = await rowsOf(page, 'select count(*) as n from watch_notifications');
    expect(Number(outbox[0]!['n'])).toBeGreaterThan(1);

    // Nothing leaves the browser before the reader has said so.
    expect(hook.posted).toEqual([]);
    await list.getByRole('button', { name: 'How people are told' }).click();
    const telling = page.getByRole('dialog');
    await expect(telling).toBeVisible();
    expect(await violations(page, '[role="dialog"]')).toEqual([]);
    await telling.getByLabel(`desk_hook: Send to ${new URL(hook.url).host}`).check();
    await telling.getByLabel(`central: Send to 127.0.0.1:${port}`).check();
    await telling.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => hook.posted.length).toBeGreaterThan(0);
    expect(hook.posted[0]).toMatchObject({ version: '4', receiver: 'desk_hook' });
    expect(hook.posted.every((p) => p.groupLabels['site'] !== 's0')).toBe(true);
    if (daemon) {
      const listed = async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`);
        const alerts = (await answer.json()) as { labels: Record<string, string> }[];
        return alerts.map(({ labels }) => `${labels['alertname']} ${labels['site']}`);
      };
      await expect.poll(listed).toEqual(['busy s0']);
    }

    // An acknowledged alert is no longer repeated.
    await alert('s1').getByRole('button', { name: 'Acknowledge busy, s1' }).click();
    await alert('s1').getByLabel('Note').fill('looking into it');
    await alert('s1').getByLabel('Who').fill('Ada');
    await alert('s1').getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await expect(alert('s1')).toContainText('Acknowledged by Ada');
    await expect(alert('s1')).toContainText('looking into it');
    expect(await violations(page, '[data-cell="watch"]')).toEqual([]);
    const repeats = () => hook.posted.filter((p) => p.groupLabels['site'] === 's1').length;
    // What was on its way still arrives.
    let before = -1;
    const isQuiet = () => {
      const last = before;
      before = repeats();
      return before === last;
    };
    await expect.poll(isQuiet, { intervals: [1500], timeout: 6000 }).toBe(true);
    await page.waitForTimeout(6000);
    expect(repeats()).toBe(before);
    await alert('s1').getByRole('button', { name: 'Withdraw acknowledgement' }).click();
    await expect.poll(repeats).toBeGreaterThan(before);
    // The third site fell silent: its end is told once.
    const ends = `select count(*) as n from watch_notifications where status = 'resolved' and alert_group like '%"s2"%'`;
    await expect.poll(async () => Number((await rowsOf(page, ends))[0]!['n'])).toBe(1);

    // The incident, and its events in a cell below.
    await alert('s1').getByRole('button', { name: 'Replay incident of busy, s1' }).click();
    const incident = page.getByRole('dialog');
    await expect(incident).toContainText('States over time');
    await expect(incident.locator('tbody tr').first()).toBeVisible();
    expect(await violations(page, '[role="dialog"]')).toEqual([]);
    await page.screenshot({ path: 'test-results/incident.png' });
    await incident.getByRole('button', { name: 'Put the events in a new cell' }).click();
    const text = () => page.evaluate(() => window.quartermaster!.text());
    await expect.poll(text).toMatch(/query:busy_events[\s\S]*FROM desk[\s\S]*site = 's1'/);

    // A silence is in the notebook, and Undo takes it out.
    await alert('s1').getByRole('button', { name: 'Silence busy, s1' }).click();
    await page.getByRole('menuitem', { name: 'for 4 hours' }).click();
    await expect.poll(text).toMatch(/silences:[\s\S]*alert: busy[\s\S]*site: s1/);
    await expect(alert('s1')).toContainText('Silenced until');
    await expect(list).toContainText('Silenced or inhibited');
    await page.screenshot({ path: 'test-results/alerts.png', fullPage: true });
    await alert('s1').getByRole('button', { name: 'Remove silence' }).click();
    await expect.poll(text).not.toContain('silences:');
    expect(await text()).not.toContain(secret);
  } finally {
    await daemon?.stop();
    await hook.close();
    await events.close();
  }
});
