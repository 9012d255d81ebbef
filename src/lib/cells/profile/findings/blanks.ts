import { formatInteger } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import { isPadded } from '../text.ts';
import type { Detector } from './detector.ts';

/** Blanks around text, also tabs and non-breaking ones: "LANTERN " is another product than "LANTERN" to a join. For columns of very many values the count is that of a sample, scaled. */
const detect: Detector = async ({ columns, info }) => {
  await Promise.resolve();
  return columns.flatMap((c) => {
    if (c.field.type !== 'text' || c.padded === 0 || !c.values) return [];
    const example = c.values.texts.find(isPadded) ?? null;
    const x = ident(c.column);
    const about = c.values.complete ? '' : 'About ';
    return [
      {
        finding: 'blanks',
        severity: 'minor',
        column: c.column,
        rows: c.padded,
        value: null,
        example: example === null ? null : `"${example}"`,
        detail: `${about}${formatInteger(c.padded)} ${c.padded === 1 ? 'value has' : 'values have'} blanks around the text.`,
        steps: [{ trim: c.column }],
        show: `SELECT * FROM ${ident(info.name)} WHERE regexp_matches(${x}, '^[\\s\\x{A0}]|[\\s\\x{A0}]$')`
      } as const
    ];
  });
};

export default detect;
