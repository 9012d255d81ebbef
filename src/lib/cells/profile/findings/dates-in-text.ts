import { formatPercent } from '#lib/base/format.ts';
import { ident, quote } from '../../core/sql.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Detector } from './detector.ts';

interface DateFormat {
  readonly format: string;
  readonly pattern: RegExp;
  /** The places of day and month among the groups, to tell 3/4 from 4/3. */
  readonly day?: number;
  readonly month?: number;
}

const formats: readonly DateFormat[] = [
  { format: '%Y-%m-%d', pattern: /^(\d{4})-(\d{1,2})-(\d{1,2})$/, month: 2, day: 3 },
  { format: '%Y/%m/%d', pattern: /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/, month: 2, day: 3 },
  { format: '%d.%m.%Y', pattern: /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, day: 1, month: 2 },
  { format: '%d/%m/%Y', pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, day: 1, month: 2 },
  { format: '%m/%d/%Y', pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, month: 1, day: 2 },
  { format: '%m/%d/%y', pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{2})$/, month: 1, day: 2 },
  { format: '%d/%m/%y', pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{2})$/, day: 1, month: 2 },
  { format: '%d-%m-%Y', pattern: /^(\d{1,2})-(\d{1,2})-(\d{4})$/, day: 1, month: 2 },
  { format: '%d-%b-%y', pattern: /^(\d{1,2})-[A-Z][a-z]{2}-\d{2}$/, day: 1 },
  { format: '%d-%b-%Y', pattern: /^(\d{1,2})-[A-Z][a-z]{2}-\d{4}$/, day: 1 },
  { format: '%d %b %Y', pattern: /^(\d{1,2}) [A-Z][a-z]{2} \d{4}$/, day: 1 },
  { format: '%b %d, %Y', pattern: /^[A-Z][a-z]{2} (\d{1,2}), \d{4}$/, day: 1 }
];
const clock = /^(.+?)[ T](\d{1,2}:\d{2})(:\d{2})?$/;

/**
 * Dates kept as text, because they are written another way than ISO 8601 or because words stand between them ("Date
 * Not Captured"). Twelve ways of writing are tried, each with a time of day too; the one that reads most values is
 * taken if it reads 60 %. Where day and month cannot be told apart by any value the detail says so. The step
 * leaves what is no date missing.
 */
const detect: Detector = async ({ columns, info }) => {
  await Promise.resolve();
  return columns.flatMap((c) => {
    if (c.field.type !== 'text' || !c.values) return [];
    const best = bestFormat(c.values);
    if (!best || best.share < 0.6) return [];
    const x = ident(c.column);
    const other = best.share < 1;
    const words = other
      ? `${formatPercent(best.share)} of the values are dates, the rest are words such as "${best.odd ?? ''}".`
      : `Every value is a date, such as "${best.example}", kept as text.`;
    const doubt = best.ambiguous ? ' Day and month could be the other way round.' : '';
    return [
      {
        finding: 'dates-in-text',
        severity: 'moderate',
        column: c.column,
        rows: other ? Math.round((1 - best.share) * (c.rows - c.missing)) : c.rows - c.missing,
        value: null,
        example: other ? best.odd : best.example,
        detail: words + doubt,
        steps: [{ parse_date: { column: c.column, format: best.format } }],
        show: other
          ? `SELECT * FROM ${ident(info.name)} WHERE ${x} IS NOT NULL AND try_strptime(trim(${x}), ${quote(best.format)}) IS NULL`
          : null
      } as const
    ];
  });
};

export default detect;

interface Best {
  readonly format: string;
  readonly share: number;
  readonly example: string;
  readonly odd: string | null;
  readonly ambiguous: boolean;
}

function bestFormat(values: Dictionary): Best | null {
  const total = values.counts.reduce((sum, n) => sum + n, 0);
  const read = formats
    .map((format) => ({ format, ...reading(values, format) }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows);
  const [best, second] = read;
  if (!best) return null;
  const { rows, time, example, odd, format } = best;
  const ambiguous = second?.rows === rows;
  return { format: format.format + time, share: rows / total, example, odd, ambiguous };
}

function reading(values: Dictionary, { pattern, day, month }: DateFormat) {
  let rows = 0;
  let time = '';
  let example = '';
  let odd: string | null = null;
  for (const [i, text] of values.texts.entries()) {
    const trimmed = text.trim();
    const timed = clock.exec(trimmed);
    const parts = pattern.exec(timed ? timed[1]! : trimmed);
    const fits =
      parts !== null &&
      (day === undefined || within(parts[day], 31)) &&
      (month === undefined || within(parts[month], 12));
    if (!fits) {
      odd ??= text;
      continue;
    }
    rows += values.counts[i]!;
    if (timed) time = timed[3] ? ' %H:%M:%S' : ' %H:%M';
    if (example === '') example = text;
  }
  return { rows, time, example, odd };
}

function within(part: string | undefined, most: number): boolean {
  const n = Number(part);
  return n >= 1 && n <= most;
}
