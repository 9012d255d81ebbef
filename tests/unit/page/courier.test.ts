import fc from 'fast-check';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { NoticeAddress, NoticeAlert } from '#lib/cells/core/notice.ts';
import { waitAfter } from '#lib/page/telling/backoff.ts';
import { joined, knownAfter } from '#lib/page/telling/letter.ts';
import type { Notice } from '#lib/page/telling/notice.ts';
import { freePort } from '../../support/daemon.ts';
import { courierTo, memoryStore } from '../../support/receiver.ts';

const hook: NoticeAddress = { kind: 'webhook', connection: 'hook', path: '', interval: 20_000 };

function noticeOf(firing: string, resolved = '', more: Partial<Notice> = {}): Notice {
  const alert = (name: string, status: NoticeAlert['status']): NoticeAlert => ({
    status,
    labels: { alertname: name },
    starts_at: '2024-03-04T08:00:00.000Z',
    ...(status === 'resolved' ? { ends_at: '2024-03-04T09:00:00.000Z' } : {}),
    value: 1,
    fingerprint: name
  });
  return {
    number: 1,
    id: `${firing}-${resolved}`,
    time: 0,
    receiver: 'desk',
    group: '{alertname="late"}',
    status: firing ? 'firing' : 'resolved',
    isRepeat: false,
    alerts: [
      ...[...firing].map((name) => alert(name, 'firing')),
      ...[...resolved].map((name) => alert(name, 'resolved'))
    ],
    ...more
  };
}

/** Waits for a condition, however long a busy machine takes to come to it. */
const until = (holds: () => void) => vi.waitFor(holds, 10_000);

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) kill(server);
});

