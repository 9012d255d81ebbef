import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { columns, numeric, text, toRows, vectorOf } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { ipcFromColumns } from '#lib/relations/arrow.ts';
import { connectionTo, runFeedForTest } from '../../support/feed.ts';
import { timeUntil } from '../../support/in-time.ts';

let server: WebSocketServer | null = null;
afterEach(async () => {
  for (const client of server?.clients ?? []) client.terminate();
  await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  server = null;
});

/** A server that does `each` with every connection; its address. */
async function serve(each: (socket: WebSocket, url: URL) => void): Promise<string> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => each(socket, new URL(request.url!, 'ws://h')));
  await new Promise((ready) => server!.once('listening', ready));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const at = (i: number) => new Date(Date.UTC(2024, 2, 4) + i * 1000).toISOString();
const event = (i: number) => ({ id: `o${i}`, at: at(i), units: i % 5, seq: i });

describe('frames', () => {
  test.each([
    ['one object', [0, 1, 2, 3, 4, 5].map((i) => JSON.stringify(event(i))), ''],
    ['lists', [JSON.stringify([0, 1, 2].map(event)), JSON.stringify([3, 4, 5].map(event))], ''],
    [
      'NDJSON',
      [
        `${[0, 1, 2].map((i) => JSON.stringify(event(i))).join('\n')}\n`,
        [3, 4, 5].map((i) => JSON.stringify(event(i))).join('\r\n')
      ],
      ''
    ],
    [
      'CSV with a header in each frame',
      [
        'id,at,units,seq\no0,2024-03-04T00:00:00Z,0,0\n"o1",2024-03-04T00:00:01Z,1,1\n',
        [2, 3, 4, 5].reduce((s, i) => `${s}o${i},${at(i)},${i % 5},${i}\n`, 'id,at,units,seq\n')
      ],
      ', format: csv'
    ],
    [
      'Arrow',
      [
        [0, 1, 2],
        [3, 4, 5]
      ].map((part) =>
        ipcFromColumns(
          columns({
            id: text(part.map((i) => `o${i}`)),
            at: numeric(
              part.map((i) => Date.parse(at(i))),
              'timestamp'
            ),
            units: numeric(part.map((i) => i % 5)),
            seq: numeric(part)
          })
        )
      ),
      ''
    ]
  ])('%s', async (_, frames, format) => {
    const url = await serve((socket) => {
      for (const frame of frames) socket.send(frame);
    });
    const { log, problems, report } = await runFeedForTest(
      `websocket: { url: '${url}'${format} }\ntime: at\nid: id\nsequence: seq`,
      { until: ({ events }) => events >= 6 }
    );
    expect(problems).toEqual([]);
    expect(toRows(log!)).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => ({ ...event(i), at: Date.parse(at(i)), arrival: i + 1 }))
    );
    expect(vectorOf(log!, 'at')!.type).toBe('timestamp');
    expect(report.feed).toMatchObject({ missing: 0, status: { opened: 1, unreadable: 0 } });
  });

  test('columns and types are those that are stated', async () => {
    const url = await serve((socket) => {
      socket.send('{"when": 1709510400, "qty": 3, "code": 12, "extra": true}');
      socket.send('{"when": "1709510401", "qty": 2.5, "code": {"a": 1}}');
    });
    const { log, problems, report } = await runFeedForTest(
      `websocket: ${url}\ntime: when\nschema: { when: timestamp, qty: integer, code: text, none: boolean }`,
      { until: ({ events }) => events >= 2 }
    );
    expect(toRows(log!)).toEqual([
      { when: 1709510400000, qty: 3, code: '12', none: null, arrival: 1 },
      { when: 1709510401000, qty: null, code: '{"a":1}', none: null, arrival: 2 }
    ]);
    expect(problems.map((p) => [p.code, p.data?.['column']])).toEqual([['feed.misfit', 'qty']]);
    expect(report.feed!.status.misfits).toBe(1);
  });

  test('what cannot be read is counted and told once, and left out', async () => {
    const url = await serve((socket) => {
      socket.send(JSON.stringify(event(0)));
      socket.send('{"id": "o1", ');
      socket.send('<html>');
      socket.send(JSON.stringify(event(2)));
    });
    const { log, problems, report } = await runFeedForTest(`websocket: ${url}`, {
      until: ({ events }) => events >= 2
    });
    expect(toRows(log!).map((row) => row['id'])).toEqual(['o0', 'o2']);
    expect(problems.map((p) => p.code)).toEqual(['feed.unreadable']);
    expect(report.feed!.status.unreadable).toBe(2);
  });

  test('a feed that never could be read fails in words', async () => {
    const url = await serve((socket) => {
      for (let i = 0; i < 5; i++) socket.send(`o${i};2024-03-04;1`);
    });
    const { problems } = await runFeedForTest(`websocket: ${url}`);
    expect(problems.map((p) => p.code)).toEqual(['feed.frame']);
    expect(problems[0]!.cause).toMatch(/begins with `o\d;2024-03-04;1`/);
  });

  test('received is when an event came', async () => {
    const url = await serve((socket) => socket.send('21.5'));
    const before = Date.now();
    const { log } = await runFeedForTest(`websocket: ${url}\ntime: received`, {
      until: ({ events }) => events >= 1
    });
    const [row] = toRows(log!);
    expect(Object.keys(row!)).toEqual(['received', 'value', 'arrival']);
    expect(row!['received']).toBeGreaterThanOrEqual(before);
    expect(row!['received']).toBeLessThanOrEqual(Date.now());
  });

  test('which column is the time must be clear', async () => {
    const url = await serve((socket) => socket.send('{"a": 1}'));
    const { problems } = await runFeedForTest(`websocket: ${url}`);
    expect(problems.map((p) => p.code)).toEqual(['feed.no-time']);
  });
});

