import { DeliverPolicy, jetstream, JetStreamApiError } from '@nats-io/jetstream';
import {
  AuthorizationError,
  PermissionViolationError,
  wsconnect,
  type NatsConnection
} from '@nats-io/nats-core';
import type { FeedRequest, FeedSource } from '#lib/cells/core/feed.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import { refusal } from '../handshake.ts';
import { LinkLost, type Attempt, type Frame } from '../link.ts';
import { MessageQueue } from '../message-queue.ts';

type Source = Extract<FeedSource, { kind: 'nats' }>;

const connectMs = 10_000;
/** Messages of a JetStream stream that are asked for ahead. */
const ahead = 2000;

/**
 * A subject of a NATS server over WebSocket. With `stream` it is read from JetStream by an ordered consumer, which the
 * server keeps for this connection alone: the place is ours, the sequence number of the last message read, so that after
 * a break nothing is missing and nothing comes twice.
 */
export async function* natsFrames(
  source: Source,
  options: FeedRequest['queue'],
  address: Address,
  env: LiveEnv,
  attempt: Attempt
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const connection = await connected(address, env, signal);
  if (!connection) return;
  const stop = () => void connection.close().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const frames =
      source.stream === null
        ? passing(connection, source, options, env, attempt)
        : kept(connection, { ...source, stream: source.stream }, attempt);
    yield* frames;
  } catch (error) {
    if (!signal.aborted) throw translated(error, source, address);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
  if (!signal.aborted) throw new LinkLost(problem('feed.ended', { host: address.host }));
}

/** The connection; null when it is not wanted any more. */
async function connected(
  address: Address,
  env: LiveEnv,
  signal: AbortSignal
): Promise<NatsConnection | null> {
  const { host, connection, credentials } = address;
  const { user = '', password = '', token = '' } = credentials ?? {};
  const connecting = wsconnect({
    servers: address.url.href,
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: connectMs,
    wsFactory: (url) =>
      Promise.resolve({ socket: new env.WebSocket(url), encrypted: url.startsWith('wss:') }),
    ...(token === '' ? {} : { token }),
    ...(user === '' ? {} : { user, pass: password })
  });
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
    if (signal.aborted) resolve(null);
  });
  try {
    const first = await Promise.race([connecting, aborted]);
    // One that comes too late is closed when it does.
    if (!first) connecting.then((late) => late.close()).catch(() => undefined);
    return first;
  } catch (error) {
    if (error instanceof AuthorizationError)
      throw fail('feed.auth', { connection, host, detail: `${error.message}.` });
    throw await refusal(address, env);
  }
}

/** Messages as they pass: who is not there misses them. */
async function* passing(
  connection: NatsConnection,
  { subject }: Source,
  options: FeedRequest['queue'],
  env: LiveEnv,
  attempt: Attempt
): AsyncGenerator<Frame, void, undefined> {
  const queue = new MessageQueue({ ...options, random: env.random, figures: attempt.queue });
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      if (error) queue.end(error);
      else if (!queue.push({ data: message.data, envelope: { subject: message.subject } }))
        subscription.unsubscribe();
    }
  });
  void connection.closed().then((error) => queue.end(error ?? null));
  await connection.flush();
  attempt.opened();
  yield* queue.read();
}

/** Messages that JetStream keeps, from the one after the last that was read. */
async function* kept(
  connection: NatsConnection,
  { stream, subject, from }: Source & { readonly stream: string },
  attempt: Attempt
): AsyncGenerator<Frame, void, undefined> {
  const { cursor } = attempt.resume;
  const start =
    cursor !== null ? Number(cursor) + 1 : typeof from === 'number' ? Math.max(1, from) : null;
  const consumer = await jetstream(connection).consumers.get(stream, {
    filter_subjects: subject,
    ...(start !== null
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start }
      : { deliver_policy: from === 'all' ? DeliverPolicy.All : DeliverPolicy.New })
  });
  const messages = await consumer.consume({ max_messages: ahead });
  attempt.opened();
  void connection.closed().then(() => messages.stop());
  for await (const message of messages) {
    attempt.queue.waiting = messages.getReceived() - messages.getProcessed();
    yield {
      data: message.data,
      envelope: { subject: message.subject, sequence: message.seq },
      cursor: String(message.seq)
    };
  }
}

function translated(error: unknown, { subject, stream }: Source, address: Address): unknown {
  const { host, connection } = address;
  const detail = error instanceof Error ? `${error.message}.` : String(error);
  if (error instanceof PermissionViolationError)
    return fail('feed.not-allowed', { connection, what: subject, detail });
  if (error instanceof AuthorizationError) return fail('feed.auth', { connection, host, detail });
  if (error instanceof JetStreamApiError && error.status === 404)
    return fail('feed.stream', { host, stream: stream ?? '', detail });
  if (error instanceof LinkLost) return error;
  return new LinkLost(problem('feed.lost', { host, detail }));
}
