import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveEvents } from '../support/event-server.ts';
import { serveHttp } from '../support/http-server.ts';
import { fence, frontMatter } from './support.ts';

/** What the connection `hook` is let in by. */
export const secret = 'canary-91bd';

/** Events of three sites; the third falls silent after a while. */
export const serveSites = () => serveEvents({ lastOfThird: 900 });

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
