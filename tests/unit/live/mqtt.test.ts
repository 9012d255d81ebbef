import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { freePort, startDaemon, whyNot, type Daemon } from '../../support/daemon.ts';
import { faultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { connectionTo, runFeedForTest } from '../../support/feed.ts';

const missing = whyNot('/usr/sbin/mosquitto', '-h');

let broker: Daemon;
let proxy: FaultProxy;
let publisher: MqttClient;
let port: number;

async function startBroker(): Promise<void> {
  const config = [
    // Mosquitto 2.0.11 does not start with WebSocket listeners alone, and as root gives up its rights to read.
    `listener ${await freePort()} 127.0.0.1`,
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${port} 127.0.0.1`,
    'protocol websockets',
    'allow_anonymous false',
    'max_queued_messages 5000'
  ].join('\n');
  broker = await startDaemon(
    '/usr/sbin/mosquitto',
    (folder) => {
      const secured = [`password_file ${folder}/passwords`, `acl_file ${folder}/acl`];
      appendFileSync(path.join(folder, 'config'), `\n${secured.join('\n')}\n`);
      writeFileSync(path.join(folder, 'acl'), 'user analyst\ntopic readwrite plant/#\n');
      writeFileSync(path.join(folder, 'passwords'), 'analyst:canary-sésame\n');
      spawnSync('mosquitto_passwd', ['-U', path.join(folder, 'passwords')]);
      return ['-c', path.join(folder, 'config')];
    },
    config,
    port
  );
}

beforeEach(async () => {
  if (missing) return;
  publishing = Promise.resolve();
  port = await freePort();
  await startBroker();
  proxy = await faultProxy(port);
  publisher = await mqtt.connectAsync(`ws://127.0.0.1:${port}`, {
    username: 'analyst',
    password: 'canary-sésame',
    protocolVersion: 5,
    reconnectPeriod: 100
  });
});

afterEach(async () => {
  if (missing) return;
  await publishing;
  await publisher.endAsync(true);
  await proxy.close();
  await broker.stop();
});

const desk = (password = 'canary-sésame') => [
  connectionTo('line', `ws://127.0.0.1:${proxy.port}`, { kind: 'mqtt', user: 'analyst', password })
];
const body =
  'mqtt: { connection: line, topic: plant/+/orders }\ntime: at\nsequence: { column: seq, by: desk }';

/** All that is published: the broker may hand an event on before it answers whoever sent it. */
let publishing: Promise<void> = Promise.resolve();

function publish(from: number, to: number, site = 'a'): Promise<void> {
  publishing = publishing.then(async () => {
    const send = (seq: number) => {
      const event = { desk: site, seq, at: 1_709_510_400 + seq, units: seq % 4 };
      return publisher.publishAsync(`plant/${site}/orders`, JSON.stringify(event), { qos: 1 });
    };
    // As many at a time as the broker surely takes.
    for (let seq = from; seq < to; seq += 10) {
      const few = Array.from({ length: Math.min(10, to - seq) }, (_, i) => send(seq + i));
      await Promise.all(few);
    }
  });
  return publishing;
}

describe.skipIf(missing)(`mqtt against mosquitto${missing ? ` (${missing})` : ''}`, () => {
  test('topics with wildcards, QoS 1, and a column for the topic', async () => {
    let published = false;
    const { log, report, problems } = await runFeedForTest(body, {
      connections: desk(),
      until: ({ events, feed }) => {
        if (feed!.status.state === 'open' && !published) {
          published = true;
          void publish(0, 20).then(() => publish(0, 20, 'b'));
        }
        return events >= 40;
      }
    });
    expect(problems).toEqual([]);
    expect(log!.names).toEqual(['topic', 'desk', 'seq', 'at', 'units', 'arrival']);
    expect(toRows(log!).filter((row) => row['topic'] === 'plant/b/orders').length).toBe(20);
    expect(report.feed!.missing).toBe(0);
    expect(JSON.stringify([report, problems])).not.toContain('canary');
  });

  test('after a break, and after one that nobody was told of, what came meanwhile is there', async () => {
    const stages = ['open', 'dropped', 'down'];
    const { log, report } = await runFeedForTest(body, {
      connections: desk(),
      until: ({ events, feed }) => {
        const isOpen = feed!.status.state === 'open';
        if (stages[0] === 'open' && isOpen) {
          stages.shift();
          void publish(0, 50);
        } else if (stages[0] === 'dropped' && events >= 50) {
          stages.shift();
          proxy.drop();
          void publish(50, 100);
        } else if (stages[0] === 'down' && events >= 100) {
          stages.shift();
          void proxy
            .down()
            .then(() => publish(100, 150))
            .then(() => proxy.restart());
        }
        return events >= 150;
      }
    });
    expect(toRows(log!).map((row) => row['seq'])).toEqual(Array.from({ length: 150 }, (_, i) => i));
    expect(report.feed!.missing).toBe(0);
    expect(report.feed!.status.opened).toBe(3);
    expect(report.feed!.gaps.filter((gap) => gap.why === 'break').length).toBe(2);
  });

  test('a broker that forgets what it could not keep leaves a gap, not a flat line', async () => {
    let stage = 0;
    const { report } = await runFeedForTest(body.replace('orders }', 'orders, session: 0s }'), {
      connections: desk(),
      until: ({ events, feed }) => {
        if (stage === 0 && feed!.status.state === 'open') {
          stage = 1;
          void publish(0, 10);
        } else if (stage === 1 && events >= 10) {
          stage = 2;
          void proxy
            .down()
            .then(() => publish(10, 30))
            .then(() => proxy.restart());
        } else if (stage === 2 && feed!.status.opened > 1 && feed!.status.state === 'open') {
          stage = 3;
          void publish(30, 40);
        }
        return events >= 20;
      }
    });
    expect(report.feed!.missing).toBe(20);
    expect(report.feed!.gaps.some((gap) => gap.why === 'sequence' && gap.to === 29)).toBe(true);
  });

  test('a full queue has the broker wait: nothing is lost', async () => {
    let started = false;
    const { log, report, reports } = await runFeedForTest(
      `${body}\nqueue: { messages: 50, policy: block }`,
      {
        connections: desk(),
        until: ({ events, feed }) => {
          if (!started && feed!.status.state === 'open') {
            started = true;
            void publish(0, 1000);
          }
          return events >= 1000;
        }
      }
    );
    expect(log!.length).toBe(1000);
    expect(report.dropped).toBe(0);
    expect(reports.every(({ feed }) => feed!.status.queued <= 51)).toBe(true);
  });

  test('a wrong password and a forbidden topic are told', async () => {
    const wrong = await runFeedForTest(body, { connections: desk('canary-wrong') });
    expect(wrong.problems).toMatchObject([{ code: 'feed.auth' }]);
    const down = await runFeedForTest(body, {
      connections: [connectionTo('line', 'ws://127.0.0.1:9', { user: 'analyst' })]
    });
    expect(down.problems).toMatchObject([{ code: 'feed.unreachable' }]);
    expect(JSON.stringify([wrong, down])).not.toContain('canary');
  });
});
