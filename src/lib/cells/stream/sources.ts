import * as v from 'valibot';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { channelName } from '../core/channel-name.ts';
import { feedFormats, type FeedKind, type FeedSource, type Place } from '../core/feed.ts';
import * as f from '../core/fields.ts';
import type { YamlTree } from '../core/yaml.ts';
import { secretInMessage, secretInUrl } from '../core/secrets.ts';

/** A single value stands for the map with that value under `key`. */
function short<S extends f.AnySchema>(key: string, schema: S) {
  return v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === 'string' ? { [key]: value } : value)),
    schema
  );
}

const named = (what: string) => v.pipe(v.string(what), v.nonEmpty(what));

const place = {
  url: v.optional(f.text({ label: 'Address', help: 'Where to connect, without a secret in it.' })),
  connection: v.optional(
    f.text({ label: 'Connection', help: 'The name of a connection that this browser keeps.' })
  ),
  path: v.optional(f.text({ label: 'Path', help: 'A path below the address of the connection.' }))
};

const format = v.optional(
  f.choice(feedFormats, {
    label: 'Format',
    help: 'How events are written.',
    fallback: 'JSON, NDJSON or Arrow, told by the first bytes'
  }),
  'auto'
);

const lines = v.optional(
  f.choice(['ndjson', 'csv'], {
    label: 'Format',
    help: 'How events are written.',
    fallback: 'ndjson'
  }),
  'ndjson'
);

const after = v.optional(
  short(
    'column',
    v.object({
      column: named('the name of a column'),
      parameter: v.optional(named('the name of a parameter'), 'after')
    })
  )
);

const every = (fallback: string) =>
  v.optional(f.duration({ label: 'Every', help: 'How often to ask.', fallback }));

const websocket = short(
  'url',
  v.object({
    ...place,
    format,
    subscribe: v.optional(f.text({ label: 'Subscribe', help: 'A message sent once connected.' })),
    resume: v.optional(
      f.text({
        label: 'Resume',
        help: 'A message sent instead of it after a reconnect, with {cursor} in it for the last value of `after`.'
      })
    ),
    after
  })
);

const sse = short(
  'url',
  v.object({
    ...place,
    format,
    events: v.optional(f.listOf(named('names of events')))
  })
);

const ndjson = short('url', v.object({ ...place, format: lines, after }));

const poll = short(
  'url',
  v.object({
    ...place,
    format,
    every: every('10s'),
    rows: v.optional(f.text({ label: 'Rows', help: 'Where the rows stand in a JSON answer.' })),
    after
  })
);

const mqtt = v.object({
  ...place,
  topic: named('a topic such as plant/+/orders'),
  format,
  qos: v.optional(f.integer({ label: 'QoS', help: '0, 1 or 2.', min: 0, max: 2 })),
  session: v.optional(
    f.duration({ label: 'Session', help: 'How long the broker keeps messages while we are away.' })
  )
});

const nats = v.object({
  ...place,
  subject: named('a subject such as orders.>'),
  format,
  stream: v.optional(
    f.text({ label: 'Stream', help: 'A JetStream stream, which keeps messages.' })
  ),
  from: v.optional(
    v.pipe(
      v.string('new, all or a sequence number'),
      v.transform((s) => (s === 'new' || s === 'all' ? s : /^\d+$/.test(s) ? Number(s) : null)),
      v.check((from) => from !== null, 'new, all or a sequence number')
    )
  )
});

const prometheus = v.object({
  ...place,
  query: named('a PromQL expression'),
  step: v.optional(
    v.pipe(
      f.duration({ label: 'Step', help: 'The time from one point to the next.' }),
      v.minValue(1000, 'a duration of at least 1s')
    )
  ),
  last: v.optional(f.duration({ label: 'Last', help: 'How far back the first question reaches.' }))
});

const tail = short(
  'file',
  v.object({
    file: named('the name of a file given to the notebook'),
    format: lines,
    every: every('1s'),
    from: v.optional(f.choice(['start', 'end'], { label: 'From', help: 'Where reading begins.' }))
  })
);

const channel = short('name', v.object({ name: channelName, format }));

