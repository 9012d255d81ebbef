import { formatInteger } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import { count, figure, rowOf, word } from '../rows.ts';
import type { Detector, Facts } from './detector.ts';

/**
 * Orders that a mirror order cancels: a negative quantity for which the same customer bought exactly that much of
 * the same product before. Needs a quantity, a product and a time; without a customer column any buyer counts.
 * More than half of the quantities negative means something else than returns. Returns of a part of a sale are
 * not counted here, though `match_returns` pairs them too. Severe where a thousandth of the rows is cancelled.
 */
const detect: Detector = async (facts, { sql }) => {
  const { quantity, sku, time, customer, order } = facts.roles;
  if (!quantity || !sku || !time) return [];
  if (quantity.negative === 0 || quantity.negative > facts.info.rows / 2) return [];
  const pairs = pairsOf(facts);
  const row = await rowOf(
    sql,
    `SELECT count(*) AS n, CAST(-sum(money) AS DOUBLE) AS v, max(size) AS most, CAST(arg_max(sku, size) AS VARCHAR) AS example FROM (${pairs})`
  );
  const rows = count(row, 'n');
  if (rows === 0) return [];
  const options = {
    ...(order ? { order: order.column } : {}),
    ...(customer ? { customer: customer.column } : {}),
    sku: sku.column,
    quantity: quantity.column,
    time: time.column
  };
  const q = ident(quantity.column);
  return [
    {
      finding: 'cancelled-orders',
      severity: rows / facts.info.rows >= 0.001 ? 'severe' : 'moderate',
      column: quantity.column,
      rows,
      value: figure(row, 'v'),
      example: `${formatInteger(figure(row, 'most') ?? 0)} of ${word(row, 'example') ?? ''}`,
      detail: `${formatInteger(rows)} of ${formatInteger(quantity.negative)} negative quantities cancel an earlier sale of the same size: both would count as demand.`,
      steps: [{ match_returns: options }],
      show: `SELECT * FROM ${ident(facts.info.name)} WHERE rowid IN (SELECT r FROM (${pairs})) ORDER BY ${q}`
    }
  ];
};

export default detect;

/** Returns with an earlier sale of their own size, with product, size and money. */
function pairsOf({ info, roles }: Facts): string {
  const q = ident(roles.quantity!.column);
  const sku = ident(roles.sku!.column);
  const time = ident(roles.time!.column);
  const customer = roles.customer ? ident(roles.customer.column) : "''";
  const from = (where: string) =>
    `SELECT rowid AS r, ${sku} AS sku, ${customer} AS customer, abs(${q}) AS size, ${time} AS at, ${roles.money ?? 'NULL::DOUBLE'} AS money FROM ${ident(info.name)} WHERE ${where}`;
  return `SELECT a.* FROM (${from(`${q} < 0`)}) AS a SEMI JOIN (${from(`${q} > 0`)}) AS b ON a.sku = b.sku AND a.customer = b.customer AND a.size = b.size AND b.at <= a.at`;
}
