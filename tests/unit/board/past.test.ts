import { beforeAll, afterAll, expect, test, vi } from 'vitest';
import { columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { ViewData } from '#lib/cells/core/view.ts';
import monitor, { type MonitorReport } from '#lib/cells/monitor/index.ts';
import { statesAt } from '#lib/cells/monitor/board/figures.ts';
import { LivePast } from '#lib/cells/monitor/board/live-past.svelte.ts';
import { LiveTables } from '#lib/cells/monitor/board/live-tables.svelte.ts';
import {
  readAnomalies,
  readStates,
  readSteps,
  readTicks
} from '#lib/cells/monitor/board/past-rows.ts';
import { readKeys, readWindows } from '#lib/cells/monitor/board/rows.ts';
import { emptyHistory } from '#lib/cells/monitor/board/tail.ts';
import runMonitor from '#lib/cells/monitor/run.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { giveTables, openTestDuckDb } from '../../support/duckdb.ts';
import { runLiveKindForTest } from '../../support/live.ts';

const hour = 3_600_000;
const body = [
  'stream: orders',
  'by: shop',
  'window: 1h',
  'measures: { units: sum(units), lines: count() }',
  'detect:',
  '  - { measure: units, method: robust, threshold: 2 }',
  '  - { measure: units, method: ewma }',
  '  - { measure: lines, method: robust }',
  'alerts:',
  `  - { name: much, when: 'units > 60', for: 1h }`
].join('\n');

/** Orders of two shops over 40 days, now and then many. */
function orders(): Columns {
  const random = seeded(3, 'orders');
  const rows = Array.from({ length: 40 * 24 * 4 }, (_, i) => ({
    at: Date.UTC(2024, 0, 1) + (i * hour) / 4,
    shop: random() < 0.5 ? "l'est" : 'west',
    units: 1 + Math.floor(random() * 9) + (random() < 0.05 ? 60 : 0)
  }));
  return columns({
    at: numeric(
      rows.map((r) => r.at),
      'timestamp'
    ),
    shop: text(rows.map((r) => r.shop)),
    units: numeric(
      rows.map((r) => r.units),
      'integer'
    )
  });
}

let db: DuckDbRelations;
let data: ViewData;
let tables: Readonly<Record<string, Columns>>;
let report: MonitorReport;

beforeAll(async () => {
  const outcome = await runLiveKindForTest(monitor as unknown as CellKind, runMonitor, {
    name: 'shops',
    body,
    given: { orders: orders() }
  });
  tables = outcome.relations;
  report = outcome.report as MonitorReport;
  db = await openTestDuckDb();
  await giveTables(db, tables);
  data = {
    query: (sql: string) => db.query(sql),
    fields: (name: string) => (name in tables ? {} : undefined)
  } as unknown as ViewData;
});
afterAll(() => db.close());

const said = (value: unknown) => String(value);

test('every window that was judged has what was expected of it, by the first detector of a measure', () => {
  const expected = toRows(tables['shops_expected']!);
  const anomalies = toRows(tables['shops_anomalies']!);
  const found = new Map(
    expected.map((r) => [`${said(r['window_end'])} ${said(r['shop'])} ${said(r['measure'])}`, r])
  );
  expect(found.size).toBe(expected.length);
  // The ninth window of each shop is the first to be judged, by either measure.
  expect(expected.length).toBe(2 * (tables['shops']!.length - 2 * 8));
  const robust = anomalies.filter((a) => said(a['reason']).includes('median'));
  expect(robust.length).toBeGreaterThan(20);
  for (const a of robust) {
    const row = found.get(`${said(a['window_end'])} ${said(a['shop'])} ${said(a['measure'])}`)!;
    for (const part of ['expected', 'lo', 'hi', 'score']) expect(row[part]).toBe(a[part]);
  }
});

test('the board reads bands of all of the past, with the windows', async () => {
  const keys = await readKeys(data, 'shops', ['shop']);
  expect(keys.map(({ label }) => label).sort()).toEqual(["l'est", 'west']);
  for (const { label, where } of keys) {
    const history = emptyHistory(['units', 'lines']);
    await readWindows(
      data,
      { name: 'shops', where, measures: ['units', 'lines'] },
      history,
      () => false
    );
    const own = toRows(tables['shops_expected']!).filter((r) => r['shop'] === label);
    expect(own.length).toBeGreaterThan(1000);
    for (const row of own) {
      const at = history.at(Number(row['window_end']));
      for (const part of ['expected', 'lo', 'hi'] as const)
        expect(history.value(`${said(row['measure'])}|${part}`, at)).toBe(row[part]);
    }
    expect(Number.isNaN(history.value('units|expected', 3))).toBe(true);
  }
});

test('states, changes and beginnings of alerts long past are those of the table', async () => {
  const all = toRows(tables['shops_alerts']!).map((r) => ({
    time: Number(r['time']),
    alert: said(r['alert']),
    key: said(r['shop']),
    state: said(r['state'])
  }));
  expect(all.length).toBeGreaterThan(report.transitions.length);
  const of = { name: 'shops', by: ['shop'] };
  const transitions = all as unknown as MonitorReport['transitions'];
  const plain = (list: readonly { alert: string; key: string; state: string }[]) =>
    list.map(({ alert, key, state }) => `${alert} ${key} ${state}`).sort();
  let active = 0;
  for (const day of [2, 5, 23]) {
    for (const h of [3, 4, 11]) {
      const at = Date.UTC(2024, 0, day, h);
      const read = await readStates(data, of, at);
      const wanted = statesAt({ ...report, transitions }, at);
      expect(plain(read)).toEqual(plain(wanted));
      active += read.length;
      const steps = await readSteps(data, of, at, 8);
      const last = all.filter(({ time }) => time <= at).slice(-8);
      expect(steps.map(({ time }) => time)).toEqual(last.map(({ time }) => time).reverse());
      // All but those of the earliest moment, of which some may be beyond the limit.
      const later = (list: typeof all) => list.filter(({ time }) => time > last[0]!.time);
      expect(plain(later(steps))).toEqual(plain(later(last)));
    }
  }
  expect(active).toBeGreaterThan(3);
  const [first, last] = [all[0]!.time, all.at(-1)!.time];
  const ticks = await readTicks(data, of, { first, last, parts: 50 });
  expect(ticks.length).toBeLessThanOrEqual(102);
  const part = (time: number) => Math.floor(((time - first) * 50) / (last - first));
  const parts = (times: readonly number[]) => [...new Set(times.map(part))].sort((a, b) => a - b);
  for (const wanted of ['pending', 'firing']) {
    const timesOf = (list: typeof ticks) =>
      list.filter(({ state }) => state === wanted).map(({ time }) => time);
    const begun = timesOf(all as typeof ticks);
    expect(begun.length).toBeGreaterThan(5);
    // The first of each part.
    expect(timesOf(ticks)).toEqual(
      parts(begun).map((of) => Math.min(...begun.filter((time) => part(time) === of)))
    );
  }
});

test('anomalies of a stretch are those with the greatest scores, of a moment the latest', async () => {
  const of = { name: 'shops', by: ['shop'] };
  const all = toRows(tables['shops_anomalies']!);
  const [from, to] = [Date.UTC(2024, 0, 5), Date.UTC(2024, 0, 25)];
  const shown = await readAnomalies(data, of, { where: `shop = 'west'`, from, to }, 5);
  const own = all
    .filter(
      (r) =>
        r['shop'] === 'west' && Number(r['window_end']) >= from && Number(r['window_end']) <= to
    )
    .map((r) => Math.abs(Number(r['score'])))
    .sort((a, b) => b - a);
  expect(own.length).toBeGreaterThan(5);
  expect(shown.map(({ score }) => Math.abs(score)).sort((a, b) => b - a)).toEqual(own.slice(0, 5));
  const latest = await readAnomalies(data, of, { where: 'true', from: null, to }, 4);
  expect(latest).toHaveLength(4);
  const until = all
    .map((r) => Number(r['window_end']))
    .filter((time) => time <= to)
    .sort((a, b) => b - a);
  expect(latest.map(({ time }) => time)).toEqual(until.slice(0, 4));
  // Each is a row of the table, in full.
  const rowOf = (r: Record<string, unknown>) =>
    ['window_end', 'shop', 'measure', 'value', 'expected', 'score', 'reason'].map((n) => r[n]);
  const rows = all.map(rowOf);
  for (const { time, key, measure, value, expected, score, reason } of [...shown, ...latest])
    expect(rows).toContainEqual([time, key, measure, value, expected, score, reason]);
});

/** What a board wants of the past, and how often tables were asked; the first `failures` questions fail. */
function wanting(failures: number) {
  let asked = 0;
  const query: ViewData['query'] = (...question) =>
    asked++ < failures ? Promise.reject(new Error('no such table')) : data.query(...question);
  const wanted = {
    data: { ...data, query },
    name: 'shops',
    report: { ...report, transitions: [] },
    where: `shop = 'west'`,
    from: Date.UTC(2024, 0, 1),
    to: Date.UTC(2024, 1, 1),
    held: false,
    first: Date.UTC(2024, 0, 1),
    last: Date.UTC(2024, 1, 9)
  };
  return { wanted, asked: () => asked };
}

const passed = (ms: number) => new Promise((done) => setTimeout(done, ms));

test('the past is asked for again where its tables could not be read, though no report comes any more', async () => {
  const { wanted, asked } = wanting(2);
  const past = new LivePast();
  past.take(wanted, '1');
  await vi.waitFor(() => expect(past.ticks?.length).toBeGreaterThan(5), 20_000);
  const reads = asked();
  await passed(2500);
  expect(asked()).toBe(reads);
  past.end();
});

test('a board that is closed asks for nothing more', async () => {
  const { wanted, asked } = wanting(Infinity);
  const past = new LivePast();
  past.take(wanted, '1');
  past.end();
  const tables = new LiveTables();
  tables.take({ data: wanted.data, name: 'shops', report, stream: null, running: false });
  tables.end();
  await passed(200);
  expect(asked()).toBe(0);

  const open = new LivePast();
  open.take(wanted, '1');
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(0), 10_000);
  open.take({ ...wanted, to: wanted.to - hour }, '1');
  const reads = asked();
  open.end();
  open.take(wanted, '2');
  await passed(2500);
  expect(asked()).toBe(reads);
});
