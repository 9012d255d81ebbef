import { ident, literal } from '../../core/sql.ts';
import type { ViewData } from '../../core/view.ts';
import { plotValues } from '../../core/view-series.ts';
import type { AlertWord } from '#lib/analytics/stream/alert-machine.ts';
import type { AnomalyReport } from '../report.ts';
import { keyAt, timestamp, valueOf } from './rows.ts';

/** A change of state of an alert, as the table has it. */
export interface PastStep {
  readonly time: number;
  readonly alert: string;
  readonly key: string;
  readonly state: AlertWord;
}

interface Of {
  readonly name: string;
  readonly by: readonly string[];
}

/** The state of every alert at a moment: of each rule and key the last change until then, without those at rest. */
export async function readStates(
  data: ViewData,
  { name, by }: Of,
  at: number,
  limit = 500
): Promise<PastStep[]> {
  const keys = ['alert', ...by].map(ident).join(', ');
  const last =
    `SELECT ${keys}, max(time) AS time, arg_max(state, time) AS state FROM ${ident(`${name}_alerts`)} ` +
    `WHERE time <= ${timestamp(at)} GROUP BY ${keys}`;
  const sql = `SELECT * FROM (${last}) WHERE state NOT IN ('inactive', 'resolved') ORDER BY time DESC, ${keys}`;
  return steps(data, by, sql, limit);
}

/** The last changes of state until a moment, the latest first. */
export async function readSteps(
  data: ViewData,
  { name, by }: Of,
  at: number,
  limit: number
): Promise<PastStep[]> {
  const list = ['time', 'alert', ...by, 'state'].map(ident).join(', ');
  const sql =
    `SELECT ${list} FROM ${ident(`${name}_alerts`)} WHERE time <= ${timestamp(at)} ` +
    `ORDER BY time DESC LIMIT ${limit}`;
  return steps(data, by, sql, limit);
}

/** Where alerts began over all of the past: at most one of a state in each of `parts` equal parts of time. */
export async function readTicks(
  data: ViewData,
  { name }: Pick<Of, 'name'>,
  { first, last, parts }: { readonly first: number; readonly last: number; readonly parts: number }
): Promise<PastStep[]> {
  const part = `floor((epoch_ms(time) - ${first}) * ${parts} / ${Math.max(1, last - first)})`;
  const sql =
    `SELECT min(time) AS time, '' AS alert, state FROM ${ident(`${name}_alerts`)} ` +
    `WHERE state IN ('pending', 'firing') GROUP BY ${part}, state ORDER BY 1, state DESC`;
  return steps(data, [], sql, 2 * parts + 2);
}

async function steps(
  data: ViewData,
  by: readonly string[],
  sql: string,
  limit: number
): Promise<PastStep[]> {
  const table = await data.query(sql, limit);
  const times = plotValues(table, 'time');
  return Array.from(times, (time, row) => ({
    time,
    alert: String(valueOf(table, 'alert', row)),
    key: keyAt(table, by, row),
    state: valueOf(table, 'state', row) as AlertWord
  }));
}

/** Anomalies until a moment, the latest first: of one key within a stretch those with the greatest scores, or of all. */
export async function readAnomalies(
  data: ViewData,
  { name, by }: Of,
  within: { readonly where: string; readonly from: number | null; readonly to: number },
  limit: number
): Promise<AnomalyReport[]> {
  const { where, from, to } = within;
  const after = from === null ? '' : ` AND window_end >= ${timestamp(from)}`;
  const order = from === null ? 'window_end DESC' : 'abs(score) DESC';
  const table = await data.query(
    `SELECT * FROM ${ident(`${name}_anomalies`)} WHERE ${where}${after} ` +
      `AND window_end <= ${timestamp(to)} ORDER BY ${order} LIMIT ${literal(limit)}`,
    limit
  );
  const numbers = (column: string) => plotValues(table, column);
  const [times, values, expected, scores] = ['window_end', 'value', 'expected', 'score'].map(
    numbers
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const found = Array.from(times, (time, row) => ({
    time,
    key: keyAt(table, by, row),
    measure: String(valueOf(table, 'measure', row)),
    value: values[row]!,
    expected: expected[row]!,
    score: scores[row]!,
    reason: String(valueOf(table, 'reason', row) ?? '')
  }));
  return found.sort((a, b) => b.time - a.time);
}