describe('the connection', () => {
  test('goes on after a break from the last value of `after`', async () => {
    const asked: (string | null)[] = [];
    const url = await serve((socket, { searchParams }) => {
      asked.push(searchParams.get('after'));
      socket.on('message', (message) => {
        const from = Number(/from (\d+)/.exec((message as Buffer).toString())?.[1] ?? -1) + 1;
        for (let i = from; i < from + 50; i++) socket.send(JSON.stringify(event(i)));
        socket.terminate();
      });
    });
    const { log, report, health } = await runFeedForTest(
      [
        `websocket: { url: '${url}', subscribe: from -1, resume: 'from {cursor}', after: seq }`,
        'sequence: seq',
        'id: id'
      ].join('\n'),
      { until: ({ events }) => events >= 300 }
    );
    const seqs = toRows(log!).map((row) => row['seq']);
    expect(seqs.slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(report.feed!.missing).toBe(0);
    expect(report.feed!.status.opened).toBeGreaterThanOrEqual(6);
    expect(report.feed!.gaps.every((gap) => gap.why === 'break')).toBe(true);
    expect(report.feed!.gaps.length).toBeGreaterThan(0);
    expect(asked.slice(0, 3)).toEqual([null, '49', '99']);
    expect(health!.names).toEqual(['time', 'rate', 'gap', 'late', 'duplicate', 'silent']);
  });

  test('numbers left out are a gap, and what comes late fills it', async () => {
    const url = await serve((socket) => {
      for (const i of [0, 1, 2, 7, 8, 5]) socket.send(JSON.stringify(event(i)));
    });
    const { report } = await runFeedForTest(`websocket: ${url}\nsequence: seq`, {
      until: ({ events }) => events >= 6
    });
    expect(report.feed!.missing).toBe(3);
    expect(report.feed!.gaps).toMatchObject([
      { why: 'sequence', from: 6, to: 6 },
      { why: 'sequence', from: 3, to: 4 }
    ]);
  });

  test('nothing for longer than `silence` is a dead connection, made anew', async () => {
    let connections = 0;
    const url = await serve((socket) => {
      socket.send(JSON.stringify(event(connections++)));
    });
    const { report, reports } = await runFeedForTest(`websocket: ${url}\nsilence: 200ms`, {
      until: ({ events }) => events >= 3
    });
    expect(report.events).toBe(3);
    expect(reports.some((r) => r.feed!.status.trouble?.code === 'feed.silent')).toBe(true);
  });

  test('the secret of a connection is the first message; a refusal says so', async () => {
    const heard: string[] = [];
    const url = await serve((socket) =>
      socket.on('message', (message) => {
        heard.push((message as Buffer).toString());
        if (heard.length === 1 && heard[0] !== '{"token":"right"}')
          socket.close(1008, 'who is it?');
        else socket.send(JSON.stringify(event(0)));
      })
    );
    const refused = await runFeedForTest('websocket: { connection: desk }', {
      connections: [connectionTo('desk', url, { token: '{"token":"wrong"}' })]
    });
    expect(refused.problems.map((p) => p.code)).toEqual(['feed.auth']);
    expect(JSON.stringify(refused)).not.toContain('wrong');
    heard.length = 0;
    const allowed = await runFeedForTest('websocket: { connection: desk, subscribe: orders }', {
      connections: [connectionTo('desk', url, { token: '{"token":"right"}' })],
      until: ({ events }) => events >= 1
    });
    expect(allowed.problems).toEqual([]);
    expect(heard.slice(0, 2)).toEqual(['{"token":"right"}', 'orders']);
  });

  test('stops within half a second, open and while connecting', async () => {
    const open = await serve((socket) => socket.send(JSON.stringify(event(0))));
    const mute = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => mute.once('listening', ready));
    const { port } = mute.address() as AddressInfo;
    for (const url of [open, `ws://127.0.0.1:${port}`]) {
      const stop = new AbortController();
      const running = runFeedForTest(`websocket: ${url}`, { stop: stop.signal });
      running.catch(() => undefined);
      await new Promise((done) => setTimeout(done, 300));
      stop.abort();
      expect(await timeUntil(running)).toBeLessThan(500);
      await expect(running).rejects.toBeInstanceOf(Cancelled);
    }
    mute.close();
  });

  test.each([
    ['block', 0],
    ['drop-oldest', 1],
    ['sample', 1]
  ])('a full queue with %s', async (policy, dropped) => {
    let sent = 0;
    const url = await serve((socket, { searchParams }) => {
      const from = Number(searchParams.get('after') ?? -1) + 1;
      for (let i = from; i < 12_000; i++) socket.send(JSON.stringify(event(i)));
      sent++;
    });
    const { report, reports, log } = await runFeedForTest(
      [
        `websocket: { url: '${url}', after: seq }`,
        `queue: { messages: 1000, policy: ${policy} }`,
        'sequence: seq'
      ].join('\n'),
      {
        until: ({ events, feed }) =>
          events + feed!.status.dropped >= 12_000 && feed!.status.queued === 0
      }
    );
    expect(reports.every(({ feed }) => feed!.status.queued <= 1000)).toBe(true);
    expect(log!.length + report.dropped).toBe(12_000);
    expect(Math.min(1, report.dropped)).toBe(dropped === 0 ? 0 : Math.min(1, report.dropped));
    if (policy === 'block') expect(report.feed!.missing).toBe(0);
    else expect(report.feed!.missing).toBeLessThanOrEqual(report.dropped);
    expect(sent).toBeGreaterThan(0);
  });
});

describe('what does not connect is told in words', () => {
  test('nothing there', async () => {
    const { problems } = await runFeedForTest('websocket: ws://127.0.0.1:9/');
    expect(problems.map((p) => p.code)).toEqual(['feed.unreachable']);
  });

  test('a secure page and a plain address', async () => {
    const { problems } = await runFeedForTest('websocket: ws://example.org/', {
      env: { secure: true }
    });
    expect(problems.map((p) => p.code)).toEqual(['feed.mixed-content']);
  });

  test.each([
    ['websocket: { connection: nobody }', 'remote.no-connection'],
    ['websocket: { connection: web }', 'feed.scheme'],
    ["sse: { connection: web, path: '//elsewhere.org/x' }", 'feed.unreachable']
  ])('%s', async (body, code) => {
    const { problems } = await runFeedForTest(body, {
      connections: [connectionTo('web', 'http://127.0.0.1:9/')]
    });
    expect(problems.map((p) => p.code)).toEqual([code]);
  });
});
