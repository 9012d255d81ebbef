import * as v from 'valibot';
import { measureNames } from '#lib/analytics/stream/measures.ts';
import { detectMethods } from '#lib/analytics/stream/detect.ts';
import { channelName } from '../core/channel-name.ts';
import * as f from '../core/fields.ts';
import { inhibitSchema, notifySchema, silenceSchema } from './notify-schema.ts';
import { publishable } from './publish.ts';

const words = (label: string, help: string) => ({ label, help });

const windowSchema = v.object({
  size: v.optional(f.duration(words('Size', 'The length of a window.'))),
  slide: v.optional(f.duration(words('Slide', 'How far apart windows start.'))),
  session: v.optional(f.duration(words('Session', 'The silence that ends a session.')))
});

/** A number of windows, or a duration that is cut into windows. */
const season = v.string('a number of windows such as 24, or a duration such as 1d');

const detectSchema = v.object({
  measure: v.string('the name of a measure'),
  method: v.optional(v.picklist(detectMethods, `one of ${detectMethods.join(', ')}`)),
  threshold: v.optional(
    f.number({
      ...words('Threshold', "Scores beyond it are anomalies, in the method's unit."),
      min: 0
    })
  ),
  budget: v.optional(f.number({ ...words('Budget', 'False alarms a week and key.'), min: 0 })),
  history: v.optional(f.integer({ ...words('History', 'Past windows.'), min: 8 })),
  season: v.optional(season),
  refractory: v.optional(
    f.integer({ ...words('Refractory', 'Windows that an incident lasts.'), min: 0 })
  ),
  forecast: v.optional(
    f.relation(words('Forecast', 'The forecast that the method forecast compares with.'))
  ),
  seed: v.optional(f.integer(words('Seed', 'For trees and networks.')))
});

const condition = v.pipe(
  v.string('a condition such as orders > 100'),
  v.nonEmpty('a condition such as orders > 100')
);

const alertSchema = v.object({
  name: v.pipe(v.string('the name of the alert'), v.nonEmpty('the name of the alert')),
  when: condition,
  for: v.optional(f.duration(words('For', 'How long it must hold before it fires.'))),
  keep_firing_for: v.optional(f.duration(words('Keep firing for', 'How long it fires on.'))),
  recover: v.optional(condition),
  no_data: v.optional(f.duration(words('No data', 'How long a key may be silent.'))),
  labels: v.optional(v.record(v.string(), v.string('a text'), 'a map of labels')),
  severity: v.optional(v.string('a text')),
  group_by: v.optional(f.listOf(v.string('the name of a key')))
});

const retainSchema = v.object({
  idle: v.optional(f.duration(words('Idle', 'How long in event time a key may say nothing.'))),
  keys: v.optional(f.integer({ ...words('Keys', 'How many are known at once.'), min: 1 })),
  rows: v.optional(f.integer({ ...words('Rows', 'How many of each table are kept.'), min: 1 })),
  age: v.optional(f.duration(words('Age', 'How far back in event time tables reach.')))
});

/** A text stands for a map with that one key. */
const shorthand = <S extends f.AnySchema>(key: string, item: S) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === 'string' ? { [key]: value } : value)),
    item
  );

export const monitorSchema = v.object({
  stream: f.relation({
    label: 'Stream',
    help: 'The stream to watch; a table with a time column works as well.'
  }),
  by: v.optional(
    f.columnList({
      label: 'By',
      help: 'Columns whose values are watched each for itself.',
      of: 'stream',
      fallback: 'one series over everything'
    })
  ),
  window: f.nested(shorthand('size', windowSchema), {
    label: 'Window',
    help: 'A length of time such as 1h, {size, slide} for windows that overlap, or {session: 30m} for bursts that end after a silence.'
  }),
  measures: v.optional(
    f.map(v.string('an aggregate such as count() or sum(quantity * price)'), {
      label: 'Measures',
      help: `Figures of each window by name, from ${measureNames.join(', ')}.`,
      fallback: 'events: count()'
    })
  ),
  detect: v.optional(
    f.nested(f.listOf(shorthand('measure', detectSchema)), {
      label: 'Detect',
      help: 'Measures to judge against their own past: {measure, method, threshold or budget, history, season, refractory}.',
      fallback: 'no detection'
    })
  ),
  alerts: v.optional(
    f.nested(f.listOf(alertSchema), {
      label: 'Alerts',
      help: 'Rules over measures: {name, when, for, keep_firing_for, recover, no_data, severity, labels, group_by}.',
      fallback: 'no alerts'
    })
  ),
  silences: v.optional(
    f.nested(f.listOf(silenceSchema), {
      label: 'Silences',
      help: 'Alerts not to be bothered with for a while: {alert, match, matchers, from, until, author, reason}.',
      fallback: 'none'
    })
  ),
  inhibit: v.optional(
    f.nested(f.listOf(inhibitSchema), {
      label: 'Inhibit',
      help: 'Alerts that mute others while they fire: {source, target, equal}, or source_matchers and target_matchers.',
      fallback: 'none'
    })
  ),
  notify: v.optional(
    f.nested(notifySchema, {
      label: 'Notify',
      help: 'Who is told of alerts, how they are gathered and how often: {receiver, group_by, group_wait, group_interval, repeat_interval, send_resolved, routes, receivers}.',
      fallback: 'this page, each alert by name, after 30s, news every 5m, again after 4h'
    })
  ),
  retain: v.optional(
    f.nested(retainSchema, {
      label: 'Retain',
      help: 'How long a key is known that says nothing, how many keys at once, and what tables keep: {idle, keys, rows, age}.',
      fallback:
        'a replay forgets nothing; of a live source keys for the age that the stream retains, else 7d, 100000 of them, and 1000000 rows of each table'
    })
  ),
  publish: v.optional(
    f.nested(
      shorthand(
        'channel',
        v.object({
          channel: channelName,
          of: v.optional(
            f.choice(publishable, { label: 'Of', help: 'Which rows are posted.' }),
            'alerts'
          )
        })
      ),
      {
        label: 'Publish',
        help: 'A channel to which new rows of NAME_alerts are posted, for notebooks in other tabs that take them with `channel`; or {channel, of} with of: alerts, windows (once final) or anomalies.',
        fallback: 'no channel'
      }
    )
  ),
  stale: v.optional(
    f.duration({
      label: 'Stale',
      help: 'How long after its end, by the clock, a window may close and alerts still fire; they are unknown while it takes longer.',
      fallback: 'any time, as a replay needs'
    })
  ),
  time: v.optional(
    f.column({
      label: 'Event time',
      help: 'The column of event time.',
      of: 'stream',
      fallback: "the stream's own"
    })
  ),
  disorder: v.optional(
    f.durationOr('auto', {
      label: 'Disorder',
      help: 'How far behind the latest event the watermark stays; auto: as far as the events teach.',
      fallback: "the stream's own"
    })
  ),
  lateness: v.optional(
    f.duration({
      label: 'Lateness',
      help: 'How long windows may still be corrected by late events after the watermark has passed their end.',
      fallback: "the stream's own"
    })
  ),
  judge: v.optional(
    f.choice(['final', 'first'], {
      label: 'Judge',
      help: 'Where there is a lateness: detectors and alerts see the final figures of a window, or the first ones, as soon as the watermark has passed its end.',
      fallback: 'final'
    })
  )
});
