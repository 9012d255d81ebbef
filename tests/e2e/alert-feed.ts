import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { serveHttp } from '../support/http-server.ts';
import { fence, frontMatter } from './support.ts';

/** What the connection `hook` is let in by. */
export const secret = 'canary-91bd';

/** Three sites with an event a second of their time each, 5 ms apart; the third falls silent after a while. */
export async function serveEvents(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    let seq = Number(new URL(request.url!, 'ws://h').searchParams.get('after') ?? -1);
    const timer = setInterval(() => {
      seq++;
      if (seq > 900 && seq % 3 === 2) return;
      socket.send(JSON.stringify({ seq, at: 1_709_510_400_000 + seq * 1000, site: `s${seq % 3}` }));
    }, 5);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise((ready) => server.once('listening', ready));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const client of server.clients) client.terminate();
      })
  };
}

interface Posted {
  readonly version: string;
  readonly receiver: string;
  readonly status: string;
  readonly groupLabels: Record<string, string>;
  readonly alerts: readonly { status: string; labels: Record<string, string>; startsAt: string }[];
}

/** A webhook that lets pages post, and what it was posted; `answer` is the status of each attempt, from 1 on. */
export async function serveWebhook(answer: (attempt: number) => number = () => 200) {
  const posted: Posted[] = [];
  let attempts = 0;
  const server = await serveHttp((_url, request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'content-type, authorization');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      if (request.headers.authorization !== `Bearer ${secret}`)
        return void response.writeHead(401).end();
      const status = answer(++attempts);
      if (status < 300) posted.push(JSON.parse(body) as Posted);
      response.writeHead(status).end();
    });
  });
  return { ...server, posted, attempts: () => attempts };
}

/** The events watched by a monitor that tells `desk_hook`, and an Alertmanager of s0. */
export const notebook = (url: string) =>
  frontMatter +
  fence('yaml stream:desk', `websocket: { url: '${url}', after: seq }\ntime: at\nid: seq`) +
  fence(
    'yaml monitor:watch',
    [
      'stream: desk',
      'by: site',
      'window: 10s',
      'measures: { events: count() }',
      'alerts: [{ name: busy, when: events > 0, severity: page }]',
      'notify:',
      '  group_by: [alertname, site]',
      '  group_wait: 0s',
      '  group_interval: 1s',
      '  repeat_interval: 2s',
      '  receiver: desk_hook',
      '  routes: [{ match: site=s0, receiver: central }]',
      '  receivers:',
      '    desk_hook: { webhook: hook, path: told }',
      '    central: { alertmanager: manager }'
    ].join('\n')
  );
