import type { FeedFormat, FeedRequest } from '#lib/cells/core/feed.ts';
import { addressOf, type Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import type { OpenLink } from '../link.ts';
import { channelLink } from './channel.ts';
import { linesLink } from './lines.ts';
import { pollLink } from './poll.ts';
import { prometheusLink } from './prometheus.ts';
import { eventsLink } from './sse.ts';
import { tailLink } from './tail.ts';
import { websocketLink } from './websocket.ts';
import { WrittenMessages } from './written-messages.ts';

/** A source ready to be connected to. */
export interface SourceLink {
  readonly open: OpenLink;
  /** What problems call the other side. */
  readonly host: string;
  /** Nothing coming for long is no sign that the connection is dead: it is asked, or watches itself. */
  readonly quiet: boolean;
  /** Where it stands after the frames that were read, as plain data; absent where the cursor says all. */
  readonly place?: () => unknown;
  readonly reading: {
    readonly format: FeedFormat;
    readonly rows: string | null;
    readonly after: string | null;
  };
}

/** One name for all attempts: a broker keeps what comes meanwhile for the client of that name. */
export function newClient(env: LiveEnv): string {
  return `quartermaster${Math.floor(env.random() * 1e9)}`;
}

/**
 * The link to whatever source a request names, as `client`; a problem if its address cannot be used. `place` is what an
 * earlier link to the same source told of where it stood; null: none did.
 */
export function linkOf(
  request: FeedRequest,
  env: LiveEnv,
  client: string,
  place: unknown
): SourceLink {
  const { source, queue } = request;
  switch (source.kind) {
    case 'websocket':
      return websocketLink(source, queue, env);
    case 'sse':
      return eventsLink(source, env);
    case 'ndjson':
      return linesLink(source, env, place);
    case 'poll':
      return pollLink(source, env, place);
    case 'prometheus':
      return prometheusLink(source, env, place);
    case 'tail':
      return tailLink(source, env, place);
    case 'channel':
      return channelLink(source, queue, env);
    case 'mqtt': {
      const written = new WrittenMessages(place);
      const link = lazily(source, addressOf(source.at, 'mqtt', env), async (address) => {
        const { mqttFrames } = await import('./mqtt.ts');
        const session = { client, written };
        return (attempt) => mqttFrames(source, queue, address, env, attempt, session);
      });
      return { ...link, place: () => written.snapshot(env.now()) };
    }
    case 'nats':
      return lazily(source, addressOf(source.at, 'nats', env), async (address) => {
        const { natsFrames } = await import('./nats.ts');
        return (attempt) => natsFrames(source, queue, address, env, attempt);
      });
  }
}

/** A link whose code is large and loaded when it is used. */
function lazily(
  { format }: { readonly format: FeedFormat },
  address: Address,
  load: (address: Address) => Promise<OpenLink>
): SourceLink {
  return {
    host: address.host,
    quiet: true,
    reading: { format, rows: null, after: null },
    open: async function* (attempt) {
      yield* (await load(address))(attempt);
    }
  };
}
