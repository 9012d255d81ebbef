import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { wsconnect } from '@nats-io/nats-core';
import mqtt from 'mqtt';
import { WebSocket } from 'ws';
import { freePort, startDaemon, whyNot } from '../support/daemon.ts';
import { eventOf, serveKept } from '../support/event-server.ts';
import { fence, frontMatter, kill, reportOf, codesOf, rowsOf } from './support.ts';

/** How often a page is killed while it writes. */
const kills = Number(process.env['QUARTERMASTER_KILLS'] ?? 4);
const notebook = '5f0c7a52-9d1e-4d5c-8f1a-2b7f6a1c9e01';

const noMosquitto = whyNot('/usr/sbin/mosquitto', '-h');
const noNats = whyNot('nats-server', '--version');

interface Source {
  /** The body of the stream cell. */
  readonly body: string;
  /** Events made so far, numbered 0, 1, … */
  made(): number;
  /** Makes no more; resolves once the last one counts. */
  end(): Promise<void>;
  close(): Promise<void>;
}

const monitorOf = (stream: string) =>
  fence(
    `yaml monitor:${stream}_watch`,
    `stream: ${stream}\nby: site\nwindow: 2s\nmeasures: { events: count(), n: sum(seq) }\nalerts: [{ name: many, when: 'events > 12' }]`
  );

async function websocketSource(): Promise<Source> {
  const { url, ...source } = await serveKept();
  const end = () => Promise.resolve(source.end());
  return { ...source, end, body: `websocket: { url: '${url}', after: seq }\ntime: at` };
}

/** Messages with QoS 1 of mosquitto, without anything by which the stream could tell a copy. */
async function mqttSource(): Promise<Source> {
  const port = await freePort();
  const broker = await startDaemon(
    '/usr/sbin/mosquitto',
    (folder) => ['-c', `${folder}/config`],
    [
      `listener ${await freePort()} 127.0.0.1`,
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      `listener ${port} 127.0.0.1`,
      'protocol websockets',
      'allow_anonymous true',
      'max_queued_messages 0'
    ].join('\n'),
    port
  );
  const url = `ws://127.0.0.1:${port}`;
  const publisher = await mqtt.connectAsync(url);
  let made = 0;
  let timer: ReturnType<typeof setInterval> | null = null;
  return {
    body: `mqtt: { url: '${url}', topic: orders, qos: 1, session: 10m }\ntime: at`,
    // The first messages come once somebody is there whose session can keep them.
    made: () => {
      timer ??= setInterval(() => {
        for (let i = 0; i < 2; i++)
          publisher.publish('orders', JSON.stringify(eventOf(made++)), { qos: 1 });
      }, 10);
      return made;
    },
    end: () => Promise.resolve(clearInterval(timer!)),
    close: async () => {
      await publisher.endAsync(true);
      await broker.stop();
    }
  };
}

/** Messages that JetStream keeps. */
async function natsSource(): Promise<Source> {
  const port = await freePort();
  const server = await startDaemon(
    'nats-server',
    (folder) => ['-c', `${folder}/config`],
    [
      `port: ${await freePort()}`,
      'host: 127.0.0.1',
      `websocket { port: ${port}, host: "127.0.0.1", no_tls: true }`,
      'jetstream { store_dir: "store" }'
    ].join('\n'),
    port
  );
  const url = `ws://127.0.0.1:${port}`;
  const publisher = await wsconnect({
    servers: url,
    wsFactory: (to) => Promise.resolve({ socket: new WebSocket(to) as never, encrypted: false })
  });
  const manager = await jetstreamManager(publisher);
  await manager.streams.add({ name: 'ORDERS', subjects: ['orders'] });
  const stream = jetstream(publisher);
  let made = 0;
  let publishing: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    // Its answer may take long where the disk does; without it nobody knows whether the event is there.
    publishing ??= stream
      .publish('orders', JSON.stringify(eventOf(made)), { timeout: 60_000 })
      .then(() => made++)
      .finally(() => (publishing = null));
  }, 5);
  return {
    body: `nats: { url: '${url}', subject: orders, stream: ORDERS, from: all }\ntime: at`,
    made: () => made,
    end: async () => {
      clearInterval(timer);
      await publishing;
    },
    close: async () => {
      await publisher.close();
      await server.stop();
    }
  };
}

