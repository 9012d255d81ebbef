import { formatInteger } from '#lib/base/format.ts';
import { ident, quote } from '../../core/sql.ts';
import { isPadded } from '../text.ts';
import { count, figure, rowOf } from '../rows.ts';
import { moneySum, type Detector } from './detector.ts';

const mostCodes = 60;

/**
 * Codes in the product column that are no products (postage, fees, samples, manual entries): where at least 95 % of
 * the rows have a code with four digits or more, those with at most two digits. Columns of names, of plain words
 * and of short codes have no such majority and are left alone. A service with a long number is not found.
 */
const detect: Detector = async (facts, { sql }) => {
  const { sku } = facts.roles;
  const values = sku?.values;
  if (!sku || !values?.complete || sku.field.type !== 'text') return [];
  let long = 0;
  const odd: { code: string; rows: number }[] = [];
  for (const [i, code] of values.texts.entries()) {
    const digits = code.replace(/\D/g, '').length;
    if (digits >= 4) long += values.counts[i]!;
    else if (digits <= 2 && !isPadded(code)) odd.push({ code, rows: values.counts[i]! });
  }
  const present = sku.rows - sku.missing;
  if (odd.length === 0 || odd.length > mostCodes || long / present < 0.95) return [];
  odd.sort((a, b) => b.rows - a.rows || (a.code < b.code ? -1 : 1));
  const list = odd.map((o) => quote(o.code)).join(', ');
  const where = `${ident(sku.column)} IN (${list})`;
  const row = await rowOf(
    sql,
    `SELECT count(*) AS n, ${moneySum(facts)} AS v FROM ${ident(facts.info.name)} WHERE ${where}`
  );
  const value = figure(row, 'v');
  const shown = odd.slice(0, 5).map((o) => o.code);
  return [
    {
      finding: 'service-codes',
      severity: value !== null && value !== 0 ? 'severe' : 'moderate',
      column: sku.column,
      rows: count(row, 'n'),
      value,
      example: shown.join(', '),
      detail: `${formatInteger(odd.length)} ${odd.length === 1 ? 'code is' : 'codes are'} unlike the others, such as ${shown.join(', ')}: charges and fees rather than products.`,
      steps: [{ filter: `${ident(sku.column)} IS NULL OR ${ident(sku.column)} NOT IN (${list})` }],
      show: `SELECT * FROM ${ident(facts.info.name)} WHERE ${where} ORDER BY ${ident(sku.column)}`
    }
  ];
};

export default detect;
