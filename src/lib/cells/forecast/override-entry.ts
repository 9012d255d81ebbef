import type { Scalar } from '#lib/base/problem.ts';
import type { NumericType } from '#lib/base/columns.ts';

/** One override as it is meant. */
export interface Entry {
  /** One for each `by` column, in words; null where any value is meant. */
  readonly keys: readonly (string | null)[];
  /** Times covered, both ends included. */
  readonly from: number;
  readonly to: number;
  /** The times as written. */
  readonly words: string;
  readonly change: (baseline: number) => number;
  readonly note: string | null;
}

const own = ['time', 'from', 'to', 'value', 'factor', 'note'];

/**
 * Reads one entry of `overrides`; what is wrong with it, in words, where it cannot be used. A key that names a
 * `by` column is that column, whatever else it could mean.
 */
export function readEntry(
  item: Readonly<Record<string, Scalar>>,
  by: readonly string[],
  timeType: NumericType
): Entry | string {
  const unknown = Object.keys(item).find((key) => !own.includes(key) && !by.includes(key));
  if (unknown !== undefined) return `\`${unknown}\` is neither a column of \`by\` nor a key of it`;
  const get = (key: string) => (by.includes(key) ? undefined : (item[key] ?? undefined));
  const [value, factor] = [get('value'), get('factor')];
  if ((value === undefined) === (factor === undefined)) {
    return 'it needs either `value` or `factor`';
  }
  const number = value ?? factor;
  if (typeof number !== 'number') return `${String(number)} is not a number`;
  const [time, from, to] = [get('time'), get('from'), get('to')];
  if (time !== undefined && (from !== undefined || to !== undefined)) {
    return '`time` is one row, `from` and `to` a range: not both';
  }
  const ends = [time ?? from, time ?? to].map((end) =>
    end === undefined ? null : parseTime(end, timeType)
  );
  if (ends.some((end) => Number.isNaN(end))) return 'its time cannot be read';
  const given = [time, from === undefined ? undefined : `from ${from}`, to && `to ${to}`];
  return {
    keys: by.map((name) => (item[name] === undefined ? null : String(item[name]))),
    from: ends[0] ?? -Infinity,
    to: ends[1] ?? Infinity,
    words: given.filter((word) => word !== undefined).join(' '),
    change: value === undefined ? (baseline) => baseline * number : () => number,
    note: item['note'] === undefined || by.includes('note') ? null : String(item['note'])
  };
}

/** Milliseconds since 1970, or the row number; NaN for what is no time. */
function parseTime(given: Scalar, type: NumericType): number {
  if (type === 'integer' || type === 'number') return typeof given === 'number' ? given : NaN;
  const words = String(given).trim();
  if (!/^\d{4}-\d\d-\d\d/.test(words)) return NaN;
  const iso = words.replace(' ', 'T');
  return Date.parse(iso.length <= 10 || /(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
}
