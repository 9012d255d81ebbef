import { formatInteger, formatPercent } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import { isNumeric, readingOf } from '../columns.ts';
import type { StepText } from '../index.ts';
import type { ColumnFacts } from '../measure.ts';
import { plainName } from '../roles.ts';
import { figure, rowOf } from '../rows.ts';
import { moneySum, type Detector, type Facts } from './detector.ts';

const mostColumns = 20;

/**
 * Columns with gaps, at most the twenty worst. A key of the table (order, product, customer, site, time) without its
 * value cannot be analysed, so its rows are dropped; stock carries on from the row before; other numbers take the
 * median, texts the word "unknown". Moderate for keys and from 5 % on, else a note. Columns without any value are
 * the matter of `constant-column`.
 */
const detect: Detector = async (facts, { sql }) => {
  const some = facts.columns
    .filter((c) => c.missing > 0 && c.missing < c.rows)
    .sort((a, b) => b.missing - a.missing)
    .slice(0, mostColumns);
  if (some.length === 0) return [];
  const sums = some.map(
    (c, i) => `${moneySum(facts, `${readingOf(c.field).present} IS NULL`)} AS v${i}`
  );
  const money = await rowOf(sql, `SELECT ${sums.join(', ')} FROM ${ident(facts.info.name)}`);
  return some.map((c, i) => {
    const share = c.missing / c.rows;
    const key = isKey(c, facts);
    return {
      finding: 'missing-values',
      severity: key || share >= 0.05 ? 'moderate' : 'note',
      column: c.column,
      rows: c.missing,
      value: figure(money, `v${i}`),
      example: null,
      detail: `${formatInteger(c.missing)} ${c.missing === 1 ? 'value is' : 'values are'} missing (${formatPercent(share)}).`,
      steps: stepFor(c, facts, key),
      show: `SELECT * FROM ${ident(facts.info.name)} WHERE ${readingOf(c.field).present} IS NULL`
    } as const;
  });
};

export default detect;

function isKey(c: ColumnFacts, { roles }: Facts): boolean {
  return [roles.order, roles.sku, roles.customer, roles.site, roles.time].includes(c);
}

function stepFor(c: ColumnFacts, { roles }: Facts, key: boolean): StepText[] {
  if (key || c.field.type === 'date' || c.field.type === 'timestamp' || c.field.type === 'boolean')
    return [{ drop_missing: c.column }];
  const by = roles.sku && roles.sku !== c ? { by: roles.sku.column } : {};
  if (roles.stock.includes(c)) {
    const time = roles.time ? { time: roles.time.column } : {};
    return [{ fill: { column: c.column, with: 'forward', ...by, ...time } }];
  }
  if (isNumeric(c.field) && /(id|code|no|nr|number|location|zip)$/.test(plainName(c.column)))
    return [{ drop_missing: c.column }];
  if (isNumeric(c.field)) return [{ fill: { column: c.column, with: 'median' } }];
  return c.field.type === 'text' ? [{ fill: { column: c.column, value: 'unknown' } }] : [];
}
