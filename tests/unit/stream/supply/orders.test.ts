import { describe, expect, test } from 'vitest';
import { numeric, text } from '#lib/base/columns.ts';
import type { Random } from '#lib/base/random.ts';
import { Backorders } from '#lib/analytics/stream/supply/backorders.ts';
import { Deliveries } from '#lib/analytics/stream/supply/deliveries.ts';
import { columns, vectorOf, type Columns } from '#lib/base/columns.ts';
import { batchOf, between, figuresOf, samples, streamed } from './streams.ts';

const keys = ['a', 'b', 'c'];
const place = ['s', 'window_start', 'window_end', 'key'];
const listOf = <T>(n: number, make: (i: number) => T) =>
  Array.from({ length: n }, (_, i) => make(i));

/** Order lines that are filled at once, in part, later or never. */
function lines(random: Random, n: number) {
  return {
    key: text(listOf(n, () => keys[between(random, 0, 2)]!)),
    order: text(listOf(n, () => `o${between(random, 0, 9)}`)),
    ordered: numeric(
      listOf(n, () => (random() < 0.4 ? null : between(random, -1, 6))),
      'integer'
    ),
    filled: numeric(
      listOf(n, () => (random() < 0.4 ? null : between(random, -1, 6))),
      'integer'
    )
  };
}

/** Orders promised (some twice), most of them delivered (some told twice) after that, early or late. */
function shipments(random: Random, n: number) {
  const rows = listOf(n, (i) => {
    const id = Math.floor(i / 3);
    const opened = (id * 37) % 120;
    const isPromise = i % 3 === 0 || (i % 3 === 1 && random() < 0.2);
    const at = opened + (isPromise ? between(random, 0, 3) : between(random, 4, 40));
    return {
      at,
      key: keys[id % 3]!,
      order: id,
      promised: isPromise ? opened + between(random, 0, 60) : null,
      delivered: !isPromise && random() < 0.8 ? at - between(random, 0, 2) : null
    };
  });
  return {
    at: numeric(
      rows.map((r) => r.at),
      'timestamp'
    ),
    key: text(rows.map((r) => r.key)),
    order: numeric(
      rows.map((r) => r.order),
      'integer'
    ),
    promised: numeric(
      rows.map((r) => r.promised),
      'timestamp'
    ),
    delivered: numeric(
      rows.map((r) => r.delivered),
      'timestamp'
    )
  };
}

/** Units in order of time, of which the first ones filled are no longer open. */
const backorderSql = `
  with w as (select *, row_number() over () as id from windows),
  sums as (
    select w.id, coalesce(sum(greatest(0, filled)), 0) as filled from w join known using (s, key, start) group by w.id),
  queue as (
    select w.id, stop, "at", ordered, sum(ordered) over (partition by w.id order by "at", arrival) as through
    from w join known using (s, key, start, stop) where ordered > 0),
  open as (select id, stop, "at", greatest(0, least(ordered, through - filled)) as units from queue join sums using (id)),
  figures as (
    select id, sum(units) as units, (max(stop) - sum(units * "at") / sum(units)) / 86400000 as mean,
      (max(stop) - min("at")) / 86400000 as oldest
    from open where units > 0 group by id)
  select s, start as window_start, stop as window_end, key, coalesce(units, 0)::double as backorders,
    mean as backorder_age, oldest as oldest_backorder
  from w left join figures using (id) order by s, stop, key`;

const fillSql = `
  with l as (
    select w.s, w.key, w.start, w.stop, e."order", e.ordered, least(greatest(0, coalesce(e.filled, 0)), e.ordered) as sent
    from windows w join known e using (s, key, start) where e."at" >= w.start and e.ordered > 0),
  by_order as (select s, key, start, stop, "order", min((sent >= ordered)::int) as complete from l group by all),
  orders as (select s, key, start, avg(complete) as rate from by_order group by all)
  select w.s, w.start as window_start, w.stop as window_end, w.key, sum(sent)::double / sum(ordered) as fill_rate,
    avg((sent >= ordered)::int) as line_fill_rate, any_value(rate) as order_fill_rate
  from windows w left join l using (s, key, start) left join orders using (s, key, start)
  group by all order by w.s, w.stop, w.key`;

