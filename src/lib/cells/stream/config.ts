import * as v from 'valibot';
import { parseTime } from '#lib/analytics/stream/event-time.ts';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { shapedBody } from '../core/body.ts';
import { channelName } from '../core/channel-name.ts';
import * as f from '../core/fields.ts';
import {
  feedTypes,
  queuePolicies,
  type FeedColumn,
  type FeedKind,
  type FeedRequest,
  type FeedType
} from '../core/feed.ts';
import type { YamlTree } from '../core/yaml.ts';
import { feedKinds, feedSource, sourceEntries } from './sources.ts';

/** A stream as it runs: the replay of a table, or a live source. Times are milliseconds; shares are from 0 to 1. */
export interface StreamConfig {
  readonly replay: ReplayConfig | null;
  readonly feed: FeedRequest | null;
  readonly time: string | null;
  readonly id: readonly string[];
  readonly schema: Readonly<Record<string, string>>;
  readonly disorder: number | 'auto';
  readonly lateness: number;
  readonly partition: { readonly column: string; readonly idle: number } | null;
  /** How far ahead of its arrival an event may be; null: any. */
  readonly future: number | null;
  readonly retain: { readonly rows: number | null; readonly age: number | null };
  /** Of a live source: milliseconds without events after which event time goes on by the clock; 0: never. */
  readonly quiet: number;
  readonly health: number | null;
  readonly sequence: { readonly column: string; readonly by: readonly string[] } | null;
  /** The channel between tabs to which accepted events are posted. */
  readonly publish?: string;
}

export interface ReplayConfig {
  readonly source: string;
  /** Event-time milliseconds per wall-clock millisecond, unless the reader chooses another. */
  readonly speed: number;
  readonly from: number | null;
  /** The column that says when each event came; null: when it happened. */
  readonly received: string | null;
  readonly jitter: number;
  readonly duplicate: number;
  readonly drop: number;
}

