import { eventTimes } from '#lib/analytics/stream/event-time.ts';
import { valueAt, vectorOf, type Columns, type Vector } from '#lib/base/columns.ts';
import type { AlertTrigger } from './config.ts';
import { causeOf } from './decisions.ts';

/** One incident that calls for a change. */
export interface Trigger {
  /** `low_stock`, or `low_stock{depot="north"}` for an alert of a key. */
  readonly trigger: string;
  readonly time: number;
  /** Its row in the table of alerts. */
  readonly row: number;
}

/** What a trigger is about: the alert, and the columns that tell its keys apart. */
export interface Cause {
  readonly alert: string;
  readonly keys: Readonly<Record<string, string | number | boolean | null>>;
}

const own = ['time', 'alert', 'state', 'value', 'evidence_from', 'evidence_to'];

/** The incidents that a table of alerts holds, in order of time; any table with a column `time` will do. */
export function triggersIn(table: Columns, on: AlertTrigger): Trigger[] {
  const times = eventTimes(table, 'time', on.relation);
  const names = vectorOf(table, 'alert');
  const states = vectorOf(table, 'state');
  const label = labeller(table);
  const found: Trigger[] = [];
  for (let row = 0; row < table.length; row++) {
    if (Number.isNaN(times[row]!)) continue;
    if (names && on.alert !== null && valueAt(names, row) !== on.alert) continue;
    if (states && valueAt(states, row) !== on.state) continue;
    found.push({ trigger: label(row, on.alert ?? on.relation), time: times[row]!, row });
  }
  return found.sort((a, b) => a.time - b.time || compare(a.trigger, b.trigger) || a.row - b.row);
}

/** What became of an alert after a time: the first later row of it that is in another state, by trigger. */
export function followUp(
  table: Columns,
  on: AlertTrigger
): (
  trigger: string,
  time: number
) => {
  readonly state: string;
  readonly time: number;
} | null {
  const states = vectorOf(table, 'state');
  if (states?.type !== 'text') return () => null;
  const times = eventTimes(table, 'time', on.relation);
  const label = labeller(table);
  const rows = new Map<string, number[]>();
  for (let row = 0; row < table.length; row++) {
    const key = label(row, on.alert ?? on.relation);
    const list = rows.get(key);
    if (list) list.push(row);
    else rows.set(key, [row]);
  }
  for (const list of rows.values()) list.sort((a, b) => times[a]! - times[b]! || a - b);
  return (trigger, time) => {
    const row = rows.get(trigger)?.find((r) => times[r]! > time);
    return row === undefined ? null : { state: valueAt(states, row) as string, time: times[row]! };
  };
}

/** The names that `to` may use besides `old`, with their numbers. */
export function figuresOf(table: Columns): ReadonlyMap<string, Vector> {
  return new Map(
    table.names.flatMap((name, i) => {
      const vector = table.vectors[i]!;
      return vector.type === 'number' || vector.type === 'integer' ? [[name, vector]] : [];
    })
  );
}

/** What the triggers of a table are about, by trigger and time. */
export function causesIn(
  table: Columns,
  triggers: readonly Trigger[]
): (of: { readonly trigger: string; readonly time: number }) => Cause | null {
  const names = vectorOf(table, 'alert');
  const keys = keysOf(table);
  const rows = new Map(triggers.map((trigger) => [causeOf(trigger), trigger.row]));
  return (of) => {
    const row = rows.get(causeOf(of));
    const alert = row === undefined || !names ? null : valueAt(names, row);
    if (typeof alert !== 'string') return null;
    const entries = keys.map(({ name, vector }) => [name, valueAt(vector, row!)] as const);
    return { alert, keys: Object.fromEntries(entries) as Cause['keys'] };
  };
}

function keysOf(table: Columns) {
  const named = vectorOf(table, 'alert') !== undefined;
  return table.names
    .map((name, i) => ({ name, vector: table.vectors[i]! }))
    .filter(({ name }) => named && !own.includes(name));
}

function labeller(table: Columns): (row: number, otherwise: string) => string {
  const names = vectorOf(table, 'alert');
  const keys = keysOf(table);
  return (row, otherwise) => {
    const alert = (names && (valueAt(names, row) as string | null)) ?? otherwise;
    if (keys.length === 0) return alert;
    const pairs = keys.map(({ name, vector }) => `${name}=${JSON.stringify(valueAt(vector, row))}`);
    return `${alert}{${pairs.join(',')}}`;
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
