import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { wsconnect, type NatsConnection } from '@nats-io/nats-core';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { freePort, startDaemon, whyNot, type Daemon } from '../../support/daemon.ts';
import { faultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { connectionTo, runFeedForTest } from '../../support/feed.ts';

const missing = whyNot('nats-server', '--version');

let server: Daemon;
let proxy: FaultProxy;
let publisher: NatsConnection;

const event = (seq: number) => JSON.stringify({ seq, at: 1_709_510_400_000 + seq * 1000 });

beforeAll(async () => {
  if (missing) return;
  const port = await freePort();
  const config = [
    `port: ${await freePort()}`,
    'host: 127.0.0.1',
    `websocket { port: ${port}, host: "127.0.0.1", no_tls: true }`,
    'jetstream { store_dir: "store" }',
    'authorization { users: [ { user: analyst, password: canary } ] }'
  ].join('\n');
  server = await startDaemon('nats-server', (folder) => ['-c', `${folder}/config`], config, port);
  proxy = await faultProxy(port);
  publisher = await wsconnect({
    servers: `ws://127.0.0.1:${port}`,
    user: 'analyst',
    pass: 'canary',
    wsFactory: (url) => Promise.resolve({ socket: new WebSocket(url) as never, encrypted: false })
  });
  const manager = await jetstreamManager(publisher);
  await manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
});

afterAll(async () => {
  if (missing) return;
  await publisher.close();
  await proxy.close();
  await server.stop();
});

const connections = (password = 'canary') => [
  connectionTo('line', `ws://127.0.0.1:${proxy.port}`, { kind: 'nats', user: 'analyst', password })
];

describe.skipIf(missing)(`nats against nats-server${missing ? ` (${missing})` : ''}`, () => {
  test('messages as they pass, with a column for the subject', async () => {
    let published = false;
    const { log, problems } = await runFeedForTest(
      'nats: { connection: line, subject: passing.* }\ntime: at',
      {
        connections: connections(),
        until: ({ events, feed }) => {
          if (!published && feed!.status.state === 'open') {
            published = true;
            for (let i = 0; i < 100; i++) publisher.publish('passing.a', event(i));
          }
          return events >= 100;
        }
      }
    );
    expect(problems).toEqual([]);
    expect(log!.names).toEqual(['subject', 'seq', 'at', 'arrival']);
    expect(toRows(log!).map((row) => row['seq'])).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('JetStream: every message once, in order, over breaks', async () => {
    const stream = jetstream(publisher);
    for (let i = 0; i < 600; i++) await stream.publish('orders.a', event(i));
    let drops = 0;
    const { log, report } = await runFeedForTest(
      'nats: { connection: line, subject: orders.>, stream: ORDERS, from: all }\ntime: at\nsequence: sequence',
      {
        connections: connections(),
        until: ({ events }) => {
          if (events >= 100 && drops === 0) {
            drops++;
            proxy.drop();
            void (async () => {
              for (let i = 600; i < 900; i++) await stream.publish('orders.a', event(i));
            })();
          } else if (events >= 700 && drops === 1) {
            drops++;
            proxy.drop();
          }
          return events >= 900;
        }
      }
    );
    expect(toRows(log!).map((row) => row['seq'])).toEqual(Array.from({ length: 900 }, (_, i) => i));
    expect(report.feed!.missing).toBe(0);
    expect(report.feed!.status.opened).toBeGreaterThan(1);
    const later = await runFeedForTest(
      'nats: { connection: line, subject: orders.>, stream: ORDERS, from: 881 }\ntime: at',
      { connections: connections(), until: ({ events }) => events >= 20 }
    );
    expect(toRows(later.log!)[0]).toMatchObject({ seq: 880, sequence: 881 });
  });

  test('a wrong password and a stream that is not there are told', async () => {
    const wrong = await runFeedForTest('nats: { connection: line, subject: x }', {
      connections: connections('canary-wrong')
    });
    expect(wrong.problems).toMatchObject([{ code: 'feed.auth' }]);
    const nowhere = await runFeedForTest(
      'nats: { connection: line, subject: x, stream: NOTHING }',
      { connections: connections() }
    );
    expect(nowhere.problems).toMatchObject([{ code: 'feed.stream' }]);
    expect(JSON.stringify([wrong, nowhere])).not.toContain('canary');
  });
});
