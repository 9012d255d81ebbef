import { DuckDBInstance } from '@duckdb/node-api';
import { Intake } from '#lib/analytics/stream/intake.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import { MonitorFold } from '#lib/analytics/stream/monitor-fold.ts';
import { schedule } from '#lib/analytics/stream/replay.ts';
import { columns, toRows, type Columns, type Vector } from '#lib/base/columns.ts';
import { seeded, type Random } from '#lib/base/random.ts';

/** One random stream as it arrived, after delays, copies, drops and the filter of ids. Times are small whole numbers. */
export interface Sample {
  readonly log: Columns;
  readonly size: number;
  readonly slide: number;
  readonly disorder: number;
  readonly lateness: number;
  readonly random: Random;
}

export const between = (random: Random, least: number, most: number) =>
  least + Math.floor(random() * (most - least + 1));

/** Streams of events made by `event`, with random windows. `orderly`: the disorder is wide enough for every delay. Event times are random unless `event` gives a column `at`; `unit`: what all times are whole multiples of. */
export function samples(
  count: number,
  orderly: boolean,
  event: (random: Random, n: number) => Record<string, Vector>,
  unit = 1
): Sample[] {
  return Array.from({ length: count }, (_, s) => {
    const random = seeded(s, `supply ${orderly}`);
    const events = between(random, 1, 90);
    const made = event(random, events);
    const { at, ...rest } = made;
    const times =
      at?.type === 'timestamp'
        ? at.values
        : Float64Array.from({ length: events }, () => unit * between(random, 0, 160));
    const table = columns({
      id: { type: 'integer', values: Float64Array.from(times, (_, i) => i), valid: null },
      at: { type: 'timestamp', values: times, valid: null },
      ...rest
    });
    const jitter = unit * between(random, 0, 40);
    const plan = schedule(times, { jitter, duplicate: 0.2, drop: 0.1 }, random);
    const slide = unit * between(random, 1, 20);
    const size =
      slide * between(random, 1, 3) +
      (random() < 0.3 ? unit * between(random, 0, slide / unit) : 0);
    const disorder = orderly ? jitter : unit * between(random, 0, 20);
    const intake = new Intake(table, times, plan, {
      id: ['id'],
      clock: { disorder, partition: null },
      future: null,
      health: null,
      relation: 'events'
    });
    const log = intake.take(0, plan.rows.length);
    return { log, size, slide, disorder, lateness: unit * between(random, 0, 10), random };
  });
}

/** The windows of a monitor over a sample, its log cut into batches at random. */
export function monitored(
  sample: Sample,
  measures: Readonly<Record<string, string>>,
  tables: ReadonlyMap<string, Columns> = new Map()
) {
  const { log, size, slide, disorder, lateness, random } = sample;
  const fold = new MonitorFold(
    {
      time: 'at',
      tolerance: { disorder, lateness },
      by: ['key'],
      window: { kind: 'grid', size, slide },
      measures: parseMeasures(measures),
      detectors: [],
      rules: []
    },
    'events',
    null,
    new Map(),
    tables
  );
  for (let from = 0; from < log.length;) {
    const to = Math.min(log.length, from + between(random, 1, 40));
    fold.push(piece(log, from, to));
    from = to;
  }
  fold.finish();
  return toRows(fold.take()!.windows);
}

function piece(table: Columns, from: number, to: number): Columns {
  const vectors = table.vectors.map((vector) => {
    const values = vector.values.slice(from, to);
    const valid = 'valid' in vector && vector.valid ? vector.valid.slice(from, to) : null;
    return (
      vector.type === 'text' ? { ...vector, values } : { ...vector, values, valid }
    ) as Vector;
  });
  return { length: to - from, names: table.names, vectors };
}

/**
 * A DuckDB with all samples: `events(s, arrival, at, key, …, wm)`, where `wm` is the watermark before the event, and
 * `windows(s, start, stop, key, …)`: every window and key that an event was in time for.
 */
export async function batchOf(all: readonly Sample[]) {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const params = all.map(({ size, slide, disorder, lateness }, s) =>
    [s, size, slide, disorder, lateness].join(', ')
  );
  await db.run(
    `create table params(s integer, size double, slide double, disorder double, lateness double);
     insert into params values ${params.map((p) => `(${p})`).join(', ')}`
  );
  const names = all[0]!.log.names;
  const rows = all.flatMap(({ log }, s) =>
    toRows(log).map((row) => `(${s}, ${names.map((n) => literal(row[n])).join(', ')})`)
  );
  const types = names.map((n, i) => {
    return `"${n}" ${all[0]!.log.vectors[i]!.type === 'text' ? 'varchar' : 'double'}`;
  });
  await db.run(
    `create table arrived(s integer, ${types.join(', ')}); insert into arrived values ${rows.join(', ')};
     create table events as select a.*, size, slide, lateness,
         max("at") over (partition by s order by arrival rows between unbounded preceding and 1 preceding) - disorder as wm
       from arrived a join params using (s);
     create table windows as select distinct s, key, k * slide as start, k * slide + size as stop, slide, size, lateness
       from (select *, unnest(range((floor(("at" - size) / slide))::bigint, (floor("at" / slide))::bigint + 1)) as k from events)
       where k * slide <= "at" and "at" < k * slide + size
         and (wm is null or k * slide + size + lateness > wm);
     create table known as select w.*, e."at", e.arrival, e.* exclude (s, key, slide, size, lateness, "at", arrival)
       from windows w join events e on e.s = w.s and e.key = w.key
         and e."at" < w.stop and (e.wm is null or w.stop + w.lateness > e.wm)`
  );
  return {
    rows: async (sql: string) => (await db.runAndReadAll(sql)).getRowObjects(),
    run: async (sql: string) => {
      await db.run(sql);
    },
    close: () => db.closeSync()
  };
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** What the fold makes of every sample, as rows with the number of the sample. */
export function streamed(
  all: readonly Sample[],
  measures: Readonly<Record<string, string>>,
  tables?: ReadonlyMap<string, Columns>
) {
  return all.flatMap((sample, s) =>
    monitored(sample, measures, tables).map((row): Record<string, unknown> => ({ s, ...row }))
  );
}

/** Both sides in one form: a row of figures by stream, window and key. */
export function figuresOf(rows: readonly Record<string, unknown>[], names: readonly string[]) {
  return rows.map((row) => names.map((name) => shown(row[name])));
}

export function shown(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(10)) : (value ?? null);
}
