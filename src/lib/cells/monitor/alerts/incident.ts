import { namesOf, parseExpression, type Expression } from '#lib/analytics/stream/expression.ts';
import { quoteName, quoteText, writeName } from '#lib/sql/quote.ts';
import type { AlertReport, MonitorReport } from '../report.ts';

/** What an incident is looked at through: the stretch it rests on, and the same again around it. Milliseconds. */
export interface IncidentView {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /** The measures that the rule reads, and the limits it sets them. */
  readonly measures: readonly { readonly name: string; readonly limit: number | null }[];
}

/** Windows shown before and after, at least. */
const around = 12;

export function incidentView(
  alert: AlertReport,
  report: MonitorReport,
  slide: number
): IncidentView {
  const to = alert.to ?? alert.since;
  const from = Math.min(alert.from ?? to, to);
  const room = Math.max(to - from, around * slide);
  const rule = report.rules.find(({ name }) => name === alert.alert);
  const condition = rule ? parseExpression(rule.when) : null;
  const names = condition ? namesOf(condition) : [];
  const read = report.measures.filter((measure) =>
    names.some((name) => baseOf(name.toLowerCase(), report.measures) === measure.toLowerCase())
  );
  const measures = (read.length > 0 ? read : report.measures.slice(0, 1)).map((name) => ({
    name,
    limit: condition ? limitOf(condition, name) : null
  }));
  return { from, to, low: from - room, high: to + room, measures };
}

/** `units_score` is about `units`. */
function baseOf(name: string, measures: readonly string[]): string {
  if (measures.some((measure) => measure.toLowerCase() === name)) return name;
  return name.replace(/_(score|expected|anomaly)$/, '');
}

/** The number a measure is compared with, where the rule says one plainly. */
function limitOf(expression: Expression, name: string): number | null {
  if (expression.kind !== 'binary') return null;
  const { op, left, right } = expression;
  if (op === 'and' || op === 'or') return limitOf(left, name) ?? limitOf(right, name);
  const isMeasure = (side: Expression) =>
    side.kind === 'name' && side.name.toLowerCase() === name.toLowerCase();
  if (isMeasure(left) && right.kind === 'number') return right.value;
  if (isMeasure(right) && left.kind === 'number') return left.value;
  return null;
}

/** The condition that picks the alert's key out of a relation; for people where `plain`. */
function keyWhere(alert: Pick<AlertReport, 'keys'>, report: MonitorReport): string[] {
  return report.keyColumns.map(({ column, type }, i) => {
    const value = alert.keys[i] ?? null;
    const name = writeName(column);
    return value === null ? `${name} IS NULL` : `${name} = ${literal(value, type)}`;
  });
}

function literal(value: string | number, type: string): string {
  if (type === 'text') return quoteText(String(value));
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  if (type === 'date') return `DATE ${quoteText(new Date(value).toISOString().slice(0, 10))}`;
  if (type === 'timestamp') return timestamp(Number(value));
  return String(value);
}

function timestamp(ms: number): string {
  return `TIMESTAMP ${quoteText(new Date(ms).toISOString().replace('T', ' ').replace('Z', ''))}`;
}

function between(column: string, { low, high }: IncidentView): string {
  return `${column} BETWEEN ${timestamp(low)} AND ${timestamp(high)}`;
}

export function windowsSql(
  name: string,
  alert: AlertReport,
  report: MonitorReport,
  view: IncidentView
) {
  const measures = view.measures.map((m) => quoteName(m.name)).join(', ');
  const where = [...keyWhere(alert, report), between('window_end', view)].join(' AND ');
  return `SELECT window_end, ${measures} FROM ${quoteName(name)} WHERE ${where} ORDER BY window_end`;
}

export function statesSql(
  name: string,
  alert: AlertReport,
  report: MonitorReport,
  view: IncidentView
) {
  const where = [
    ...keyWhere(alert, report),
    `alert = ${quoteText(alert.alert)}`,
    `time <= ${timestamp(view.high)}`
  ].join(' AND ');
  return `SELECT time, state FROM ${quoteName(`${name}_alerts`)} WHERE ${where} ORDER BY time DESC`;
}

/** The row of a change of state at a time. */
export function transitionSql(
  name: string,
  alert: Pick<AlertReport, 'alert' | 'keys'>,
  report: MonitorReport,
  time: number
) {
  const where = [
    ...keyWhere(alert, report),
    `alert = ${quoteText(alert.alert)}`,
    `time = ${timestamp(time)}`
  ].join(' AND ');
  return `SELECT state, value, evidence_from, evidence_to FROM ${quoteName(`${name}_alerts`)} WHERE ${where}`;
}

export function anomaliesSql(
  name: string,
  alert: AlertReport,
  report: MonitorReport,
  view: IncidentView
) {
  const where = [...keyWhere(alert, report), between('window_end', view)].join(' AND ');
  return `SELECT window_end, measure, value, expected, lo, hi, reason FROM ${quoteName(`${name}_anomalies`)} WHERE ${where} ORDER BY window_end`;
}

/** The events behind the stretch itself, as a person would write the query. */
export function eventsSql(alert: AlertReport, report: MonitorReport, view: IncidentView): string {
  const time = writeName(report.timeColumn);
  const where = [
    `${time} >= ${timestamp(view.from)}`,
    `${time} < ${timestamp(view.to)}`,
    ...keyWhere(alert, report)
  ];
  return `SELECT *\nFROM ${writeName(report.stream)}\nWHERE ${where.join('\n  AND ')}\nORDER BY ${time}`;
}

/** How a key stays in a state, cut to what is seen. */
export interface StateSpan {
  readonly state: string;
  readonly from: number;
  readonly to: number;
}

/** Transitions (latest first) as stretches of states over what is seen. */
export function stateSpans(
  times: ArrayLike<number>,
  states: readonly (string | null)[],
  { low, high }: IncidentView
): StateSpan[] {
  const spans: StateSpan[] = [];
  let to = high;
  for (let i = 0; i < times.length && to > low; i++) {
    const from = Math.max(times[i]!, low);
    if (from < to) spans.unshift({ state: states[i] ?? 'inactive', from, to });
    to = from;
  }
  if (to > low) spans.unshift({ state: 'inactive', from: low, to });
  return spans;
}
