import { afterEach, describe, expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { connectionTo, runFeedForTest } from '../../support/feed.ts';
import { serveHttp, type TestServer } from '../../support/http-server.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const at = (i: number) => new Date(Date.UTC(2024, 2, 4) + i * 1000).toISOString();
const event = (i: number) => ({ id: `o${i}`, at: at(i), units: i % 5, seq: i });
const json = (i: number) => JSON.stringify(event(i));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const seqs = (log: Parameters<typeof toRows>[0] | undefined) =>
  toRows(log!).map((row) => row['seq']);

describe('sse', () => {
  const stream = { 'Content-Type': 'text/event-stream; charset=utf-8' };

  test('a server that breaks off after every 50 events loses none of 300', async () => {
    server = await serveHttp((_, request, response) => {
      response.writeHead(200, stream);
      const from = Number(request.headers['last-event-id'] ?? -1) + 1;
      response.write('retry: 10\n\n: a remark\n\n');
      for (let i = from; i < from + 50; i++) {
        const half = json(i).length >> 1;
        const text = `id: ${i}\nevent: order\ndata: ${json(i)}\n\n`;
        response.write(text.slice(0, half));
        response.write(text.slice(half));
      }
      // The last event is cut in the middle.
      response.write(`id: ${from + 50}\ndata: {"id":`, () => request.socket.destroy());
    });
    const { log, report, problems } = await runFeedForTest(
      `sse: ${server.url}/orders\nid: id\nsequence: seq`,
      { until: ({ events }) => events >= 300 }
    );
    expect(problems).toEqual([]);
    expect(seqs(log).slice(0, 300)).toEqual(upTo(300));
    expect(toRows(log!)[0]).toMatchObject({ event: 'order', id: 'o0', at: Date.parse(at(0)) });
    expect(report.feed!.missing).toBe(0);
    expect(report.duplicates).toBe(0);
    expect(server.asked.slice(0, 3).map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '49',
      '99'
    ]);
  });

  test('a tab that was frozen has a gap for what it could not hear, one that was not has none', async () => {
    server = await serveHttp((_, request, response) => {
      response.writeHead(200, stream);
      let i = 0;
      const sending = setInterval(() => response.write(`data: ${json(i++)}\n\n`), 50);
      request.socket.on('close', () => clearInterval(sending));
    });
    const body = `sse: ${server.url}/orders\nid: id`;
    const began = Date.now();
    const awake = await runFeedForTest(body, {
      until: ({ events }) => events > 10 && Date.now() - began > 2500
    });
    expect(awake.report.events).toBeGreaterThan(10);
    expect(awake.report.feed!.gaps).toEqual([]);

    let asleep = 0;
    const frozen = await runFeedForTest(body, {
      env: { now: () => Date.now() + asleep },
      until: ({ events, feed }) => {
        if (events > 5) asleep = 60_000;
        return feed!.gaps.length > 0;
      }
    });
    const [gap] = frozen.report.feed!.gaps;
    expect(gap).toMatchObject({ why: 'break' });
    expect(gap!.to - gap!.from).toBeGreaterThanOrEqual(60_000);
    expect(gap!.to - gap!.from).toBeLessThan(65_000);
  });

  test('takes the events it names, sends the token, and ends at 204', async () => {
    let asked = 0;
    server = await serveHttp((_, request, response) => {
      if (request.headers.authorization !== 'Bearer canary-token') {
        response.writeHead(401).end('no token');
        return;
      }
      if (asked++ > 0) {
        response.writeHead(204).end();
        return;
      }
      response.writeHead(200, stream);
      for (let i = 0; i < 6; i++)
        response.write(`event: ${i % 2 ? 'stock' : 'order'}\ndata: ${json(i)}\n\n`);
      response.end();
    });
    const connections = [connectionTo('desk', server.url, { token: 'canary-token' })];
    const body = 'sse: { connection: desk, path: /live, events: order }';
    const { log, report } = await runFeedForTest(body, { connections });
    expect(seqs(log)).toEqual([0, 2, 4]);
    expect(report.feed!.status.state).toBe('ended');
    expect(server.asked[0]!.url.pathname).toBe('/live');
    const refused = await runFeedForTest(body, {
      connections: [connectionTo('desk', server.url, { token: 'other' })]
    });
    expect(refused.problems).toMatchObject([{ code: 'feed.auth', cause: 'no token' }]);
  });

  test('another kind of answer is told', async () => {
    server = await serveHttp((_, __, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>');
    });
    const { problems } = await runFeedForTest(`sse: ${server.url}`);
    expect(problems).toMatchObject([{ code: 'feed.media-type', data: { got: 'text/html' } }]);
  });
});

