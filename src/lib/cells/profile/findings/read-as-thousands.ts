import { formatNumber } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import type { Detector } from './detector.ts';

/**
 * Whole numbers whose grouping point was read as a decimal one: 316.307 for 316,307. A column is told when it has ten
 * values or more, all within ±1000 with at most three decimals, no more than a fifth of them with fewer than three
 * (chance gives a tenth), and when whole-number columns beside it have a median ten times greater, which is what
 * they would have if it were grouped too. Prices per thousand and weights in tonnes can look the same; hence moderate.
 */
const detect: Detector = async ({ columns, info }) => {
  await Promise.resolve();
  const whole = columns.filter((c) => c.field.type === 'integer' && (c.q50 ?? 0) > 0);
  return columns.flatMap((c) => {
    if (c.field.type !== 'number' || !c.values?.complete || c.q50 === null) return [];
    if (c.distinct < 10 || c.q50 <= 0 || c.greatest! >= 1000 || c.least! <= -1000) return [];
    const full = c.values.numbers.filter((x) => isWhole(x * 1000) && !isWhole(x * 100)).length;
    const all = c.values.numbers.every((x) => isWhole(x * 1000));
    if (!all || full / c.distinct < 0.8) return [];
    const beside = whole.find((w) => w.q50! >= 10 * c.q50! && w.q50! <= 10_000 * c.q50!);
    if (!beside) return [];
    const x = ident(c.column);
    return [
      {
        finding: 'read-as-thousands',
        severity: 'moderate',
        column: c.column,
        rows: c.rows - c.missing,
        value: null,
        example: `${c.max ?? ''}, beside ${beside.column} ${beside.max ?? ''}`,
        detail: `Nearly every value has exactly three decimals, such as ${formatNumber(c.q50, 'en', 3)}, while ${beside.column} is whole: the point may group thousands.`,
        steps: [{ derive: { [c.column]: `CAST(round(${x} * 1000) AS BIGINT)` } }],
        show: `SELECT ${x}, ${ident(beside.column)} FROM ${ident(info.name)}`
      } as const
    ];
  });
};

export default detect;

function isWhole(x: number): boolean {
  return Math.abs(x - Math.round(x)) < 1e-6 * Math.max(1, Math.abs(x));
}
