import { formatInteger, formatNumber } from '#lib/base/format.ts';
import { ident, quote } from '../../core/sql.ts';
import type { Finding } from '../index.ts';
import type { ColumnFacts } from '../measure.ts';
import { count, figure, rowsOf, word } from '../rows.ts';
import type { Detector, Facts, Means } from './detector.ts';

const mostGroups = 200;

/**
 * One store, warehouse, file or product group whose numbers are a power of ten (100 or more) above or below its
 * siblings': thousands instead of units, cents instead of whole money. The median of positive values of a group is
 * compared with the median of the others' medians; the ratio must be within 25 % of 10^k, the siblings must agree
 * within a factor of four (interquartile range of the logarithms), and there must be at least three of them with
 * ten values each. Groups that differ in size by nature are not told apart from groups in other units beyond that.
 */
const detect: Detector = async (facts, means) => {
  const { site, quantity, price, amount, stock } = facts.roles;
  if (!site || site.distinct < 4 || site.distinct > mostGroups) return [];
  const measures = [quantity, price, amount, ...stock].filter((c) => c !== null);
  const found: Finding[] = [];
  for (const column of new Set(measures)) {
    await means.ctx.checkpoint();
    found.push(...(await compared(column, site, facts, means)));
  }
  return found;
};

export default detect;

async function compared(
  column: ColumnFacts,
  site: ColumnFacts,
  { info }: Facts,
  { sql }: Means
): Promise<Finding[]> {
  const x = ident(column.column);
  const key = ident(site.column);
  const groups = await rowsOf(
    sql,
    `SELECT CAST(${key} AS VARCHAR) AS k, count(*) AS n, median(CAST(${x} AS DOUBLE)) AS m FROM ${ident(info.name)} WHERE ${x} > 0 AND ${key} IS NOT NULL GROUP BY ${key} HAVING count(*) >= 10 ORDER BY k`
  );
  const logs = groups.map((g) => Math.log10(figure(g, 'm') ?? NaN));
  if (groups.length < 4) return [];
  return groups.flatMap((group, i): Finding[] => {
    const others = logs.filter((_, j) => j !== i).sort((a, b) => a - b);
    const at = (share: number) => others[Math.round((others.length - 1) * share)]!;
    if (at(0.75) - at(0.25) > Math.log10(4)) return [];
    const ratio = logs[i]! - at(0.5);
    const power = Math.round(ratio);
    if (Math.abs(power) < 2 || Math.abs(ratio - power) > 0.1) return [];
    const factor = 10 ** -power;
    const name = word(group, 'k')!;
    const literal = site.field.type === 'integer' ? name : quote(name);
    const ratioWords = formatInteger(10 ** Math.abs(power));
    const scaled = power > 0 ? `${x} / ${10 ** power}` : `${x} * ${factor}`;
    return [
      {
        finding: 'other-scale',
        severity: 'severe',
        column: column.column,
        rows: count(group, 'n'),
        value: null,
        example: `${site.column} ${name}: median ${formatNumber(figure(group, 'm') ?? 0, 'en', 2)}, elsewhere ${formatNumber(10 ** at(0.5), 'en', 2)}`,
        detail: `${column.column} of ${site.column} ${name} is about ${ratioWords} times ${power > 0 ? 'greater' : 'smaller'} than that of its siblings: another unit.`,
        steps: [
          {
            derive: {
              [column.column]: `CASE WHEN ${key} = ${literal} THEN ${scaled} ELSE ${x} END`
            }
          }
        ],
        show: `SELECT * FROM ${ident(info.name)} WHERE ${key} = ${literal}`
      }
    ];
  });
}