/** The keys of live sources: one of them stands in a stream. */
export const sourceEntries = {
  websocket: v.optional(
    f.nested(websocket, {
      label: 'WebSocket',
      help: 'An address, or {url | connection, path, format, subscribe, after, resume}. Every message is one event, a list of them, NDJSON, CSV or an Arrow IPC stream.'
    })
  ),
  sse: v.optional(
    f.nested(sse, {
      label: 'Server-sent events',
      help: 'An address, or {url | connection, path, format, events}. Goes on after a break by Last-Event-ID.'
    })
  ),
  ndjson: v.optional(
    f.nested(ndjson, {
      label: 'Lines over HTTP',
      help: 'An address, or {url | connection, path, format: ndjson or csv, after}. Goes on after a break by the last value of `after`, or by byte range.'
    })
  ),
  poll: v.optional(
    f.nested(poll, {
      label: 'HTTP polling',
      help: 'An address, or {url | connection, path, format, every, rows, after}. Asks again and again for JSON, NDJSON, CSV or Arrow; what has not changed is not read twice.'
    })
  ),
  mqtt: v.optional(
    f.nested(mqtt, {
      label: 'MQTT',
      help: '{connection | url, topic, format, qos, session}: a topic of an MQTT 5 broker over WebSocket; + and # as in MQTT. The topic comes as a column.'
    })
  ),
  nats: v.optional(
    f.nested(nats, {
      label: 'NATS',
      help: '{connection | url, subject, format, stream, from}: a subject over WebSocket; with `stream` read from JetStream, from `new`, `all` or a sequence number on.'
    })
  ),
  prometheus: v.optional(
    f.nested(prometheus, {
      label: 'Prometheus',
      help: '{connection | url, query, step, last}: the points of a PromQL query, one row each, asked for at every step.'
    })
  ),
  tail: v.optional(
    f.nested(tail, {
      label: 'Growing file',
      help: 'The name of a file given to the notebook, or {file, format: ndjson or csv, every, from: start or end}. Read on where it lies as it grows.'
    })
  ),
  channel: v.optional(
    f.nested(channel, {
      label: 'Other tab',
      help: 'The name of a BroadcastChannel on which another tab of this site posts events.'
    })
  )
};

type Raw = v.InferOutput<v.ObjectSchema<typeof sourceEntries, undefined>>;

export const feedKinds = Object.keys(sourceEntries) as FeedKind[];

/** The source of that kind, or what is wrong with where it stands. */
export function feedSource(
  raw: Raw,
  kind: FeedKind,
  tree: YamlTree
): FeedSource | { readonly problem: Problem } {
  const written = raw[kind]! as Readonly<Record<string, unknown>>;
  const wrong = kind === 'tail' || kind === 'channel' ? null : misplaced(written, kind, tree);
  return wrong ? { problem: wrong } : sourceOf(raw, kind);
}

function sourceOf(raw: Raw, kind: FeedKind): FeedSource {
  switch (kind) {
    case 'websocket': {
      const { format, subscribe = null, resume = null, after: cursor = null } = raw.websocket!;
      return { kind, at: placeOf(raw.websocket!), format, subscribe, resume, after: cursor };
    }
    case 'sse': {
      const { format, events = [] } = raw.sse!;
      return { kind, at: placeOf(raw.sse!), format, events };
    }
    case 'ndjson': {
      const { format, after: cursor = null } = raw.ndjson!;
      return { kind, at: placeOf(raw.ndjson!), format, after: cursor };
    }
    case 'poll': {
      const { format, every: period = 10_000, rows = null, after: cursor = null } = raw.poll!;
      return { kind, at: placeOf(raw.poll!), format, every: period, rows, after: cursor };
    }
    case 'mqtt': {
      const { topic, format, qos = 1, session = 300_000 } = raw.mqtt!;
      return { kind, at: placeOf(raw.mqtt!), topic, format, qos: qos as 0 | 1 | 2, session };
    }
    case 'nats': {
      const { subject, format, stream = null, from } = raw.nats!;
      return { kind, at: placeOf(raw.nats!), subject, format, stream, from: from ?? 'new' };
    }
    case 'prometheus': {
      const { query, step = 15_000, last } = raw.prometheus!;
      return { kind, at: placeOf(raw.prometheus!), query, step, last: last ?? 10 * step };
    }
    case 'tail': {
      const { file, format, every: period = 1000, from = 'start' } = raw.tail!;
      return { kind, file, format, every: period, from };
    }
    case 'channel':
      return { kind, channel: raw.channel!.name, format: raw.channel!.format };
  }
}

type Placed = Readonly<Partial<Record<'url' | 'connection' | 'path', string | undefined>>>;

function placeOf({ url, connection, path }: Placed): Place {
  return url === undefined ? { connection: connection ?? '', path: path ?? null } : { url };
}

function misplaced(
  written: Readonly<Record<string, unknown>>,
  kind: FeedKind,
  tree: YamlTree
): Problem | null {
  const { url, connection, path } = written as Placed;
  const at = (key: string) => tree.spanOf([kind, key]) ?? tree.spanOf([kind]);
  if ((url === undefined) === (connection === undefined) || url === '' || connection === '')
    return problem('feed.place', { source: kind }, tree.spanOf([kind]));
  for (const [key, text] of Object.entries({ url, path })) {
    const what = text === undefined ? null : secretInUrl(text);
    if (what !== null) return problem('feed.secret', { where: key, what }, at(key));
  }
  for (const key of ['subscribe', 'resume']) {
    const text = written[key];
    const what = typeof text === 'string' ? secretInMessage(text) : null;
    if (what !== null) return problem('feed.secret', { where: key, what }, at(key));
  }
  return url !== undefined && !URL.canParse(url) ? problem('feed.url', { url }, at('url')) : null;
}

/** What outside this browser a source talks to; null if nothing. */
export function reachOf(source: FeedSource): string | null {
  if (source.kind === 'tail' || source.kind === 'channel') return null;
  return 'url' in source.at ? source.at.url : source.at.connection;
}
