import { vectorOf, type Columns } from '#lib/base/columns.ts';
import { ident, literal } from '../../core/sql.ts';
import type { ViewData } from '../../core/view.ts';
import { plotValues } from '../../core/view-series.ts';
import { labelOf } from '#lib/analytics/stream/keys.ts';
import type { History } from './history.ts';
import { figureOf } from './tail.ts';

/** Rows of one answer: large enough for few questions, small enough for no long one. */
const chunk = 100_000;
/** The windows that a view keeps of one key: ten years of quarters of an hour, two of minutes. */
const most = 1_200_000;

/** One key of a monitor as its table has it. */
export interface KeyRow {
  readonly label: string;
  /** SQL that its rows fulfil. */
  readonly where: string;
  readonly windows: number;
  readonly last: number;
}

/** The keys that have windows, the latest first. */
export async function readKeys(
  data: ViewData,
  name: string,
  by: readonly string[],
  limit = 10_000
): Promise<KeyRow[]> {
  const list = by.map(ident).join(', ');
  const table = await data.query(
    `SELECT ${list}, count(*) AS "windows of key", max(window_end) AS "last of key" FROM ${ident(name)} ` +
      `GROUP BY ${list} ORDER BY "last of key" DESC, ${list}`,
    limit
  );
  const counts = plotValues(table, 'windows of key');
  const lasts = plotValues(table, 'last of key');
  return Array.from({ length: table.length }, (_, row) => ({
    label: keyAt(table, by, row),
    where: by.map((column) => conditionAt(table, column, row)).join(' AND '),
    windows: counts[row]!,
    last: lasts[row]!
  }));
}

/** Reads the windows of a key that end after `after` into a history, with what was expected of them; `gone` is asked between answers. */
export async function readWindows(
  data: ViewData,
  from: { readonly name: string; readonly where: string; readonly measures: readonly string[] },
  history: History,
  gone: () => boolean
): Promise<void> {
  const judged = data.fields(`${from.name}_expected`) ? from.measures : [];
  while (history.length < most) {
    const after = history.length === 0 ? 'true' : `window_end > ${timestamp(history.last)}`;
    const table = await data.query(windowsSql(from, after, judged), chunk);
    if (gone()) return;
    const ends = plotValues(table, 'window_end');
    const figures = history.names.map((name) =>
      vectorOf(table, name) ? plotValues(table, name) : undefined
    );
    for (let row = 0; row < ends.length; row++) history.put(ends[row]!, figures, row);
    if (table.length < chunk) return;
  }
}

/** Windows of a key, each with the figures of `judged` measures beside its own: `units|expected` and so on. */
function windowsSql(
  { name, where, measures }: Parameters<typeof readWindows>[1],
  after: string,
  judged: readonly string[]
): string {
  const list = ['window_end', ...measures].map(ident).join(', ');
  const own = `SELECT ${list} FROM ${ident(name)} WHERE ${where} AND ${after}`;
  if (judged.length === 0) return `${own} ORDER BY window_end`;
  const figures = judged.flatMap((measure) =>
    (['expected', 'lo', 'hi'] as const).map(
      (part) =>
        `any_value(${part}) FILTER (measure = ${literal(measure)}) AS ${ident(figureOf(measure, part))}`
    )
  );
  const beside =
    `SELECT window_end, ${figures.join(', ')} FROM ${ident(`${name}_expected`)} ` +
    `WHERE ${where} AND ${after} GROUP BY window_end`;
  return `SELECT * FROM (${own}) LEFT JOIN (${beside}) USING (window_end) ORDER BY window_end`;
}

/** The last windows of several keys, for small charts: by label, oldest first. */
export async function readRecent(
  data: ViewData,
  from: { readonly name: string; readonly measure: string; readonly count: number },
  keys: readonly KeyRow[]
): Promise<Map<string, Float64Array>> {
  const parts = keys.map(
    ({ where }, i) =>
      `(SELECT ${i} AS place, window_end, ${ident(from.measure)} AS value FROM ${ident(from.name)} ` +
      `WHERE ${where} ORDER BY window_end DESC LIMIT ${from.count})`
  );
  if (parts.length === 0) return new Map();
  const table = await data.query(
    `SELECT place, value FROM (${parts.join(' UNION ALL ')}) ORDER BY place, window_end`,
    from.count * keys.length
  );
  const places = plotValues(table, 'place');
  const values = plotValues(table, 'value');
  return new Map(
    keys.map(({ label }, i) => [label, values.slice(places.indexOf(i), places.lastIndexOf(i) + 1)])
  );
}