function kill(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** A receiver that answers as it is told to, with what it was posted: "A+ B-" for A firing and B resolved. */
async function receiver(port: number, answer: (attempt: number) => number | null) {
  const heard: string[] = [];
  const taken: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const { alerts } = JSON.parse(body) as { alerts: { fingerprint: string; status: string }[] };
      const text = alerts
        .map(({ fingerprint, status }) => `${fingerprint}${status === 'firing' ? '+' : '-'}`)
        .sort()
        .join(' ');
      heard.push(text);
      const status = answer(heard.length);
      if (status === null) return void request.socket.destroy();
      if (status < 300) taken.push(text);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  open.push(server);
  const at = (server.address() as AddressInfo).port;
  return { server, port: at, url: `http://127.0.0.1:${at}`, heard, taken };
}

describe('a receiver that', () => {
  test('fails, is killed, and comes back is told once, of all that happened meanwhile', async () => {
    const first = await receiver(await freePort(), () => 503);
    const { courier, shown } = courierTo(first.url, { random: 0.999 });
    const only = () => [...shown.values()][0]!;
    courier.send('watch', hook, noticeOf('A'));
    await until(() => {
      expect(only().letter).toMatchObject({ attempts: 2, isOut: false });
      expect(only().last?.answer).toEqual({ kind: 'status', status: 503 });
      expect(only().next).not.toBeNull();
      expect(first.heard).toEqual(['A+', 'A+']);
    });
    kill(first.server);
    courier.send('watch', hook, noticeOf('AB'));
    await until(() => expect(only().last?.answer).toEqual({ kind: 'silent' }));
    const second = await receiver(first.port, () => 200);
    await until(() => expect(second.taken).toEqual(['A+ B+']));
    await until(() => expect(only().letter).toBeNull());
    expect(only().known.map(({ fingerprint }) => fingerprint)).toEqual(['A', 'B']);
    courier.send('watch', hook, noticeOf('', 'AB'));
    await until(() => expect(second.taken).toEqual(['A+ B+', 'A- B-']));
    await until(() => expect(only().known).toEqual([]));
    courier.end();
  });

  test('asks for patience is tried soon, one that refuses only at the beat of the group', async () => {
    const busy = await receiver(0, (attempt) => (attempt < 3 ? 429 : 200));
    const closed = await receiver(0, (attempt) => (attempt === 1 ? 403 : 200));
    const [patient, refused] = [courierTo(busy.url), courierTo(closed.url)];
    patient.courier.send('watch', hook, noticeOf('A'));
    const sent = Date.now();
    refused.courier.send('watch', { ...hook, interval: 1500 }, noticeOf('A'));
    await until(() => expect(busy.taken).toEqual(['A+']));
    await until(() => expect(closed.taken).toEqual(['A+']));
    expect(Date.now() - sent).toBeGreaterThan(1400);
    expect(patient.plans.map(({ now, next }) => next - now)).toEqual([250, 375]);
    expect(refused.plans.map(({ next }) => next >= sent + 1500)).toEqual([true]);
    expect([busy.heard, closed.heard].map(({ length }) => length)).toEqual([3, 2]);
  });

  test('hangs up in mid-answer is told again', async () => {
    const rude = await receiver(0, (attempt) => (attempt === 1 ? null : 200));
    const { courier } = courierTo(rude.url);
    courier.send('watch', hook, noticeOf('A'));
    await until(() => expect(rude.heard).toEqual(['A+', 'A+']));
  });

  test('was away while an alert came and went hears nothing of it, but of ends that it waits for', async () => {
    const server = await receiver(0, (attempt) => (attempt === 2 || attempt === 4 ? 500 : 200));
    const { courier, shown } = courierTo(server.url, { random: 0.999 });
    courier.send('watch', hook, noticeOf('A'));
    await until(() => expect(server.taken).toEqual(['A+']));
    courier.send('watch', hook, noticeOf('', 'A'));
    await until(() => expect(server.heard).toHaveLength(2));
    await until(() => expect([...shown.values()][0]!.letter?.isOut).toBe(false));
    courier.send('watch', hook, noticeOf('B'));
    await until(() => expect(server.taken).toEqual(['A+', 'A- B+']));
    courier.send('watch', { ...hook, path: 'x' }, noticeOf('C', '', { group: '{other}' }));
    await until(() => expect(server.heard).toHaveLength(4));
    await until(() => expect([...shown.values()][1]!.letter?.isOut).toBe(false));
    courier.send('watch', hook, noticeOf('', 'C', { group: '{other}' }));
    await new Promise((done) => setTimeout(done, 1200));
    expect(server.heard).toHaveLength(4);
  });
});

test('what waits survives a reload, and one that was out is told as if it may have arrived', async () => {
  const store = memoryStore();
  const down = await receiver(await freePort(), () => 502);
  const page = courierTo(down.url, { store });
  page.courier.send('watch', hook, noticeOf('A'));
  await until(() => expect(down.heard).toHaveLength(1));
  page.courier.end();
  kill(down.server);
  const up = await receiver(down.port, () => 200);
  const next = courierTo(up.url, { store });
  next.courier.begin();
  await until(() => expect(up.taken).toEqual(['A+']));
  await until(() => expect([...next.shown.values()][0]!.letter).toBeNull());
  next.courier.end();
  expect(store.getItem('quartermaster:letters:n')).not.toContain('hook:');

  const third = courierTo(up.url, { store });
  third.courier.begin();
  third.courier.send('watch', hook, noticeOf('', 'A'));
  await until(() => expect(up.taken).toEqual(['A+', 'A-']));
});

test('nothing goes where the reader gave no leave, and what was dropped never goes', async () => {
  let may = false;
  const server = await receiver(0, () => 200);
  const { courier, shown } = courierTo(server.url, { isOpen: () => may });
  courier.send('watch', hook, noticeOf('A'));
  courier.hurry();
  await new Promise((done) => setTimeout(done, 100));
  expect(server.heard).toEqual([]);
  expect([...shown.values()][0]).toMatchObject({ letter: { attempts: 0 }, next: null });
  courier.drop(() => true);
  may = true;
  courier.hurry();
  courier.send('watch', hook, noticeOf('B'));
  await until(() => expect(server.heard).toEqual(['B+']));
});

describe('an Alertmanager', () => {
  const manager: NoticeAddress = { ...hook, kind: 'alertmanager' };
  const firing = (...names: string[]) => {
    const fingerprints = new Set(names);
    return (cell: string) => (cell === 'watch' ? fingerprints : null);
  };

  /** A courier to an Alertmanager that heard of `told`, and what it hears from then on: "A" for A firing, "A." for its end. */
  async function reminded(told: string, options: Parameters<typeof courierTo>[1] = {}) {
    const heard: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        const isOver = ({ endsAt }: { endsAt: string }) => Date.parse(endsAt) <= Date.now();
        const alerts = JSON.parse(body) as { labels: { alertname: string }; endsAt: string }[];
        heard.push(
          Array.isArray(alerts)
            ? alerts.map((a) => `${a.labels.alertname}${isOver(a) ? '.' : ''}`).join(' ')
            : 'a webhook'
        );
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    open.push(server);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { courier, shown } = courierTo(url, options);
    courier.send('watch', manager, noticeOf(told));
    const only = () => [...shown.values()][0]!;
    await until(() => expect(only().known).toHaveLength(told.length));
    heard.length = 0;
    const hears = (...what: string[]) => until(() => expect(heard).toEqual(what));
    const hearsNothing = async () => {
      await new Promise((done) => setTimeout(done, 100));
      expect(heard).toEqual([]);
    };
    return { courier, only, heard, hears, hearsNothing, answer: (next: number) => (status = next) };
  }

  test('is reminded of what fires in cells that run, and of that alone', async () => {
    const { courier, hears, hearsNothing } = await reminded('AB');
    courier.remind(() => null);
    courier.remind(firing());
    courier.remind(firing('C'));
    await hearsNothing();
    courier.remind(firing('B', 'C'));
    await hears('B');
    courier.send('watch', hook, noticeOf('B', '', { group: '{b}' }));
    await hears('B', 'a webhook');
    courier.remind(firing('A', 'B'));
    await hears('B', 'a webhook', 'A B');
  });

  test('hears nothing more of an alert whose end was discarded', async () => {
    const { courier, only, heard, hears, hearsNothing, answer } = await reminded('AB');
    answer(503);
    courier.send('watch', manager, noticeOf('B', 'A'));
    await hears('B A.');
    await until(() => expect(only().letter?.isOut).toBe(false));
    courier.drop(() => true);
    expect(only()).toMatchObject({ letter: null, last: null, known: [{ fingerprint: 'B' }] });
    answer(200);
    heard.length = 0;
    courier.remind(firing('A', 'B'));
    await hears('B');
    heard.length = 0;
    courier.forget(() => true);
    courier.remind(firing('A', 'B'));
    await hearsNothing();
    expect(courier.deliveries).toEqual([]);
  });

  test('hears nothing of what ended while there was no leave to tell it', async () => {
    let may = true;
    const { courier, hears, hearsNothing } = await reminded('AB', { isOpen: () => may });
    may = false;
    courier.drop(() => true);
    courier.remind(firing('A', 'B'));
    await hearsNothing();
    may = true;
    courier.remind(firing('B'));
    await hears('B');
  });

  test('hears nothing of rules that are gone, over reloads too, and what was known of them is forgotten', async () => {
    const store = memoryStore();
    let now = Date.now();
    const first = await reminded('AB', { store });
    first.courier.end();
    const { courier } = courierTo('http://127.0.0.1:9', { store, now: () => now });
    courier.begin();
    const known = () =>
      courier.deliveries.flatMap((d) => d.known.map(({ fingerprint }) => fingerprint));
    expect(known()).toEqual(['A', 'B']);
    // Its end may still be told for some beats of the group, and a cell that does not run says nothing.
    courier.remind(firing('B'));
    now += 200_000;
    courier.remind(firing('B'));
    expect(known()).toEqual(['A', 'B']);
    courier.remind(() => null);
    now += 200_000;
    courier.remind(firing('B'));
    expect(known()).toEqual(['A', 'B']);
    now += 241_000;
    courier.remind(firing('B'));
    expect(known()).toEqual(['B']);
    courier.remind(firing());
    now += 241_000;
    courier.remind(firing());
    expect(courier.deliveries).toEqual([]);
    expect(store.getItem('quartermaster:letters:n')).toBeNull();
    await first.hearsNothing();
  });
});

test('a group of which nothing is left is forgotten, with news that comes while its end is out too', async () => {
  const store = memoryStore();
  const server = await receiver(0, () => 200);
  const { courier, shown } = courierTo(server.url, { store });
  courier.send('watch', hook, noticeOf('A'));
  await until(() => expect([...shown.values()][0]!.letter).toBeNull());
  expect(courier.deliveries).toHaveLength(1);
  courier.send('watch', hook, noticeOf('', 'A'));
  courier.send('watch', hook, noticeOf('B'));
  await until(() => expect(server.taken).toEqual(['A+', 'A-', 'B+']));
  courier.send('watch', hook, noticeOf('', 'B'));
  await until(() => expect(courier.deliveries).toEqual([]));
  expect([...shown.values()]).toMatchObject([{ letter: null, known: [] }]);
  expect(store.getItem('quartermaster:letters:n')).toBeNull();
});

test('waits are those of Alertmanager', () => {
  const middle = Array.from({ length: 20 }, (_, i) => waitAfter(i + 1, 0.5));
  expect(middle.slice(0, 4)).toEqual([500, 750, 1125, 1687.5]);
  expect(middle.at(-1)).toBe(60_000);
  expect([waitAfter(1, 0), waitAfter(1, 1 - 1e-9)].map(Math.round)).toEqual([250, 750]);
});

/** Each flush tells what fires and what has ended since the last; attempts fail at random. */
test('whatever fails, a receiver that was reached last knows what fires', () => {
  const flush = fc.record({
    fires: fc.uniqueArray(fc.constantFrom(...'ABCD')),
    reached: fc.boolean()
  });
  fc.assert(
    fc.property(fc.array(flush, { maxLength: 12 }), (flushes) => {
      let before = new Set<string>();
      const believed = new Set<string>();
      let known: readonly NoticeAlert[] = [];
      let waiting: Notice | null = null;
      for (const { fires, reached } of flushes) {
        const ended = [...before].filter((name) => !fires.includes(name));
        before = new Set(fires);
        if (fires.length + ended.length > 0)
          waiting = joined(known, waiting, noticeOf(fires.join(''), ended.join('')));
        if (reached && waiting) {
          for (const { fingerprint, status } of waiting.alerts)
            believed[status === 'firing' ? 'add' : 'delete'](fingerprint);
          known = knownAfter(known, waiting);
          waiting = null;
        }
        if (!waiting) expect(believed).toEqual(before);
        expect(new Set(known.map((a) => a.fingerprint))).toEqual(believed);
      }
    })
  );
});
