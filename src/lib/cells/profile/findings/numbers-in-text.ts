import { formatInteger, formatPercent } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import type { StepText } from '../index.ts';
import { plainName } from '../roles.ts';
import { isNumber } from '../text.ts';
import type { Detector } from './detector.ts';

/** Columns named like this hold codes: that they read as numbers says nothing. */
const codes = /(id|code|no|nr|number|key|zip|postcode|phone|ean|upc|sku|编号)$/;

/**
 * Numbers kept as text because some values are none, or carry grouping marks, currencies or percent signs. At least
 * 60 % of the values must read as numbers; columns of codes (by role, name or a leading zero) are left alone. The
 * step takes the marks out and casts; what still is no number becomes missing, and the cast says how many.
 */
const detect: Detector = async ({ columns, roles, info }) => {
  await Promise.resolve();
  const keys = [roles.order, roles.sku, roles.customer, roles.site];
  return columns.flatMap((c) => {
    if (c.field.type !== 'text' || !c.values || c.leadingZeros > 0) return [];
    if (keys.includes(c) || codes.test(plainName(c.column))) return [];
    const read = { plain: 0, marked: 0, other: 0 };
    let odd: string | null = null;
    const marks = new Set<string>();
    for (const [i, text] of c.values.texts.entries()) {
      const kind = isNumber(text) ?? 'other';
      read[kind] += c.values.counts[i]!;
      if (kind === 'other') odd ??= text;
      if (kind === 'marked') for (const mark of text.match(/[^\d.\s+-]/g) ?? []) marks.add(mark);
    }
    const total = read.plain + read.marked + read.other;
    if (total === 0 || (read.plain + read.marked) / total < 0.6) return [];
    const share = read.other / total;
    const rows = Math.round((share || 1) * (c.rows - c.missing));
    const x = ident(c.column);
    const detail =
      read.other > 0
        ? `${formatPercent(share)} of the values are no numbers, such as "${odd ?? ''}"; all others are, yet the column is text.`
        : read.marked > 0
          ? `Every value is a number, written with ${[...marks].join(' ')}: the column is text.`
          : 'Every value reads as a number, yet the column is text.';
    return [
      {
        finding: 'numbers-in-text',
        severity: read.other > 0 || read.marked > 0 ? 'moderate' : 'minor',
        column: c.column,
        rows,
        value: null,
        example: odd ?? c.values.texts[0] ?? null,
        detail: c.values.complete
          ? detail
          : `${detail} ${formatInteger(total)} rows were looked at.`,
        steps: stepsFor(c.column, read.marked > 0),
        show:
          read.other > 0
            ? `SELECT * FROM ${ident(info.name)} WHERE ${x} IS NOT NULL AND TRY_CAST(${read.marked > 0 ? `regexp_replace(${x}, '[^0-9.eE+-]', '', 'g')` : x} AS DOUBLE) IS NULL`
            : null
      } as const
    ];
  });
};

export default detect;

function stepsFor(column: string, marked: boolean): StepText[] {
  const cast = { cast: { [column]: 'number' } };
  if (!marked) return [cast];
  // Only marks between or around digits go, so that words stay words and become missing rather than numbers.
  const find = "[$€£¥%]|([0-9])[, ']([0-9]{3})";
  return [{ replace: { column, find, with: '\\1\\2', regex: true } }, cast];
}