/** Milliseconds as a SQL timestamp, fractions kept. */
export function timestamp(ms: number): string {
  return `make_timestamp(${Math.round(ms * 1000)})`;
}

/** The key of a row for people. */
export function keyAt(table: Columns, by: readonly string[], row: number): string {
  return by.map((column) => labelAt(table, column, row)).join(', ');
}

function labelAt(table: Columns, column: string, row: number): string {
  const vector = vectorOf(table, column)!;
  const value = valueOf(table, column, row);
  return labelOf(typeof value === 'boolean' ? Number(value) : value, vector.type);
}

function conditionAt(table: Columns, column: string, row: number): string {
  const { type } = vectorOf(table, column)!;
  const value = valueOf(table, column, row);
  if (value === null) return `${ident(column)} IS NULL`;
  if (type === 'timestamp') return `${ident(column)} = ${timestamp(Number(value))}`;
  if (type === 'date')
    return `${ident(column)} = DATE '${new Date(Number(value)).toISOString().slice(0, 10)}'`;
  return `${ident(column)} = ${literal(value)}`;
}

/** A value of a table; times and dates in milliseconds. */
export function valueOf(
  table: Columns,
  column: string,
  row: number
): string | number | boolean | null {
  const vector = vectorOf(table, column)!;
  if (vector.type === 'text') return vector.values[row] ?? null;
  if (vector.type === 'other') return String(vector.values[row]);
  if (vector.valid && !vector.valid[row]) return null;
  return vector.type === 'boolean' ? vector.values[row] === 1 : vector.values[row]!;
}

/** What a detector said of one window. */
export interface Judgement {
  readonly measure: string;
  readonly expected: number;
  readonly score: number;
  readonly reason: string;
}

/** The anomalies of a key in the window that ends at `end`. */
export async function readJudgement(
  data: ViewData,
  from: { readonly name: string; readonly where: string },
  end: number
): Promise<Judgement[]> {
  const table = await data.query(
    `SELECT measure, expected, score, reason FROM ${ident(`${from.name}_anomalies`)} ` +
      `WHERE ${from.where} AND window_end = ${timestamp(end)}`,
    100
  );
  const [expected, score] = [plotValues(table, 'expected'), plotValues(table, 'score')];
  return Array.from({ length: table.length }, (_, row) => ({
    measure: String(valueOf(table, 'measure', row)),
    expected: expected[row]!,
    score: score[row]!,
    reason: String(valueOf(table, 'reason', row) ?? '')
  }));
}

/** One period of a feed, by arrival. */
export interface FeedPeriod {
  readonly time: number;
  readonly events: number;
  readonly late: number;
  readonly duplicates: number;
  readonly silent: boolean;
}

/** The health of a stream over time, oldest first, and how long a period is; as many periods as a strip has room for. */
export async function readFeed(
  data: ViewData,
  stream: string,
  limit = 4000
): Promise<{ readonly period: number; readonly periods: readonly FeedPeriod[] }> {
  const table = await data.query(
    `SELECT time, rate, late, duplicate, silent FROM ${ident(`${stream}_health`)} ORDER BY time DESC`,
    limit
  );
  const [time, rate, late, duplicate] = ['time', 'rate', 'late', 'duplicate'].map((name) =>
    plotValues(table, name)
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  let period = Infinity;
  for (let i = 1; i < time.length; i++) period = Math.min(period, time[i - 1]! - time[i]!);
  if (!Number.isFinite(period)) period = 0;
  const silent = plotValues(table, 'silent');
  const periods = Array.from({ length: table.length }, (_, row) => ({
    time: time[row]!,
    events: (rate[row]! * (period || 1000)) / 1000,
    late: late[row]!,
    duplicates: duplicate[row]!,
    silent: silent[row] === 1
  })).reverse();
  return { period, periods };
}
