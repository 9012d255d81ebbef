import { describe, expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { ProblemError } from '#lib/base/problem.ts';
import { parseMeasures, relationsOf } from '#lib/analytics/stream/measures.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import monitor from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import { runLiveKindForTest } from '../../../support/live.ts';

const day = 86_400_000;
const of = (body: string, given: Record<string, Columns>) =>
  runLiveKindForTest(monitor as unknown as CellKind, runMonitor, { name: 'shelf', body, given });

/** Movements by day: [day, sku, change]. */
function moved(rows: readonly (readonly [number, string, number])[]): Columns {
  return columns({
    at: numeric(
      rows.map(([at]) => at * day),
      'timestamp'
    ),
    sku: text(rows.map(([, sku]) => sku)),
    change: numeric(
      rows.map(([, , change]) => change),
      'integer'
    )
  });
}

const shelf = (...lines: string[]) =>
  ['stream: moved', 'by: sku', 'window: 1d', 'measures:', ...lines].join('\n');

describe('rules over carried measures', () => {
  test('see keys without events at every window end, also where no key has one', async () => {
    const rows = [
      [0, 'a', 4],
      [0.5, 'a', -4],
      [1, 'b', 9],
      [6.2, 'b', -1],
      [6.5, 'a', 8]
    ] as const;
    const { relations } = await of(
      [
        shelf('  on_hand: on_hand(change)', '  moves: count()'),
        'alerts:',
        '  - { name: out, when: on_hand <= 0, for: 3d }',
        '  - { name: quiet, when: moves < 1 }'
      ].join('\n'),
      { moved: moved(rows) }
    );
    const alerts = toRows(relations['shelf_alerts']!).map((row) => [
      row['alert'],
      row['sku'],
      row['state'],
      Number(row['time']) / day,
      row['value']
    ]);
    expect(alerts).toEqual([
      ['out', 'a', 'pending', 1, 0],
      ['out', 'a', 'firing', 4, 0],
      ['out', 'a', 'resolved', 7, 8]
    ]);
    expect(relations['shelf']!.length).toBe(4);
  });
});

describe('cover', () => {
  const plan = columns({
    sku: text(['a', 'a', 'a']),
    day: numeric([day, 2 * day, 3 * day], 'timestamp'),
    yhat: numeric([4, 8, 4])
  });

  test('uses stock up as foretold, then at mean demand', async () => {
    const cover = async (stock: number) => {
      const { relations, problems } = await of(shelf('  cover: cover(change, forecast(plan))'), {
        moved: moved([
          [0, 'a', stock + 2],
          [0.5, 'a', -2]
        ]),
        plan
      });
      expect(problems).toEqual([]);
      return toRows(relations['shelf']!)[0]!['cover'];
    };
    expect(await cover(3)).toBe(0.75);
    expect(await cover(8)).toBe(1.5);
    expect(await cover(16)).toBe(3);
    expect(await cover(18)).toBe(4);
  });

  test('says that nothing was foretold for any key', async () => {
    const { problems } = await of(shelf('  cover: cover(change, forecast(plan))'), {
      moved: moved([
        [0, 'b', 5],
        [0.5, 'b', -2]
      ]),
      plan
    });
    expect(problems.map((p) => p.code)).toEqual(['live.forecast-unmatched']);
  });

  test('is refused over sessions', async () => {
    const { problems } = await of(
      shelf('  cover: cover(change)').replace('window: 1d', 'window: { session: 1d }'),
      { moved: moved([[0, 'b', 5]]) }
    );
    expect(problems.map((p) => p.code)).toEqual(['config.combination']);
  });
});

test('a ledger also runs over sessions', async () => {
  const { relations } = await of(
    shelf('  on_hand: on_hand(change)', '  out: stock_out_time(change)').replace(
      'window: 1d',
      'window: { session: 1d }'
    ),
    {
      moved: moved([
        [0, 'a', 5],
        [0.5, 'a', -5],
        [3, 'a', 2],
        [3.5, 'a', 2]
      ])
    }
  );
  expect(toRows(relations['shelf']!).map((row) => [row['on_hand'], row['out']])).toEqual([
    [0, 1],
    [4, 0]
  ]);
});

test('a count too late for every open window is left out and told', async () => {
  const table = columns({
    at: numeric([10 * day, 40 * day, day], 'timestamp'),
    sku: text(['a', 'a', 'a']),
    change: numeric([5, -1, null], 'integer'),
    counted: numeric([null, null, 7], 'integer')
  });
  const { relations, problems } = await runLiveKindForTest(
    monitor as unknown as CellKind,
    runMonitor,
    {
      name: 'shelf',
      body: shelf('  on_hand: on_hand(change, counted)'),
      given: { moved: table },
      clocks: { moved: { time: 'at', disorder: 0, lateness: 0 } }
    }
  );
  expect(problems.map((p) => p.code)).toEqual(['live.late-counts']);
  expect(toRows(relations['shelf']!).map((row) => row['on_hand'])).toEqual([5, 4]);
});

describe('the stock that ledgers begin with', () => {
  const run = (stock: Columns) =>
    of(shelf('  on_hand: on_hand(change, opening(stock))'), { moved: moved([[0, 'a', 5]]), stock });

  test.each([
    ['no key', columns({ on_hand: numeric([1]) })],
    ['no level', columns({ sku: text(['a']), name: text(['x']) })],
    ['two rows of a key', columns({ sku: text(['a', 'a']), on_hand: numeric([1, 2]) })]
  ])('is refused with %s', async (_, stock) => {
    expect((await run(stock)).problems.map((p) => p.code)).toEqual(['live.opening']);
  });
});

test('measures name the relations they read', () => {
  const plan = parseMeasures({
    cover: 'cover(change, opening(stock), forecast(plan))',
    more: 'on_hand(change, opening(stock)) + cover(change, forecast(other))'
  });
  expect(relationsOf(plan)).toEqual(['stock', 'plan', 'other']);
});

test.each([
  'on_hand()',
  'on_hand(change, counted, more)',
  'on_hand(change, forecast(plan))',
  'cover(change, ewma(0))',
  'cover(change, opening(1))',
  'cover(change, opening(a), opening(b))',
  'on_hand(sum(change))',
  'sum(on_hand(change))'
])('%s is refused in words', (text) => {
  const refused = () => parseMeasures({ m: text });
  expect(refused).toThrow(ProblemError);
  expect(refused).toThrow(/cannot be read/);
});

test('an order is late, and its rule fires, though nothing happens to its key', async () => {
  const orders = [
    'at,order,depot,due,status',
    '2024-03-04T08:00:00Z,A-1,north,2024-03-04T10:30:00Z,placed',
    '2024-03-04T08:10:00Z,A-2,south,2024-03-04T09:00:00Z,placed',
    '2024-03-04T08:50:00Z,A-2,south,,delivered',
    '2024-03-04T12:05:00Z,A-3,south,2024-03-05T09:00:00Z,placed',
    '2024-03-04T13:05:00Z,A-1,north,,delivered'
  ].join('\n');
  const { relations, problems } = await runLiveKindForTest(
    monitor as unknown as CellKind,
    runMonitor,
    {
      name: 'promises',
      body: [
        'stream: orders',
        'time: at',
        'by: depot',
        'window: 1h',
        'measures:',
        "  late: late_orders(order, due, status = 'delivered')",
        "  hours: delivery_delay(order, due, status = 'delivered') * 24",
        'alerts: [{ name: overdue, when: late > 0 }]'
      ].join('\n'),
      given: { orders }
    }
  );
  expect(problems).toEqual([]);
  const times = (relation: string, column: string) =>
    toRows(relations[relation]!).map((row) => [
      new Date(row['window_end'] as number).toISOString().slice(11, 16),
      row['depot'],
      row[column]
    ]);
  expect(times('promises', 'late')).toEqual([
    ['09:00', 'north', 0],
    ['09:00', 'south', 0],
    ['13:00', 'south', 0],
    ['14:00', 'north', 0]
  ]);
  expect(times('promises', 'hours').map(([, , hours]) => hours)).toEqual([
    null,
    -10 / 60,
    null,
    155 / 60
  ]);
  const alerts = toRows(relations['promises_alerts']!);
  expect(
    alerts.map((row) => [new Date(row['time'] as number).toISOString().slice(11, 16), row['state']])
  ).toEqual([
    ['11:00', 'firing'],
    ['14:00', 'resolved']
  ]);
});
