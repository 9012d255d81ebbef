import * as v from 'valibot';
import { parseTime } from '#lib/analytics/stream/event-time.ts';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { shapedBody } from '../core/body.ts';
import * as f from '../core/fields.ts';
import type { YamlTree } from '../core/yaml.ts';

/** A stream as it runs. Times are milliseconds; shares are from 0 to 1. */
export interface StreamConfig {
  readonly source: string;
  /** Event-time milliseconds per wall-clock millisecond, unless the reader chooses another. */
  readonly speed: number;
  readonly from: number | null;
  readonly jitter: number;
  readonly duplicate: number;
  readonly drop: number;
  readonly time: string | null;
  readonly id: readonly string[];
  readonly schema: Readonly<Record<string, string>>;
  readonly disorder: number;
  readonly lateness: number;
  readonly retain: { readonly rows: number | null; readonly age: number | null };
  readonly health: number | null;
}

const otherSources = [
  'websocket',
  'sse',
  'poll',
  'ndjson',
  'mqtt',
  'nats',
  'prometheus',
  'tail',
  'channel'
] as const;

const elsewhere = (what: string) =>
  f.nested(v.unknown(), {
    label: what,
    help: 'Not in this version: load what was recorded and replay it.'
  });

const speed = v.pipe(
  v.string('a number, or max'),
  v.transform((s) => (/^(max|infinity)$/i.test(s.trim()) ? Infinity : Number(s || Number.NaN))),
  v.check((n) => n > 0, 'a number above 0, or max')
);

const share = { label: 'Share', help: 'From 0 to 1.', min: 0, max: 1 };

const replay = v.object({
  source: f.relation({ label: 'Source', help: 'The table whose rows are played as events.' }),
  time: v.optional(f.column({ label: 'Event time', help: 'When each event happened.' })),
  speed: v.optional(speed),
  from: v.optional(f.text({ label: 'From', help: 'The time of the first event to play.' })),
  jitter: v.optional(f.duration({ label: 'Jitter', help: 'The longest delay of an event.' })),
  duplicate: v.optional(f.number(share)),
  drop: v.optional(f.number(share))
});

const retain = v.object({
  rows: v.optional(f.integer({ label: 'Rows', help: 'How many of the latest events.', min: 1 })),
  age: v.optional(f.duration({ label: 'Age', help: 'How far back in event time.' }))
});

const schema = v.object({
  replay: v.optional(
    f.nested(replay, {
      label: 'Replay',
      help: 'Plays a table in event time: {source, time, speed, from, jitter, duplicate, drop}. Speed is event time per wall-clock time (3600 = an hour a second) or max; jitter delays each event by up to that long; duplicate and drop are shares of events.'
    })
  ),
  websocket: v.optional(elsewhere('WebSocket')),
  sse: v.optional(elsewhere('Server-sent events')),
  poll: v.optional(elsewhere('HTTP polling')),
  ndjson: v.optional(elsewhere('NDJSON')),
  mqtt: v.optional(elsewhere('MQTT')),
  nats: v.optional(elsewhere('NATS')),
  prometheus: v.optional(elsewhere('Prometheus')),
  tail: v.optional(elsewhere('Growing file')),
  channel: v.optional(elsewhere('Other tab')),
  time: v.optional(
    f.column({
      label: 'Event time',
      help: 'The column that says when each event happened.',
      of: 'replay.source',
      fallback: 'the only date or timestamp'
    })
  ),
  id: v.optional(
    f.columnList({
      label: 'Id',
      help: 'What makes an event the same as one seen before. Later copies are not accepted.',
      of: 'replay.source',
      fallback: 'every event counts as new'
    })
  ),
  schema: v.optional(
    f.map(v.string('a type'), {
      label: 'Schema',
      help: 'Columns that must be there, with their types.'
    })
  ),
  disorder: v.optional(
    f.duration({
      label: 'Disorder',
      help: 'How much later than a younger event an event may come and still be on time. The watermark stays this far behind the latest event.',
      fallback: '0s'
    })
  ),
  lateness: v.optional(
    f.duration({
      label: 'Lateness',
      help: 'How long windows wait for late events after the watermark has passed their end.',
      fallback: '0s'
    })
  ),
  retain: v.optional(
    f.nested(retain, {
      label: 'Retain',
      help: 'How much of the log stays readable as a table: {rows, age}.',
      fallback: 'everything'
    })
  ),
  health: v.optional(
    f.duration({
      label: 'Health period',
      help: 'The length of one row of the health table.',
      fallback: 'at most 400 rows over the replay'
    })
  )
});

type Raw = v.InferOutput<typeof schema>;

export const streamBody = shapedBody(schema, shape);

function shape(raw: Raw, tree: YamlTree): { config: StreamConfig | null; problems: Problem[] } {
  const refuse = (found: Problem) => ({ config: null, problems: [found] });
  const others = otherSources.filter((source) => raw[source] !== undefined);
  if (!raw.replay) {
    const [source] = others;
    return refuse(
      source
        ? problem('live.source', { source }, tree.spanOf([source]))
        : problem('live.no-source', { known: ['replay', ...otherSources].join(', ') }, { line: 1 })
    );
  }
  if (others.length > 0) {
    const sources = ['replay', ...others].join(', ');
    return refuse(problem('live.many-sources', { sources }, tree.spanOf([others[0]!])));
  }
  const from = raw.replay.from === undefined ? null : parseTime(raw.replay.from);
  if (from === null && raw.replay.from !== undefined) {
    return refuse(
      problem('live.from', { value: raw.replay.from }, tree.spanOf(['replay', 'from']))
    );
  }
  const config: StreamConfig = {
    source: raw.replay.source,
    speed: raw.replay.speed ?? Infinity,
    from,
    jitter: raw.replay.jitter ?? 0,
    duplicate: raw.replay.duplicate ?? 0,
    drop: raw.replay.drop ?? 0,
    time: raw.time ?? raw.replay.time ?? null,
    id: raw.id ?? [],
    schema: raw.schema ?? {},
    disorder: raw.disorder ?? 0,
    lateness: raw.lateness ?? 0,
    retain: { rows: raw.retain?.rows ?? null, age: raw.retain?.age ?? null },
    health: raw.health ?? null
  };
  return { config, problems: [] };
}
