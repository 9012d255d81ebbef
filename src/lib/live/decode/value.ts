import { parseTime } from '#lib/analytics/stream/event-time.ts';
import type { FeedType } from '#lib/cells/core/feed.ts';

/** A value of JSON or CSV that does not fit the type it should have. */
export const misfit = Symbol('misfit');

type Cell = string | number | null | typeof misfit;

/** A value as its column holds it: numbers for all types but text, null where it is missing. Booleans are 1 and 0, times milliseconds since 1970. */
export function convert(value: unknown, type: FeedType, epoch: number): Cell {
  if (value === null || value === undefined || typeof value === 'function') return null;
  if (type === 'text') return textOf(value);
  if (typeof value === 'string' && value.trim() === '') return null;
  switch (type) {
    case 'number':
      return numberOf(value);
    case 'integer': {
      const number = numberOf(value);
      return number === misfit || Number.isInteger(number) ? number : misfit;
    }
    case 'boolean':
      return booleanOf(value);
    case 'timestamp':
      return timeOf(value, epoch);
    case 'date': {
      const time = timeOf(value, epoch);
      return time === misfit ? misfit : Math.floor(time / 86_400_000) * 86_400_000;
    }
  }
}

/** Milliseconds in one unit of a number that stands for a time since 1970: seconds, milliseconds, micro- or nanoseconds by its size. */
export function epochUnit(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return 1000;
  if (size < 1e14) return 1;
  return size < 1e17 ? 1e-3 : 1e-6;
}

/** The type that the values of a column have in common; `written` (CSV) may read numbers and booleans out of text. */
export function typeOfValues(values: readonly unknown[], written: boolean): FeedType {
  const present = values.filter(
    (v) => v !== null && v !== undefined && !(typeof v === 'string' && v.trim() === '')
  );
  if (present.length === 0) return 'text';
  if (present.every((v) => typeof v === 'boolean')) return 'boolean';
  if (present.every((v) => typeof v === 'number')) return 'number';
  if (!present.every((v) => typeof v === 'string')) return 'text';
  if (present.every((v) => isoTime.test(v) && parseTime(v) !== null))
    return present.some((v) => v.trim().length > 10) ? 'timestamp' : 'date';
  if (!written) return 'text';
  if (present.every((v) => plainNumber.test(v.trim()))) return 'number';
  return present.every((v) => /^(true|false)$/i.test(v.trim())) ? 'boolean' : 'text';
}

const isoTime = /^\s*\d{4}-\d{2}-\d{2}/;
/** Codes such as 00123 or of more than 15 digits are no numbers. */
const plainNumber = /^-?(0|[1-9]\d{0,14})(\.\d+)?([eE][+-]?\d+)?$/;

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

function numberOf(value: unknown): number | typeof misfit {
  if (typeof value === 'number') return Number.isNaN(value) ? misfit : value;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d|\.\d)/.test(value)) return misfit;
  const number = Number(value);
  return Number.isNaN(number) ? misfit : number;
}

function booleanOf(value: unknown): number | typeof misfit {
  if (value === true || value === 1) return 1;
  if (value === false || value === 0) return 0;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'true' || word === '1') return 1;
  return word === 'false' || word === '0' ? 0 : misfit;
}

function timeOf(value: unknown, epoch: number): number | typeof misfit {
  if (typeof value === 'string') {
    const time = parseTime(value);
    if (time !== null) return time;
  }
  const number = numberOf(value);
  return number === misfit ? misfit : number * epoch;
}
