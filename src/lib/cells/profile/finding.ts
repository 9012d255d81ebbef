import type { Field } from '#lib/base/columns.ts';
import { formatInteger, formatPercent } from '#lib/base/format.ts';

/** All that is known of a column. `least` and `greatest` are numbers, milliseconds for times. */
export interface Figures {
  readonly column: string;
  readonly type: string;
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  readonly min: string | null;
  readonly max: string | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly q05: number | null;
  readonly q50: number | null;
  readonly q95: number | null;
  readonly negative: number;
  readonly zero: number;
  readonly least: number | null;
  readonly greatest: number | null;
  /** Different days, and days from first to last. */
  readonly days: number;
  readonly span: number;
  readonly padded: number;
  readonly numberlike: number;
  readonly datelike: number;
  readonly leadingZeros: number;
}

/** One sentence on what stands out most, or null. Exact copies of rows are told on the first column. */
export function findingOf(field: Field, figures: Figures, duplicates: number): string | null {
  const found = columnFinding(field, figures);
  if (duplicates === 0) return found;
  const copies =
    duplicates === 1
      ? '1 row is an exact copy of another.'
      : `${formatInteger(duplicates)} rows are exact copies of others.`;
  return found === null ? copies : `${copies} ${found}`;
}

function columnFinding(field: Field, f: Figures): string | null {
  const present = f.rows - f.missing;
  if (f.rows === 0) return 'The table has no rows.';
  if (present === 0) return 'Every value is missing.';
  const numeric = field.type === 'integer' || field.type === 'number';
  if (f.distinct === 1 && f.rows > 1)
    return f.missing === 0
      ? `Every value is ${f.min ?? 'the same'}.`
      : `The only value is ${f.min ?? 'one'}.`;
  if (numeric && f.negative > 0 && f.negative <= present / 2)
    return f.negative === 1
      ? '1 value is negative.'
      : `${formatInteger(f.negative)} values are negative.`;
  if (f.missing / f.rows >= 0.05) return missing(f);
  if (field.type === 'text') {
    const read = readsAs(f, present);
    if (read !== null) return read;
    if (f.padded > 0)
      return `${formatInteger(f.padded)} ${f.padded === 1 ? 'value has' : 'values have'} blanks around the text.`;
  }
  if (numeric && f.zero / present >= 0.5)
    return `${formatPercent(f.zero / present)} of the values are zero.`;
  if (
    numeric &&
    f.sd !== null &&
    f.sd > 0 &&
    f.mean !== null &&
    f.greatest !== null &&
    f.least !== null
  ) {
    const far = f.greatest - f.mean > f.mean - f.least ? f.max : f.min;
    const sds = Math.max(f.greatest - f.mean, f.mean - f.least) / f.sd;
    if (sds >= 10)
      return `${far ?? ''} is ${formatInteger(sds)} standard deviations from the mean.`;
  }
  if (f.span > 1 && f.days < f.span && f.days / f.span >= 0.3)
    return `There are rows on ${formatInteger(f.days)} of ${formatInteger(f.span)} days.`;
  if (f.missing > 0) return missing(f);
  if (f.distinct === present && f.rows > 1 && !numericMeasure(field))
    return 'Every value occurs once: it can be a key.';
  return null;
}

function missing(f: Figures): string {
  return `${formatInteger(f.missing)} ${f.missing === 1 ? 'value is' : 'values are'} missing (${formatPercent(f.missing / f.rows)}).`;
}

function readsAs(f: Figures, present: number): string | null {
  if (f.numberlike === present && f.leadingZeros === 0) return 'Every value reads as a number.';
  return f.datelike === present && f.numberlike === 0 ? 'Every value reads as a date.' : null;
}

/** Fractions are measured, not counted out: that they differ says nothing. */
function numericMeasure(field: Field): boolean {
  return field.type === 'number';
}
