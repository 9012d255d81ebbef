import type { FeedRequest, FeedSource } from '#lib/cells/core/feed.ts';
import { fail } from '#lib/problems/index.ts';
import type { LiveEnv } from '../env.ts';
import type { Attempt, Frame } from '../link.ts';
import { MessageQueue } from '../message-queue.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'channel' }>;

/**
 * What other tabs of this site post to a BroadcastChannel: text, bytes, an object or a list of objects. A channel keeps
 * nothing for those who listen later.
 */
export function channelLink(
  { channel, format }: Source,
  queue: FeedRequest['queue'],
  env: LiveEnv
): SourceLink {
  return {
    host: `the channel ${channel}`,
    quiet: true,
    reading: { format, rows: null, after: null },
    open: (attempt) => listen(channel, queue, env, attempt)
  };
}

async function* listen(
  name: string,
  options: FeedRequest['queue'],
  env: LiveEnv,
  attempt: Attempt
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const channel = env.openChannel(name);
  if (!channel) throw fail('feed.no-channel', { what: 'channels between tabs' });
  const queue = new MessageQueue({ ...options, random: env.random, figures: attempt.queue });
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!queue.push(frameOf(data))) channel.close();
  };
  const stop = () => {
    queue.clear();
    queue.end(null);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else attempt.opened();
  try {
    yield* queue.read();
  } finally {
    signal.removeEventListener('abort', stop);
    channel.close();
  }
}

function frameOf(data: unknown): Frame {
  if (typeof data === 'string') return { data };
  if (data instanceof ArrayBuffer) return { data: new Uint8Array(data) };
  if (data instanceof Uint8Array) return { data };
  const rows = Array.isArray(data) ? (data as unknown[]) : [data];
  return {
    data: rows.map((row) =>
      typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : { value: row }
    )
  };
}
