import { describe, expect, test } from 'vitest';
import { kinds } from '#lib/cells/registry.ts';
import stream from '#lib/cells/stream/index.ts';
import { buildGraph } from '#lib/notebook/graph.ts';
import { parse } from '#lib/notebook/parse.ts';
import { withholdRequests } from '#lib/state/withhold.ts';
import { addressOf } from '#lib/live/address.ts';
import { connectionTo, runFeedForTest, testEnv } from '../../support/feed.ts';

const canary = 'canary-51d0';

const sources = [
  ['websocket', '{ connection: far }'],
  ['sse', '{ connection: far, path: /events }'],
  ['ndjson', '{ connection: far }'],
  ['poll', '{ connection: far }'],
  ['mqtt', '{ connection: far, topic: "plant/#" }'],
  ['nats', '{ connection: far, subject: orders.> }'],
  ['prometheus', '{ connection: far, query: up }']
] as const;

describe('secrets', () => {
  test.each(sources)(
    '%s: neither its problems nor its reports tell what a connection holds',
    async (kind, rest) => {
      const scheme = ['websocket', 'mqtt', 'nats'].includes(kind) ? 'ws' : 'http';
      const outcome = await runFeedForTest(`${kind}: ${rest}\ntime: received`, {
        connections: [
          connectionTo('far', `${scheme}://127.0.0.1:9/${canary}?token=${canary}`, {
            user: canary,
            password: canary,
            token: kind === 'mqtt' ? '' : canary
          })
        ]
      });
      expect(outcome.problems.map((p) => p.code)).toEqual(['feed.unreachable']);
      expect(JSON.stringify(outcome)).not.toContain(canary);
    }
  );

  test.each([
    [`websocket: wss://user:${canary}@example.org/`, 'url'],
    [`sse: { url: 'https://example.org/?token=${canary}' }`, 'url'],
    [`ndjson: { url: 'https://example.org/?a=1&X-Amz-Signature=${canary}' }`, 'url'],
    [`poll: https://example.org/?api_key=${canary}`, 'url'],
    [`poll: { connection: far, path: 'a?jwt=${canary}' }`, 'path'],
    [`mqtt: { url: 'wss://u:${canary}@h/', topic: t }`, 'url'],
    [`nats: { url: 'wss://h/?auth=${canary}', subject: t }`, 'url'],
    [`prometheus: { url: 'https://h/?password=${canary}', query: up }`, 'url'],
    [`websocket: { url: wss://h, subscribe: '{"token":"${canary}"}' }`, 'subscribe']
  ])('%s is refused in a notebook', (body, where) => {
    const { config, problems } = stream.body.parse(body, {});
    expect(config).toBeNull();
    expect(problems).toMatchObject([{ code: 'feed.secret', data: { where } }]);
    expect(JSON.stringify(problems)).not.toContain(canary);
  });

  test('what only looks like one is not', () => {
    for (const body of [
      'sse: https://example.org/keys?site=a&since=3',
      'websocket: { url: wss://h, subscribe: \'{"op":"subscribe","key":"orders"}\' }'
    ])
      expect(stream.body.parse(body, {}).problems).toEqual([]);
  });

  test('a path stays below its connection', () => {
    const env = testEnv({}, [connectionTo('far', 'https://example.org/api?v=2')]);
    const at = (path: string) => addressOf({ connection: 'far', path }, 'sse', env).url.href;
    expect(at('/orders?site=a')).toBe('https://example.org/api/orders?site=a&v=2');
    expect(at('orders')).toBe('https://example.org/api/orders?v=2');
    expect(at('//elsewhere.org/x')).toBe('https://example.org/api/elsewhere.org/x?v=2');
    expect(() => at('https://elsewhere.org/x')).toThrow();
    expect(() => at('\\\\elsewhere.org/x')).toThrow();
  });

  test.each(sources)('%s of a notebook from elsewhere waits for leave', (kind, rest) => {
    const text = `\`\`\`yaml stream:far\n${kind}: ${rest}\n\`\`\`\n`;
    const graph = buildGraph(parse(text), kinds);
    expect(graph.byId.get('far')).toMatchObject({ status: 'ready', costly: true });
    expect(withholdRequests(graph).byId.get('far')).toMatchObject({
      status: 'faulty',
      problems: [{ code: 'trust.network', data: { address: 'far' } }]
    });
  });
});
