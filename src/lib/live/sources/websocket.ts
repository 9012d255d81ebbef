import type { FeedRequest, FeedSource } from '#lib/cells/core/feed.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { addressOf, type Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import { refusal } from '../handshake.ts';
import { FeedOver, LinkLost, type Attempt, type Frame } from '../link.ts';
import { MessageQueue } from '../message-queue.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'websocket' }>;

/**
 * A WebSocket: every message is a frame. After a reconnect the server is told the last value of `after`, as a parameter
 * of the address and, with `resume`, in a message that takes the place of `subscribe`. The secret of a connection is the first message sent.
 */
export function websocketLink(
  source: Source,
  queue: FeedRequest['queue'],
  env: LiveEnv
): SourceLink {
  const address = addressOf(source.at, 'websocket', env);
  return {
    host: address.host,
    quiet: false,
    reading: { format: source.format, rows: null, after: source.after?.column ?? null },
    open: (attempt) => connect(source, queue, address, env, attempt)
  };
}

async function* connect(
  { subscribe, resume, after }: Source,
  options: FeedRequest['queue'],
  address: Address,
  env: LiveEnv,
  attempt: Attempt
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const { cursor } = attempt.resume;
  const url = new URL(address.url);
  if (cursor !== null && after) url.searchParams.set(after.parameter, cursor);
  const queue = new MessageQueue({ ...options, random: env.random, figures: attempt.queue });
  const socket = new env.WebSocket(url);
  let wasOpen = false;
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    wasOpen = true;
    const hello = address.credentials?.token;
    if (hello) socket.send(hello);
    if (resume !== null && cursor !== null) socket.send(resume.replaceAll('{cursor}', cursor));
    else if (subscribe !== null) socket.send(subscribe);
    attempt.opened();
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    const bytes = typeof data === 'string' ? data : new Uint8Array(data);
    if (!queue.push({ data: bytes })) socket.close();
  };
  socket.onclose = ({ code, reason }) => {
    if (wasOpen) queue.end(closing(address, code, reason));
    else void refusal(address, env).then((lost) => queue.end(lost));
  };
  // What went wrong is not told here; the close that follows is.
  socket.onerror = () => undefined;
  const stop = () => {
    queue.clear();
    queue.end(null);
    socket.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    yield* queue.read();
  } finally {
    signal.removeEventListener('abort', stop);
    socket.onmessage = null;
    socket.close();
  }
}

/** What the other side meant by closing: 1008 and the codes made after 401 and 403 are refusals. */
function closing(address: Address, code: number, reason: string): Error | null {
  const { host, connection } = address;
  const detail = reason || `It closed with code ${code}.`;
  if ([1008, 3000, 3003, 4001, 4003, 4401, 4403].includes(code))
    return fail('feed.auth', { connection, host, detail });
  if (code === 1000 && /\b(end|done|complete)/i.test(reason)) return new FeedOver();
  if (code === 1000 || code === 1001) return null;
  return new LinkLost(
    problem('feed.lost', { host, detail: reason || `The connection broke (code ${code}).` })
  );
}
