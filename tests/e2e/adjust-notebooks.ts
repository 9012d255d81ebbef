import { fence, frontMatter } from './support.ts';

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);
const dayOf = (t: number) => new Date(start + t * day).toISOString().slice(0, 10);

/** Sixteen weeks of days; from the thirteenth week on more is asked for. */
const daily = [
  'day,units',
  ...Array.from({ length: 112 }, (_, t) => {
    const units = 20 + ((t * 5) % 11) + (t % 7) + (t >= 84 ? 30 : 0);
    return `${dayOf(t)},${units}`;
  })
].join('\n');

/** A forecast made of twelve weeks, and what came in the four weeks since: another level. */
export const refitNotebook = (more: string) =>
  frontMatter +
  fence('csv data:daily', daily) +
  fence(
    'yaml forecast:plan',
    [
      'source: daily',
      'time: day',
      'value: units',
      'until: 2024-03-25',
      'horizon: 28',
      'models: [ses, seasonal_naive]',
      'backtest: { origins: 4, step: 7, horizon: 7 }'
    ].join('\n')
  ) +
  fence('yaml adjust:fresh', ['on: { schedule: 1w, of: daily }', 'refit: plan', more].join('\n'));

/** The same, called for by drift of its errors and tried on what came since. */
export const driftRefitNotebook = (more: string) =>
  refitNotebook('').replace(
    'on: { schedule: 1w, of: daily }\nrefit: plan\n',
    [
      'on:',
      '  drift: { forecast: plan, actual: daily, value: units, recent: 2w, rows: 7 }',
      'refit: plan',
      'gate: { backtest: 4, window: 3 }',
      'cooldown: 4w',
      more
    ].join('\n')
  );

const demand = [
  'day,sku,units',
  ...Array.from({ length: 120 }, (_, t) =>
    ['jam', 'tea'].map((sku, i) => `${dayOf(t)},${sku},${(i + 1) * (6 + ((t * 5) % 9) + (t % 3))}`)
  ).flat()
].join('\n');

/** Reorder points by a query: so many days of demand. */
export const proposeNotebook = (more: string, days: string) =>
  frontMatter +
  fence('csv data:demand', demand) +
  fence('csv data:used', 'sku,in_use\njam,20\ntea,40') +
  fence(
    'sql query:points',
    `select sku, any_value(in_use) as in_use, ceil(avg(units) * ${days})::integer as reorder_point from demand join used using (sku) group by sku order by sku`
  ) +
  fence(
    'yaml adjust:reorder',
    [
      'on: { schedule: 4w, of: demand }',
      'propose: points',
      'present: in_use',
      'gate: { backtest: 8, window: 7 }',
      'effect:',
      '  demand: demand',
      '  value: units',
      '  by: sku',
      '  lead_time: 3',
      '  order_up_to: reorder_point + 5 * mean',
      '  holding: 0.1',
      '  stockout: 5',
      more
    ].join('\n')
  );

const baskets = [
  'day,quantity,channel',
  ...Array.from({ length: 336 }, (_, i) => {
    const late = i >= 210;
    return `${dayOf(Math.floor(i / 3))},${((i * 7) % 11) + (late ? 9 : 2)},${(i % 4 === 0) === late ? 'shop' : 'web'}`;
  })
].join('\n');

/** Baskets that grow and come from another channel. */
export const driftNotebook = (more: string) =>
  frontMatter +
  fence('csv data:baskets', baskets) +
  fence('yaml param:safety_days', 'type: integer\nvalue: 8') +
  fence(
    'yaml adjust:cover',
    [
      'on:',
      '  drift: { inputs: baskets, columns: [quantity, channel], recent: 2w }',
      'set: safety_days',
      'to: old + 6',
      'gate: { max_change: 50% }',
      more
    ].join('\n')
  );

/** Orders run short, an alert calls for more days of cover, and what that does is replayed on the demand. */
export const effectNotebook = (more: string) =>
  frontMatter +
  fence('csv data:demand', demand) +
  fence('yaml param:cover_days', 'type: integer\nvalue: 1') +
  fence('yaml stream:feed', 'replay: { source: demand, time: day }') +
  fence(
    'yaml monitor:shop',
    [
      'stream: feed',
      'window: 1w',
      'measures: { units: sum(units) }',
      'alerts:',
      '  - { name: busy, when: units > 240 }'
    ].join('\n')
  ) +
  fence('sql query:plan', 'select $cover_days * 10 as stock') +
  fence(
    'yaml adjust:cover',
    [
      'on: shop.busy',
      'set: cover_days',
      'to: old + 3',
      'gate: { backtest: 6, window: 7 }',
      'cooldown: 26w',
      'effect:',
      '  demand: demand',
      '  value: units',
      '  by: sku',
      '  lead_time: 3',
      '  reorder_point: mean * cover_days',
      '  order_up_to: reorder_point + 5 * mean',
      '  holding: 0.1',
      '  stockout: 5',
      more
    ].join('\n')
  );