/** The notebook in a page of its own, as a reader who comes back has it. */
async function opened(context: BrowserContext, text: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript((id) => sessionStorage.setItem('quartermaster:new', id), notebook);
  await page.goto(`notebook/?id=${notebook}&automation`);
  await page.waitForFunction(() => window.quartermaster !== undefined);
  await page.evaluate((source) => window.quartermaster!.openText(source), text);
  return page;
}

const countIn = (page: Page, relation: string) =>
  rowsOf(page, `select count(*) as n from ${relation}`)
    .then((rows) => Number(rows[0]?.['n'] ?? 0))
    .catch(() => 0);

/** The end of the latest window. */
const latestIn = (page: Page, relation: string) =>
  rowsOf(page, `select max(epoch_ms(window_end)) as last from ${relation}`)
    .then((rows) => Number(rows[0]?.['last'] ?? 0))
    .catch(() => 0);

for (const [kind, missing, open] of [
  ['websocket', null, websocketSource],
  ['mqtt', noMosquitto, mqttSource],
  ['jetstream', noNats, natsSource]
] as const) {
  test(`${kind}: a page killed ${kills} times in mid-write loses no event and counts none twice`, async ({
    browser,
    baseURL
  }) => {
    test.skip(missing !== null, missing ?? '');
    test.setTimeout(kills * 40_000 + 200_000);
    const context = await browser.newContext({ baseURL: baseURL! });
    const source = await open();
    const text = frontMatter + fence('yaml stream:desk', source.body) + monitorOf('desk');
    let before = 0;
    try {
      for (let round = 0; round < kills; round++) {
        const page = await opened(context, text);
        void page.evaluate(() => window.quartermaster!.runAll(600_000)).catch(() => undefined);
        if (kind === 'mqtt')
          await expect(page.locator('[data-state="open"]').first()).toBeVisible({
            timeout: 60_000
          });
        source.made();
        // What an earlier page has shown is there, whatever has come since.
        await expect.poll(() => countIn(page, 'desk'), { timeout: 60_000 }).toBeGreaterThan(before);
        await page.waitForTimeout(50 + ((round * 7919) % 700));
        before = await countIn(page, 'desk');
        await kill(page);
      }
      const page = await opened(context, text);
      void page.evaluate(() => window.quartermaster!.runAll(600_000)).catch(() => undefined);
      await expect.poll(() => countIn(page, 'desk'), { timeout: 60_000 }).toBeGreaterThan(before);
      await source.end();
      const made = source.made();
      await expect.poll(() => countIn(page, 'desk'), { timeout: 60_000 }).toBe(made);
      // Its clock goes on when the source says nothing more, and the monitor with it.
      const last = eventOf(made - 1).at;
      await expect
        .poll(() => latestIn(page, 'desk_watch'), { timeout: 60_000 })
        .toBeGreaterThan(last - 2000);
      const [log] = await rowsOf(
        page,
        'select count(distinct seq) as different, max(seq) + 1 as top, max(arrival) as arrivals from desk'
      );
      expect(log).toEqual({ different: made, top: made, arrivals: made });
      // Every window that has closed has exactly the events of the log.
      const wrong = await rowsOf(
        page,
        `select w.window_start, w.site, w.events, w.n, l.events as found, l.n as sum
           from desk_watch w full join (
             select time_bucket(interval 2 seconds, "at") as window_start, site, count(*) as events, sum(seq) as n
               from desk group by all
           ) l on w.window_start = l.window_start and w.site = l.site
          where coalesce(l.window_start, w.window_start) < (select max(window_start) from desk_watch)
            and (w.events is distinct from l.events or w.n is distinct from l.n)
          limit 5`
      );
      expect(wrong).toEqual([]);
      const report = await reportOf(page);
      expect([codesOf(report, 'desk'), codesOf(report, 'desk_watch')]).toEqual([[], []]);
      await expect(page.locator('[data-kept="disk"]').first()).toBeVisible();
      console.log(`${kind}: ${kills} kills, ${made} events, none lost, none twice`);
      await page.close();
    } finally {
      await source.end();
      await context.close();
      await source.close();
    }
  });
}
