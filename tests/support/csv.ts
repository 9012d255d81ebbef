import { columns, numeric, text, type Columns, type Vector } from '#lib/base/columns.ts';
import { parseTime } from '#lib/analytics/stream/event-time.ts';

/** Small CSV text as columns: numbers, ISO times and text are told apart; an empty field is missing. No quotes. */
export function csvColumns(csv: string): Columns {
  const [head, ...lines] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return columns(
    Object.fromEntries(
      head!.map((name, c) => [name.trim(), vectorOf(lines.map((line) => line[c]!.trim()))])
    )
  );
}

function vectorOf(fields: readonly string[]): Vector {
  const present = fields.filter((field) => field !== '');
  const missing = <T>(convert: (field: string) => T) =>
    fields.map((field) => (field === '' ? null : convert(field)));
  if (present.every((field) => /^-?\d{1,15}$/.test(field)))
    return numeric(missing(Number), 'integer');
  if (present.every((field) => /^-?\d+(\.\d+)?$/.test(field))) return numeric(missing(Number));
  if (present.every((field) => parseTime(field) !== null))
    return numeric(missing(parseTime), 'timestamp');
  return text(missing(String));
}