/** Of a partition that names no other, and of a live source. */
const partitionIdle = 60_000;
const clockError = 3_600_000;
const quietAfter = 10_000;
/** Events of a live source that stay where nothing is written. */
const usualRows = 1_000_000;

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
  received: v.optional(f.column({ label: 'Received', help: 'When each event came.' })),
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
      help: 'Plays a table in event time: {source, time, received, speed, from, jitter, duplicate, drop}. Speed is event time per wall-clock time (3600 = an hour a second) or max; received is a column that says when each event came; jitter delays each event by up to that long; duplicate and drop are shares of events.'
    })
  ),
  ...sourceEntries,
  time: v.optional(
    f.column({
      label: 'Event time',
      help: 'The column that says when each event happened. In a live source it may also be a number of seconds or milliseconds since 1970, or `received`: when the event came.',
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
      help: 'Columns that must be there, with their types. A live source then has exactly these: text, integer, number, boolean, date or timestamp.',
      fallback: 'the columns of the first events'
    })
  ),
  disorder: v.optional(
    f.durationOr('auto', {
      label: 'Disorder',
      help: 'How much later than a younger event an event may come and still be on time. The watermark stays this far behind the latest event. auto: as 99.5 % of the events have kept to.',
      fallback: '0s in a replay, auto of a live source'
    })
  ),
  lateness: v.optional(
    f.duration({
      label: 'Lateness',
      help: 'How long windows may still be corrected by late events after the watermark has passed their end.',
      fallback: '0s'
    })
  ),
  partition: v.optional(
    f.column({
      label: 'Partition',
      help: 'A column whose values, such as producers, are each in order of their own: the watermark waits for the one furthest behind.',
      of: 'replay.source',
      fallback: 'one order over everything'
    })
  ),
  idle: v.optional(
    f.duration({
      label: 'Idle',
      help: 'A partition that says nothing while the event time of the others goes on by more than this is not waited for.',
      fallback: '1m'
    })
  ),
  future: v.optional(
    f.duration({
      label: 'Future',
      help: 'Events that are ahead of their arrival by more than this go to the quarantine table and move no clock.',
      fallback: '1h of a live source'
    })
  ),
  retain: v.optional(
    f.nested(retain, {
      label: 'Retain',
      help: 'How much of the log stays readable as a table: {rows, age}.',
      fallback: 'everything of a replay, the latest 1000000 rows of a live source'
    })
  ),
  health: v.optional(
    f.duration({
      label: 'Health period',
      help: 'The length of one row of the health table.',
      fallback: 'at most 400 rows over a replay, 10s of a live source'
    })
  ),
  sequence: v.optional(
    f.nested(
      v.pipe(
        v.unknown(),
        v.transform((value) => (typeof value === 'string' ? { column: value } : value)),
        v.object({
          column: v.pipe(v.string('a column'), v.nonEmpty('a column')),
          by: v.optional(f.listOf(v.pipe(v.string('columns'), v.nonEmpty('columns'))))
        })
      ),
      {
        label: 'Sequence',
        help: 'A column in which each producer counts its events, or {column, by}: numbers that are left out are missing events, shown as gaps.'
      }
    )
  ),
  publish: v.optional(
    f.nested(channelName, {
      label: 'Publish',
      help: 'A channel to which the accepted events are posted, for notebooks in other tabs that take them with `channel`.',
      fallback: 'no channel'
    })
  ),
  silence: v.optional(
    f.duration({
      label: 'Silence',
      help: 'After so long without anything a live connection counts as dead and is made anew; 0s never.',
      fallback: '2m'
    })
  ),
  quiet: v.optional(
    f.duration({
      label: 'Quiet',
      help: 'After so long without events of a live source event time goes on by the clock, so that windows close and silence is told; 0s never.',
      fallback: '10s'
    })
  ),
  queue: v.optional(
    f.nested(
      v.object({
        messages: v.optional(
          f.integer({ label: 'Messages', help: 'How many may wait.', min: 1, max: 1_000_000 })
        ),
        policy: v.optional(
          f.choice(queuePolicies, { label: 'Policy', help: 'What happens when it is full.' })
        )
      }),
      {
        label: 'Queue',
        help: '{messages, policy} of a live source that pushes: block has it wait or connect again later, drop-oldest and sample give messages up; each is counted.',
        fallback: '10000 messages, block'
      }
    )
  )
});

type Raw = v.InferOutput<typeof schema>;

export const streamBody = shapedBody(schema, shape);

function shape(raw: Raw, tree: YamlTree): { config: StreamConfig | null; problems: Problem[] } {
  const refuse = (found: Problem) => ({ config: null, problems: [found] });
  const sources = [...(raw.replay ? ['replay' as const] : []), ...feedKinds.filter((k) => raw[k])];
  const [kind, second] = sources;
  if (kind === undefined) {
    const known = ['replay', ...feedKinds].join(', ');
    return refuse(problem('live.no-source', { known }, { line: 1 }));
  }
  if (second !== undefined) {
    const names = sources.join(', ');
    return refuse(problem('live.many-sources', { sources: names }, tree.spanOf([second])));
  }
  const common = {
    id: raw.id ?? [],
    schema: raw.schema ?? {},
    lateness: raw.lateness ?? 0,
    partition:
      raw.partition === undefined
        ? null
        : { column: raw.partition, idle: raw.idle ?? partitionIdle },
    retain: { rows: raw.retain?.rows ?? null, age: raw.retain?.age ?? null },
    quiet: raw.quiet ?? quietAfter,
    health: raw.health ?? null,
    sequence: raw.sequence ? { column: raw.sequence.column, by: raw.sequence.by ?? [] } : null,
    ...(raw.publish === undefined ? {} : { publish: raw.publish })
  };
  if (kind !== 'replay') {
    const feed = feedRequest(raw, kind, tree);
    if ('problem' in feed) return refuse(feed.problem);
    const time = raw.time ?? null;
    const [disorder, future] = [raw.disorder ?? 'auto', raw.future ?? clockError];
    const retain = { ...common.retain };
    if (raw.retain?.rows === undefined && raw.retain?.age === undefined) retain.rows = usualRows;
    return {
      config: { ...common, retain, replay: null, feed, time, disorder, future },
      problems: []
    };
  }
  const replayed = raw.replay!;
  const from = replayed.from === undefined ? null : parseTime(replayed.from);
  if (from === null && replayed.from !== undefined) {
    return refuse(problem('live.from', { value: replayed.from }, tree.spanOf(['replay', 'from'])));
  }
  const config: StreamConfig = {
    ...common,
    disorder: raw.disorder ?? 0,
    future: raw.future ?? null,
    replay: {
      source: replayed.source,
      speed: replayed.speed ?? Infinity,
      from,
      received: replayed.received ?? null,
      jitter: replayed.jitter ?? 0,
      duplicate: replayed.duplicate ?? 0,
      drop: replayed.drop ?? 0
    },
    feed: null,
    time: raw.time ?? replayed.time ?? null
  };
  return { config, problems: [] };
}

