import { expect, test } from '@playwright/test';
import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import type { RunReport } from '#lib/page/automation-model.ts';
import { freePort, startDaemon, whyNot } from '../support/daemon.ts';
import { serveEvents } from '../support/event-server.ts';
import { connectionTo } from '../support/feed.ts';
import { serveHttp } from '../support/http-server.ts';
import { cellOf, codesOf, fence, frontMatter, openText, reportOf, rowsOf } from './support.ts';

const noMosquitto = whyNot('/usr/sbin/mosquitto', '-h');
const secret = 'canary-7f3a';

test('a WebSocket fills a stream and its monitor while they run; gaps are shown; Stop is at once', async ({
  page
}) => {
  const events = await serveEvents();
  try {
    await openText(
      page,
      frontMatter +
        fence(
          'yaml stream:desk',
          `websocket: { url: '${events.url}', after: seq }\ntime: at\nid: seq\nsequence: seq`
        ) +
        fence(
          'yaml monitor:watch',
          'stream: desk\nby: site\nwindow: 10s\nmeasures: { events: count() }'
        )
    );
    const running = page.evaluate(() => window.quartermaster!.runAll(500_000));
    const view = page.locator('[data-state="open"]');
    await expect(view).toContainText('Connected to 127.0.0.1');
    // A table is made by its first rows, which come after the connection.
    const rows = async (table: string) => {
      const [counted] = await rowsOf(page, `select count(*) as n from ${table}`).catch(() => []);
      return Number(counted?.['n'] ?? 0);
    };
    await expect.poll(() => rows('desk')).toBeGreaterThan(100);
    await expect.poll(() => rows('watch')).toBeGreaterThan(10);
    const ms = await page.evaluate(async () => {
      const from = performance.now();
      const isLive = () =>
        window.quartermaster!.report().cells.some(({ state }) => state === 'live');
      window.quartermaster!.cancel();
      while (isLive() && performance.now() - from < 20_000)
        await new Promise((resolve) => setTimeout(resolve, 5));
      return performance.now() - from;
    });
    await running;
    expect(ms).toBeLessThan(1500);
    const [gapless] = await rowsOf(
      page,
      'select count(*) as n, max(seq) + 1 as top, max(arrival) as arrivals from desk'
    );
    expect(gapless!['n']).toBe(gapless!['top']);
    expect(gapless!['n']).toBe(gapless!['arrivals']);
  } finally {
    await events.close();
  }
});

test('MQTT through a connection: rows come, and its secret is nowhere but in the connection', async ({
  page
}) => {
  test.skip(noMosquitto !== null, noMosquitto ?? '');
  const port = await freePort();
  const broker = await startDaemon(
    '/usr/sbin/mosquitto',
    (folder) => {
      writeFileSync(path.join(folder, 'passwords'), `analyst:${secret}\n`);
      spawnSync('mosquitto_passwd', ['-U', path.join(folder, 'passwords')]);
      appendFileSync(path.join(folder, 'config'), `\npassword_file ${folder}/passwords\n`);
      return ['-c', path.join(folder, 'config')];
    },
    [
      `listener ${await freePort()} 127.0.0.1`,
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      `listener ${port} 127.0.0.1`,
      'protocol websockets',
      'allow_anonymous false'
    ].join('\n'),
    port
  );
  const url = `ws://127.0.0.1:${port}`;
  const publisher = await mqtt.connectAsync(url, { username: 'analyst', password: secret });
  let seq = 0;
  const timer = setInterval(() => {
    const event = { seq, at: 1_709_510_400_000 + seq++ * 1000 };
    publisher.publish('plant/a/orders', JSON.stringify(event), { qos: 1, retain: false });
  }, 10);
  try {
    const logged: string[] = [];
    page.on('console', (message) => logged.push(message.text()));
    await openText(
      page,
      frontMatter +
        fence('yaml stream:line', 'mqtt: { connection: plant, topic: plant/+/orders }\ntime: at')
    );
    await page.evaluate(
      (connection) => window.quartermaster!.setConnections([connection]),
      connectionTo('plant', url, { kind: 'mqtt', user: 'analyst', password: secret })
    );
    await page.evaluate(() => window.quartermaster!.runAll(6000));
    const report = await reportOf(page);
    expect(cellOf(report, 'line').state).toBe('done');
    expect(cellOf(report, 'line').rows).toBeGreaterThan(20);
    const [topic] = await rowsOf(page, 'select distinct topic from line');
    expect(topic).toEqual({ topic: 'plant/a/orders' });
    const shown = await page.evaluate(() => document.documentElement.outerHTML);
    const text = await page.evaluate(() => window.quartermaster!.text());
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    for (const place of [text, JSON.stringify(report), shown, kept, ...logged])
      expect(place).not.toContain(secret);
  } finally {
    clearInterval(timer);
    await publisher.endAsync(true);
    await broker.stop();
  }
});

