import { describe, expect, test } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import type { Random } from '#lib/base/random.ts';
import { batchOf, between, figuresOf, samples, streamed } from './streams.ts';

const keys = ['a', 'b', 'c'];

function movements(random: Random, n: number) {
  const list = <T>(make: () => T) => Array.from({ length: n }, make);
  return {
    key: text(list(() => keys[between(random, 0, 2)]!)),
    change: numeric(
      list(() => (random() < 0.08 ? null : between(random, -6, 6))),
      'integer'
    ),
    counted: numeric(
      list(() => (random() < 0.08 ? between(random, -1, 9) : null)),
      'integer'
    )
  };
}

const noStock = "[{key: 'none', level: 0}]";
const figures = ['on_hand', 'stock_out_time', 'stock_out_share', 'stock_outs'];
const place = ['s', 'window_start', 'window_end', 'key'];

/** The path of levels of every window. `opened`: the stock of keys to begin with; `counted`: counts in SQL. */
const pathSql = (opened: string, counted: string) => `
  with w as (
    select windows.*, level as opening, row_number() over () as id
    from windows left join (select unnest(${opened}, recursive := true)) o using (key)),
  steps as (
    select w.id, e."at", sum(e.change) as moved, arg_max(${counted}, e.arrival) as counted
    from w join known e using (s, key, start) where e.change is not null or ${counted} is not null group by all),
  anchored as (
    select *, max("at") filter (where counted is not null) over (partition by id order by "at") as anchor from steps),
  path as (
    select a.id, a."at", coalesce(
        (select counted from steps c where c.id = a.id and c."at" = a.anchor),
        (select opening from w where w.id = a.id), 0)
      + coalesce((select sum(moved) from steps m
          where m.id = a.id and m."at" <= a."at" and (a.anchor is null or m."at" > a.anchor)), 0) as level
    from anchored a),
  whole as (
    select id, "at", level from path
    union all select id, -1e9, opening from w where opening is not null),
  spans as (
    select id, start, stop, "at", level, lead("at", 1, stop) over o as until, lag(level, 1, 0) over o as before
    from whole join w using (id) window o as (partition by id order by "at"))`;

const stockSql = (opened: string, counted: string) => `${pathSql(opened, counted)},
  figures as (
    select id, arg_max(level, "at") as on_hand,
      sum(case when level <= 0 then greatest(0, least(until, stop) - greatest("at", start)) else 0 end) as out,
      max(stop) - greatest(min("at"), max(start)) as observed,
      count(*) filter (where "at" >= start and before > 0 and level <= 0) as falls
    from spans group by id)
  select s, start as window_start, stop as window_end, key, on_hand, out / 86400000 as stock_out_time,
    out / observed as stock_out_share, falls::double as stock_outs
  from w left join figures using (id) order by s, stop, key`;

/** Mean demand over steps in which stock was never out, the latest weighing most, and how long the stock lasts against it. */
const coverSql = (alpha: number) => `${pathSql(noStock, 'null::double')},
  first as (select id, min("at") as first from steps group by id),
  grid as (
    select id, s, key, start, stop, w.slide, unnest(range(0, ceil((stop - first) / w.slide)::bigint)) as back from w join first using (id)),
  periods as (select *, stop - (back + 1) * slide as b from grid),
  taught as (
    select p.id, p.slide, row_number() over (partition by p.id order by b desc) as rank, coalesce((
        select sum(greatest(0, -change)) from known e
        where e.s = p.s and e.key = p.key and e.start = p.start and e."at" >= b and e."at" < b + p.slide), 0) as demand
    from periods p where not exists (
      select 1 from spans where spans.id = p.id and level <= 0 and least(until, b + p.slide) > greatest("at", b))),
  rates as (
    select id, sum(demand * (1 - ${alpha}) ** (rank - 1)) / sum((1 - ${alpha}) ** (rank - 1)) / any_value(slide) as rate
    from taught group by id),
  stock as (select id, arg_max(level, "at") as level from path group by id)
  select s, start as window_start, stop as window_end, key, 
    case when level <= 0 then 0 when rate > 0 then level / rate / 86400000 end as cover
  from w left join stock using (id) left join rates using (id) order by s, stop, key`;

const measuresOver = (inputs: string) =>
  Object.fromEntries(figures.map((name) => [name, `${name}(${inputs})`]));

describe('the stock of every window is what DuckDB computes from the events that came before it closed', () => {
  test('with events too late for their windows, which count in those that close later', async () => {
    const db = await batchOf(samples(30, false, movements));
    const expected = await db.rows(stockSql(noStock, 'null::double'));
    const got = streamed(samples(30, false, movements), measuresOver('change'));
    expect(got.length).toBeGreaterThan(300);
    expect(figuresOf(got, [...place, ...figures])).toEqual(
      figuresOf(expected, [...place, ...figures])
    );
    const alone = streamed(samples(30, false, movements), { on_hand: 'on_hand(change)' });
    expect(figuresOf(alone, ['on_hand'])).toEqual(figuresOf(expected, ['on_hand']));
    db.close();
  });

  test('with counts that set the level, and the stock that keys begin with', async () => {
    const db = await batchOf(samples(30, true, movements));
    const opened = "[{key: 'a', level: 12}, {key: 'b', level: -2}]";
    const expected = await db.rows(stockSql(opened, 'e.counted'));
    const stock = columns({ key: text(['a', 'b']), on_hand: numeric([12, -2], 'integer') });
    const got = streamed(
      samples(30, true, movements),
      measuresOver('change, counted, opening(stock)'),
      new Map([['stock', stock]])
    );
    expect(figuresOf(got, [...place, ...figures])).toEqual(
      figuresOf(expected, [...place, ...figures])
    );
    db.close();
  });
  test('with the days that it covers at mean demand, stock-outs teaching nothing', async () => {
    const receipts = (random: Random, n: number) => {
      const made = movements(random, n);
      const change = made.change.values.map((x) => (x > 3 ? 3 * x : x));
      return { ...made, change: { ...made.change, values: change } };
    };
    const db = await batchOf(samples(30, true, receipts));
    const expected = await db.rows(coverSql(0.3));
    const got = streamed(samples(30, true, receipts), { cover: 'cover(change, ewma(0.3))' });
    expect(figuresOf(got, [...place, 'cover'])).toEqual(figuresOf(expected, [...place, 'cover']));
    expect(got.filter((row) => Number(row['cover']) > 0).length).toBeGreaterThan(60);
    db.close();
  });
});
