import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columns, take, text, toRows, type Columns, type Vector } from '#lib/base/columns.ts';
import { seeded, type Random } from '#lib/base/random.ts';
import { Intake } from '#lib/analytics/stream/intake.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import { MonitorFold, type MonitorSpec } from '#lib/analytics/stream/monitor-fold.ts';
import { schedule } from '#lib/analytics/stream/replay.ts';
import type { WindowSpec } from '#lib/analytics/stream/windows.ts';
import { measures, specOf } from './events.ts';

type Row = Readonly<Record<string, unknown>>;

/** A stream as it arrived: delays, copies that the id gives away, losses; and how it is watched. */
interface Sample {
  readonly log: Columns;
  readonly spec: MonitorSpec;
  readonly random: Random;
}

const figures = `count(*) as n, count(x) as present, sum(x) as total, avg(x) as average, min(x) as least, max(x) as most,
  arg_min(x, happened * 1000 + arrival) filter (x is not null) as opening,
  arg_max(x, happened * 1000 + arrival) filter (x is not null) as closing,
  count(distinct x) as different, quantile_cont(x, 0.5) as median, sum(x) / nullif(sum(x * x), 0) as share,
  count(*) filter (copy) as copies, avg((happened < coalesce(wm, '-infinity'::double))::integer) as late`;
const texts = {
  ...Object.fromEntries(measures.measures.map(({ name, text: words }) => [name, words])),
  copies: 'duplicates(ref)',
  late: 'late_share()'
};
const names = [
  's',
  'window_start',
  'window_end',
  'key',
  ...['n', 'present', 'total', 'average', 'least', 'most', 'opening', 'closing', 'different'],
  ...['median', 'share', 'copies', 'late']
];

let db: DuckDBConnection;

beforeAll(async () => {
  db = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  db.closeSync();
});

test('windows on a grid are those that SQL computes from the log', async () => {
  const all = samples(1000, 'grid', (random, jitter) => {
    const slide = between(random, 1, 20);
    const size = slide * between(random, 1, 3) + (random() < 0.3 ? between(random, 0, slide) : 0);
    const lateness = random() < 0.3 ? 0 : between(random, 1, 25);
    const disorder = between(random, 0, jitter);
    return { window: { kind: 'grid', size, slide }, disorder, lateness };
  });
  await give(all);
  await db.run(`
    create or replace table touched as
      select *, k * slide as window_start, k * slide + size as window_end,
        wm is not null and k * slide + size + lateness <= wm as missed
      from (select *, unnest(range(floor((happened - size) / slide)::bigint, floor(happened / slide)::bigint + 1)) as k from timed)
      where k * slide <= happened and happened < k * slide + size`);
  const made = all.map(watched);
  await expectEqual(
    all,
    made,
    `select s, window_start, window_end, key, ${figures} from touched where not missed group by s, window_start, window_end, key`
  );
  const late = await rowsOf(`
    select s, happened as time, key, max(window_end) filter (missed) as window_end,
      count(*) filter (missed) as missed, count(*) filter (not missed) as entered
    from touched group by s, arrival, happened, key having bool_or(missed) order by s, arrival`);
  const told = made.flatMap(({ late: rows }, s) =>
    rows.map(({ time, key, window_end, missed, entered }) => {
      return { s, time, key, window_end, missed, entered };
    })
  );
  expect(told).toEqual(late);
  expect(told.length).toBeGreaterThan(200);
}, 120_000);

test('sessions are the islands that SQL finds in the log', async () => {
  const all = samples(900, 'session', (random, jitter) => {
    const disorder = between(random, 0, jitter);
    const lateness = jitter + 1 - disorder;
    return { window: { kind: 'session', gap: between(random, 1, 15) }, disorder, lateness };
  });
  await give(all);
  const made = all.map(watched);
  expect(made.reduce((sum, { corrections }) => sum + corrections, 0)).toBeGreaterThan(300);
  await expectEqual(
    all,
    made,
    `select s, min(happened) as window_start, max(happened) + any_value(size) as window_end, key, ${figures} from (
      select *, sum(opens) over (partition by s, key order by happened, arrival) as session from (
        select *, (coalesce(happened - lag(happened) over (partition by s, key order by happened, arrival) > size, true))::integer as opens from timed
      )
    ) group by s, key, session`
  );
}, 120_000);

const between = (random: Random, least: number, most: number) =>
  least + Math.floor(random() * (most - least + 1));

function samples(
  count: number,
  seed: string,
  watch: (
    random: Random,
    jitter: number
  ) => { window: WindowSpec; disorder: number; lateness: number }
): Sample[] {
  return Array.from({ length: count }, (_, s) => {
    const random = seeded(s, seed);
    const events = between(random, 1, 40);
    const each = <T>(of: () => T) => Array.from({ length: events }, of);
    const times = Float64Array.from(each(() => between(random, 0, 160)));
    const xs = each(() => (random() < 0.1 ? null : between(random, -5, 9)));
    const table = columns({
      id: whole(Float64Array.from(times, (_, i) => i)),
      at: { type: 'timestamp', values: times, valid: null },
      key: text(each(() => 'abc'[between(random, 0, 2)]!)),
      ref: whole(Float64Array.from(times, (_, i) => (i * i) % 17)),
      desk: text(each(() => 'pq'[between(random, 0, 1)]!)),
      x: {
        type: 'integer',
        values: Float64Array.from(xs, (x) => x ?? 0),
        valid: Uint8Array.from(xs, (x) => (x === null ? 0 : 1))
      }
    });
    const jitter = between(random, 0, 40);
    const { window, disorder, lateness } = watch(random, jitter);
    const partition = random() < 0.5 ? null : { column: 'desk', idle: between(random, 0, 60) };
    const plan = schedule(times, { jitter, duplicate: 0.2, drop: 0.1 }, random);
    const clock = { disorder, partition };
    const options = { id: ['id'], clock, future: null, health: null, relation: 'events' };
    const log = new Intake(table, times, plan, options).take(0, plan.rows.length);
    const spec = specOf(window, {
      tolerance: { disorder, lateness, partition },
      measures: parseMeasures(texts)
    });
    return { log, spec, random };
  });
}

