import { createParser } from 'eventsource-parser';
import type { FeedSource } from '#lib/cells/core/feed.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { addressOf, type Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import { ask, bytesOf } from '../http.ts';
import { FeedOver, LinkLost, type Attempt, type Frame } from '../link.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'sse' }>;

/**
 * Server-sent events (HTML standard, section 9.2) over fetch, so that a connection can send its credentials in a header.
 * The id of the last event read is sent as Last-Event-ID after a break; 204 ends the feed for good.
 */
export function eventsLink(source: Source, env: LiveEnv): SourceLink {
  const address = addressOf(source.at, 'sse', env);
  return {
    host: address.host,
    quiet: false,
    reading: { format: source.format, rows: null, after: null },
    open: (attempt) => connect(source, address, env, attempt)
  };
}

async function* connect(
  { events }: Source,
  address: Address,
  env: LiveEnv,
  attempt: Attempt
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const { cursor } = attempt.resume;
  const { host } = address;
  const response = await ask({
    address,
    url: address.url,
    env,
    signal,
    headers: { Accept: 'text/event-stream' },
    ...(cursor === null ? {} : { extra: { 'Last-Event-ID': cursor } }),
    onBare: () => attempt.warn(problem('feed.no-resume', { host, headers: 'Last-Event-ID' }))
  });
  if (response.status === 204) throw new FeedOver();
  const got = response.headers.get('content-type')?.split(';')[0] ?? '';
  if (got !== 'text/event-stream') {
    await response.body?.cancel();
    throw fail('feed.media-type', { host, expected: 'text/event-stream', got });
  }
  attempt.opened();
  let ready: Frame[] = [];
  let retry = 0;
  const parser = createParser({
    onEvent: ({ data, event, id }) => {
      if (events.length > 0 && !events.includes(event ?? 'message')) return;
      const envelope = event === undefined ? {} : { envelope: { event } };
      ready.push({ data, ...envelope, ...(id === undefined ? {} : { cursor: id }) });
    },
    onRetry: (ms) => (retry = ms)
  });
  const decoder = new TextDecoder();
  for await (const bytes of bytesOf(response, host, signal)) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    const frames = ready;
    ready = [];
    yield* frames;
  }
  if (!signal.aborted) throw new LinkLost(problem('feed.ended', { host }), retry);
}
