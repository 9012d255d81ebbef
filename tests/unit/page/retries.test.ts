import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Dispatcher } from '#lib/analytics/stream/notify/dispatcher.ts';
import { fingerprint, type Labels } from '#lib/analytics/stream/notify/labels.ts';
import { routerOf, type Route } from '#lib/analytics/stream/notify/routes.ts';
import { Outbox } from '#lib/cells/monitor/outbox.ts';
import { noticesOf } from '#lib/page/telling/notice.ts';
import { freePort, startDaemon, whyNot } from '../../support/daemon.ts';
import { courierTo } from '../../support/receiver.ts';

/**
 * A receiver that fails in several ways, told by a real Alertmanager and by us at the same time: what each attempt
 * holds and how it ends is compared. Groups beat once a second, things happen
 * between beats; a machine too busy for that is given longer beats.
 */
/** Milliseconds: what differs is compared once more with the next. */
const beats = [1000, 3000, 8000];

const command = 'prometheus-alertmanager';
const why = whyNot(command, '--version');

interface Case {
  readonly name: string;
  /** When alerts begin (+) and end (-), in beats. */
  readonly plot: readonly (readonly [number, string])[];
  /** How attempts are answered, from 1 on; 0: the line is cut. */
  readonly answer: (attempt: number) => number;
  /** How many beats it is watched. */
  readonly until: number;
}

const cases: readonly Case[] = [
  {
    name: 'overloaded thrice',
    plot: [[0, 'A+']],
    answer: (attempt) => (attempt <= 3 ? 503 : 200),
    until: 6
  },
  {
    name: 'hangs up twice',
    plot: [[0, 'A+']],
    answer: (attempt) => (attempt <= 2 ? 0 : 200),
    until: 5
  },
  {
    name: 'refuses for two beats',
    plot: [[0, 'A+']],
    answer: (attempt) => (attempt <= 2 ? 403 : 200),
    until: 4
  },
  {
    name: 'refuses while an alert comes and goes',
    plot: [
      [0, 'A+'],
      [0.5, 'A-']
    ],
    answer: () => 404,
    until: 5
  },
  {
    name: 'refuses an end for a while',
    plot: [
      [0, 'A+'],
      [0.5, 'A-']
    ],
    answer: (attempt) => (attempt === 2 || attempt === 3 ? 400 : 200),
    until: 5
  },
  {
    name: 'hears of an end with the next beginning',
    plot: [
      [0, 'A+'],
      [0.5, 'A-'],
      [1.5, 'B+']
    ],
    answer: (attempt) => (attempt === 2 ? 400 : 200),
    until: 4
  },
  {
    name: 'refuses news of more and more alerts',
    plot: [
      [0, 'A+'],
      [0.5, 'B+'],
      [1.5, 'A-']
    ],
    answer: (attempt) => (attempt <= 3 ? 401 : 200),
    until: 5
  }
];

test.skipIf(why !== null)(
  `What fails is tried as Alertmanager tries it${why ? ` (skipped: ${why})` : ''}`,
  { timeout: 180_000 },
  async () => {
    let heard: readonly Heard[] = [];
    for (const beat of beats) {
      heard = await compared(beat);
      if (differing(heard).length === 0) break;
    }
    expect(differing(heard)).toEqual([]);
    expect(heard[0]!.ours).toEqual(['A+ 503', 'A+ 503', 'A+ 503', 'A+ 200']);
    expect(heard[3]!.ours).toEqual(['A+ 404']);
  }
);