const deliverySql = `
  with w as (select *, row_number() over () as id from windows),
  told as (
    select w.id, w.start, w.stop, e."order", arg_max(promised, e."at" * 1e6 + e.arrival) as promised,
      min(e."at") filter (where delivered is not null) as told,
      arg_min(delivered, e."at" * 1e6 + delivered) filter (where delivered is not null) as actual
    from w join known e using (s, key, start) group by all),
  figures as (
    select id, avg(actual - promised) filter (where told >= start) / 86400000 as mean,
      quantile_cont(actual - promised, 0.95) filter (where told >= start) / 86400000 as p95,
      avg((actual <= promised)::int) filter (where told >= start) as on_time,
      count(*) filter (where told is null) as open, count(*) filter (where told is null and promised < stop) as late
    from told where promised is not null group by id)
  select s, start as window_start, stop as window_end, key, mean, p95, on_time,
    coalesce(open, 0)::double as open, coalesce(late, 0)::double as late
  from w left join figures using (id) order by s, stop, key`;

describe('figures of orders are what DuckDB computes from the events that came before a window closed', () => {
  test('backorders, first come first served', async () => {
    const db = await batchOf(samples(30, true, lines));
    const names = ['backorders', 'backorder_age', 'oldest_backorder'];
    const measures = Object.fromEntries(names.map((n) => [n, `${n}(ordered, filled)`]));
    const got = streamed(samples(30, true, lines), measures);
    const expected = await db.rows(backorderSql);
    expect(figuresOf(got, [...place, ...names])).toEqual(figuresOf(expected, [...place, ...names]));
    expect(got.filter((row) => Number(row['backorders']) > 0).length).toBeGreaterThan(100);
    db.close();
  });

  test('fill rates of units, lines and orders', async () => {
    const db = await batchOf(samples(30, true, lines));
    const got = streamed(samples(30, true, lines), {
      fill_rate: 'fill_rate(filled, ordered)',
      line_fill_rate: 'order_fill_rate(filled, ordered)',
      order_fill_rate: 'order_fill_rate(filled, ordered, order)'
    });
    const names = [...place, 'fill_rate', 'line_fill_rate', 'order_fill_rate'];
    expect(figuresOf(got, names)).toEqual(figuresOf(await db.rows(fillSql), names));
    db.close();
  });

  test('deliveries against their promise, and orders late without an event', async () => {
    const db = await batchOf(samples(30, true, shipments));
    const inputs = 'order, promised, delivered';
    const got = streamed(samples(30, true, shipments), {
      mean: `delivery_delay(${inputs})`,
      p95: `delivery_delay(${inputs}, 0.95)`,
      on_time: `on_time_rate(${inputs})`,
      open: `open_orders(${inputs})`,
      late: `late_orders(${inputs})`
    });
    const names = [...place, 'mean', 'p95', 'on_time', 'open', 'late'];
    expect(figuresOf(got, names)).toEqual(figuresOf(await db.rows(deliverySql), names));
    expect(got.filter((row) => Number(row['late']) > 0).length).toBeGreaterThan(100);
    expect(got.filter((row) => row['mean'] !== null).length).toBeGreaterThan(50);
    db.close();
  });
});

describe('with more open orders than are held one by one', () => {
  const column = (name: string) => (batch: Columns) =>
    vectorOf(batch, name)!.values as Float64Array;
  const batch = columns({
    order: numeric([1, 2, 3]),
    promised: numeric([5, 6, 7], 'timestamp'),
    delivered: numeric([Number.NaN, Number.NaN, Number.NaN], 'timestamp'),
    ordered: numeric([1, 2, 4]),
    filled: numeric([0, 0, 0])
  });
  const times = Float64Array.of(1, 2, 3);

  test('deliveries leave the others out and count them', () => {
    const state = new Deliveries(
      {
        order: (b) => vectorOf(b, 'order')!,
        promised: column('promised'),
        delivered: () => new Float64Array(3).fill(Number.NaN),
        happens: false
      },
      2
    );
    state.prepare(batch, times, new Int32Array(3));
    state.add(0, 3);
    expect(state.standing(0, 0, 10).open).toBe(2);
    expect(state.lost).toEqual({ what: 'orders', rows: 1 });
  });

  test('backorders keep every unit', () => {
    const state = new Backorders({ ordered: column('ordered'), filled: column('filled') }, 2);
    state.prepare(batch, times, new Int32Array(3));
    state.add(0, 3);
    expect(state.queueOf(0).openAt(10)).toEqual({ units: 7, oldest: 1, moments: 13 });
    expect(state.lost).toEqual({ what: 'orders', rows: 1 });
  });
});
