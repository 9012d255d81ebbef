import { ProblemError } from '#lib/base/problem.ts';
import type { FeedRequest, FeedSource, Place } from '#lib/cells/core/feed.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import { workerEnv } from './env.ts';
import { openFeed } from './feed.ts';

/** Problems of what is asked for, which only one who has been let in is told. */
const beyondTheDoor = [
  'feed.not-allowed',
  'feed.not-found',
  'feed.media-type',
  'feed.frame',
  'feed.status'
];

/** Connects and leaves again; the problem of a connection that does not come about. */
export async function tryConnection(connection: Connection, stop: AbortSignal): Promise<void> {
  const env = {
    ...workerEnv({
      connection: () => connection,
      connectionNames: () => [connection.name],
      growingFile: () => undefined
    }),
    backoff: { first: 100, most: 100, tries: 1 }
  };
  const finish = new AbortController();
  try {
    for await (const { status } of openFeed(requestTo(connection), env, {
      stop,
      finish: finish.signal
    })) {
      if (status.opened > 0) finish.abort();
    }
  } catch (error) {
    if (error instanceof ProblemError && beyondTheDoor.includes(error.problem.code)) return;
    throw error;
  }
}

function requestTo({ name, kind }: Connection): FeedRequest {
  return {
    source: sourceOf(kind, { connection: name, path: null }),
    columns: null,
    time: null,
    queue: { messages: 100, policy: 'drop-oldest' },
    silence: 0
  };
}

/** The least that can be asked of each kind. */
function sourceOf(kind: Connection['kind'], at: Place): FeedSource {
  const format = 'auto';
  switch (kind) {
    case 'websocket':
      return { kind, at, format, subscribe: null, resume: null, after: null };
    case 'mqtt':
      return { kind, at, format, topic: 'quartermaster/test', qos: 0, session: 0 };
    case 'nats':
      return { kind, at, format, subject: 'quartermaster.test', stream: null, from: 'new' };
    case 'prometheus':
      return { kind, at, query: 'vector(1)', step: 60_000, last: 0 };
    default:
      return { kind: 'poll', at, format, every: 60_000, rows: null, after: null };
  }
}
