import { type Columns, type NumericVector, type Vector } from '#lib/base/columns.ts';
import { fail } from '#lib/problems/index.ts';
import { columnOf } from './batch-scope.ts';

/** The column of event time: the one that is named, else the only date or timestamp. */
export function timeColumn(batch: Columns, named: string | null, relation: string): string {
  if (named !== null) {
    columnOf(batch, named, relation);
    return batch.names.find((n) => n === named) ?? sameName(batch, named);
  }
  const found = batch.names.filter((_, i) => isTime(batch.vectors[i]!));
  if (found.length !== 1) throw fail('live.no-time', { relation, found: found.join(', ') });
  return found[0]!;
}

/** Milliseconds since 1970 by row, NaN where missing. Text is read as ISO 8601, without a zone as UTC. */
export function eventTimes(batch: Columns, column: string, relation: string): Float64Array {
  const vector = columnOf(batch, column, relation);
  if (vector.type === 'text') {
    return Float64Array.from(vector.values, (value, row) => {
      if (value === null) return Number.NaN;
      const time = parseTime(value);
      if (time === null) throw fail('live.time-text', { column, value, row: row + 1 });
      return time;
    });
  }
  if (!isTime(vector)) throw fail('live.time-type', { column, type: vector.type });
  if (!vector.valid) return vector.values;
  return vector.values.map((value, row) => (vector.valid![row] ? value : Number.NaN));
}

/** Milliseconds since 1970 of an ISO 8601 date or time (UTC unless it names an offset); null if it is none. */
export function parseTime(text: string): number | null {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
      text.trim()
    );
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = match;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (new Date(date).getUTCDate() !== Number(day)) return null;
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000;
  return date + clock + Number(fraction) * 1000 - offsetOf(zone);
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}

function isTime(vector: Vector): vector is NumericVector {
  return vector.type === 'timestamp' || vector.type === 'date';
}

function sameName(batch: Columns, name: string): string {
  return batch.names.find((n) => n.toLowerCase() === name.toLowerCase()) ?? name;
}
