import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NoticeAddress, NoticeAlert } from '#lib/cells/core/notice.ts';
import type { PageContext } from '#lib/page/context.ts';
import type { Notice } from '#lib/page/telling/notice.ts';
import { Sender } from '#lib/page/telling/sender.svelte.ts';
import { connectionTo } from '../../support/feed.ts';
import { memoryStore } from '../../support/receiver.ts';

/** Waits for a condition, however long a busy machine takes to come to it. */
const until = (holds: () => void) => vi.waitFor(holds, 10_000);

let status = 200;
let heard = 0;
let server: Server;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  vi.stubGlobal('location', { href: 'https://page/#board' });
  [status, heard] = [200, 0];
  server = createServer((request, response) => {
    heard++;
    request.resume();
    response.writeHead(status).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  server.close();
  server.closeAllConnections();
});

const alert = (name: string, status: NoticeAlert['status'] = 'firing'): NoticeAlert => ({
  status,
  labels: { alertname: name },
  starts_at: '2024-03-04T08:00:00.000Z',
  ...(status === 'firing' ? {} : { ends_at: '2024-03-04T09:00:00.000Z' }),
  value: 1,
  fingerprint: name
});

const noticeOf = (...alerts: NoticeAlert[]): Notice => ({
  number: 1,
  id: 'x',
  time: 0,
  receiver: 'central',
  group: '{}',
  status: alerts[0]!.status,
  isRepeat: false,
  alerts
});

function senderTo(kind: NoticeAddress['kind'], firing: (cell: string) => readonly string[] | null) {
  const { port } = server.address() as AddressInfo;
  const page = {
    session: { id: 'n' },
    connections: { list: [connectionTo('up', `http://127.0.0.1:${port}`, { kind: 'http' })] }
  } as unknown as PageContext;
  const sender = new Sender(page, memoryStore(), (cell) => {
    const names = firing(cell);
    return names && new Set(names);
  });
  const address: NoticeAddress = { kind, connection: 'up', path: '', interval: 300_000 };
  sender.allow(address, true);
  /** The server has heard so often, and its answer has come. */
  const isTaken = (times: number) =>
    until(() => expect([heard, sender.waiting]).toEqual([times, []]));
  const remind = () => vi.advanceTimersByTime(60_000);
  return { sender, address, isTaken, remind };
}

test('a reminder that fails waits while its alert fires in a running cell, and can be discarded', async () => {
  let firing: string[] | null = ['A'];
  const { sender, address, isTaken, remind } = senderTo('alertmanager', () => firing);
  const stop = sender.keepUp();
  sender.send('watch', address, noticeOf(alert('A')));
  await isTaken(1);
  status = 503;
  remind();
  await until(() => expect(sender.waiting).toHaveLength(1));
  expect(sender.waiting[0]).toMatchObject({ letter: null, known: [{ fingerprint: 'A' }] });

  firing = [];
  expect(sender.waiting).toEqual([]);
  firing = null;
  expect(sender.waiting).toEqual([]);
  firing = ['A'];
  sender.allow(address, false);
  expect(sender.waiting).toEqual([]);
  sender.allow(address, true);
  const [shown] = sender.waiting;

  sender.drop(shown!);
  expect(sender.waiting).toEqual([]);
  remind();
  await new Promise((done) => setTimeout(done, 100));
  expect([heard, sender.waiting]).toEqual([2, []]);
  stop();
});

test.each(['webhook', 'alertmanager'] as const)(
  'once the news that a %s refused is discarded, nothing waits',
  async (kind) => {
    const { sender, address, isTaken } = senderTo(kind, () => ['A']);
    sender.send('watch', address, noticeOf(alert('A')));
    await isTaken(1);
    status = 403;
    sender.send('watch', address, noticeOf(alert('A', 'resolved')));
    await until(() => expect(sender.waiting[0]?.letter?.isOut).toBe(false));
    sender.drop(sender.waiting[0]!);
    expect(sender.waiting).toEqual([]);
  }
);
