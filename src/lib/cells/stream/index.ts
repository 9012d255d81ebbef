import { defineKind } from '../core/define.ts';
import { streamBody } from './config.ts';
import { reachOf } from './sources.ts';

export type { StreamConfig } from './config.ts';
export type { ClockReport, PartitionReport, QuarantineReport, StreamReport } from './report.ts';

const parcels = [
  'parcel,scanned,depot,weight',
  'P-1,2024-03-04T08:00:00Z,north,2.5',
  'P-2,2024-03-04T08:02:00Z,south,1.0',
  'P-3,2024-03-04T08:03:30Z,north,4.2',
  'P-4,2024-03-04T08:09:00Z,south,0.7',
  'P-2,2024-03-04T08:02:00Z,south,1.0',
  'P-5,2024-03-04T08:15:00Z,north,3.3'
].join('\n');

const logColumns = ['parcel', 'scanned', 'depot', 'weight', 'arrival'];
const healthColumns = ['time', 'rate', 'gap', 'late', 'duplicate', 'silent'];

const stream = defineKind({
  kind: 'stream',
  version: 2,
  title: 'Stream',
  summary: 'Events as they arrive, kept as a log that monitors follow',
  group: 'live',
  mode: 'live',
  body: streamBody,
  // A connection is made when someone says Run, not at every key stroke.
  costly: ({ config }) => config.feed !== null,
  reaches: ({ config: { feed, publish } }) =>
    (feed && reachOf(feed.source)) ?? (publish === undefined ? null : `channel ${publish}`),
  reads: ({ config }) => (config.replay ? [{ relation: config.replay.source, key: 'replay' }] : []),
  clock: ({ config }) => ({
    time: config.feed?.time ?? config.time,
    disorder: config.disorder,
    lateness: config.lateness,
    partition: config.partition,
    retain: config.retain,
    isLive: config.feed !== null
  }),
  outputs: ['', 'health', 'quarantine'],
  examples: [
    {
      title: 'Replay a table an hour a second',
      name: 'scans',
      body: [
        'replay:',
        '  source: parcels',
        '  time: scanned',
        '  speed: 3600',
        'id: parcel',
        'disorder: 1m'
      ].join('\n'),
      given: { parcels },
      expect: {
        scans: { columns: logColumns, rows: 5 },
        scans_health: { columns: healthColumns }
      }
    },
    {
      title: 'A poor feed: delays, double and lost events',
      name: 'feed',
      body: [
        'replay:',
        '  source: parcels',
        '  time: scanned',
        '  speed: max',
        '  jitter: 10m        # each event comes up to ten minutes late',
        '  duplicate: 0.2     # one in five comes twice',
        '  drop: 0            # none is lost',
        'id: parcel',
        'disorder: 2m',
        'health: 5m'
      ].join('\n'),
      given: { parcels },
      expect: {
        feed: { columns: logColumns, rows: 5 },
        feed_health: { columns: healthColumns }
      }
    },
    {
      title: 'Keep the latest events only',
      name: 'recent',
      body: ['replay: { source: parcels, time: scanned, speed: max }', 'retain: { rows: 3 }'].join(
        '\n'
      ),
      given: { parcels },
      expect: {
        recent: { columns: logColumns, rows: 3 },
        recent_health: { columns: healthColumns }
      }
    }
  ]
});

export default stream;