interface Heard {
  readonly name: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

function differing(heard: readonly Heard[]): Heard[] {
  return heard.filter(({ ours, theirs }) => ours.join() !== theirs.join());
}

async function compared(beat: number): Promise<Heard[]> {
  const hook = await receivers();
  const port = await freePort();
  const daemon = await startDaemon(
    command,
    (folder) => [
      `--config.file=${folder}/config`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address='
    ],
    configOf(`${hook.url}/theirs`, beat),
    port
  );
  try {
    const api = `http://127.0.0.1:${port}/api/v2/alerts`;
    await say(api, [{ labels: { alertname: 'first' } }]);
    await Promise.all(
      cases.flatMap((one, number) => [
        play(one, beat, theirs(api, number)),
        play(one, beat, ours(hook.url, number, beat))
      ])
    );
    return cases.map(({ name }, number) => ({
      name,
      ours: hook.heard.get(`/ours/${number}`)!,
      theirs: hook.heard.get(`/theirs/${number}`)!
    }));
  } finally {
    await daemon.stop();
    hook.close();
  }
}

/** Runs a plot; `tell` hears of each change. */
async function play(
  { plot, until }: Case,
  beat: number,
  side: { tell: (name: string, fires: boolean) => Promise<void> | void; end: () => void }
): Promise<void> {
  const begin = Date.now();
  for (const [at, change] of plot) {
    await reach(begin + at * beat);
    await side.tell(change[0]!, change[1] === '+');
  }
  await reach(begin + until * beat);
  side.end();
}

function theirs(api: string, number: number) {
  return {
    tell: async (name: string, fires: boolean) => {
      const now = new Date().toISOString();
      const later = new Date(Date.now() + 3_600_000).toISOString();
      const labels = labelsOf(name, number);
      await say(api, [fires ? { labels, startsAt: now, endsAt: later } : { labels, endsAt: now }]);
    },
    end: () => undefined
  };
}

function ours(url: string, number: number, beat: number) {
  const route: Route = {
    receiver: 'all',
    groupBy: ['case'],
    groupWait: 100,
    groupInterval: beat,
    repeatInterval: 3_600_000,
    sendResolved: true,
    matchers: [],
    continues: false,
    routes: []
  };
  const { courier } = courierTo(url);
  const outbox = new Outbox();
  const dispatcher = new Dispatcher(
    routerOf(route),
    () => false,
    (told) => outbox.add(told)
  );
  const address = {
    kind: 'webhook',
    connection: 'hook',
    path: `ours/${number}`,
    interval: beat
  } as const;
  const timer = setInterval(() => {
    dispatcher.advance(Date.now());
    for (const notice of noticesOf(outbox.take())) courier.send('watch', address, notice);
  }, 10);
  return {
    tell: (name: string, fires: boolean) => {
      const now = Date.now();
      const labels = labelsOf(name, number);
      const endsAt = fires ? null : now;
      const evidence = { startsAt: now, endsAt, value: 1, from: now, to: now };
      dispatcher.post({ labels, fingerprint: fingerprint(labels), ...evidence }, now);
    },
    end: () => {
      clearInterval(timer);
      courier.end();
    }
  };
}

function labelsOf(name: string, number: number): Labels {
  return { alertname: name, case: `c${number}` };
}

/** One server for all receivers; what each was told and how it answered, by path: "A+ B- 200". */
async function receivers() {
  const heard = new Map<string, string[]>(
    cases.flatMap((_, number) => [
      [`/ours/${number}`, []],
      [`/theirs/${number}`, []]
    ])
  );
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const place = request.url!;
      const lines = heard.get(place);
      if (!lines) return void response.end();
      const { alerts } = JSON.parse(body) as { alerts: { labels: Labels; status: string }[] };
      const text = alerts
        .map(({ labels, status }) => `${labels['alertname']}${status === 'firing' ? '+' : '-'}`)
        .sort()
        .join(' ');
      const { answer } = cases[Number(place.split('/').at(-1))]!;
      const status = answer(lines.length + 1);
      lines.push(`${text} ${status}`);
      if (status === 0) request.socket.destroy();
      else response.writeHead(status).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () => {
      server.close();
      server.closeAllConnections();
    }
  };
}

function configOf(url: string, beat: number): string {
  return JSON.stringify({
    route: {
      receiver: 'none',
      group_by: ['case'],
      group_wait: '100ms',
      group_interval: `${beat}ms`,
      repeat_interval: '1h',
      routes: cases.map((_, number) => ({
        receiver: `r${number}`,
        matchers: [`case="c${number}"`]
      }))
    },
    receivers: [
      { name: 'none' },
      ...cases.map((_, number) => ({
        name: `r${number}`,
        webhook_configs: [{ url: `${url}/${number}`, send_resolved: true }]
      }))
    ]
  });
}

async function say(api: string, alerts: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(api, { method: 'POST', headers, body: JSON.stringify(alerts) });
  if (!answer.ok) throw new Error(await answer.text());
}

function reach(time: number): Promise<void> {
  return new Promise((done) => setTimeout(done, Math.max(0, time - Date.now())));
}