describe('ndjson', () => {
  test('goes on by the last value of `after`', async () => {
    server = await serveHttp((url, request, response) => {
      const from = Number(url.searchParams.get('since') ?? -1) + 1;
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      for (let i = from; i < from + 50; i++) response.write(`${json(i)}\n`);
      response.write(json(from + 50).slice(0, 9), () => request.socket.destroy());
    });
    const { log, report } = await runFeedForTest(
      `ndjson: { url: '${server.url}/orders?site=a', after: { column: seq, parameter: since } }\nsequence: seq`,
      { until: ({ events }) => events >= 300 }
    );
    expect(seqs(log).slice(0, 300)).toEqual(upTo(300));
    expect(report.feed!.missing).toBe(0);
    expect(server.asked[1]!.url.search).toBe('?site=a&since=49');
  });

  test.each([
    ['ranges', true, 'ndjson'],
    ['no ranges, but a length', false, 'ndjson'],
    ['ranges, of CSV', true, 'csv']
  ])('a file that grows, from a server with %s', async (_, ranges, format) => {
    const csv = (i: number) => `o${i},${at(i)},${i % 5},${i}`;
    let rows = 0;
    server = await serveHttp((__, request, response) => {
      rows = Math.min(rows + 40, 200);
      const lines = upTo(rows).map(format === 'csv' ? csv : json);
      if (format === 'csv') lines.unshift('id,at,units,seq');
      const file = Buffer.from(`${lines.join('\n')}${rows < 200 ? '' : '\n'}`);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (!ranges || from === 0)
        response.writeHead(200, { 'Content-Length': file.length }).end(file);
      else if (from >= file.length) response.writeHead(416).end();
      else response.writeHead(206).end(file.subarray(from));
    });
    const { log, report, problems } = await runFeedForTest(
      `ndjson: { url: '${server.url}/file', format: ${format} }\ntime: at\nsequence: seq`,
      { until: ({ events, feed }) => events >= 200 && feed!.status.opened > 6 }
    );
    expect(problems).toEqual([]);
    expect(seqs(log)).toEqual(upTo(200));
    expect(report.feed!.missing).toBe(0);
  });

  test('back-pressure: a paused stream reads no further', async () => {
    let written = 0;
    server = await serveHttp((_, __, response) => {
      response.writeHead(200);
      const more = () => {
        while (written < 3_000_000) if (!response.write(`${json(written++)}\n`)) break;
      };
      response.on('drain', more);
      more();
    });
    const { report } = await runFeedForTest(`ndjson: ${server.url}`, {
      until: ({ events }) => events >= 20_000
    });
    expect(report.events).toBeGreaterThanOrEqual(20_000);
    expect(written).toBeLessThan(1_000_000);
  });
});

describe('poll', () => {
  test('reads what is new once, by ETag and by content', async () => {
    let asks = 0;
    server = await serveHttp((url, request, response) => {
      const version = Math.floor(asks++ / 3);
      const etag = `"v${version}"`;
      if (url.pathname === '/tagged' && request.headers['if-none-match'] === etag)
        return void response.writeHead(304).end();
      response.writeHead(200, url.pathname === '/tagged' ? { ETag: etag } : {});
      response.end(JSON.stringify({ data: { items: [event(version)] } }));
    });
    for (const path of ['tagged', 'plain']) {
      asks = 0;
      const { log, problems } = await runFeedForTest(
        `poll: { url: '${server.url}/${path}', every: 10ms, rows: data.items }`,
        { until: ({ events }) => events >= 4 }
      );
      expect(problems).toEqual([]);
      expect(seqs(log).slice(0, 4)).toEqual([0, 1, 2, 3]);
    }
    expect(server.asked.some(({ headers }) => headers['if-none-match'] === '"v1"')).toBe(true);
  });

  test('asks for what is newer with `after`, and reads CSV', async () => {
    server = await serveHttp((url, _, response) => {
      const from = Number(url.searchParams.get('after') ?? -1) + 1;
      const lines = upTo(3).map((i) => `o${from + i},${at(from + i)},1,${from + i}`);
      response.end(`id,at,units,seq\n${lines.join('\n')}\n`);
    });
    const { log } = await runFeedForTest(
      `poll: { url: '${server.url}', every: 5ms, format: csv, after: seq }\ntime: at`,
      { until: ({ events }) => events >= 30 }
    );
    expect(seqs(log).slice(0, 30)).toEqual(upTo(30));
  });

  test('a server in trouble is asked again, as late as it asks for', async () => {
    let asks = 0;
    server = await serveHttp((_, __, response) => {
      if (asks++ === 1) response.writeHead(503, { 'Retry-After': '1' }).end('busy');
      else response.end(JSON.stringify([event(asks)]));
    });
    const began = Date.now();
    const { report, reports } = await runFeedForTest(`poll: { url: '${server.url}', every: 5ms }`, {
      until: ({ events }) => events >= 2
    });
    expect(Date.now() - began).toBeGreaterThan(1000);
    expect(report.events).toBeGreaterThanOrEqual(2);
    expect(reports.some(({ feed }) => feed!.status.trouble?.data?.['status'] === 503)).toBe(true);
  });

  test.each([
    [404, 'feed.not-found'],
    [403, 'feed.auth'],
    [418, 'feed.status']
  ])('%i is told as %s', async (status, code) => {
    server = await serveHttp((_, __, response) => {
      response.writeHead(status).end('<h1>No</h1> such thing');
    });
    const { problems } = await runFeedForTest(`poll: ${server.url}/a`);
    expect(problems.map((p) => p.code)).toEqual([code]);
  });
});