test('a connection is made on the problem of the cell that names it, tried and kept', async ({
  page
}) => {
  const server = await serveHttp((_, request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.headers.authorization !== `Bearer ${secret}`)
      return void response.writeHead(401).end('Who is it?');
    response.setHeader('Content-Type', 'application/json');
    response.end('[{"a": 1, "at": "2024-03-04T00:00:00Z"}]');
  });
  try {
    await openText(
      page,
      frontMatter + fence('yaml stream:desk', 'poll: { connection: shop, path: /orders }')
    );
    await page.evaluate(() => window.quartermaster!.runAll(20_000));
    expect(codesOf(await reportOf(page), 'desk')).toEqual(['remote.no-connection']);
    await page.getByRole('button', { name: 'Make connection shop' }).first().click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Kind')).toHaveValue('http');
    await dialog.getByLabel('Address').fill(server.url);
    await dialog.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(dialog.getByText('feed.auth')).toBeVisible();
    await dialog.getByLabel('Token').fill(secret);
    await dialog.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(dialog.getByText('It answers')).toBeVisible();
    await page.screenshot({ path: 'test-results/connections.png' });
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.evaluate(() => window.quartermaster!.runAll(4000));
    expect(await rowsOf(page, 'select a from desk')).toEqual([{ a: 1 }]);
    const text = await page.evaluate(() => window.quartermaster!.text());
    expect(text + JSON.stringify(await reportOf(page))).not.toContain(secret);
  } finally {
    await server.close();
  }
});

test('what the browser does not let a page do is told in words', async ({ page }) => {
  const bearer = connectionTo('metrics', '', { token: secret });
  const server = await serveHttp((url, request, response) => {
    if (url.pathname !== '/closed') response.setHeader('Access-Control-Allow-Origin', '*');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    response.setHeader('Content-Type', 'application/json');
    response.end('[{"a": 1, "at": "2024-03-04T00:00:00Z"}]');
  });
  try {
    await openText(
      page,
      frontMatter +
        fence('yaml stream:closed', `poll: ${server.url}/closed`) +
        fence('yaml stream:preflight', 'poll: { connection: metrics, path: open }') +
        fence('yaml stream:plain', `sse: ${server.url}/open`) +
        fence('yaml stream:nowhere', 'websocket: ws://127.0.0.1:9/')
    );
    await page.evaluate((connection) => window.quartermaster!.setConnections([connection]), {
      ...bearer,
      url: server.url
    });
    await page.evaluate(() => window.quartermaster!.runAll(30_000));
    const report = await reportOf(page);
    expect(codesOf(report, 'closed')).toEqual(['feed.cors']);
    expect(codesOf(report, 'preflight')).toEqual(['feed.preflight']);
    expect(codesOf(report, 'plain')).toEqual(['feed.media-type']);
    expect(codesOf(report, 'nowhere')).toEqual(['feed.unreachable']);
    expect(JSON.stringify(report)).not.toContain(secret);
  } finally {
    await server.close();
  }
});

test('on the command line a live stream runs for --timeout, is done then, and what reads it runs', async () => {
  const events = await serveEvents();
  const folder = mkdtempSync(path.join(tmpdir(), 'qm-live-'));
  const file = path.join(folder, 'live.qm.md');
  writeFileSync(
    file,
    frontMatter +
      fence('yaml stream:desk', 'websocket: { connection: orders, after: seq }\ntime: at') +
      fence('sql query:total', 'select count(*) as n from desk')
  );
  try {
    const args = [file, '--out', folder, '--timeout', '8', '--connection', `orders=${events.url}`];
    const { status, out } = await new Promise<{ status: number; out: string }>((resolve) => {
      execFile('node', ['bin/notebook.mjs', ...args], (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code) : 0, out: stdout + stderr });
      });
    });
    expect(status, out).toBe(0);
    const report = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as RunReport;
    const desk = cellOf(report, 'desk');
    expect(desk.state).toBe('done');
    expect(desk.events).toBe(desk.rows);
    expect(desk.rows).toBeGreaterThan(50);
    expect(cellOf(report, 'total').state).toBe('done');
    expect(readFileSync(path.join(folder, 'total.csv'), 'utf8')).toBe(`n\n${desk.rows}\n`);
  } finally {
    await events.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
