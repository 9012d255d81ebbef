import { expect, test } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import type { Random } from '#lib/base/random.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import monitor from '#lib/cells/monitor/index.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import { runLiveKindForTest } from '../../../support/live.ts';
import { batchOf, between, figuresOf, samples, streamed } from './streams.ts';

function seconds(random: Random, n: number) {
  const list = <T>(make: () => T) => Array.from({ length: n }, make);
  return {
    key: text(list(() => ['a', 'b'][between(random, 0, 1)]!))
  };
}

/** In seconds, as windows then are. */
const feedSql = (all: boolean) => `
  with seen as (
    select w.s, w.key, w.start, w.stop, e."at" from windows w join events e
      on e.s = w.s and (${all} or e.key = w.key) and e."at" < w.stop and (e.wm is null or w.stop + w.lateness > e.wm)),
  steps as (
    select *, lag("at") over o as before, min("at") over o as first
    from seen window o as (partition by s, key, start, stop order by "at"))
  select s, start as window_start, stop as window_end, key, (stop - max("at")) / 1000 as silence,
    greatest(max(case when "at" >= start then "at" - greatest(coalesce(before, first), start, first) end),
      least(stop - max("at"), stop - greatest(start, min(first)))) / 1000 as gap,
    count(*) filter (where "at" >= start) * 1000.0::double / (stop - start) as rate
  from steps group by s, key, start, stop order by s, stop, key`;

test.each([
  ['of all keys', '', true],
  ['of a key', 'key', false]
])('the feed %s is what DuckDB computes from its events', async (_, keys, all) => {
  const inSeconds = () => samples(30, false, seconds, 1000);
  const db = await batchOf(inSeconds());
  const got = streamed(inSeconds(), {
    silence: `feed_silence(${keys})`,
    gap: `feed_gap(${keys})`,
    rate: `feed_rate(${keys})`
  });
  const names = ['s', 'window_start', 'window_end', 'key', 'silence', 'gap', 'rate'];
  expect(figuresOf(got, names)).toEqual(figuresOf(await db.rows(feedSql(all)), names));
  expect(got.length).toBeGreaterThan(100);
  db.close();
});

const minute = 60_000;
const watched = (rows: readonly (readonly [number, string, string])[], when: string) => {
  const scans: Columns = columns({
    at: numeric(
      rows.map(([at]) => at * minute),
      'timestamp'
    ),
    depot: text(rows.map(([, depot]) => depot)),
    sku: text(rows.map(([, , sku]) => sku))
  });
  return runLiveKindForTest(monitor as unknown as CellKind, runMonitor, {
    name: 'depots',
    body: [
      'stream: scans',
      'by: [depot, sku]',
      'window: 5m',
      'measures: { quiet: feed_silence(depot), scans: count() }',
      `alerts: [{ name: feed_down, when: ${when} }]`
    ].join('\n'),
    given: { scans }
  });
};

test('a depot that falls silent is told by the others going on, for every key of it', async () => {
  const others = Array.from({ length: 8 }, (_, i) => [5 * i + 1, 'south', 's1'] as const);
  const { relations } = await watched(
    [[0, 'north', 'n1'], [1, 'north', 'n2'], ...others, [31, 'north', 'n2']],
    'quiet > 900'
  );
  const alerts = toRows(relations['depots_alerts']!).map((row) => [
    Number(row['time']) / minute,
    row['depot'],
    row['sku'],
    row['state']
  ]);
  expect(alerts).toEqual([
    [20, 'north', 'n1', 'firing'],
    [20, 'north', 'n2', 'firing'],
    [35, 'north', 'n1', 'resolved'],
    [35, 'north', 'n2', 'resolved']
  ]);
});

test('a feed is told apart by keys only', async () => {
  const { problems } = await runLiveKindForTest(monitor as unknown as CellKind, runMonitor, {
    body: 'stream: scans\nby: sku\nwindow: 5m\nmeasures: { quiet: feed_silence(depot) }',
    given: { scans: columns({ at: numeric([0], 'timestamp'), depot: text(['n']) }) }
  });
  expect(problems.map((p) => p.code)).toEqual(['config.combination']);
});