interface Watched {
  readonly final: readonly Row[];
  /** The rows that revisions leave. */
  readonly table: readonly Row[];
  readonly late: readonly Row[];
  readonly corrections: number;
}

function whole(values: Float64Array): Vector {
  return { type: 'integer', values, valid: null };
}

/** What a monitor makes of a sample: its log cut at random, the fold broken off and put back here and there. */
function watched({ log, spec, random }: Sample): Watched {
  let fold = new MonitorFold(spec, 'events');
  const table = new Map<string, Row>();
  const final: Row[] = [];
  const late: Row[] = [];
  let corrections = 0;
  const collect = () => {
    const made = fold.take();
    if (!made) return;
    for (const { change, ...row } of toRows(made.revisions) as Row[]) {
      const id = JSON.stringify([row['window_start'], row['window_end'], row['key']]);
      if (change === 2) table.delete(id);
      else table.set(id, row);
    }
    final.push(...(toRows(made.windows) as Row[]));
    late.push(...(toRows(made.late) as Row[]));
    corrections += made.corrections.length;
  };
  for (let from = 0; from < log.length;) {
    const to = Math.min(log.length, from + between(random, 1, 20));
    fold.push(
      take(
        log,
        Array.from({ length: to - from }, (_, i) => from + i)
      )
    );
    from = to;
    if (random() < 0.5) collect();
    if (random() < 0.8) continue;
    const kept = structuredClone(fold.snapshot());
    fold = new MonitorFold(spec, 'events');
    fold.restore(kept);
  }
  fold.finish();
  collect();
  return { final, table: [...table.values()], late, corrections };
}

/**
 * Gives DuckDB the logs as `timed(s, arrival, at, key, x, size, slide, lateness, copy, wm)`: `wm` is the watermark before the
 * event, the least of the partitions' latest times less the disorder, idle ones left out, and never less than before.
 */
async function give(all: readonly Sample[]): Promise<void> {
  await db.run(`
    create or replace table arrived(s integer, arrival integer, happened double, key varchar, part varchar, x double, ref double,
      size double, slide double, disorder double, lateness double, idle double)`);
  const appender = await db.createAppender('arrived');
  for (const [s, { log, spec }] of all.entries()) {
    const { window, tolerance } = spec;
    const [size, slide] = window.kind === 'grid' ? [window.size, window.slide] : [window.gap, 0];
    const { disorder, lateness, partition } = tolerance;
    for (const { arrival, at, key, desk, x, ref } of toRows(log) as Row[]) {
      appender.appendInteger(s);
      appender.appendInteger(arrival as number);
      appender.appendDouble(at as number);
      appender.appendVarchar(key as string);
      appender.appendVarchar(partition ? (desk as string) : '-');
      if (x === null) appender.appendNull();
      else appender.appendDouble(x as number);
      appender.appendDouble(ref as number);
      for (const value of [size, slide, disorder as number, lateness, partition?.idle ?? 1e9])
        appender.appendDouble(value);
      appender.endRow();
    }
  }
  appender.closeSync();
  await db.run(`
    create or replace table timed as
      with clocked as (
        select *, max(happened) over (partition by s order by arrival) as greatest from arrived
      ), by_part as (
        select c.s, c.arrival, c.greatest, c.disorder, c.idle,
          max(case when c.part = p.part then c.happened end) over through as latest,
          max(case when c.part = p.part then c.greatest end) over through as heard
        from clocked c join (select distinct s, part from arrived) p using (s)
        window through as (partition by c.s, p.part order by c.arrival)
      ), marks as (
        select s, arrival, min(latest) filter (greatest - heard <= idle) - any_value(disorder) as mark
        from by_part group by s, arrival
      )
      select a.*, row_number() over (partition by s, ref order by arrival) > 1 as copy, max(mark) over (partition by s order by arrival rows between unbounded preceding and 1 preceding) as wm
      from arrived a join marks using (s, arrival)`);
}

async function rowsOf(sql: string): Promise<Row[]> {
  const rows = (await db.runAndReadAll(sql)).getRowObjects() as Row[];
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, v]) => [name, typeof v === 'bigint' ? Number(v) : v])
    )
  );
}

/** The final windows of every sample, and those that revisions leave, are the rows of a query. */
async function expectEqual(
  all: readonly Sample[],
  made: readonly Watched[],
  sql: string
): Promise<void> {
  const expected = inOrder(await rowsOf(sql));
  const of = (rowsOfSample: (sample: Watched, s: number) => readonly Row[]) =>
    inOrder(made.flatMap((sample, s) => rowsOfSample(sample, s).map((row) => ({ s, ...row }))));
  expect(expected.length).toBeGreaterThan(all.length);
  expect(of((sample) => sample.final)).toEqual(expected);
  const isRevised = (s: number) => all[s]!.spec.tolerance.lateness > 0;
  expect(of((sample, s) => (isRevised(s) ? sample.table : sample.final))).toEqual(expected);
}

function inOrder(rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(names.map((name) => shown(row[name])))).sort();
}

function shown(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(10)) : (value ?? null);
}
