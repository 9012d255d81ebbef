import { defineKind } from '../core/define.ts';
import { forecastsOf, measuredWith, monitorBody } from './config.ts';

export type { MonitorConfig, MonitorRule } from './config.ts';
export type {
  AlertReport,
  AnomalyReport,
  CorrectionReport,
  LateReport,
  MonitorReport,
  RuleReport,
  SeriesReport,
  TransitionReport
} from './report.ts';

const scans = [
  'parcel,scanned,depot,weight',
  'P-1,2024-03-04T08:00:00Z,north,2.5',
  'P-2,2024-03-04T08:02:00Z,south,1.0',
  'P-3,2024-03-04T08:03:30Z,north,4.2',
  'P-4,2024-03-04T08:09:00Z,south,0.7',
  'P-5,2024-03-04T08:10:00Z,north,3.3',
  'P-6,2024-03-04T08:11:00Z,north,1.5',
  'P-7,2024-03-04T08:12:00Z,north,1.1',
  'P-8,2024-03-04T08:31:00Z,south,2.0'
].join('\n');

const sales = [
  'at,units',
  '2024-03-04T09:00:00Z,40',
  '2024-03-04T15:00:00Z,55',
  '2024-03-05T11:00:00Z,102',
  '2024-03-06T10:00:00Z,31',
  '2024-03-07T12:00:00Z,99'
].join('\n');

const movements = [
  'movement,at,sku,change,counted',
  'M-01,2024-03-04T07:00:00Z,tea,40,',
  'M-02,2024-03-04T09:10:00Z,tea,-12,',
  'M-03,2024-03-04T16:40:00Z,mug,-3,',
  'M-04,2024-03-05T10:00:00Z,tea,-14,',
  'M-05,2024-03-05T12:00:00Z,mug,-5,',
  'M-06,2024-03-05T18:00:00Z,mug,24,',
  'M-07,2024-03-06T08:30:00Z,tea,-14,',
  'M-08,2024-03-06T20:00:00Z,mug,,27',
  'M-09,2024-03-07T09:00:00Z,tea,-9,',
  'M-10,2024-03-07T10:00:00Z,mug,-4,'
].join('\n');

const stock = ['sku,on_hand', 'tea,9', 'mug,8'].join('\n');

const plan = [
  'day,yhat,lo_95,hi_95',
  '2024-03-04,100,80,120',
  '2024-03-05,100,80,120',
  '2024-03-06,100,80,120'
].join('\n');

const anomalyColumns = ['measure', 'value', 'expected', 'lo', 'hi', 'score', 'reason'];
const expectedColumns = ['measure', 'expected', 'lo', 'hi', 'score'];
const alertColumns = ['state', 'value', 'evidence_from', 'evidence_to'];

const monitor = defineKind({
  kind: 'monitor',
  version: 6,
  title: 'Monitor',
  summary: 'Windows over a stream, with measures, anomalies and alerts',
  group: 'live',
  mode: 'live',
  body: monitorBody,
  reaches: ({ config: { publish } }) => (publish ? `channel ${publish.channel}` : null),
  reads: ({ config }) => [
    { relation: config.stream, key: 'stream' },
    ...forecastsOf(config).map((relation) => ({ relation, key: 'detect' })),
    ...measuredWith(config).map((relation) => ({ relation, key: 'measures' }))
  ],
  follows: ({ config }) => [config.stream],
  outputs: ['', 'anomalies', 'alerts', 'notifications', 'corrections', 'late', 'expected'],
  examples: [
    {
      title: 'Parcels per depot and ten minutes, with an alert',
      name: 'depots',
      body: [
        'stream: scans',
        'time: scanned',
        'by: depot',
        'window: 10m',
        'measures:',
        '  parcels: count()',
        '  weight: sum(weight)',
        '  heaviest: quantile(weight, 0.95)',
        'detect:',
        '  - measure: parcels',
        'alerts:',
        '  - name: busy',
        '    when: parcels >= 3',
        '    no_data: 20m',
        '    severity: warning'
      ].join('\n'),
      given: { scans },
      expect: {
        depots: {
          columns: ['window_start', 'window_end', 'depot', 'parcels', 'weight', 'heaviest'],
          rows: 4
        },
        depots_anomalies: { columns: ['window_end', 'depot', ...anomalyColumns], rows: 0 },
        depots_expected: { columns: ['window_end', 'depot', ...expectedColumns], rows: 0 },
        depots_alerts: { columns: ['time', 'alert', 'depot', ...alertColumns], rows: 5 }
      }
    },
    {
      title: 'Days against their forecast',
      name: 'days',
      body: [
        'stream: sales',
        'time: at',
        'window: 1d',
        'measures: { units: sum(units) }',
        'detect:',
        '  - { measure: units, method: forecast, forecast: plan }'
      ].join('\n'),
      given: { sales, plan },
      expect: {
        days: { columns: ['window_start', 'window_end', 'units'], rows: 4 },
        days_anomalies: { columns: ['window_end', ...anomalyColumns], rows: 1 },
        days_expected: { columns: ['window_end', ...expectedColumns], rows: 3 },
        days_alerts: { columns: ['time', 'alert', ...alertColumns], rows: 0 }
      }
    },
    {
      title:
        'A shelf: stock, stock-outs and days of cover, from movements, a count and an opening table',
      name: 'shelf',
      body: [
        'stream: movements',
        'time: at',
        'by: sku',
        'window: 1d',
        'measures:',
        '  on_hand: on_hand(change, counted, opening(stock))',
        '  out: stock_out_share(change, counted, opening(stock))',
        '  cover: cover(change, counted, opening(stock), ewma(0.3))',
        '  feed_quiet: feed_silence()',
        'alerts:',
        '  - { name: low_cover, when: cover < 1, severity: warning }'
      ].join('\n'),
      given: { movements, stock },
      expect: {
        shelf: {
          columns: ['window_start', 'window_end', 'sku', 'on_hand', 'out', 'cover', 'feed_quiet'],
          rows: 8
        },
        shelf_anomalies: { columns: ['window_end', 'sku', ...anomalyColumns], rows: 0 },
        shelf_alerts: { columns: ['time', 'alert', 'sku', ...alertColumns], rows: 1 }
      }
    },
    {
      title: 'Windows that overlap: a moving mean every five minutes',
      name: 'moving',
      body: [
        'stream: scans',
        'time: scanned',
        'window: { size: 15m, slide: 5m }',
        'measures:',
        '  parcels: count()',
        '  mean_weight: mean(weight)'
      ].join('\n'),
      given: { scans },
      expect: {
        moving: { columns: ['window_start', 'window_end', 'parcels', 'mean_weight'], rows: 8 },
        moving_anomalies: { columns: ['window_end', ...anomalyColumns], rows: 0 },
        moving_alerts: { columns: ['time', 'alert', ...alertColumns], rows: 0 }
      }
    },
    {
      title: 'Bursts of work that end after five quiet minutes',
      name: 'bursts',
      body: [
        'stream: scans',
        'time: scanned',
        'by: depot',
        'window: { session: 5m }',
        'measures: { parcels: count(), kilos: sum(weight), depots: distinct(depot) }'
      ].join('\n'),
      given: { scans },
      expect: {
        bursts: {
          columns: ['window_start', 'window_end', 'depot', 'parcels', 'kilos', 'depots'],
          rows: 5
        },
        bursts_anomalies: { columns: ['window_end', 'depot', ...anomalyColumns], rows: 0 },
        bursts_alerts: { columns: ['time', 'alert', 'depot', ...alertColumns], rows: 0 }
      }
    }
  ]
});

export default monitor;
