import { formatInteger } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import type { Detector } from './detector.ts';

/** Stock below zero: what is on hand cannot be. A movement column, where more than half is negative, is left alone. */
const detect: Detector = async ({ roles, info }) => {
  await Promise.resolve();
  return roles.stock.flatMap((c) => {
    if (c.negative === 0 || c.negative > (c.rows - c.missing) / 2) return [];
    const x = ident(c.column);
    return [
      {
        finding: 'negative-stock',
        severity: 'severe',
        column: c.column,
        rows: c.negative,
        value: null,
        example: c.min,
        detail: `${formatInteger(c.negative)} ${c.negative === 1 ? 'row has' : 'rows have'} less than nothing on hand, down to ${c.min ?? ''}: sales booked before receipts, or a count that is wrong.`,
        steps: [{ filter: `${x} IS NULL OR ${x} >= 0` }],
        show: `SELECT * FROM ${ident(info.name)} WHERE ${x} < 0 ORDER BY ${x}`
      } as const
    ];
  });
};

export default detect;