function feedRequest(
  raw: Raw,
  kind: FeedKind,
  tree: YamlTree
): FeedRequest | { readonly problem: Problem } {
  const source = feedSource(raw, kind, tree);
  if ('problem' in source) return source;
  if (source.kind === 'channel' && source.channel === raw.publish) {
    const { channel } = source;
    return { problem: problem('feed.own-channel', { channel }, tree.spanOf(['publish'])) };
  }
  const columns = raw.schema ? statedColumns(raw.schema, raw.time ?? null, tree) : null;
  if (columns && 'problem' in columns) return columns;
  const needs = [
    ...(raw.time && raw.time !== 'received' ? [['time', raw.time] as const] : []),
    ...(raw.id ?? []).map((column) => ['id', column] as const),
    ...(raw.partition ? [['partition', raw.partition] as const] : []),
    ...(raw.sequence ? [['sequence', raw.sequence.column] as const] : [])
  ];
  for (const [key, column] of needs) {
    if (columns && !columns.some(({ name }) => name.toLowerCase() === column.toLowerCase()))
      return { problem: problem('feed.schema-lacks', { column, key }, tree.spanOf([key])) };
  }
  return {
    source,
    columns,
    time: raw.time ?? (kind === 'prometheus' ? 'time' : null),
    queue: {
      messages: raw.queue?.messages ?? 10_000,
      policy: raw.queue?.policy ?? 'block'
    },
    silence: raw.silence ?? 120_000
  };
}

/** Other names that the types of a schema go by. */
const typeNames: Readonly<Record<string, FeedType>> = {
  string: 'text',
  varchar: 'text',
  int: 'integer',
  bigint: 'integer',
  double: 'number',
  float: 'number',
  decimal: 'number',
  bool: 'boolean',
  datetime: 'timestamp'
};

/** The columns of a schema; event time is a time, whatever it comes as. */
function statedColumns(
  schema: Readonly<Record<string, string>>,
  time: string | null,
  tree: YamlTree
): readonly FeedColumn[] | { readonly problem: Problem } {
  const columns: FeedColumn[] = [];
  for (const [name, written] of Object.entries(schema)) {
    const word = written.trim().toLowerCase();
    const type = feedTypes.find((known) => known === word) ?? typeNames[word];
    if (!type) {
      const parts = { column: name, type: written, known: feedTypes.join(', ') };
      return { problem: problem('feed.type', parts, tree.spanOf(['schema', name])) };
    }
    const isTime = name.toLowerCase() === time?.toLowerCase() && type !== 'date';
    columns.push({ name, type: isTime ? 'timestamp' : type });
  }
  return columns;
}
