import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { toRows } from '#lib/base/columns.ts';
import { faultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { runFeedForTest } from '../../support/feed.ts';
import { serveHttp, type TestServer } from '../../support/http-server.ts';

let sockets: WebSocketServer;
let http: TestServer;
let proxies: FaultProxy[] = [];

/** Both servers send event n + 1 after event n, every few milliseconds, from the one they are asked for on. */
beforeEach(async () => {
  sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  sockets.on('connection', (socket, request) => {
    let seq = Number(new URL(request.url!, 'ws://h').searchParams.get('after') ?? -1);
    const timer = setInterval(() => socket.send(event(++seq)), 2);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise((ready) => sockets.once('listening', ready));
  http = await serveHttp((_, request, response) => {
    let seq = Number(request.headers['last-event-id'] ?? -1);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const timer = setInterval(() => response.write(`id: ${++seq}\ndata: ${event(seq)}\n\n`), 2);
    response.on('close', () => clearInterval(timer));
  });
});

afterEach(async () => {
  for (const proxy of proxies) await proxy.close();
  proxies = [];
  for (const client of sockets.clients) client.terminate();
  await new Promise((done) => sockets.close(done));
  await http.close();
});

const event = (seq: number) => JSON.stringify({ seq, at: 1_709_510_400_000 + seq });

test.each(['websocket', 'sse'])(
  '%s: dropped, delayed, half-open and down in turn, and every event comes once, in order',
  async (kind) => {
    const target =
      kind === 'sse' ? Number(new URL(http.url).port) : (sockets.address() as AddressInfo).port;
    const proxy = await faultProxy(target);
    proxies.push(proxy);
    const url = kind === 'sse' ? `http://127.0.0.1:${proxy.port}` : `ws://127.0.0.1:${proxy.port}`;
    const faults: (() => void)[] = [
      () => proxy.drop(),
      () => (proxy.fault = { kind: 'delay', ms: 80 }),
      () => (proxy.fault = { kind: 'half-open' }),
      () => void proxy.down().then(() => setTimeout(() => void proxy.restart(), 150))
    ];
    const seen = new Set<string>();
    let next = 60;
    const { log, report } = await runFeedForTest(
      `${kind}: { url: '${url}'${kind === 'sse' ? '' : ', after: seq'} }\ntime: at\nsequence: seq\nsilence: 300ms`,
      {
        until: ({ events, feed }) => {
          const { trouble } = feed!.status;
          if (trouble) seen.add(trouble.code);
          if (trouble?.code === 'feed.silent') proxy.fault = { kind: 'none' };
          if (events >= next && feed!.status.state === 'open') {
            // What was under way when the last fault came may be more than what comes between two.
            next = events + 150;
            if (faults.length === 0) return true;
            faults.shift()!();
          }
          return false;
        }
      }
    );
    const seqs = toRows(log!).map((row) => row['seq']);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i));
    expect(report.feed!.missing).toBe(0);
    expect(report.feed!.status.opened).toBeGreaterThanOrEqual(4);
    expect(seen).toContain('feed.silent');
    expect(report.feed!.gaps.filter(({ why }) => why === 'break').length).toBeGreaterThanOrEqual(3);
  }
);
