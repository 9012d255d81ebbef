import { formatInteger } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import { hashOf } from '../measure.ts';
import { rowOf, word } from '../rows.ts';
import type { Detector } from './detector.ts';

/**
 * Rows that equal another in every column: order lines counted twice. Severe from one row in a thousand on in a
 * table of orders (an order and a product column); in other tables equal rows can be right, so it is moderate
 * where there is money and minor else. Tables above five million rows are not searched.
 */
const detect: Detector = async ({ info, roles, duplicates }, { sql }) => {
  if (!duplicates || duplicates.rows === 0) return [];
  const { rows, value } = duplicates;
  const orders = roles.order !== null && roles.sku !== null;
  const share = rows / info.rows;
  // Many short rows repeat by nature: a table of two columns is full of equal ones.
  if (!orders && (share > 0.2 || info.fields.length < 3)) return [];
  const hashed = `SELECT *, ${hashOf(info)} AS "#hash" FROM ${ident(info.name)}`;
  const twice = `SELECT "#hash" FROM (${hashed}) GROUP BY "#hash" HAVING count(*) > 1`;
  const named = orders
    ? `concat_ws(', ', ${ident(roles.order.column)}, ${ident(roles.sku.column)})`
    : `CAST(${ident(info.fields[0]!.name)} AS VARCHAR)`;
  const example = await rowOf(
    sql,
    `SELECT min(${named}) AS x FROM (${hashed}) WHERE "#hash" IN (${twice})`
  );
  const n = formatInteger(rows);
  return [
    {
      finding: 'duplicate-rows',
      severity: orders && share >= 0.001 ? 'severe' : roles.money ? 'moderate' : 'minor',
      column: null,
      rows,
      value,
      example: word(example, 'x'),
      detail: orders
        ? `${n} order ${rows === 1 ? 'line is' : 'lines are'} there twice, equal in every column.`
        : `${n} ${rows === 1 ? 'row is an exact copy of another' : 'rows are exact copies of others'}.`,
      steps: [{ dedupe: true }],
      show: `SELECT * EXCLUDE ("#hash") FROM (${hashed}) WHERE "#hash" IN (${twice}) QUALIFY row_number() OVER (PARTITION BY "#hash") > 1`
    }
  ];
};

export default detect;
