import type { Example } from '../core/define.ts';

const alerts = [
  'time,alert,depot,state,value,evidence_from,evidence_to',
  '2024-03-04 09:00:00,low_stock,north,pending,12,2024-03-04 08:00:00,2024-03-04 09:00:00',
  '2024-03-04 10:00:00,low_stock,north,firing,9,2024-03-04 08:00:00,2024-03-04 10:00:00',
  '2024-03-04 10:30:00,low_stock,south,firing,4,2024-03-04 09:30:00,2024-03-04 10:30:00',
  '2024-03-04 13:00:00,low_stock,north,resolved,31,2024-03-04 12:00:00,2024-03-04 13:00:00',
  '2024-03-06 08:00:00,low_stock,north,firing,7,2024-03-06 07:00:00,2024-03-06 08:00:00'
].join('\n');

/** Baskets of eight weeks; from the sixth on they are larger and come from another channel. */
const baskets = [
  'day,quantity,channel',
  ...Array.from({ length: 168 }, (_, i) => {
    const day = new Date(Date.UTC(2024, 2, 4 + Math.floor(i / 3))).toISOString().slice(0, 10);
    const late = i >= 105;
    return `${day},${((i * 7) % 11) + (late ? 9 : 2)},${(i % 4 === 0) === late ? 'shop' : 'web'}`;
  })
].join('\n');

/** Ten weeks of two items; from the sixth week on twice as much is asked for. */
const daily = [
  'day,sku,units',
  ...Array.from({ length: 140 }, (_, i) => {
    const [t, sku] = [Math.floor(i / 2), i % 2];
    const day = new Date(Date.UTC(2024, 2, 4 + t)).toISOString().slice(0, 10);
    const units = (5 + ((t * 5 + sku * 3) % 7)) * (t < 35 ? 1 : 2);
    return `${day},${sku === 0 ? 'tea' : 'jam'},${units}`;
  })
].join('\n');
const cover = [
  'time,alert,state,value',
  '2024-03-18 00:00:00,stockouts,firing,3',
  '2024-05-06 00:00:00,stockouts,firing,9'
].join('\n');

const columns = [
  'time',
  'trigger',
  'action',
  'before',
  'after',
  'gate',
  'decision',
  'by',
  'effect'
];

export const examples: readonly Example[] = [
  {
    title: 'A quarter more safety stock when stock runs low, for a person to approve',
    name: 'safety',
    body: [
      'on: shop.low_stock',
      'set: safety_days',
      'to: old * 1.25',
      'gate: { max_change: 50% }',
      'approve: human'
    ].join('\n'),
    given: { shop_alerts: alerts, safety_days: 'value\n8' },
    expect: { safety: { columns, rows: 3 } }
  },
  {
    title: 'By a rule, once a day, one decision on record',
    name: 'safety',
    body: [
      'on: { monitor: shop, alert: low_stock }',
      'set: safety_days',
      'to: old + 2',
      'max: 14',
      'cooldown: 1d',
      'approve: auto',
      'decisions:',
      '  - { trigger: "low_stock{depot=\\"north\\"}", time: "2024-03-04T10:00:00.000Z", action: set safety_days, before: 8, after: 10, gate: passed, decision: approved, by: auto }'
    ].join('\n'),
    given: { shop_alerts: alerts, safety_days: 'value\n10' },
    expect: { safety: { columns, rows: 3 } }
  },
  {
    title: 'More cover when what is ordered drifts',
    name: 'cover',
    body: [
      'on:',
      '  drift: { inputs: baskets, columns: [quantity, channel], recent: 2w }',
      'set: safety_days',
      'to: old * coalesce(now / before, 1.25)',
      'gate: { max_change: 50% }',
      'cooldown: 2w'
    ].join('\n'),
    given: { baskets, safety_days: 'value\n8' },
    expect: {
      cover: { columns, rows: 1 },
      cover_drift: {
        columns: [
          'time',
          'subject',
          'column',
          'method',
          'score',
          'threshold',
          'drifted',
          'before',
          'now',
          'rows',
          'evidence'
        ]
      }
    }
  },
  {
    title: 'Only what would have cost less, measured on demand with and without it',
    name: 'safety',
    body: [
      'on: { alerts: cover }',
      'set: safety_days',
      'to: old + 4',
      'gate: { backtest: 6, window: 5 }',
      'effect:',
      '  demand: daily',
      '  time: day',
      '  value: units',
      '  by: sku',
      '  lead_time: 3',
      '  reorder_point: mean * (lead_time + safety_days)',
      '  order_up_to: reorder_point + 5 * mean',
      '  holding: 0.1',
      '  stockout: 5'
    ].join('\n'),
    given: { cover, daily, safety_days: 'value\n1' },
    expect: {
      safety: { columns, rows: 2 },
      safety_effect: {
        columns: [
          'scenario',
          'sku',
          'time',
          'demand',
          'stock_without',
          'stock_with',
          'short_without',
          'short_with',
          'ordered_without',
          'ordered_with',
          'cost_without',
          'cost_with'
        ]
      }
    }
  },
  {
    title: 'A forecast fitted anew every week of the events',
    name: 'fresh',
    body: [
      'on: { schedule: 1w, of: orders }',
      'refit: demand',
      'approve: auto',
      'decisions:',
      '  - { trigger: schedule 1w, time: "2024-03-07T00:00:00.000Z", action: refit demand, before: "ets × 2, MASE 0.91, until 2024-03-04", gate: passed, from: 2024-03-04, decision: approved, by: auto }'
    ].join('\n'),
    given: {
      orders: 'at,units\n2024-03-04 09:00:00,4\n2024-03-22 10:00:00,9',
      demand:
        'item,week,model,yhat\nA,2024-03-11,ets,4\nA,2024-03-18,ets,4\nB,2024-03-11,theta,9\nB,2024-03-18,theta,8',
      demand_scores:
        'item,model,mase,chosen\nA,ets,0.8,true\nA,naive,1.1,false\nB,theta,0.7,true\nB,naive,1.2,false',
      demand_series: 'item,frequency\nA,week\nB,week'
    },
    expect: { fresh: { columns, rows: 2 } }
  },
  {
    title: 'Reorder points for someone to accept when stock runs low',
    name: 'reorder',
    body: [
      'on: shop.low_stock',
      'propose: points',
      'gate: { max_change: 50% }',
      'decisions:',
      '  - { trigger: "low_stock{depot=\\"north\\"}", time: "2024-03-04T10:00:00.000Z", action: propose points, after: 70, decision: approved, by: human, rows: \'{"A":40,"B":30}\' }'
    ].join('\n'),
    given: { shop_alerts: alerts, points: 'sku,reorder_point\nA,55\nB,90\nC,12' },
    expect: {
      reorder: { columns, rows: 3 },
      reorder_proposals: {
        columns: ['time', 'trigger', 'item', 'before', 'after', 'decision', 'accepted'],
        rows: 5
      }
    }
  },
  {
    title: 'Reorder points that would not have cost more than those in use',
    name: 'reorder',
    body: [
      'on: { alerts: cover }',
      'propose: points',
      'present: in_use',
      'gate: { backtest: 6, window: 5 }',
      'effect:',
      '  demand: daily',
      '  value: units',
      '  by: sku',
      '  lead_time: 3',
      '  order_up_to: reorder_point + 5 * mean',
      '  holding: 0.1',
      '  stockout: 5'
    ].join('\n'),
    given: { cover, daily, points: 'sku,in_use,reorder_point\ntea,10,60\njam,10,60' },
    expect: { reorder: { columns, rows: 2 } }
  }
];
