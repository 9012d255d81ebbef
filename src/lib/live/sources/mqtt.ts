import mqtt, {
  type ErrorWithReasonCode,
  type IClientOptions,
  type IPublishPacket,
  type MqttClient,
  type Packet
} from 'mqtt';
import { crc32c } from '#lib/base/crc32c.ts';
import type { FeedRequest, FeedSource } from '#lib/cells/core/feed.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import { refusal } from '../handshake.ts';
import { LinkLost, type Attempt, type Frame } from '../link.ts';
import { MessageQueue } from '../message-queue.ts';
import type { WrittenMessages } from './written-messages.ts';

type Source = Extract<FeedSource, { kind: 'mqtt' }>;

/** Seconds between pings, and milliseconds that a broker has to answer at all. */
const keepalive = 30;
const connectTimeout = 10_000;
/** Messages with QoS above 0 that the broker may have under way to us. */
const receiveMaximum = 1000;
/** Reason codes of MQTT 5 that no waiting mends: bad credentials, not allowed, banned, bad method. */
const refusals = [0x86, 0x87, 0x8a, 0x8c];

/** What outlives a connection: the name the broker knows us by, and the messages it may send again. */
interface Session {
  readonly client: string;
  readonly written: WrittenMessages;
}

/**
 * A topic of an MQTT 5 broker over WebSocket. A full queue makes the client stop reading, so that messages with QoS above
 * 0 wait at the broker; they are acknowledged once their rows are where they are to stay, and what the broker then sends
 * again is left out. While we are away it keeps what it is set to keep, for `session`; it says nothing of what it gave up.
 */
export async function* mqttFrames(
  source: Source,
  options: FeedRequest['queue'],
  address: Address,
  env: LiveEnv,
  attempt: Attempt,
  session: Session
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const queue = new MessageQueue({
    ...options,
    canWait: true,
    random: env.random,
    figures: attempt.queue
  });
  const arrived = (topic: string, packet: IPublishPacket) => {
    const frame = frameOf(topic, packet, session.written, env);
    if (frame) queue.push(frame);
  };
  const client = mqtt.connect(address.url.href, {
    ...clientOptions(source, address, session.client),
    // Of QoS 2 the content comes first and is then never sent again: it is taken at once.
    customHandleAcks: (topic, _payload, packet: IPublishPacket, done) => {
      if (packet.qos === 2) arrived(topic, packet);
      done(0);
    }
  });
  const answer = holdAnswers(client);
  client.handleMessage = (_packet, done) => queue.whenRoom(() => done());
  client.on('message', (topic, _payload, packet) => {
    if (packet.qos !== 2) arrived(topic, packet);
  });
  let stood = false;
  client.on('connect', () => {
    stood = true;
    session.written.connected(env.now(), answer);
    subscribe(client, source, attempt, (error) => queue.end(error));
  });
  client.on('disconnect', ({ reasonCode = 0 }) =>
    queue.end(refused(address, reasonCode, `The broker hung up (code ${reasonCode}).`))
  );
  client.on('error', (error) => {
    const code = codeOf(error);
    if (code > 0) queue.end(refused(address, code, `${error.message}.`));
  });
  client.on('close', () => {
    if (stood) queue.end(closed(address));
    else void refusal(address, env).then((error) => queue.end(error));
  });
  const stop = () => {
    queue.clear();
    queue.end(null);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    yield* queue.read();
  } finally {
    signal.removeEventListener('abort', stop);
    client.end(true);
  }
}

/** The frame of a message; null for one that was read before. */
function frameOf(
  topic: string,
  { qos, dup, messageId, payload }: IPublishPacket,
  written: WrittenMessages,
  env: LiveEnv
): Frame | null {
  const data = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const frame = { data, envelope: { topic } };
  if (qos === 0 || messageId === undefined) return frame;
  const hash = crc32c(data);
  if (dup && written.isCopy(messageId, hash)) return null;
  return {
    ...frame,
    onRead: () => written.read(messageId, hash),
    acknowledge: () => written.acknowledged(messageId, env.now())
  };
}

/**
 * What the client sends everything by; its types keep it to itself. The ways it has of its own to hold an acknowledgement
 * back (`customHandleAcks`, `handleMessage`) hold back all packets behind it too, the broker's answers to pings included:
 * one message for each write to disk.
 */
interface Sender {
  _sendPacket(packet: Packet, done?: () => void, ...rest: unknown[]): unknown;
}

/** Keeps the client from acknowledging by itself; what is returned does it, for the message with an identifier. */
function holdAnswers(client: MqttClient): (id: number) => void {
  const sender = client as unknown as Sender;
  const send = sender._sendPacket.bind(client);
  const held = new Map<number, Packet>();
  /** Those that may be answered before the client has got to it. */
  const due = new Set<number>();
  sender._sendPacket = (packet, done, ...rest) => {
    const isAnswer = packet.cmd === 'puback' || packet.cmd === 'pubrec';
    if (!isAnswer || due.delete(packet.messageId!)) return send(packet, done, ...rest);
    held.set(packet.messageId!, packet);
    done?.();
    return client;
  };
  return (id) => {
    const packet = held.get(id);
    if (!packet) due.add(id);
    else if (client.connected) send(packet);
    held.delete(id);
  };
}

function clientOptions(
  { session }: Source,
  { credentials }: Address,
  clientId: string
): IClientOptions {
  const { user = '', password = '' } = credentials ?? {};
  return {
    clientId,
    protocolVersion: 5,
    clean: session === 0,
    keepalive,
    connectTimeout,
    // Attempts are ours to make, so that they are counted and shown.
    reconnectPeriod: 0,
    // Its own timers would start another worker.
    timerVariant: 'native',
    properties: { receiveMaximum, sessionExpiryInterval: Math.ceil(session / 1000) },
    ...(user === '' ? {} : { username: user, password })
  };
}

/** Retained messages are wanted once, not after every break (`rh` 1). */
function subscribe(
  client: MqttClient,
  { topic, qos }: Source,
  attempt: Attempt,
  refuse: (error: Error) => void
): void {
  client.subscribe(topic, { qos, rh: 1 }, (error, granted) => {
    const code = error ? codeOf(error) : (granted?.[0]?.qos ?? 0);
    if (!error && code < 0x80) return attempt.opened();
    const detail = error ? `${error.message}.` : `The broker answered ${code}.`;
    refuse(fail('feed.not-allowed', { connection: '', what: topic, detail }));
  });
}

function refused({ host, connection }: Address, code: number, detail: string): Error {
  return refusals.includes(code)
    ? fail('feed.auth', { connection, host, detail })
    : new LinkLost(problem('feed.lost', { host, detail }));
}

function closed({ host }: Address): LinkLost {
  return new LinkLost(problem('feed.lost', { host, detail: 'The broker closed the connection.' }));
}

function codeOf(error: Error): number {
  const { code } = error as Partial<ErrorWithReasonCode>;
  return typeof code === 'number' ? code : 0;
}
