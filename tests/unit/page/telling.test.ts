import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { boolean, columns, numeric, text } from '#lib/base/columns.ts';
import {
  addressOfReceiver,
  alertmanagerBody,
  post,
  webhookBody
} from '#lib/page/telling/deliver.ts';
import { Ledger } from '#lib/page/telling/ledger.ts';
import { isNoticing, noticesOf, type Notice } from '#lib/page/telling/notice.ts';
import { connectionTo } from '../../support/feed.ts';

const firing = {
  status: 'firing',
  labels: { alertname: 'late', depot: 'north' },
  starts_at: '2024-03-04T08:00:00.000Z',
  value: 3,
  fingerprint: 'aa'
} as const;
const over = { ...firing, status: 'resolved', ends_at: '2024-03-04T09:00:00.000Z' } as const;
const notice: Notice = {
  number: 1,
  id: 'x',
  time: 0,
  receiver: 'desk',
  group: '{alertname="late"}',
  status: 'firing',
  isRepeat: false,
  alerts: [firing]
};

class Memory implements Pick<Storage, 'getItem' | 'setItem'> {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
}

test('each change of state is told once by each way, whatever notification holds it', () => {
  const store = new Memory() as unknown as Storage;
  const ledger = new Ledger(store, 'n');
  expect(ledger.claim('sent', notice)).toBe(true);
  expect(new Ledger(store, 'n').claim('sent', { ...notice, id: 'y' })).toBe(false);
  expect(ledger.claim('system', notice)).toBe(true);
  expect(new Ledger(store, 'other').claim('sent', notice)).toBe(true);
  expect(ledger.claim('sent', { ...notice, alerts: [firing, over] })).toBe(true);
  const again = { ...notice, id: 'again', isRepeat: true };
  expect([ledger.claim('sent', again), ledger.claim('sent', again)]).toEqual([true, false]);
});

test('an outbox is read as it is written', () => {
  const table = columns({
    number: numeric([4], 'integer'),
    time: numeric([1000], 'timestamp'),
    receiver: text(['desk']),
    alert_group: text(['{}']),
    status: text(['resolved']),
    repeat: boolean([true]),
    alerts: text([JSON.stringify([over])]),
    id: text(['x'])
  });
  expect(noticesOf(table)).toEqual([
    {
      number: 4,
      id: 'x',
      time: 1000,
      receiver: 'desk',
      group: '{}',
      status: 'resolved',
      isRepeat: true,
      alerts: [over]
    }
  ]);
  expect(isNoticing({ outbox: 'm_notifications', noticeCount: 0 })).toBe(true);
  expect([isNoticing(null), isNoticing({ outbox: 1 })]).toEqual([false, false]);
});

test('a webhook gets what Alertmanager sends, with the secret of its connection', async () => {
  const seen: { url: string | undefined; auth: string | undefined; body: unknown }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const { url, headers } = request;
      seen.push({ url, auth: headers.authorization, body: JSON.parse(body) });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections = [connectionTo('hook', url, { kind: 'http', token: 't' })];
  const hook = { kind: 'webhook', connection: 'hook', path: 'a/b', interval: 1000 } as const;
  const body = webhookBody({ ...notice, alerts: [firing, over] }, 'https://page');
  const find = () => addressOfReceiver(hook, connections);
  expect(await post(find, body)).toEqual({ kind: 'taken' });
  server.close();
  server.closeAllConnections();
  expect(await post(find, body)).toEqual({ kind: 'silent' });
  const nowhere = await post(() => addressOfReceiver(hook, []), body);
  expect(nowhere).toMatchObject({
    kind: 'problem',
    problem: { code: 'remote.no-connection' }
  });
  expect(seen).toMatchObject([
    {
      url: '/a/b',
      auth: 'Bearer t',
      body: {
        version: '4',
        status: 'firing',
        receiver: 'desk',
        groupLabels: { alertname: 'late' },
        commonLabels: { alertname: 'late', depot: 'north' },
        alerts: [{ status: 'firing', endsAt: '0001-01-01T00:00:00Z' }, { status: 'resolved' }]
      }
    }
  ]);
});

test('an Alertmanager hears until when an alert goes on', () => {
  const [on, off] = alertmanagerBody([firing, over], 'https://page') as { endsAt: string }[];
  expect(Date.parse(on!.endsAt)).toBeGreaterThan(Date.now() + 200_000);
  expect(off!.endsAt).toBe(over.ends_at);
});
